public import ClusterModel
public import KubeCore

/// What a pod scheduler wants done.
///
/// Writes are: `create` of a `Binding` (`ResourceKind.bindings`), `patch` of pods (annotations, and `status`), `patch`
/// of nodes (annotations) and `delete` of pods. They do not depend on each other; calls keep their order.
public enum SchedulingEffect: Hashable, Sendable {
    /// Send this to the master.
    case call(SchedulerCall)
    /// Ask this of the API server, and tell the outcome by `SchedulingInput.written`.
    case write(Intent)
    /// Tell people.
    case note(EventNote)
}
