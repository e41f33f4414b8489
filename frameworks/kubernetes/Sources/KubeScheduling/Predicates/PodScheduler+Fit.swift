internal import ClusterBase
internal import ClusterModel
internal import KubeModel
internal import ResourceModel

/// What is worked out once about a shape before nodes are looked at.
struct FitContext {
    let number: Int
    let shape: PodShape
    let isPlain: Bool
    /// Why no node can take it.
    var problem: String?
    var affinity: AffinityContext?
}

/// What the pods that run mean for a pod's wishes about other pods: domains are pairs of a label and its value.
struct AffinityContext {
    /// For each required term the nodes' values that satisfy it; nil where none is needed, because the pod would be the
    /// first of its own kind.
    var required: [(key: String, values: Set<String>?)] = []
    /// Where it may not go by its own terms.
    var forbidden: [(key: String, values: Set<String>)] = []
    /// Where it may not go by the terms of others.
    var repelled: [(key: String, values: Set<String>)] = []
    /// How much each domain is wished for.
    var preferred: [(key: String, values: [String: Int])] = []
}

extension PodScheduler {
    /// Prepares for looking at nodes for a shape.
    mutating func context(for number: Int) -> FitContext {
        let shape = shapes[number]
        var context = FitContext(number: number, shape: shape, isPlain: shapes.isPlain[number])
        context.problem = shape.problem
        if context.problem == nil, !shape.claims.isEmpty {
            context.problem = volumes.problem(shape.claims, namespace: shape.identity.namespace)
        }
        if shape.podAffinity != nil || !repelling.isEmpty { context.affinity = affinity(of: shape) }
        return context
    }

    private mutating func affinity(of shape: PodShape) -> AffinityContext {
        var context = AffinityContext()
        for term in shape.podAffinity?.required ?? [] {
            let group = selections.group(term.group)
            let isFirst = selections.groups[group].total == 0 && term.group.matches(shape.identity)
            context.required.append((term.topologyKey, isFirst ? nil : domains(group, term.topologyKey)))
        }
        for term in shape.podAffinity?.forbidden ?? [] {
            let group = selections.group(term.group)
            context.forbidden.append((term.topologyKey, domains(group, term.topologyKey)))
        }
        for term in shape.podAffinity?.preferred ?? [] {
            let group = selections.group(term.group)
            var values: [String: Int] = [:]
            for (node, count) in selections.groups[group].counts.enumerated() where count > 0 {
                guard let value = nodes[node].facts.labels[term.topologyKey] else { continue }
                values[value, default: 0] += Int(count) * term.weight
            }
            context.preferred.append((term.topologyKey, values))
        }
        for (key, members) in repelling.terms(against: shape.identity) {
            context.repelled.append((key, Set(members.compactMap { nodes[$0].facts.labels[key] })))
        }
        return context
    }

    private func domains(_ group: Int, _ key: String) -> Set<String> {
        var values: Set<String> = []
        for (node, count) in selections.groups[group].counts.enumerated() where count > 0 {
            if let value = nodes[node].facts.labels[key] { values.insert(value) }
        }
        return values
    }

    /// Whether a node with offers takes a pod now.
    func fits(_ context: FitContext, on number: Int) -> Bool {
        let gauge = nodes.gauges[number]
        let shape = context.shape
        guard gauge.hasOffers, gauge.pods < gauge.maximumPods, gauge.free.cpus(shape.roles) >= shape.cpus,
            gauge.free.memory(shape.roles) >= shape.memory
        else { return false }
        if context.isPlain, gauge.isOpen, context.affinity == nil { return true }
        return failures(of: context, on: number).isEmpty
    }

    /// Why a node does not take a pod now, in upstream's words and by the first of upstream's filters that refuses it.
    ///
    /// A node that offers nothing at the moment is judged by its size and its pods.
    func failures(of context: FitContext, on number: Int) -> [String] {
        let (shape, node, gauge) = (context.shape, nodes[number], nodes.gauges[number])
        if let problem = context.problem { return [problem] }
        if node.facts.isUnschedulable, !shape.tolerations.contains(where: { $0.bears(.unschedulable) }) {
            return ["node(s) were unschedulable"]
        }
        let lacking = lackingResources(shape, gauge)
        if !lacking.isEmpty { return lacking }
        if !hasPorts(shape, node, gauge) {
            return ["node(s) didn't have free ports for the requested pod ports"]
        }
        if !shape.nodeAffinity.admits(node.facts) { return ["node(s) didn't match node selector"] }
        if hasConflict(shape, node) { return ["node(s) had no available disk"] }
        let unbearable = node.effectiveTaints.first { taint in
            let isMark = node.facts.isUnschedulable && taint.key == Taint.unschedulable.key
            return taint.isHard && !isMark && !shape.tolerations.contains { $0.bears(taint) }
        }
        if let unbearable { return ["node(s) had taint \(unbearable.text), that the pod didn't tolerate"] }
        if exceedsDisks(shape, node) { return ["node(s) exceed max volume count"] }
        if !volumes.admits(node.facts, claims: shape.claims, namespace: shape.identity.namespace) {
            return ["node(s) had no available volume zone"]
        }
        if let affinity = context.affinity, let refusal = Self.refusal(affinity, node.facts) { return [refusal] }
        return gauge.hasOffers ? [] : ["node(s) offered no resources"]
    }

