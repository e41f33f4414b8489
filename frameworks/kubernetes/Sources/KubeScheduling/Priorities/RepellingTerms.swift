internal import OrderedCollections

/// The terms by which pods that run keep others away, with the number of those pods on each node.
struct RepellingTerms: Sendable {
    private var terms: OrderedDictionary<PodAffinityTerm, [Int: Int]> = [:]

    var isEmpty: Bool { terms.isEmpty }

    /// Counts a pod's terms on a node.
    mutating func move(_ affinity: PodAffinity?, node: Int, by difference: Int) {
        for term in affinity?.forbidden ?? [] {
            let count = (terms[term]?[node] ?? 0) + difference
            terms[term, default: [:]][node] = count == 0 ? nil : count
            if terms[term]?.isEmpty == true { terms.removeValue(forKey: term) }
        }
    }

    /// The terms that a pod is kept away by, and the nodes with pods that have them.
    func terms(against pod: PodIdentity) -> [(topologyKey: String, nodes: [Int])] {
        terms.compactMap { term, counts in
            term.group.matches(pod) ? (term.topologyKey, counts.keys.sorted()) : nil
        }
    }
}
