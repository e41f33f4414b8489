internal import ClusterBase
internal import ClusterModel
internal import KubeCore
internal import KubeModel
internal import OrderedCollections
internal import ResourceModel

extension PodScheduler {
    /// Takes news of a node's object.
    mutating func observeNode(_ delta: ObjectDelta) {
        let object = delta.object
        if delta.isDeletion {
            guard let number = nodes.number(object.name) else { return }
            nodes[number].hasObject = false
            nodes[number].writtenMemo = ""
            nodes[number].facts = NodeFacts(name: object.name)
            refresh(number)
            return nodes.releaseIfUnused(number)
        }
        let facts = NodeFacts(object)
        let number = nodes.take(object.name)
        if nodes[number].hasObject, nodes[number].objectFacts == facts { return }
        nodes[number].hasObject = true
        nodes[number].objectFacts = facts
        nodes[number].facts = facts
        if let agent = facts.agent.map({ AgentID($0) }), nodes[number].agent == nil, nodes.agents[agent] == nil {
            nodes.assign(agent, to: number)
        }
        if nodes[number].address.isEmpty, let agent = nodes[number].agent, agent.value == facts.agent {
            nodes[number].address = facts.address ?? ""
        }
        if case .present(nil) = nodes[number].executor, let memo = facts.executor {
            nodes[number].executor = .present(ExecutorMemo.executor(memo))
        }
        rememberExecutor(number)
        refresh(number)
        dirtyNodes.append(number)
        launchable.append(number)
    }

    /// Writes down on the node how its executor is described, unless that stands there.
    mutating func rememberExecutor(_ number: Int) {
        guard nodes[number].hasObject, case .present(let info?) = nodes[number].executor,
            let memo = ExecutorMemo.text(info), nodes[number].facts.executor != memo,
            nodes[number].writtenMemo != memo
        else { return }
        nodes[number].writtenMemo = memo
        let tree: JSONValue = ["metadata": ["annotations": [ExecutorMemo.annotation: .string(memo)]]]
        effects.append(.write(.patch(.nodes, ObjectKey(nodes[number].name), tree)))
    }

    /// Holds an offer.
    mutating func hold(_ offer: Offer) {
        let number = node(of: offer)
        nodes.hold(offer, at: number, now: now)
        nodes[number].isLost = false
        nodes[number].hostname = offer.hostname
        nodes[number].address = Self.address(offer)
        nodes[number].attributes = Self.labels(offer)
        if offer.executorIDs.contains(settings.executor.id) {
            if !nodes[number].executor.isPresent {
                nodes[number].executor = .present(nodes[number].facts.executor.flatMap(ExecutorMemo.executor))
            }
            nodes[number].needsSweep = false
        } else if nodes[number].executor.isPresent, nodes[number].liveTasks == 0 {
            nodes[number].executor = .absent
        }
        refresh(number)
        dirtyNodes.append(number)
        launchable.append(number)
    }

    /// The node of an offer's agent, named after its host unless another live agent has that name.
    private mutating func node(of offer: Offer) -> Int {
        if let number = nodes.agents[offer.agentID] { return number }
        let base = offer.hostname.lowercased()
        let suffix = offer.ip.map { $0 == "." || $0 == ":" ? "-" : String($0) }.joined()
        let candidates = [base, "\(base)-\(offer.port)", "\(base)-\(suffix)-\(offer.port)"]
        for name in candidates {
            let number = nodes.take(name)
            if isFree(number, for: offer) {
                take(over: number, offer.agentID)
                return number
            }
        }
        let number = nodes.take("\(base)-\(offer.agentID.value.lowercased())")
        take(over: number, offer.agentID)
        return number
    }

    /// Makes an agent that of a node; the offers and the executor of the one before are of no use.
    private mutating func take(over number: Int, _ agent: AgentID) {
        let old = nodes.dropOffers(of: number)
        if !old.isEmpty, isConnected {
            effects.append(.call(.decline(offers: old, filters: Filters(refuseSeconds: 0))))
        }
        nodes[number].executor = .absent
        nodes[number].needsSweep = false
        nodes.assign(agent, to: number)
    }

    private func isFree(_ number: Int, for offer: Offer) -> Bool {
        let entry = nodes[number]
        return entry.agent == nil || entry.address == Self.address(offer) || !entry.isAlive
    }

    private static func address(_ offer: Offer) -> String { "\(offer.ip):\(offer.port)" }

