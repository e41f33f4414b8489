internal import KubeModel

/// What the node learnt of a pod beside what the runtime can tell.
struct PodMemory: Sendable {
    /// What to tell people, in order.
    var events: [PodEvent] = []
    /// Why the node stops it, if it does.
    var stop: PodStop?

    init(_ view: PodView, now: UnixTime) {}
}
