internal import ClusterBase
internal import ClusterModel
internal import KubeCore
internal import KubeModel
internal import OrderedCollections
internal import ResourceModel

extension PodScheduler {
    /// Lets a pod that has a node wait for its launch there.
    mutating func awaitLaunch(_ number: Int, _ node: Int) {
        pods[number].phase = .bound
        pods[number].task = nil
        promise(number, node)
        if pods[number].wasLaunched || pods[number].assignment != nil, !timers.contains(.grace(number)) {
            timers.set(.grace(number), due: now + settings.launchGrace)
        }
        launchable.append(node)
        exchange.lastNews = now
        if nodes[node].offers.isEmpty { exchange.wantsRevival = exchange.hasRefused }
        if pods[number].isDeleting, !pods[number].wasLaunched { delete(number) }
    }

    /// Takes a pod out of those that wait for a launch on its node.
    mutating func leavePending(_ number: Int) {
        let node = pods[number].node
        guard node >= 0, nodes[node].pending.remove(number) != nil else { return }
        if pods[number].phase == .binding || pods[number].isWriting { nodes[node].inFlight -= 1 }
        pods[number].isWriting = false
        if nodes[node].pending.isEmpty { nodes[node].gathersUntil = nil }
        refresh(node)
        dirtyNodes.append(node)
        launchable.append(node)
    }

    /// Launches what is ready on the nodes on which something changed.
    mutating func launchReadyPods() {
        while let node = launchable.first {
            launchable.removeFirst()
            if !nodes[node].pending.isEmpty { prepare(node) }
            launch(node)
        }
    }

    /// Gives the bound pods of a node a task of its agent, and writes that down on them.
    private mutating func prepare(_ node: Int) {
        guard let agent = nodes[node].agent, !nodes[node].isLost else { return }
        for number in nodes[node].pending where pods[number].phase == .bound && !pods[number].isWriting {
            if let hold = pods[number].holdUntil, hold > now { continue }
            if let own = pods[number].assignment, own.agent == agent { continue }
            let shape = shapes[pods[number].shape]
            guard let offer = nodes[node].offers.first?.offer.id else { continue }
            guard UInt64(shape.ports.wildcards) <= nodes[node].freePorts.count else { continue }
            let assignment = Assignment(
                agent: agent, offer: offer, task: newTask(), ports: choosePorts(shape.ports, on: node))
            nodes[node].freePorts = nodes[node].freePorts - Self.ranges(assignment.ports)
            pods[number].assignment = assignment
            pods[number].isWriting = true
            nodes[node].inFlight += 1
            let tree: JSONValue = [
                "metadata": ["uid": .string(pods[number].uid), "annotations": annotations(assignment, node)]
            ]
            effects.append(.write(.patch(.pods, pods[number].key, tree)))
        }
    }

    /// The pods of a node that can be launched now.
    private func ready(_ node: Int) -> [Int] {
        nodes[node].pending.filter { number in
            let pod = pods[number]
            guard pod.phase == .bound, !pod.isWriting, pod.assignment?.agent == nodes[node].agent else { return false }
            return pod.assignment != nil && pod.holdUntil.map { $0 <= now } ?? true
        }
    }

    /// Launches the ready pods of a node with one call, once the writes for others on it are answered or took too long.
    private mutating func launch(_ node: Int) {
        guard isConnected, !nodes[node].offers.isEmpty else { return }
        let ready = ready(node)
        guard !ready.isEmpty else { return sweep(node) }
        if nodes[node].inFlight > 0 {
            let until = nodes[node].gathersUntil ?? now + settings.launchGathering
            nodes[node].gathersUntil = until
            if until > now { return timers.set(.launch(node), due: until) }
        }
        var cutter = ResourceCutter(nodes[node].offers.map(\.offer.resources), slots: slots)
        guard let executor = executor(for: node, &cutter) else { return }
        var launched: [TaskInfo] = []
        for number in ready {
            guard let info = task(for: number, node, executor, &cutter) else { continue }
            launched.append(info)
            nodes[node].pending.remove(number)
            pods[number].phase = .launched
            pods[number].task = info.id
            pods[number].wasLaunched = true
            pods[number].launchedAt = now
            pods[number].holdUntil = nil
            timers.remove(.retry(number))
            let key = pods[number].key
            register(
                TaskEntry(
                    id: info.id, pod: number, key: key, agent: info.agentID, node: node,
                    resources: info.resources.description))
        }
        if !launched.isEmpty { accept(launched, on: node, executor) }
    }

