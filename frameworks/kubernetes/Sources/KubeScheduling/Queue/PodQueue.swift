internal import OrderedCollections

/// The pods that wait for a node.
struct PodQueue: Sendable {
    /// All of them by shape, for waking those that a change may help.
    private(set) var waiting: OrderedDictionary<Int, OrderedSet<Int>> = [:]
    /// Those that are looked at next.
    private(set) var active = OrderedSet<Int>()
    private(set) var count = 0
    /// Whether pods with claims are looked at again.
    var wakesClaims = false
    /// Whether pods with wishes about other pods are looked at again.
    var wakesAffine = false

    var isEmpty: Bool { count == 0 }

    /// Lets a pod wait.
    mutating func add(_ pod: Int, shape: Int) {
        if waiting[shape, default: []].append(pod).inserted { count += 1 }
    }

    /// Takes a pod out.
    mutating func remove(_ pod: Int, shape: Int) {
        active.remove(pod)
        guard waiting[shape]?.remove(pod) != nil else { return }
        count -= 1
        if waiting[shape]?.isEmpty == true { waiting.removeValue(forKey: shape) }
    }

    /// Has a pod looked at next.
    mutating func wake(_ pod: Int) { active.append(pod) }

    /// Has the pods of a shape looked at next.
    mutating func wake(shape: Int) { active.formUnion(waiting[shape] ?? []) }

    /// Takes all pods that are looked at next.
    mutating func takeActive() -> [Int] {
        defer { active = [] }
        return Array(active)
    }
}
