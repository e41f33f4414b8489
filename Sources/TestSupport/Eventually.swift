/// Waits until the condition gives a value and returns it; throws `TestError` naming `what` after `timeout`.
///
/// For states of the outside world that send no event (a port that opens, a file that appears, an HTTP answer). The
/// condition is asked every `interval`; what it throws ends the wait.
public func eventually<Value>(
    _ what: @autoclosure () -> String, within timeout: Duration = .seconds(60),
    every interval: Duration = .milliseconds(5),
    isolation: isolated (any Actor)? = #isolation, _ condition: () async throws -> Value?
) async throws -> Value {
    let deadline = ContinuousClock.now + timeout
    while true {
        if let value = try await condition() { return value }
        guard ContinuousClock.now < deadline else { throw TestError("not within \(timeout): \(what())") }
        try await Task.sleep(for: interval)
    }
}

/// Waits until the condition holds; throws `TestError` naming `what` after `timeout`.
public func eventually(
    _ what: @autoclosure () -> String, within timeout: Duration = .seconds(60),
    every interval: Duration = .milliseconds(5),
    isolation: isolated (any Actor)? = #isolation, holds condition: () async throws -> Bool
) async throws {
    try await eventually(what(), within: timeout, every: interval) { try await condition() ? () : nil }
}

/// Runs `body` and throws `TestError` naming `what` if it has not returned after `timeout`; `body` is then cancelled.
public func within<Value: Sendable>(
    _ timeout: Duration, _ what: String, _ body: @escaping @Sendable () async throws -> Value
) async throws -> Value {
    try await withThrowingTaskGroup(of: Value.self) { group in
        group.addTask { try await body() }
        group.addTask {
            try await Task.sleep(for: timeout)
            throw TestError("not within \(timeout): \(what)")
        }
        defer { group.cancelAll() }
        guard let value = try await group.next() else { throw TestError("no result: \(what)") }
        return value
    }
}