    /// The labels that an agent's attributes and place mean.
    private static func labels(_ offer: Offer) -> [LabelPair] {
        var labels = offer.attributes.compactMap { attribute -> LabelPair? in
            switch attribute.value {
            case .text(let text): LabelPair(PoolNames.attributePrefix + attribute.name, text)
            case .scalar(let number):
                LabelPair(PoolNames.attributePrefix + attribute.name, Scalar(number).description)
            case .ranges: nil
            }
        }
        if let domain = offer.domain {
            labels.append(LabelPair("topology.kubernetes.io/region", domain.region))
            labels.append(LabelPair("topology.kubernetes.io/zone", domain.zone))
        }
        return labels
    }

    /// Takes back an offer.
    mutating func rescind(_ offer: OfferID) {
        guard let number = nodes.drop(offer) else { return }
        refresh(number)
    }

    /// Takes note that an agent is gone; what becomes of its tasks is told apart.
    mutating func agentLost(_ agent: AgentID) {
        guard let number = nodes.agents[agent] else { return }
        _ = nodes.dropOffers(of: number)
        nodes[number].isLost = true
        nodes[number].executor = .absent
        nodes[number].needsSweep = false
        refresh(number)
        nodes.releaseIfUnused(number)
    }

    /// Takes note that an executor ended; what becomes of its tasks is told apart.
    mutating func executorEnded(_ agent: AgentID, _ executor: ExecutorID, _ status: Int32?) {
        guard executor == settings.executor.id, let number = nodes.agents[agent] else { return }
        nodes[number].executor = .absent
        nodes[number].needsSweep = status != 0
        nodes[number].sweepUntil = now + settings.launchGrace
        needyNodes.append(number)
        refresh(number)
        launchable.append(number)
    }

    /// Computes anew what is free on a node, and what placement reads of it.
    mutating func refresh(_ number: Int) {
        complete(number)
        var free = Amounts.zero
        var ports = ValueRanges()
        for held in nodes[number].offers {
            for resource in held.offer.resources where ResourceCutter.isUsable(resource) {
                guard let slot = slots.slot(ofReservation: resource.role) else { continue }
                switch (resource.name, resource.value) {
                case ("cpus", .scalar(let amount)): free.cpus[slot] += amount.thousandths
                case ("mem", .scalar(let amount)): free.memory[slot] += amount.thousandths
                case ("ports", .ranges(let ranges)): ports = ports + ranges
                default: break
                }
            }
        }
        nodes[number].offeredPorts = ports
        let offered = free
        if !nodes[number].executor.isPresent {
            let owed = free.taking(cpus: executorCharge.cpus, memory: executorCharge.memory, slots.everything)
            free = free - owed
        }
        for pod in nodes[number].pending {
            let shape = shapes[pods[pod].shape]
            free = free - free.taking(cpus: shape.cpus, memory: shape.memory, shape.roles)
            ports = ports - Self.ranges(pods[pod].assignment?.ports ?? shape.ports.ports)
        }
        nodes[number].freePorts = ports
        let (entry, maximum) = (nodes[number], settings.maximumPods)
        let (taints, zone) = (entry.effectiveTaints, nodes.zone(entry.facts.zone))
        nodes.update(number) { gauge in
            gauge.free = free
            gauge.hasOffers = !entry.offers.isEmpty
            let (seenCPUs, seenMemory) = (offered.cpus.wrappedSum(), offered.memory.wrappedSum())
            gauge.totalCPUs = entry.facts.cpus ?? max(gauge.totalCPUs, gauge.usedCPUs + seenCPUs)
            gauge.totalMemory = entry.facts.memory ?? max(gauge.totalMemory, gauge.usedMemory + seenMemory)
            gauge.maximumPods = Int32(clamping: entry.facts.pods ?? maximum)
            gauge.isOpen = !entry.facts.isUnschedulable && !taints.contains(where: \.isHard)
            gauge.hasSoftTaints = taints.contains { $0.effect == "PreferNoSchedule" }
            gauge.zone = zone
        }
    }

    static func ranges(_ ports: [PodPort]) -> ValueRanges {
        ports.isEmpty
            ? ValueRanges()
            : ValueRanges(ports.filter { $0.hostPort != 0 }.map { UInt64($0.hostPort)...UInt64($0.hostPort) })
    }

    /// Completes what the node's object says by what its agent says.
    private mutating func complete(_ number: Int) {
        let entry = nodes[number]
        var facts = entry.hasObject ? entry.objectFacts ?? NodeFacts(name: entry.name) : NodeFacts(name: entry.name)
        for label in entry.attributes { facts.labels[label.key] = label.value }
        if facts.labels[NodeFacts.hostnameLabel] == nil { facts.labels[NodeFacts.hostnameLabel] = entry.name }
        nodes[number].facts = facts
    }
}
