internal import ClusterBase
internal import ClusterModel

/// The statuses of one operation on their way to the scheduler: first in, first out, one in flight.
///
/// Source: mesos `src/status_update_manager/operation.cpp`.
struct OperationStream: Sendable {
    static let firstInterval = UpdateStream.firstInterval
    static let longestInterval = UpdateStream.longestInterval
    /// How many acknowledged uuids are remembered to recognise repetitions.
    static let rememberedMax = UpdateStream.rememberedMax

    private(set) var pending: [OperationStatus] = []
    private(set) var acknowledged: [UniqueID] = []
    private var interval = OperationStream.firstInterval
    var retry: TimerID?

    /// The one in flight.
    var head: OperationStatus? { pending.first }
    /// The newest.
    var latest: OperationStatus? { pending.last }

    /// Takes a status in; false when it was before, or nothing may follow what came before.
    mutating func append(_ status: OperationStatus) -> Bool {
        guard let uuid = status.statusUUID, latest?.state.isTerminal != true, !acknowledged.contains(uuid),
            !pending.contains(where: { $0.statusUUID == uuid })
        else { return false }
        pending.append(status)
        return true
    }

    /// Removes the head if it is the one acknowledged.
    mutating func acknowledge(_ uuid: UniqueID) -> OperationStatus? {
        guard let head, head.statusUUID == uuid else { return nil }
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

    /// The head is to be sent at once, as if for the first time.
    mutating func startAnew() { interval = Self.firstInterval }
}
