internal import ClusterBase
internal import ClusterModel
internal import KubeCore
internal import KubeModel
internal import OrderedCollections
internal import ResourceModel

/// What one pass over the waiting pods has found out.
private struct PlacementPass {
    /// By shape.
    var contexts: [Int: FitContext] = [:]
    /// Shapes that no node takes any more.
    var unfit: Set<Int> = []
    /// Why, by shape.
    var messages: [Int: String] = [:]
}

extension PodScheduler {
    /// Places the pods whose time has come, and those that a change may have helped; by priority, then first come first
    /// served.
    mutating func placeWaitingPods() {
        guard !queue.isEmpty else {
            dirtyNodes = []
            return
        }
        repeat {
            var pass = PlacementPass()
            wake(&pass)
            let order = queue.takeActive().sorted {
                (-pods[$0].priority, pods[$0].sequence) < (-pods[$1].priority, pods[$1].sequence)
            }
            for number in order where pods[number].phase == .waiting { place(number, &pass) }
            // A pod that was placed may be the one that another wants to be near.
        } while queue.wakesAffine && queue.waiting.keys.contains { shapes[$0].podAffinity != nil }
    }

    /// Finds the pods that nodes on which something changed would take.
    private mutating func wake(_ pass: inout PlacementPass) {
        let (wakesClaims, wakesAffine) = (queue.wakesClaims, queue.wakesAffine)
        (queue.wakesClaims, queue.wakesAffine) = (false, false)
        let dirty = dirtyNodes
        dirtyNodes = []
        guard !dirty.isEmpty || wakesClaims || wakesAffine else { return }
        for shape in queue.waiting.keys {
            let (hasClaims, isAffine) = (!shapes[shape].claims.isEmpty, shapes[shape].podAffinity != nil)
            if wakesClaims && hasClaims || wakesAffine && isAffine {
                queue.wake(shape: shape)
                continue
            }
            let context = context(for: shape, &pass)
            for node in dirty {
                if fits(context, on: node) {
                    queue.wake(shape: shape)
                    break
                }
                let isWorthAsking =
                    exchange.hasRefused && !exchange.wantsRevival && !nodes.gauges[node].hasOffers
                    && nodes[node].isCounted && failures(of: context, on: node) == ["node(s) offered no resources"]
                if isWorthAsking { exchange.wantsRevival = true }
            }
        }
    }

    private mutating func context(for shape: Int, _ pass: inout PlacementPass) -> FitContext {
        if let known = pass.contexts[shape] { return known }
        let context = context(for: shape)
        // What other pods mean changes with each that is placed.
        if context.affinity == nil { pass.contexts[shape] = context }
        return context
    }

    private mutating func place(_ number: Int, _ pass: inout PlacementPass) {
        if let hold = pods[number].holdUntil, hold > now { return }
        let shape = pods[number].shape
        if !pass.unfit.contains(shape) {
            let context = context(for: shape, &pass)
            if let node = choose(context) { return bind(number, to: node) }
            if context.affinity == nil { pass.unfit.insert(shape) }
        }
        guard pods[number].isDue || pods[number].wasLookedAt else {
            // The first look finds what happens to be at hand; offers that were refused may fit.
            pods[number].wasLookedAt = true
            exchange.lastNews = now
            exchange.wantsRevival = exchange.wantsRevival || exchange.hasRefused
            return retry(number, after: settings.initialPodBackoff)
        }
        guard pods[number].isDue else { return }
        pods[number].isDue = false
        let message: String
        if let known = pass.messages[shape] {
            message = known
        } else {
            message = refusalMessage(context(for: shape, &pass))
            pass.messages[shape] = message
        }
        tell(number, message)
        pods[number].attempts += 1
        retry(number, after: backoff(pods[number].attempts, longest: settings.maximumPodBackoff))
    }

    func backoff(_ attempts: Int, longest: Duration) -> Duration {
        min(settings.initialPodBackoff * (1 << min(max(attempts, 0), 20)), longest)
    }

    /// Tries a waiting pod again later.
    mutating func retry(_ number: Int, after delay: Duration) {
        pods[number].due = now + delay
        timers.set(.retry(number), due: now + delay)
    }

