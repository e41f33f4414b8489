internal import FrameworkSDK
internal import Logging

/// The connection to the master as Marathon needs it; a scripted one takes its place in tests.
protocol SchedulerLink: Sendable {
    /// Keeps the connection until it ends for good.
    func run() async throws
    /// Gives every signal, in order, to one reader; returns when there are no more.
    func read(_ handle: @Sendable (SchedulerSignal) async -> Void) async
    /// Queues a call; throws `ClusterError` when it will not leave.
    func send(_ call: SchedulerCall) throws(ClusterError)
}

/// Makes the link once the framework's id and the API's port are known.
typealias SchedulerLinkMaker = @Sendable (FrameworkInfo) -> any SchedulerLink

extension SchedulerClient: SchedulerLink {
    func read(_ handle: @Sendable (SchedulerSignal) async -> Void) async {
        for await signal in signals { await handle(signal) }
    }

    static func maker(_ configuration: MarathonConfiguration, logger: Logger) -> SchedulerLinkMaker {
        var options = configuration.connection
        options.credential = configuration.credential ?? options.credential
        return { [options] framework in
            SchedulerClient(framework: framework, master: configuration.master, options: options, logger: logger)
        }
    }
}
