internal import ClusterBase
public import KubeModel

/// Keeps the status of disruption budgets: how many of their pods may be evicted now.
///
/// Source: upstream `pkg/controller/disruption/disruption.go` (1.20); spec `kubernetes/03` §3.6.
///
/// - Note: differs from upstream in that a change of a controller's size is news too, and that a pod may have several
///   budgets whose status is kept; evictions refuse such pods.
public struct DisruptionController: Controller {
    /// The name.
    public let name = "disruption-controller"
    /// Budgets, pods, and the controllers whose sizes count.
    public let kinds: [ResourceKind] = [
        .podDisruptionBudgets, .pods, .replicationControllers, .replicaSets, .deployments,
    ]
    private var budgets = ObjectCache()
    private var pods = ObjectCache()
    private var scales = ControllerScales()

    /// Makes a controller that knows nothing yet.
    public init() {}

    /// Every budget.
    public var allKeys: [ObjectKey] { budgets.keys }

    /// Budgets that changed, and those whose pods did, need a look; those of a namespace when a controller there did.
    public mutating func observe(_ delta: ObjectDelta, of kind: ResourceKind) -> [Trigger<ObjectKey>] {
        switch kind {
        case .podDisruptionBudgets:
            budgets.apply(delta)
            return delta.isDeletion ? [] : [Trigger(delta.object.key)]
        case .pods:
            pods.apply(delta)
            return triggers(in: delta.object.namespace) { selector in
                selector.matches(delta.object) || delta.previous.map(selector.matches) ?? false
            }
        default:
            guard scales.apply(delta, of: kind) else { return [] }
            return triggers(in: delta.object.namespace) { _ in true }
        }
    }

    private func triggers(in namespace: String, where isDue: (LabelSelector) -> Bool) -> [Trigger<ObjectKey>] {
        budgets.objects(in: namespace).filter { isDue(LabelSelector(ofBudget: $0)) }.map { Trigger($0.key) }
    }

    /// Nothing: every budget was news.
    public mutating func synchronised() -> [Trigger<ObjectKey>] { [] }

    /// What to write for a budget.
    public mutating func plan(_ key: ObjectKey, after progress: Progress?, now: UnixTime) -> Plan<ObjectKey> {
        guard let budget = budgets[key] else { return .nothing }
        let selector = LabelSelector(ofBudget: budget)
        let covered = pods.objects(in: key.namespace).filter(selector.matches)
        let count: DisruptionCount
        do {
            count = try DisruptionCount(budget, pods: covered, scales: scales)
        } catch {
            return Self.refuse(budget, error)
        }
        let granted = GrantedDisruptions(budget, pods: covered, now: now)
        var events = granted.overdue.map { pod in
            EventNote(
                pod, .warning, reason: "NotDeleted", "Pod was expected by PDB \(key) to be deleted but it wasn't")
        }
        if covered.isEmpty { events.append(EventNote(budget, .normal, reason: "NoPods", "No matching pods found")) }
        let healthy = covered.filter { pod in
            !pod.isDeleting && granted.times[pod.name] == nil && PodState(pod).isReady
        }.count
        let wanted = count.status(of: budget, healthy: healthy, granted)
        if KubeObject(wanted) != KubeObject(budget["status"]) {
            var updated = budget
            updated["status"] = .object(wanted)
            return Plan([.update(.podDisruptionBudgets, updated, subresource: "status")], events: events)
        }
        return Plan(events: events, then: granted.nextEnd(now: now).map { .again(after: $0) } ?? .finished)
    }

    /// A budget that cannot be reckoned allows nothing.
    private static func refuse(_ budget: KubeObject, _ problem: DisruptionCount.Problem) -> Plan<ObjectKey> {
        let note = EventNote(
            budget, .warning, reason: "CalculateExpectedPodCountFailed",
            "Failed to calculate the number of expected pods: \(problem.message)")
        if budget.integer("status", "disruptionsAllowed") ?? 0 == 0 { return Plan(events: [note]) }
        var updated = budget
        updated["status", "disruptionsAllowed"] = 0
        return Plan([.update(.podDisruptionBudgets, updated, subresource: "status")], events: [note])
    }
}
