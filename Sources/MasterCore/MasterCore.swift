internal import AllocatorCore
public import ClusterBase
public import ClusterModel
internal import ResourceModel

/// The master as a state machine: events and the time go in; records and effects come out.
///
/// The driver's duties, in this order: send `recovered` first; after every step (or batch of steps) send `ticked` as long
/// as `nextDeadline` is not after now — allocation runs there, so that a batch of events shares one run; commit `records`
/// before performing effects (see `MasterOutcome`); answer each request exactly when the core responds.
/// Equal seeds and equal events give equal outcomes. Source: spec `mesos/01`–`03`, `06`.
public struct MasterCore: Sendable {
    let configuration: MasterConfiguration
    let master: MasterInfo
    let started: Instant
    var elected: Instant?

    /// Makes a master that knows nothing yet; `seed` decides every choice left to chance.
    public init(configuration: MasterConfiguration, master: MasterInfo, seed: UInt64, now: Instant) {
        (self.configuration, self.master, self.started) = (configuration, master, now)
    }

    /// Does one event; never fails: what peers do wrong is answered, or dropped and counted.
    public mutating func step(_ event: MasterEvent, now: Instant) -> MasterOutcome { MasterOutcome() }

    /// When `ticked` is due next; nil = nothing waits for time. May lie in the past. O(1).
    public var nextDeadline: Instant? { nil }

    /// Metrics by upstream's names, sorted (spec `mesos/10`): the core's part, without process and HTTP figures.
    public var metrics: [(name: String, value: Double)] { [] }

    /// A read view for endpoints; O(1).
    public var state: MasterState {
        MasterState(
            frameworkTable: .init(), completedTable: .init(), agentTable: .init(), offerTable: .init(),
            recoveredTable: .init(), unreachableTable: .init(), weights: [:], whitelistedRoles: nil, master: master,
            started: started, elected: elected)
    }

    /// The invariants that do not hold, in words; empty when all is well. Linear in agents, offers and tasks.
    public func checkInvariants() -> [String] { [] }
}
