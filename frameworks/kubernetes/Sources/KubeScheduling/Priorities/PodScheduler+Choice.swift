internal import KubeModel

/// Nodes that would take a pod, with what speaks for them.
private struct Candidates {
    var nodes: [Int] = []
    /// Sums of weighted scores, each score from 0 to 100.
    var scores: [Int] = []

    /// Adds scores that are highest for the greatest value.
    mutating func add(_ values: [Int], weight: Int, isReversed: Bool = false) {
        guard let greatest = values.max(), greatest > 0 else { return }
        for index in values.indices {
            let score = 100 * values[index] / greatest
            scores[index] += weight * (isReversed ? 100 - score : score)
        }
    }
}

extension PodScheduler {
    /// The best node for a pod; nil when none takes it.
    ///
    /// Source: upstream's priorities (spec `kubernetes/05` §5.1), on the later scale of 0 to 100. Nodes of equal score
    /// are taken in turn.
    mutating func choose(_ context: FitContext) -> Int? {
        guard context.problem == nil else { return nil }
        var candidates = Candidates()
        for number in nodes.offered where fits(context, on: number) {
            candidates.nodes.append(number)
            candidates.scores.append(resourceScore(context.shape, nodes.gauges[number]))
        }
        guard let first = candidates.nodes.first else { return nil }
        guard candidates.nodes.count > 1 else { return first }
        addSpread(context.shape, &candidates)
        addWishes(context, &candidates)
        let best = candidates.scores.max() ?? 0
        rotation &+= 1
        let count = candidates.nodes.count
        for offset in 0..<count {
            let index = (rotation + offset) % count
            if candidates.scores[index] == best {
                rotation = index
                return candidates.nodes[index]
            }
        }
        return first
    }

    /// LeastRequested and BalancedResourceAllocation, by what is really free on the agent.
    private func resourceScore(_ shape: PodShape, _ gauge: NodeGauge) -> Int {
        let (cpus, memory) = (max(1, gauge.totalCPUs), max(1, gauge.totalMemory))
        let freeCPUs = min(cpus, max(0, gauge.free.cpus.wrappedSum() - shape.cpus))
        let freeMemory = min(memory, max(0, gauge.free.memory.wrappedSum() - shape.memory))
        let (partCPUs, partMemory) = (Int(freeCPUs * 1_000 / cpus), Int(freeMemory * 1_000 / memory))
        let least = (partCPUs + partMemory) / 20
        let balanced = 100 - abs(partCPUs - partMemory) / 10
        return settings.weights.leastRequested * least + settings.weights.balancedAllocation * balanced
    }

    /// SelectorSpread: few pods of the same services and controllers on the node, and (two thirds) in its zone.
    private mutating func addSpread(_ shape: PodShape, _ candidates: inout Candidates) {
        guard settings.weights.selectorSpread > 0, let selection = sources.selection(for: shape.identity) else {
            return
        }
        let group = selections.group(selection)
        let counts = candidates.nodes.map { Int(selections.count(group, node: $0)) }
        let greatest = counts.max() ?? 0
        let byNode = counts.map { greatest == 0 ? 100 : 100 * (greatest - $0) / greatest }
        let zones = candidates.nodes.map { Int(nodes.gauges[$0].zone) }
        guard let lastZone = zones.max(), lastZone >= 0 else {
            for index in byNode.indices { candidates.scores[index] += settings.weights.selectorSpread * byNode[index] }
            return
        }
        var inZone = [Int](repeating: 0, count: lastZone + 1)
        for (index, zone) in zones.enumerated() where zone >= 0 { inZone[zone] += counts[index] }
        let greatestZone = inZone.max() ?? 0
        for (index, zone) in zones.enumerated() {
            var score = byNode[index]
            if zone >= 0 {
                let byZone = greatestZone == 0 ? 100 : 100 * (greatestZone - inZone[zone]) / greatestZone
                score = (score + 2 * byZone) / 3
            }
            candidates.scores[index] += settings.weights.selectorSpread * score
        }
    }

    /// Node affinity, taints of the soft kind, and wishes about other pods.
    private func addWishes(_ context: FitContext, _ candidates: inout Candidates) {
        let shape = context.shape
        if !shape.nodeAffinity.preferred.isEmpty {
            candidates.add(
                candidates.nodes.map { shape.nodeAffinity.preference(for: nodes[$0].facts) },
                weight: settings.weights.nodeAffinity)
        }
        if candidates.nodes.contains(where: { nodes.gauges[$0].hasSoftTaints }) {
            let counts = candidates.nodes.map { number in
                nodes[number].effectiveTaints.count { taint in
                    taint.effect == "PreferNoSchedule" && !shape.tolerations.contains { $0.bears(taint) }
                }
            }
            candidates.add(counts, weight: settings.weights.taints, isReversed: true)
        }
        guard let preferred = context.affinity?.preferred, !preferred.isEmpty else { return }
        let sums = candidates.nodes.map { number in
            preferred.reduce(0) { sum, wish in
                sum + (nodes[number].facts.labels[wish.key].flatMap { wish.values[$0] } ?? 0)
            }
        }
        let least = sums.min() ?? 0
        candidates.add(sums.map { $0 - least }, weight: settings.weights.podAffinity)
    }
}
