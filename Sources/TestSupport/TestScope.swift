internal import Synchronization

/// A scope that owns what a test starts: on the way out, also after an error, everything is undone, last started first.
///
/// ```swift
/// try await withTestScope { scope in
///     let daemon = try scope.start("/usr/bin/roost", ["master", "--work_dir", scope.directory.path])
///     try await daemon.waitForPort(5050)
/// }
/// ```
public final class TestScope: Sendable {
    /// A directory of this scope's own.
    public let directory: TemporaryDirectory
    private let undo = Mutex<[@Sendable () async -> Void]>([])

    init(_ label: String) throws { directory = try TemporaryDirectory(label) }

    /// Runs `action` when the scope ends, before the actions given earlier.
    public func onExit(_ action: @escaping @Sendable () async -> Void) { undo.withLock { $0.append(action) } }

    /// Starts a process that is stopped (its whole group, SIGKILL) when the scope ends; its output goes to the scope's
    /// directory.
    ///
    /// See `ChildProcess.init`.
    public func start(
        _ executable: String, _ arguments: [String] = [], name: String? = nil, environment: [String: String] = [:],
        workingDirectory: String? = nil
    ) throws -> ChildProcess {
        let process = try ChildProcess(
            executable, arguments, name: name, environment: environment, workingDirectory: workingDirectory,
            outputDirectory: directory.path)
        onExit { process.stop() }
        return process
    }

    func leave() async {
        while let action = undo.withLock({ $0.popLast() }) { await action() }
        await Leftovers.sweep(below: directory.path)
        directory.remove()
    }
}

/// Runs `body` in a new scope; whatever the scope started is gone when this returns or throws.
public func withTestScope<Result>(
    _ label: String = "test", isolation: isolated (any Actor)? = #isolation,
    _ body: (TestScope) async throws -> Result
) async throws -> Result {
    let scope = try TestScope(label)
    do {
        let result = try await body(scope)
        await scope.leave()
        return result
    } catch {
        await scope.leave()
        throw error
    }
}
