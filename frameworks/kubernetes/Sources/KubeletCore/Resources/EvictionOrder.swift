/// Which pods a node ends first when it runs short of memory (upstream `pkg/kubelet/eviction/helpers.go`).
public enum EvictionOrder {
    /// The priority from which on a pod is critical to the system.
    public static let criticalPriority: Int64 = 2_000_000_000

    /// A pod and the memory it uses.
    public struct Candidate: Hashable, Sendable {
        /// The pod.
        public var pod: PodView
        /// Bytes in use.
        public var used: Int64

        /// Makes a candidate.
        public init(_ pod: PodView, used: Int64) { (self.pod, self.used) = (pod, used) }

        /// Bytes in use beyond what the pod asked for.
        var excess: Int64 {
            let requests = pod.containers.reduce(Int128(0)) { $0 + Int128($1.resources.requests.memory ?? 0) }
            return Int64(clamping: Int128(used) - requests)
        }
    }

    /// The pods that may be evicted, first to go first: those that use more than they asked for, then by priority, then
    /// by how much more they use.
    public static func sorted(_ candidates: [Candidate]) -> [Candidate] {
        candidates.filter { !$0.pod.isCritical }.sorted { left, right in
            let keys = [left, right].map { (isWithin: $0.excess > 0 ? 0 : 1, $0.pod.priority, ~$0.excess, $0.pod.uid) }
            return keys[0] < keys[1]
        }
    }

    /// The verdict on a pod that is evicted for a resource.
    public static func verdict(resource: String, grace: Duration) -> PodStop {
        .evicted(reason: "Evicted", message: "The node was low on resource: \(resource). ", grace: grace)
    }
}

extension PodView {
    /// Whether it is never evicted: static, a mirror, or of a priority reserved to the system.
    public var isCritical: Bool { isStatic || isMirror || priority >= EvictionOrder.criticalPriority }
}
