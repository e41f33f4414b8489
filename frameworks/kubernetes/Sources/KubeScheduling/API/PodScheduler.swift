public import ClusterBase
public import KubeModel

/// Brings pods onto agents: the framework's scheduler as a pure state machine.
///
/// A pod that waits is placed on an agent with offers, bound to its node by a write, and launched as a task when the
/// write was answered; pods of one agent share one ACCEPT. A half that got lost (a bound pod without a task, a task
/// without its pod) is repaired. Equal inputs give equal effects.
/// Source: spec `kubernetes/05`; decision D19.
public struct PodScheduler: Sendable {
    /// What it must be told about; volumes and claims may be left out where the server has none.
    public static let kinds: [ResourceKind] = [
        .pods, .nodes, .services, .replicationControllers, .replicaSets, .persistentVolumes, .persistentVolumeClaims,
    ]

    /// Makes a scheduler that knows nothing yet.
    ///
    /// - Parameter seed: for task ids; must differ from start to start.
    public init(_ settings: SchedulingSettings, seed: UInt64) {
        self.settings = settings
        random = SeededRandom(seed: seed)
    }

    let settings: SchedulingSettings
    var random: SeededRandom

    /// When `SchedulingInput.tick` wants to be told; nil for not at all. Changes with every input.
    public var nextDeadline: Instant? { nil }

    /// Takes an input; returns what follows, in order.
    public mutating func handle(_ input: SchedulingInput, now: Instant) -> [SchedulingEffect] { [] }
}
