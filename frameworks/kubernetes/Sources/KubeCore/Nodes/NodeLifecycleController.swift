internal import ClusterBase
public import KubeModel

/// Notices nodes that fall silent, keeps pods off nodes that are not well, and gives up the pods of lost ones.
///
/// A node lives as long as its heartbeat or its lease changes; the controller's own clock counts. One that is not ready
/// has its pods told at once, and a taint put on that drives them away when their time has come; those taints come one
/// node after the other, and not at all while every node is lost: then it is rather the controller that is cut off.
///
/// Source: upstream `pkg/controller/nodelifecycle` (1.20); spec `kubernetes/03` §3.6.
public struct NodeLifecycleController: Controller {
    private enum Stage: Int { case judged, acted }

    /// The namespace of the leases that nodes renew.
    public static let leaseNamespace = "kube-node-lease"

    /// The name.
    public let name = "node-controller"
    /// Nodes, leases and pods.
    public let kinds: [ResourceKind] = [.nodes, .leases, .pods]
    private let settings: NodeLifecycleSettings
    private let rule: PodEvictionRule
    private var nodes = GroupedCache(by: ZoneLimiter.zone)
    private var pods = GroupedCache { PodState($0).node }
    private var renewals: [String: String] = [:]
    private var health: [String: NodeHealth] = [:]
    private var limiters: [String: ZoneLimiter] = [:]
    private var ready: Set<String> = []

    /// Makes a controller that knows nothing yet.
    public init(_ settings: NodeLifecycleSettings = NodeLifecycleSettings()) {
        self.settings = settings
        rule = PodEvictionRule(timeout: settings.podEvictionTimeout)
    }

    /// Every node, and those that went and are not forgotten yet.
    public var allKeys: [String] { Set(nodes.all.keys.map(\.name)).union(health.keys).sorted() }

    /// Nodes that changed or gave a sign of life need a look, and those that drive away a pod that changed.
    public mutating func observe(_ delta: ObjectDelta, of kind: ResourceKind) -> [Trigger<String>] {
        let object = delta.object
        switch kind {
        case .nodes: return observeNode(delta)
        case .leases:
            guard object.namespace == Self.leaseNamespace else { return [] }
            renewals[object.name] = delta.isDeletion ? nil : object.text("spec", "renewTime")
            return nodes[ObjectKey(object.name)] == nil ? [] : [Trigger(object.name)]
        default:
            pods.apply(delta)
            let name = PodState(object).node
            guard let node = nodes[ObjectKey(name)], !NodeTaints.evicting(node).isEmpty else { return [] }
            return [Trigger(name)]
        }
    }

    /// When the first node becomes ready, or the last one is lost, all others need a look too.
    private mutating func observeNode(_ delta: ObjectDelta) -> [Trigger<String>] {
        let (node, allWereLost) = (delta.object, ready.isEmpty)
        nodes.apply(delta)
        if !delta.isDeletion, node.conditionStatus("Ready") == "True" {
            ready.insert(node.name)
        } else {
            ready.remove(node.name)
        }
        guard allWereLost != ready.isEmpty else { return [Trigger(node.name)] }
        return [Trigger(node.name)] + allKeys.filter { $0 != node.name }.map { Trigger($0) }
    }

    /// Nothing: every node was told.
    public mutating func synchronised() -> [Trigger<String>] { [] }

    /// What to do about a node.
    public mutating func plan(_ key: String, after progress: Progress?, now: UnixTime) -> Plan<String> {
        guard let node = nodes[ObjectKey(key)] else { return forget(key) }
        guard let progress, let stage = Stage(rawValue: progress.stage) else { return judge(node, now: now) }
        switch stage {
        case .judged:
            guard case .object(let written)? = progress.outcomes.first?.answer else { return Plan(then: .retry) }
            return act(written, now: now)
        case .acted: return acted(node, progress, now: now)
        }
    }
}

// MARK: - The steps

extension NodeLifecycleController {
    private mutating func forget(_ key: String) -> Plan<String> {
        guard let last = health.removeValue(forKey: key) else { return .nothing }
        var node = KubeObject(["apiVersion": "v1", "kind": "Node"])
        (node.name, node.uid) = (key, last.uid)
        return Plan(events: [Self.note(node, "RemovingNode", "Removing Node \(key) from Controller")])
    }

