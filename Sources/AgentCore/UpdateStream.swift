internal import ClusterBase
internal import ClusterModel

/// The updates of one task on their way to the scheduler: first in, first out, one in flight (spec `mesos/03` §3.3).
struct UpdateStream: Sendable {
    /// The most updates that wait; further ones that do not end the task are refused.
    static let pendingMax = 1000
    /// How many acknowledged uuids are remembered to recognise repetitions.
    static let rememberedMax = 64
    static let firstInterval = Duration.seconds(10)
    static let longestInterval = Duration.seconds(600)

    /// Where its checkpoints go; nil when there are none.
    let checkpoint: RunID?
    private(set) var pending: [StatusUpdate] = []
    private var acknowledged: [UniqueID] = []
    var retry: TimerID?
    var interval = UpdateStream.firstInterval

    init(checkpoint: RunID?) { self.checkpoint = checkpoint }

    var head: StatusUpdate? { pending.first }
    /// The task's newest state.
    var latestState: TaskState? { pending.last?.status.state }
    /// Whether the task's last update was taken in.
    var hasEnded: Bool { pending.last?.status.state.isTerminal ?? false }

    /// Whether an update was taken in before.
    func contains(_ uuid: UniqueID) -> Bool {
        pending.contains { $0.uuid == uuid } || acknowledged.contains(uuid)
    }

    /// Whether another update may be taken in.
    func accepts(_ update: StatusUpdate) -> Bool {
        !hasEnded && (pending.count < Self.pendingMax || update.status.state.isTerminal)
    }

    mutating func append(_ update: StatusUpdate) { pending.append(update) }

    /// Removes the head if it is the one acknowledged.
    mutating func acknowledge(_ uuid: UniqueID) -> StatusUpdate? {
        guard let head = pending.first, head.uuid == uuid else { return nil }
        pending.removeFirst()
        if acknowledged.count == Self.rememberedMax { acknowledged.removeFirst() }
        acknowledged.append(uuid)
        interval = Self.firstInterval
        return head
    }

    /// The time until the head is sent again; doubles with every call.
    mutating func nextInterval() -> Duration {
        defer { interval = min(interval * 2, Self.longestInterval) }
        return interval
    }
}
