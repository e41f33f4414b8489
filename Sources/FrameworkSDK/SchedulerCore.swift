internal import ClusterBase
internal import ClusterModel
internal import ClusterPorts
internal import HTTPTransport
internal import Logging
internal import Synchronization

/// Where leaders come from.
enum LeaderSource: Sendable {
    case location(MasterLocation)
    case detector(any LeaderDetector)
}

/// What `SchedulerClient` is made of.
final class SchedulerCore: Sendable {
    let inbound: BoundedChannel<SchedulerSignal>
    init(framework: FrameworkInfo, leaders: LeaderSource, options: SchedulerOptions, logger: Logger) {
        inbound = BoundedChannel(limit: options.signalLimit)
    }
    func enqueue(_ call: SchedulerCall) throws(ClusterError) {}
    var frameworkID: FrameworkID? { nil }
    var masterURL: String? { nil }
    func run() async throws {}
}