    private static func note(_ node: KubeObject, _ reason: String, _ message: String) -> EventNote {
        EventNote(node, .normal, reason: reason, "Node \(node.name) event: \(message)")
    }

    /// Takes signs of life in; a node that gave none for too long is written as unknown.
    private mutating func judge(_ node: KubeObject, now: UnixTime) -> Plan<String> {
        let signs = [node.condition("Ready")?.text("lastHeartbeatTime") ?? "", renewals[node.name] ?? ""]
        var events: [EventNote] = []
        if health[node.name]?.uid != node.uid {
            health[node.name] = NodeHealth(node, signs: signs, now: now)
            events.append(Self.note(node, "RegisteredNode", "Registered Node \(node.name) in Controller"))
        }
        health[node.name]?.take(signs, now: now)
        guard let expiry = expiry(of: node), expiry <= now,
            let conditions = SilentNode.conditions(of: node, now: now)
        else {
            var plan = act(node, now: now)
            plan.events = events + plan.events
            return plan
        }
        // What was written is no sign of life, even where it gives the node its first heartbeat.
        health[node.name]?.signs[0] =
            node.condition("Ready")?.text("lastHeartbeatTime") ?? node.creationTimestamp
        let patch: JSONValue = [
            "metadata": ["resourceVersion": .string(node.resourceVersion)],
            "status": ["conditions": .array(conditions)],
        ]
        return Plan(
            [.patch(.nodes, node.key, patch, subresource: "status")], events: events,
            then: .resume(stage: Stage.judged.rawValue))
    }

    /// When a node counts as silent.
    private func expiry(of node: KubeObject) -> UnixTime? {
        guard let heard = health[node.name]?.heard else { return nil }
        let grace = node.condition("Ready") == nil ? settings.startupGracePeriod : settings.gracePeriod
        return UnixTime(microseconds: heard.microseconds + grace.totalNanoseconds / 1_000)
    }

    /// Puts on the taints that are due, tells the pods, and deletes those whose time has come.
    private mutating func act(_ node: KubeObject, now: UnixTime) -> Plan<String> {
        var events: [EventNote] = []
        if health[node.name]?.take(isReady: node.conditionStatus("Ready") == "True") == true {
            events.append(
                EventNote(
                    node, .normal, reason: "NodeNotReady", "Node \(node.name) status is now: NodeNotReady"))
        }
        var intents = [retaint(node, now: now)].compactMap { $0 }
        let here = pods.objects(of: node.name)
        let due = here.filter { isDue($0, on: node, now: now) }
        if health[node.name]?.mustTellPods == true {
            let doomed = Set(due.map(\.uid))
            intents += here.filter { !doomed.contains($0.uid) }.compactMap { notReady($0, now: now) }
        }
        for pod in due {
            let (eviction, note) = NodeTaints.lost(node) == nil ? Self.driveAway(pod) : giveUp(pod, on: node, now: now)
            intents.append(eviction)
            events.append(note)
        }
        guard intents.isEmpty else {
            return Plan(intents, events: events, then: .resume(stage: Stage.acted.rawValue))
        }
        health[node.name]?.mustTellPods = false
        return Plan(events: events, then: next(node, now: now))
    }

    /// The write of the taints that a node's conditions mean; nil when it has them.
    private mutating func retaint(_ node: KubeObject, now: UnixTime) -> Intent? {
        let taints = NodeTaints.taints(of: node, evicting: evicting(node, now: now), now: now)
        if taints == node.list("spec", "taints") { return nil }
        let patch: JSONValue = [
            "metadata": ["resourceVersion": .string(node.resourceVersion)],
            "spec": ["taints": taints.isEmpty ? .null : .array(taints)],
        ]
        return .patch(.nodes, node.key, patch)
    }

    /// The taint that drives the pods of a lost node away, once it is the node's turn.
    private mutating func evicting(_ node: KubeObject, now: UnixTime) -> String? {
        guard let key = NodeTaints.lost(node), !ready.isEmpty else { return nil }
        if isGivenUp(node) { return key }
        let zone = ZoneLimiter.zone(of: node)
        let members = nodes.objects(of: zone)
        let lost = members.count { $0.conditionStatus("Ready") != "True" }
        let rate = ZoneLimiter.rate(lost: lost, of: members.count, settings)
        return limiters[zone, default: ZoneLimiter()].allows(perSecond: rate, now: now) ? key : nil
    }

