internal import ClusterModel

/// What a task's status means for its pod.
///
/// Source: spec `kubernetes/05` §5.7, with decision 1 of the pool: the end of an executor is no end of its pods.
enum TaskVerdict: Hashable, Sendable {
    /// It lives.
    case alive
    /// Its agent cannot be reached; it may come back, and until then the pod stays where it is.
    case unreachable
    /// It does not run, or nobody runs it any more: launched again on the same node.
    case lost
    /// The master did not take it: the same, and people are told.
    case refused
    /// The pod cannot go on where it is: deleted, so that its controller makes another.
    case hopeless
    /// It ended as it should.
    case ended

    private static let hopelessMessages: Set<String> = [
        "containers-disappeared", "kubelet-pod-launch-failed", "launch-task-failed", "create-binding-failure",
        "unmarshal-task-data-failure", "pod-for-wrong-slave-failure", "annotation-update-failure", "kamikaze",
    ]
    private static let executorReasons: Set<StatusReason> = [
        .executorTerminated, .executorUnregistered, .executorRegistrationTimeout, .executorReregistrationTimeout,
        .containerLaunchFailed, .taskKilledDuringLaunch, .agentRestarted, .agentDisconnected, .agentRemoved,
        .reconciliation,
    ]

    /// Judges a status; `isExpected` says that the pod is to end.
    init(_ status: TaskStatus, isExpected: Bool) {
        let isMessageHopeless = status.message.map(Self.hopelessMessages.contains) ?? false
        let isOfExecutor = status.reason.map { !Self.executorReasons.contains($0) } ?? (status.source != .agent)
        switch status.state {
        case .staging, .starting, .running, .killing: self = .alive
        case .unreachable: self = .unreachable
        case .goneByOperator: self = .hopeless
        case .finished: self = .ended
        case .error: self = .refused
        case .lost, .dropped, .gone, .unknown:
            self = status.reason == .agentRemovedByOperator || isMessageHopeless ? .hopeless : .lost
        case .failed where isMessageHopeless: self = .hopeless
        case .failed: self = isOfExecutor && status.source != .agent ? .ended : .lost
        case .killed where isExpected: self = .ended
        case .killed: self = isOfExecutor ? .hopeless : .lost
        }
    }
}