    private func lackingResources(_ shape: PodShape, _ gauge: NodeGauge) -> [String] {
        var lacking: [String] = []
        if gauge.pods >= gauge.maximumPods { lacking.append("Too many pods") }
        if gauge.hasOffers {
            if gauge.free.cpus(shape.roles) < shape.cpus { lacking.append("Insufficient cpu") }
            if gauge.free.memory(shape.roles) < shape.memory { lacking.append("Insufficient memory") }
        } else {
            let isKnown = gauge.totalCPUs > 0 || gauge.totalMemory > 0
            if isKnown, gauge.totalCPUs - gauge.usedCPUs < shape.cpus { lacking.append("Insufficient cpu") }
            if isKnown, gauge.totalMemory - gauge.usedMemory < shape.memory { lacking.append("Insufficient memory") }
        }
        return lacking
    }

    private func hasPorts(_ shape: PodShape, _ node: NodeEntry, _ gauge: NodeGauge) -> Bool {
        guard !shape.ports.isEmpty else { return true }
        for port in shape.ports.ports where port.hostPort != 0 {
            if node.hostPorts[HostPort(transport: port.transport, number: port.hostPort)] != nil { return false }
        }
        guard gauge.hasOffers else { return true }
        let fixed = shape.ports.fixed
        let charged = shape.ports.isHostNetwork ? [] : fixed
        guard charged.allSatisfy(node.freePorts.contains) else { return false }
        return shape.ports.wildcards == 0
            || node.freePorts.count >= UInt64(shape.ports.wildcards + fixed.count(where: node.freePorts.contains))
    }

    private func hasConflict(_ shape: PodShape, _ node: NodeEntry) -> Bool {
        shape.disks.contains { disk in node.disks.contains { disk.conflicts(with: $0) } }
    }

    private func exceedsDisks(_ shape: PodShape, _ node: NodeEntry) -> Bool {
        let limits: [(PodDisk.Kind, Int)] = [(.aws, settings.maximumAWSDisks), (.gce, settings.maximumGCEDisks)]
        return limits.contains { kind, limit in
            let wanted = Set(shape.disks.filter { $0.kind == kind }.map(\.id))
            return !wanted.isEmpty
                && wanted.union(node.disks.filter { $0.kind == kind }.map(\.id)).count > limit
        }
    }

    private static func refusal(_ affinity: AffinityContext, _ node: NodeFacts) -> String? {
        let isNear = affinity.required.allSatisfy { key, values in
            guard let value = node.labels[key] else { return false }
            return values.map { $0.contains(value) } ?? true
        }
        if !isNear { return "node(s) didn't match pod affinity rules" }
        func isIn(_ domains: [(key: String, values: Set<String>)]) -> Bool {
            domains.contains { key, values in node.labels[key].map(values.contains) ?? false }
        }
        if isIn(affinity.forbidden) { return "node(s) didn't match pod anti-affinity rules" }
        return isIn(affinity.repelled) ? "node(s) didn't satisfy existing pods anti-affinity rules" : nil
    }

    /// Why a pod finds no node, with numbers.
    ///
    /// `0/3 nodes are available: 3 Insufficient cpu.`
    mutating func refusalMessage(_ context: FitContext) -> String {
        if let problem = context.problem, context.shape.claims.isEmpty { return problem }
        var counts: [String: Int] = [:]
        var total = 0
        for number in nodes.all where nodes[number].isCounted {
            total += 1
            for reason in failures(of: context, on: number) { counts[reason, default: 0] += 1 }
        }
        if total == 0 { return "no nodes available to schedule pods" }
        let reasons = counts.map { "\($0.value) \($0.key)" }.sorted()
        return "0/\(total) nodes are available: \(reasons.joined(separator: ", "))."
    }
}