    /// Starts an executor where one ended and left nothing to launch again, so that it clears up.
    private mutating func sweep(_ node: Int) {
        guard nodes[node].needsSweep, nodes[node].pending.isEmpty, nodes[node].liveTasks == 0,
            !nodes[node].executor.isPresent, let agent = nodes[node].agent
        else { return }
        var cutter = ResourceCutter(nodes[node].offers.map(\.offer.resources), slots: slots)
        guard let executor = executor(for: node, &cutter),
            let piece = cutter.cut(
                cpus: settings.charge.leastCPUs.thousandths, memory: settings.charge.leastMemory.thousandths, ports: [],
                slots.everything)
        else { return }
        let info = TaskInfo(
            name: "sweep", id: newTask("sweep"), agentID: agent, resources: piece, executor: executor,
            data: Array(#"{"kind":"Sweep"}"#.utf8))
        register(
            TaskEntry(
                id: info.id, pod: nil, key: ObjectKey(""), agent: agent, node: node,
                resources: piece.description))
        accept([info], on: node, executor)
    }

    private mutating func accept(_ infos: [TaskInfo], on node: Int, _ executor: ExecutorInfo) {
        nodes[node].executor = .present(executor)
        nodes[node].needsSweep = false
        nodes[node].gathersUntil = nil
        timers.remove(.launch(node))
        let offers = nodes.dropOffers(of: node)
        (exchange.lastPlacement, exchange.lastNews) = (now, now)
        effects.append(
            .call(.accept(offers: offers, operations: [.launch(infos)], filters: Filters(refuseSeconds: 0))))
        refresh(node)
        rememberExecutor(node)
    }

    /// The executor of a node: the one that runs, as it was described, or a new one whose resources are cut off.
    private func executor(for node: Int, _ cutter: inout ResourceCutter) -> ExecutorInfo? {
        let allocation = nodes[node].offers.first?.offer.resources.first { _ in true }?.allocationRole
        if case .present(var info?) = nodes[node].executor {
            info.resources = info.resources.allocated(to: allocation)
            return info
        }
        let template = settings.executor
        var rest = cutter
        let piece = rest.cut(
            cpus: executorCharge.cpus, memory: executorCharge.memory, ports: [], slots.everything)
        // One that runs needs nothing of the offer; it was probably described as a new one would be.
        let isRunning = nodes[node].executor.isPresent
        let unreserved = unreservedCharge.allocated(to: allocation)
        guard let resources = piece ?? (isRunning ? unreserved : nil) else { return nil }
        if !isRunning { cutter = rest }
        let place = AgentPlace(
            agentID: nodes[node].agent ?? "", node: nodes[node].name, hostname: nodes[node].hostname,
            address: nodes[node].address)
        var command = template.command
        command.arguments += template.arguments(place) + ["--hostname-override=\(place.node)"]
        return ExecutorInfo(
            id: template.id, command: command, resources: resources, name: template.name, source: template.source,
            data: template.data, shutdownGracePeriod: template.shutdownGracePeriod)
    }

    private var unreservedCharge: Resources {
        [
            Resource(name: "cpus", value: .scalar(Scalar(thousandths: executorCharge.cpus))),
            Resource(name: "mem", value: .scalar(Scalar(thousandths: executorCharge.memory))),
        ]
    }

    private func task(
        for number: Int, _ node: Int, _ executor: ExecutorInfo, _ cutter: inout ResourceCutter
    ) -> TaskInfo? {
        guard let assignment = pods[number].assignment else { return nil }
        let (pod, shape) = (pods[number], shapes[pods[number].shape])
        var ports = Set(assignment.ports.map { UInt64($0.hostPort) }).sorted()
        if shape.ports.isHostNetwork { ports = ports.filter(nodes[node].offeredPorts.contains) }
        guard let piece = cutter.cut(cpus: shape.cpus, memory: shape.memory, ports: ports, shape.roles) else {
            return nil
        }
        return TaskBuilder(settings: settings).task(
            pod.object, assignment, node: nodes[node].name, annotations: annotations(assignment, node),
            resources: piece, executor: executor)
    }
}
