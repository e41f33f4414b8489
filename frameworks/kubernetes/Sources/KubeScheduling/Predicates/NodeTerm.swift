internal import ClusterBase
internal import KubeModel

/// A condition on one label or field of a node.
struct NodeCondition: Hashable, Sendable {
    enum Operator: String, Hashable, Sendable {
        case isIn = "In"
        case notIn = "NotIn"
        case exists = "Exists"
        case doesNotExist = "DoesNotExist"
        case greater = "Gt"
        case less = "Lt"
    }

    var key: String
    /// Nil for a word that is none: then nothing matches.
    var op: Operator?
    var values: [String]

    init(_ expression: JSONValue) {
        key = expression["key"]?.string ?? ""
        op = expression["operator"]?.string.flatMap(Operator.init(rawValue:))
        values = (expression["values"]?.array ?? []).compactMap(\.string)
    }

    func holds(_ value: String?) -> Bool {
        switch op {
        case .isIn: value.map(values.contains) ?? false
        case .notIn: !(value.map(values.contains) ?? false)
        case .exists: value != nil
        case .doesNotExist: value == nil
        case .greater: compare(value, >)
        case .less: compare(value, <)
        case nil: false
        }
    }

    private func compare(_ value: String?, _ isOrdered: (Int64, Int64) -> Bool) -> Bool {
        guard let number = value.flatMap({ Int64($0) }), let bound = values.first.flatMap({ Int64($0) }) else {
            return false
        }
        return isOrdered(number, bound)
    }
}

/// One term of a node selector: all its conditions must hold; an empty one matches nothing.
struct NodeTerm: Hashable, Sendable {
    var labels: [NodeCondition]
    var fields: [NodeCondition]

    init(_ term: JSONValue) {
        labels = (term["matchExpressions"]?.array ?? []).map(NodeCondition.init)
        fields = (term["matchFields"]?.array ?? []).map(NodeCondition.init)
    }

    func matches(_ node: NodeFacts) -> Bool {
        if labels.isEmpty, fields.isEmpty { return false }
        return labels.allSatisfy { $0.holds(node.labels[$0.key]) }
            && fields.allSatisfy { $0.key == "metadata.name" && $0.holds(node.name) }
    }
}

/// What a pod asks of its node's labels.
struct NodeAffinity: Hashable, Sendable {
    struct Preference: Hashable, Sendable {
        var weight: Int
        var term: NodeTerm
    }

    /// Pairs that must all be there.
    var selector: [LabelPair]
    /// Terms of which one must match; nil when nothing is required.
    var required: [NodeTerm]?
    /// Terms that are counted.
    var preferred: [Preference]

    /// Reads `nodeSelector` and `affinity.nodeAffinity`, or the annotation of the releases before the field.
    init(_ pod: KubeObject, affinity: JSONValue?) {
        selector = LabelPair.sorted(pod.strings("spec", "nodeSelector"))
        let node = affinity?["nodeAffinity"]
        required = node?["requiredDuringSchedulingIgnoredDuringExecution"]?.object.map { required in
            (required["nodeSelectorTerms"]?.array ?? []).map(NodeTerm.init)
        }
        preferred = (node?["preferredDuringSchedulingIgnoredDuringExecution"]?.array ?? []).map { preference in
            Preference(
                weight: Int(clamping: preference["weight"]?.integer ?? 0),
                term: NodeTerm(preference["preference"] ?? .null))
        }
    }

    var requiresNothing: Bool { selector.isEmpty && required == nil }

    func admits(_ node: NodeFacts) -> Bool {
        guard selector.allSatisfy({ node.labels[$0.key] == $0.value }) else { return false }
        return required.map { terms in terms.contains { $0.matches(node) } } ?? true
    }

    /// The weights of the preferences that a node meets.
    func preference(for node: NodeFacts) -> Int {
        preferred.reduce(0) { $0 + ($1.term.matches(node) ? $1.weight : 0) }
    }
}
