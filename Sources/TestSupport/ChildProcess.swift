internal import Foundation
internal import Synchronization

/// A process started by a test: in a session and group of its own, output captured in files, never outliving the test.
///
/// The group is killed at `stop`, when the object goes, and when the test process itself dies. The process stays
/// unreaped (a zombie) after its end until `stop`, so that its id cannot be given to another.
public final class ChildProcess: Sendable {
    /// How a process ended.
    public enum ExitStatus: Hashable, Sendable {
        /// It exited with this code.
        case exited(Int32)
        /// It died of this signal.
        case signalled(Int32)
    }

    /// One of the two captured streams.
    public enum Stream: Sendable { case standardOutput, standardError }

    /// The process id, also the id of its group and session.
    public let pid: Int32
    /// For messages: the name given, or the executable's last path component.
    public let name: String
    /// The file that holds its standard output.
    public let standardOutputPath: String
    /// The file that holds its standard error.
    public let standardErrorPath: String

    private struct State {
        var status: ExitStatus?
        var waiters: [Int: CheckedContinuation<ExitStatus?, Never>] = [:]
        var nextWaiter = 0
        var isStopped = false
    }
    private let state = Mutex(State())
    private let ownDirectory: TemporaryDirectory?

    /// Starts an executable (searched in `PATH` unless it has a `/`).
    ///
    /// - Parameters:
    ///   - environment: added to, and winning over, this process's own; a variable set to the empty text stays, empty.
    ///   - outputDirectory: receives `NAME-PID.out` and `.err` (nil: a temporary directory that goes with the object).
    public init(
        _ executable: String, _ arguments: [String] = [], name: String? = nil, environment: [String: String] = [:],
        workingDirectory: String? = nil, outputDirectory: String? = nil
    ) throws {
        self.name = name ?? URL(fileURLWithPath: executable).lastPathComponent
        ownDirectory = outputDirectory == nil ? try TemporaryDirectory(self.name) : nil
        let directory = outputDirectory ?? ownDirectory?.path ?? NSTemporaryDirectory()
        let stem = "\(directory)/\(self.name)-\(UUID().uuidString.prefix(8))"
        (standardOutputPath, standardErrorPath) = (stem + ".out", stem + ".err")
        let flags = O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC
        let (output, error) = (open(standardOutputPath, flags, 0o644), open(standardErrorPath, flags, 0o644))
        defer {
            close(output)
            close(error)
        }
        guard output >= 0, error >= 0 else { throw TestError("cannot write below \(directory)") }
        pid = try spawn(
            SpawnRequest(
                executable: executable, arguments: arguments,
                environment: ProcessInfo.processInfo.environment.merging(environment) { $1 },
                workingDirectory: workingDirectory, standardInput: nil, standardOutput: output, standardError: error))
        TestWatchdog.shared.watch(group: pid)
        let observed = pid
        Thread.detachNewThread { [weak self] in
            if let status = ChildProcess.awaitExit(of: observed) { self?.ended(status) }
        }
    }

    deinit { stop() }

    /// Whether the process has not ended yet.
    public var isRunning: Bool { state.withLock { $0.status == nil } }

    /// Sends a signal to the process; nothing happens when it has ended.
    public func signal(_ number: Int32) {
        state.withLock { if $0.status == nil, !$0.isStopped { _ = Foundation.kill(pid, number) } }
    }

    /// Sends a signal to every process of the group.
    public func signalGroup(_ number: Int32) {
        state.withLock { if !$0.isStopped { _ = Foundation.kill(-pid, number) } }
    }

    /// Kills the process alone (SIGKILL), leaving its children, and waits for its end.
    public func kill() async throws {
        signal(SIGKILL)
        _ = try await waitForExit()
    }

    /// Asks the process to end (SIGTERM) and waits for it.
    public func terminate(within timeout: Duration = .seconds(30)) async throws -> ExitStatus {
        signal(SIGTERM)
        return try await waitForExit(within: timeout)
    }

    /// Waits for the end of the process; throws `TestError` with the tail of its output after `timeout`.
    public func waitForExit(within timeout: Duration = .seconds(30)) async throws -> ExitStatus {
        let ended = await withTaskGroup(of: ExitStatus?.self) { group in
            group.addTask { await self.exitStatus() }
            group.addTask {
                try? await Task.sleep(for: timeout)
                return nil
            }
            defer { group.cancelAll() }
            return await group.next() ?? nil
        }
        guard let ended else { throw TestError("\(name) still runs after \(timeout)\n\(tails)") }
        return ended
    }

    /// Kills the whole group (SIGKILL) and reaps the process; further calls do nothing.
    ///
    /// Blocks for milliseconds.
    public func stop() {
        let first = state.withLock { state in
            defer { state.isStopped = true }
            return !state.isStopped
        }
        guard first else { return }
        _ = Foundation.kill(-pid, SIGKILL)
        _ = Foundation.kill(pid, SIGKILL)
        var status: Int32 = 0
        while waitpid(pid, &status, 0) < 0, errno == EINTR {}
        ended(ExitStatus(waitStatus: status))
        TestWatchdog.shared.forget(group: pid)
    }

    private func exitStatus() async -> ExitStatus? {
        let ticket = state.withLock { state in
            state.nextWaiter += 1
            return state.nextWaiter
        }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let known: ExitStatus?? = state.withLock { state in
                    if let status = state.status { return status }
                    if Task.isCancelled { return .some(nil) }
                    state.waiters[ticket] = continuation
                    return nil
                }
                if let known { continuation.resume(returning: known) }
            }
        } onCancel: {
            state.withLock { $0.waiters.removeValue(forKey: ticket) }?.resume(returning: nil)
        }
    }

    private func ended(_ status: ExitStatus) {
        let waiters = state.withLock { state in
            if state.status == nil { state.status = status }
            defer { state.waiters = [:] }
            return state.waiters.values
        }
        for waiter in waiters { waiter.resume(returning: status) }
    }

    /// Blocks until the process has ended, without reaping it; nil when `stop` has reaped it meanwhile.
    private static func awaitExit(of pid: Int32) -> ExitStatus? {
        var info = siginfo_t()
        while waitid(P_PID, id_t(pid), &info, WEXITED | WNOWAIT) < 0 {
            if errno != EINTR { return nil }
        }
        let status = info._sifields._sigchld.si_status
        return info.si_code == CLD_EXITED ? .exited(status) : .signalled(status)
    }
}

extension ChildProcess.ExitStatus {
    init(waitStatus: Int32) {
        self = waitStatus & 0x7f == 0 ? .exited((waitStatus >> 8) & 0xff) : .signalled(waitStatus & 0x7f)
    }

    /// Whether the process exited with code 0.
    public var isSuccess: Bool { self == .exited(0) }
}
