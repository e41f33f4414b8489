internal import ClusterBase
internal import HTTPTransport
internal import Synchronization

/// Reads the progress that pull and import answer with, up to its end.
enum DockerProgress {
    /// Throws the engine's words when it reports an error, and `timeout` when it reports nothing for `patience`.
    static func read(_ body: StreamingBody, attempt: String, patience: Duration) async throws {
        let last = LastWord()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                var lines = DockerProgressLines()
                for try await chunk in body {
                    last.renew()
                    try lines.feed(chunk, attempt: attempt)
                }
            }
            group.addTask {
                while true {
                    let left = patience - last.age
                    guard left > .zero else {
                        throw ClusterError(.timeout, "\(attempt): no progress for \(UnitText.text(patience))")
                    }
                    try await Task.sleep(for: left)
                }
            }
            defer { group.cancelAll() }
            try await group.next()
        }
    }
}

/// When something was heard last.
private final class LastWord: Sendable {
    private let time = Mutex(ContinuousClock.now)

    /// How long ago it was.
    var age: Duration { time.withLock { ContinuousClock.now - $0 } }

    /// It is now.
    func renew() { time.withLock { $0 = .now } }
}

/// The lines of progress; an error among them is the outcome.
struct DockerProgressLines: Sendable {
    private var rest: [UInt8] = []

    /// Takes bytes as they come.
    ///
    /// Throws the engine's words when it reports an error.
    mutating func feed(_ chunk: [UInt8], attempt: String) throws(ClusterError) {
        rest += chunk
        while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
            let line = Array(rest[..<end])
            rest.removeSubrange(...end)
            guard let value = try? JSONValue(parsing: line) else { continue }
            if let words = value["errorDetail"]?["message"]?.string ?? value["error"]?.string {
                throw ClusterError(.system, "\(attempt): \(words)")
            }
        }
        guard rest.count < 1 << 20 else { throw ClusterError(.limitExceeded, "\(attempt): a line without end") }
    }
}