    private func isGivenUp(_ node: KubeObject) -> Bool {
        NodeTaints.evicting(node).contains { [NodeTaints.notReady, NodeTaints.unreachable].contains($0.text("key")) }
    }

    /// A pod that does not bear a taint of a node that lives: the node ends it.
    private static func driveAway(_ pod: KubeObject) -> (Intent, EventNote) {
        let note = EventNote(
            pod, .normal, reason: "TaintManagerEviction", "Marking for deletion Pod \(pod.key)")
        return (.delete(.pods, pod.key, DeletionRequest(uid: pod.uid)), note)
    }

    /// A pod of a lost node has failed: nobody is there to end it, and its controller makes another one. The node, if
    /// it ever comes back, ends what failed (seeds S-21; decision 0012).
    private func giveUp(_ pod: KubeObject, on node: KubeObject, now: UnixTime) -> (Intent, EventNote) {
        let words = "Node \(node.name) which was running pod \(pod.name) is unresponsive"
        let status: JSONObject = [
            "phase": "Failed", "reason": "NodeLost", "message": .string(words),
            "conditions": .array(unreadyConditions(pod, now: now)),
        ]
        return (write(status, of: pod), EventNote(pod, .warning, reason: "NodeLost", words))
    }

    /// The write that tells of a pod that it is not ready; nil when that is known.
    private func notReady(_ pod: KubeObject, now: UnixTime) -> Intent? {
        guard PodState(pod).isReady else { return nil }
        return write(["conditions": .array(unreadyConditions(pod, now: now))], of: pod)
    }

    private func unreadyConditions(_ pod: KubeObject, now: UnixTime) -> [JSONValue] {
        pod.list("status", "conditions").map { condition in
            guard condition["type"]?.string == "Ready", condition["status"]?.string == "True",
                var changed = KubeObject(condition)
            else { return condition }
            changed["status"] = "False"
            changed["lastTransitionTime"] = .string(KubeTime.text(now))
            return changed.value
        }
    }

    private func write(_ status: JSONObject, of pod: KubeObject) -> Intent {
        let patch: JSONValue = [
            "metadata": ["uid": .string(pod.uid), "resourceVersion": .string(pod.resourceVersion)],
            "status": .object(status),
        ]
        return .patch(.pods, pod.key, patch, subresource: "status")
    }

    private func isDue(_ pod: KubeObject, on node: KubeObject, now: UnixTime) -> Bool {
        due(pod, on: node, now: now).map { $0 <= now } ?? false
    }

    private func due(_ pod: KubeObject, on node: KubeObject, now: UnixTime) -> UnixTime? {
        if pod.isDeleting || PodState(pod).hasEnded { return nil }
        return rule.due(pod, taints: NodeTaints.evicting(node), seen: health[node.name]?.seen ?? now)
    }

    private mutating func acted(_ node: KubeObject, _ progress: Progress, now: UnixTime) -> Plan<String> {
        var (events, node) = ([EventNote](), node)
        for outcome in progress.outcomes {
            guard case .object(let object) = outcome.answer, case .patch(let kind, _, _, _) = outcome.intent else {
                continue
            }
            if kind == .nodes { node = object }
            if kind == .pods, !PodState(object).hasEnded {
                events.append(EventNote(object, .warning, reason: "NodeNotReady", "Node is not ready"))
            }
        }
        guard progress.failures.allSatisfy({ $0.code == 404 }) else { return Plan(events: events, then: .retry) }
        health[node.name]?.mustTellPods = false
        return Plan(events: events, then: next(node, now: now))
    }

    /// When time alone asks for the next look: silence, a turn to be given up, a pod whose time comes.
    private func next(_ node: KubeObject, now: UnixTime) -> Plan<String>.Next {
        var waits: [Duration] = []
        if let expiry = expiry(of: node), SilentNode.conditions(of: node, now: now) != nil {
            waits.append(now.duration(until: expiry))
        }
        if NodeTaints.lost(node) != nil, !ready.isEmpty, !isGivenUp(node) { waits.append(settings.monitorPeriod) }
        if !NodeTaints.evicting(node).isEmpty {
            let due = pods.objects(of: node.name).compactMap { self.due($0, on: node, now: now) }.min()
            if let due, due > now { waits.append(now.duration(until: due)) }
        }
        return waits.min().map { .again(after: $0) } ?? .finished
    }
}
