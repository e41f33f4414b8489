internal import ClusterBase
internal import KubeModel

/// A wish to be near other pods, or away from them.
struct PodAffinityTerm: Hashable, Sendable {
    /// Which pods.
    var group: PodSelection
    /// What "near" means: nodes with the same value of this label.
    var topologyKey: String
    /// How much it counts, where it is a wish only.
    var weight: Int

    init(_ term: JSONValue, weight: Int = 0, namespace: String) {
        let named = (term["namespaces"]?.array ?? []).compactMap(\.string)
        let selector = (try? LabelSelector(object: term["labelSelector"])) ?? .nothing
        group = PodSelection(namespaces: named.isEmpty ? [namespace] : Set(named).sorted(), selectors: [selector])
        topologyKey = term["topologyKey"]?.string ?? ""
        self.weight = weight
    }
}

/// Pods of namespaces, chosen by labels.
struct PodSelection: Hashable, Sendable {
    var namespaces: [String]
    /// All of which must match.
    var selectors: [LabelSelector]

    func matches(_ pod: PodIdentity) -> Bool {
        namespaces.contains(pod.namespace) && selectors.allSatisfy(pod.isChosen)
    }
}

/// By what pods are chosen: namespace and labels.
struct PodIdentity: Hashable, Sendable {
    var namespace: String
    /// Sorted.
    var labels: [LabelPair]

    func isChosen(by selector: LabelSelector) -> Bool {
        selector.matches { key in labels.first { $0.key == key }?.value }
    }
}

/// A pod's wishes about other pods.
struct PodAffinity: Hashable, Sendable {
    var required: [PodAffinityTerm] = []
    var forbidden: [PodAffinityTerm] = []
    /// Wishes; those to be away weigh less than nothing.
    var preferred: [PodAffinityTerm] = []

    /// Reads `affinity.podAffinity` and `affinity.podAntiAffinity`; nil when there is neither.
    init?(_ affinity: JSONValue?, namespace: String) {
        guard let affinity, affinity["podAffinity"] != nil || affinity["podAntiAffinity"] != nil else { return nil }
        func hard(_ member: String) -> [PodAffinityTerm] {
            let terms = affinity[member]?["requiredDuringSchedulingIgnoredDuringExecution"]?.array ?? []
            return terms.map { PodAffinityTerm($0, namespace: namespace) }
        }
        func soft(_ member: String, sign: Int) -> [PodAffinityTerm] {
            let terms = affinity[member]?["preferredDuringSchedulingIgnoredDuringExecution"]?.array ?? []
            return terms.map { term in
                PodAffinityTerm(
                    term["podAffinityTerm"] ?? .null, weight: sign * Int(clamping: term["weight"]?.integer ?? 0),
                    namespace: namespace)
            }
        }
        required = hard("podAffinity")
        forbidden = hard("podAntiAffinity")
        preferred = soft("podAffinity", sign: 1) + soft("podAntiAffinity", sign: -1)
        if required.isEmpty, forbidden.isEmpty, preferred.isEmpty { return nil }
    }
}
