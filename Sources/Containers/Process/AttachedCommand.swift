internal import ClusterBase
internal import ClusterPorts
internal import NIOCore

/// Runs a helper command to its end under a supervisor; everything it started dies with it, and with this process.
enum AttachedCommand {
    /// Returns how it ended.
    ///
    /// Throws `timeout` after `timeout`, having killed it; cancellation kills it too.
    static func run(_ command: SupervisedCommand, timeout: Duration) async throws -> ContainerTermination.Exit {
        let link = try await SupervisorLink.start(command)
        let loop = link.ended.eventLoop
        let expired = loop.makePromise(of: Bool.self)
        let timer = loop.scheduleTask(in: .nanoseconds(timeout.totalNanoseconds)) {
            link.kill()
            expired.succeed(true)
        }
        link.ended.whenComplete { _ in
            timer.cancel()
            expired.succeed(false)
        }
        return try await withTaskCancellationHandler {
            let exit = try await link.waitForEnd() ?? .unknown
            if try await expired.futureResult.get() {
                throw ClusterError(.timeout, "\(command.label) did not end within \(UnitText.text(timeout))")
            }
            return exit
        } onCancel: {
            link.kill()
        }
    }
}