    /// Tells people why a pod waits, by an event and by its condition.
    private mutating func tell(_ number: Int, _ message: String) {
        let pod = pods[number]
        pods[number].message = message
        effects.append(.note(EventNote(pod.object, .warning, reason: "FailedScheduling", message)))
        guard pod.announced != message else { return }
        pods[number].announced = message
        let time = KubeTime.text(UnixTime(microseconds: now.nanoseconds / 1_000))
        let old = pod.object.list("status", "conditions")
        let since = old.first { $0["type"]?.string == "PodScheduled" && $0["status"]?.string == "False" }
        let condition: JSONValue = [
            "type": "PodScheduled", "status": "False", "lastProbeTime": .null,
            "lastTransitionTime": since?["lastTransitionTime"] ?? .string(time), "reason": "Unschedulable",
            "message": .string(message),
        ]
        let others = old.filter { $0["type"]?.string != "PodScheduled" }
        let tree: JSONValue = [
            "metadata": ["uid": .string(pod.uid), "resourceVersion": .string(pod.object.resourceVersion)],
            "status": ["conditions": .array(others + [condition])],
        ]
        effects.append(.write(.patch(.pods, pod.key, tree, subresource: "status")))
    }

    /// Promises a pod a node, and asks for its binding.
    private mutating func bind(_ number: Int, to node: Int) {
        guard let agent = nodes[node].agent, let offer = nodes[node].offers.first?.offer.id else { return }
        queue.remove(number, shape: pods[number].shape)
        timers.remove(.retry(number))
        let shape = shapes[pods[number].shape]
        let ports = choosePorts(shape.ports, on: node)
        let assignment = Assignment(agent: agent, offer: offer, task: newTask(), ports: ports)
        pods[number].assignment = assignment
        pods[number].phase = .binding
        pods[number].isDue = false
        pods[number].due = nil
        count(number, on: node)
        promise(number, node)
        nodes[node].inFlight += 1
        (exchange.lastPlacement, exchange.lastNews) = (now, now)
        let pod = pods[number]
        let metadata: JSONValue = [
            "name": .string(pod.key.name), "namespace": .string(pod.key.namespace), "uid": .string(pod.uid),
            "annotations": annotations(assignment, node),
        ]
        let tree: JSONObject = [
            "apiVersion": "v1", "kind": "Binding", "metadata": metadata,
            "target": ["apiVersion": "v1", "kind": "Node", "name": .string(nodes[node].name)],
        ]
        effects.append(.write(.create(.bindings, KubeObject(tree))))
    }

    /// Takes what a pod needs off what is free on a node.
    mutating func promise(_ number: Int, _ node: Int) {
        guard nodes[node].pending.append(number).inserted else { return }
        needyNodes.append(node)
        let shape = shapes[pods[number].shape]
        nodes.update(node) { gauge in
            let taken = gauge.free.taking(cpus: shape.cpus, memory: shape.memory, shape.roles)
            gauge.free = gauge.free - taken
        }
        guard !shape.ports.isEmpty else { return }
        let ports = pods[number].assignment?.ports ?? shape.ports.ports
        nodes[node].freePorts = nodes[node].freePorts - Self.ranges(ports)
    }

    /// The ports of a pod with a number for each; the lowest free ones where any will do.
    func choosePorts(_ ports: PodPorts, on node: Int) -> [PodPort] {
        guard ports.wildcards > 0 else { return ports.ports }
        let free = nodes[node].freePorts - ValueRanges(ports.fixed.map { $0...$0 })
        return ports.choosing(free.prefix(ports.wildcards))
    }

    /// A task id that was never used.
    mutating func newTask(_ prefix: String = "pod") -> TaskID { TaskID("\(prefix).\(random.uuid())") }

    /// What a pod is annotated with when it gets a task.
    func annotations(_ assignment: Assignment, _ node: Int) -> JSONValue {
        var tree: JSONObject = [
            PoolNames.bindingHost: .string(nodes[node].hostname.isEmpty ? nodes[node].name : nodes[node].hostname),
            PoolNames.task: .string(assignment.task.value), PoolNames.agent: .string(assignment.agent.value),
            PoolNames.offer: .string(assignment.offer.value),
            PoolNames.executor: .string(settings.executor.id.value),
        ]
        for (key, value) in PodPorts.annotations(assignment.ports) { tree[key] = .string(value) }
        return .object(tree)
    }
}
