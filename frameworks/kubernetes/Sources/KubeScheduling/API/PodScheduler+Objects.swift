internal import ClusterBase
internal import ClusterModel
internal import KubeCore
internal import KubeModel
internal import OrderedCollections

extension PodScheduler {
    /// Takes news of a pod.
    mutating func observePod(_ delta: ObjectDelta) {
        let object = delta.object
        if let number = pods.number(object.key) {
            if delta.isDeletion || pods[number].uid != object.uid {
                removePod(number)
                if delta.isDeletion { return }
                addPod(object)
            } else {
                changePod(number, to: object)
            }
        } else if !delta.isDeletion {
            addPod(object)
        }
    }

    private mutating func addPod(_ object: KubeObject) {
        sequence += 1
        let shape = shapes.take(PodShape(object, settings, slots))
        let number = pods.add(
            PodEntry(
                object: object, key: object.key, uid: object.uid, shape: shape,
                priority: object.integer("spec", "priority") ?? 0, sequence: sequence))
        decide(number)
    }

    private mutating func changePod(_ number: Int, to object: KubeObject) {
        let old = pods[number].object
        pods[number].object = object
        if old.fields["spec"] != object.fields["spec"] || old["metadata", "labels"] != object["metadata", "labels"]
            || old["metadata", "annotations"] != object["metadata", "annotations"]
        {
            reshape(number, object)
        }
        if pods[number].node >= 0, pods[number].hasEnded { uncount(number) }
        decide(number)
    }

    private mutating func reshape(_ number: Int, _ object: KubeObject) {
        let shape = shapes.take(PodShape(object, settings, slots))
        let old = pods[number].shape
        guard shape != old else { return shapes.release(shape) }
        let node = pods[number].node
        if node >= 0 { uncount(number) }
        let isWaiting = pods[number].phase == .waiting
        if isWaiting { queue.remove(number, shape: old) }
        pods[number].shape = shape
        shapes.release(old)
        if node >= 0 { count(number, on: node) }
        if isWaiting {
            queue.add(number, shape: shape)
            queue.wake(number)
        }
    }

    /// Does what a pod's object asks for.
    private mutating func decide(_ number: Int) {
        let pod = pods[number]
        let node = pod.object.text("spec", "nodeName")
        if pod.hasEnded || pod.isMirror {
            if [.waiting, .binding, .bound].contains(pod.phase) { withdraw(number, to: .ended) }
            if pod.phase == .ignored, !node.isEmpty {
                if !pod.hasEnded { count(number, on: nodes.take(node)) }
                if pod.hasEnded { pods[number].phase = .ended }
            }
            return
        }
        if node.isEmpty { return decideUnbound(number) }
        switch pod.phase {
        case .ignored, .waiting: adopt(number, node)
        case .bound where pod.isDeleting && !pod.wasLaunched: delete(number)
        case .binding, .bound, .launched, .ended: break
        }
    }

    private mutating func decideUnbound(_ number: Int) {
        let pod = pods[number]
        switch pod.phase {
        case .ignored where !pod.isDeleting:
            let name = pod.object.text("spec", "schedulerName")
            guard name.isEmpty || name == settings.schedulerName else { return }
            pods[number].phase = .waiting
            queue.add(number, shape: pod.shape)
            queue.wake(number)
        case .waiting where pod.isDeleting: withdraw(number, to: .ignored)
        default: break
        }
    }

    /// Takes over a pod that has a node: by a binding whose answer got lost, from an earlier life, or by its user.
    mutating func adopt(_ number: Int, _ name: String) {
        withdraw(number, to: .ignored)
        pods[number].holdUntil = nil
        let pod = pods[number]
        let node = nodes.take(name)
        count(number, on: node)
        let task = pod.object.annotation(PoolNames.task) ?? ""
        let agent = AgentID(pod.object.annotation(PoolNames.agent) ?? "")
        if !agent.value.isEmpty, nodes[node].agent == nil, nodes.agents[agent] == nil {
            nodes.assign(agent, to: node)
        }
        guard !task.isEmpty, !agent.value.isEmpty else {
            pods[number].assignment = nil
            return awaitLaunch(number, node)
        }
        if let own = pod.assignment, own.task.value == task, tasks[own.task] == nil, !pod.wasLaunched {
            return awaitLaunch(number, node)
        }
        pods[number].assignment = nil
        pods[number].wasLaunched = true
        pods[number].phase = .launched
        register(
            TaskEntry(id: TaskID(task), pod: number, key: pod.key, agent: agent, node: node))
        pods[number].task = TaskID(task)
        if isSynchronised { ask(for: TaskID(task)) }
    }

    /// Takes a pod out of whatever it waits for.
    mutating func withdraw(_ number: Int, to phase: PodEntry.Phase) {
        let pod = pods[number]
        timers.remove(.retry(number))
        switch pod.phase {
        case .waiting: queue.remove(number, shape: pod.shape)
        case .binding, .bound:
            leavePending(number)
            timers.remove(.grace(number))
        case .ignored, .launched, .ended: break
        }
        if pod.phase != .launched { uncount(number) }
        pods[number].phase = phase
    }

    private mutating func removePod(_ number: Int) {
        let pod = pods[number]
        withdraw(number, to: .ended)
        uncount(number)
        for key in [TimerKey.retry(number), .grace(number), .delete(number)] { timers.remove(key) }
        if let task = pod.task, tasks[task] != nil {
            tasks[task]?.pod = nil
            if pod.isDeleting { timers.set(.kill(task), due: now + Self.farewell) } else { kill(task) }
        }
        shapes.release(pod.shape)
        pods.remove(number)
    }

    /// Counts a pod on a node; a mirror of a static pod takes a place but no resources, for the executor has them.
    mutating func count(_ number: Int, on node: Int) {
        guard pods[number].node < 0 else { return }
        pods[number].node = node
        recount(number, node, by: 1)
    }

    /// Takes a pod off the node it counts on.
    mutating func uncount(_ number: Int) {
        let node = pods[number].node
        guard node >= 0 else { return }
        pods[number].node = -1
        recount(number, node, by: -1)
        dirtyNodes.append(node)
        nodes.releaseIfUnused(node)
    }

    private mutating func recount(_ number: Int, _ node: Int, by sign: Int) {
        let shape = shapes[pods[number].shape]
        let charged: Int64 = pods[number].isMirror ? 0 : Int64(sign)
        nodes.update(node) { gauge in
            gauge.pods += Int32(sign)
            gauge.usedCPUs += charged * shape.cpus
            gauge.usedMemory += charged * shape.memory
        }
        if sign > 0 { pods[number].countedPorts = pods[number].assignment?.ports ?? shape.ports.ports }
        for port in pods[number].countedPorts where port.hostPort != 0 {
            let key = HostPort(transport: port.transport, number: port.hostPort)
            let count = (nodes[node].hostPorts[key] ?? 0) + sign
            nodes[node].hostPorts[key] = count <= 0 ? nil : count
        }
        for disk in shape.disks {
            if sign > 0 {
                nodes[node].disks.append(disk)
            } else if let index = nodes[node].disks.firstIndex(of: disk) {
                nodes[node].disks.remove(at: index)
            }
        }
        selections.move(shape.identity, node: node, by: Int32(sign))
        repelling.move(shape.podAffinity, node: node, by: sign)
        queue.wakesAffine = true
    }
}
