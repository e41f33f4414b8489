internal import ClusterBase
public import KubeModel

/// Deletes pods that nobody else will: finished ones beyond a number, those bound to nodes that are gone, and those
/// that were deleted before they were bound.
///
/// A node that is missing is asked for at the server once it has been missing for a time, before its pods are deleted.
///
/// Source: upstream `pkg/controller/podgc/gc_controller.go` (1.20); spec `kubernetes/03` §3.6.
public struct PodCleanupController: Controller {
    /// The only piece of work.
    public enum Key: String, Hashable, Sendable, CustomStringConvertible {
        /// A look at all pods.
        case pods
        /// `pods`.
        public var description: String { rawValue }
    }

    private enum Stage: Int { case verified, deleted }

    /// How long news waits for a look.
    public static let period: Duration = .seconds(20)
    private static let quarantine: Int64 = 40

    /// The name.
    public let name = "pod-garbage-collector"
    /// Pods and nodes.
    public let kinds: [ResourceKind] = [.pods, .nodes]
    private let threshold: Int
    /// Pods by the node they are bound to; those that are bound to none have no name.
    private var pods = GroupedCache { PodState($0).node }
    private var nodes = ObjectCache()
    private var ended: Set<ObjectKey> = []
    /// Since when nodes that have pods are missing.
    private var missing: [String: UnixTime] = [:]

    /// Makes a controller that keeps up to `threshold` finished pods; 0 keeps all.
    public init(threshold: Int = 12_500) { self.threshold = threshold }

    /// The only piece of work.
    public var allKeys: [Key] { [.pods] }

    /// What may have to be deleted is looked at a while later.
    public mutating func observe(_ delta: ObjectDelta, of kind: ResourceKind) -> [Trigger<Key>] {
        let isDue = kind == .pods ? observePod(delta) : observeNode(delta)
        return isDue ? [Trigger(.pods, after: Self.period)] : []
    }

    private mutating func observePod(_ delta: ObjectDelta) -> Bool {
        let pod = delta.object
        pods.apply(delta)
        guard !delta.isDeletion, PodState(pod).hasEnded else {
            ended.remove(pod.key)
            return !delta.isDeletion && isStray(pod)
        }
        ended.insert(pod.key)
        return hasSurplus || isStray(pod)
    }

    private mutating func observeNode(_ delta: ObjectDelta) -> Bool {
        nodes.apply(delta)
        return delta.isDeletion && !pods.objects(of: delta.object.name).isEmpty
    }

    /// Whether a pod is bound to a node that is missing, or is deleted and bound to none.
    private func isStray(_ pod: KubeObject) -> Bool {
        let node = PodState(pod).node
        return node.isEmpty ? pod.isDeleting : nodes[ObjectKey(node)] == nil
    }

    private var hasSurplus: Bool { threshold > 0 && ended.count > threshold }

    /// The first look.
    public mutating func synchronised() -> [Trigger<Key>] { [Trigger(.pods)] }

    /// What to delete.
    public mutating func plan(_ key: Key, after progress: Progress?, now: UnixTime) -> Plan<Key> {
        guard let progress, progress.stage == Stage.verified.rawValue else {
            // What could not be deleted is still there at the next look.
            if progress != nil { return Plan(then: .again(after: Self.period)) }
            let doubtful = lookForMissing(now: now)
            return doubtful.isEmpty
                ? delete(gone: [])
                : Plan(doubtful.map { .get(.nodes, ObjectKey($0)) }, then: .resume(stage: Stage.verified.rawValue))
        }
        return delete(gone: confirmed(progress))
    }

    /// Notes which nodes are missing; returns those that have been so for long enough.
    private mutating func lookForMissing(now: UnixTime) -> [String] {
        let names = pods.names.filter { !$0.isEmpty && nodes[ObjectKey($0)] == nil }
        missing = Dictionary(names.map { ($0, missing[$0] ?? now) }) { first, _ in first }
        return names.filter { name in missing[name].map { $0.adding(seconds: Self.quarantine) <= now } ?? false }
    }

    /// The nodes that the server says are gone.
    private func confirmed(_ progress: Progress) -> [String] {
        progress.outcomes.compactMap { outcome in
            guard case .get(_, let key) = outcome.intent, outcome.error?.code == 404 else { return nil }
            return key.name
        }
    }

    private func delete(gone: [String]) -> Plan<Key> {
        var doomed = surplus() + gone.flatMap { pods.objects(of: $0) }
        doomed += pods.objects(of: "").filter(\.isDeleting)
        var uids: Set<String> = []
        let intents = doomed.filter { uids.insert($0.uid).inserted }.map { pod in
            Intent.delete(.pods, pod.key, DeletionRequest(gracePeriodSeconds: 0, uid: pod.uid))
        }
        if !intents.isEmpty { return Plan(intents, then: .resume(stage: Stage.deleted.rawValue)) }
        return missing.isEmpty ? .nothing : Plan(then: .again(after: Self.period))
    }

    /// The oldest of the finished pods, as many as there are too many.
    private func surplus() -> [KubeObject] {
        guard hasSurplus else { return [] }
        let oldest = ended.compactMap { pods[$0] }.sorted {
            ($0.creationTimestamp, $0.key) < ($1.creationTimestamp, $1.key)
        }
        return Array(oldest.prefix(ended.count - threshold))
    }
}
