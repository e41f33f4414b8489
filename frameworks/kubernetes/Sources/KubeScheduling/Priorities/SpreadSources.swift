internal import ClusterBase
internal import KubeModel
internal import OrderedCollections

/// What pods are spread by: the selectors of services, replication controllers and replica sets.
struct SpreadSources: Sendable {
    private var selectors: [String: OrderedDictionary<String, LabelSelector>] = [:]
    private var known: [PodIdentity: PodSelection?] = [:]

    /// Takes news of one.
    mutating func observe(_ delta: ObjectDelta, of kind: ResourceKind) {
        let object = delta.object
        let key = kind.plural + "/" + object.name
        let selector = delta.isDeletion ? nil : Self.selector(of: object, kind)
        if selectors[object.namespace]?[key] == selector { return }
        if selector == nil {
            selectors[object.namespace]?.removeValue(forKey: key)
        } else {
            selectors[object.namespace, default: [:]][key] = selector
        }
        known = [:]
    }

    /// The pods that a pod is to be spread from: those that all the selectors choose that choose it; nil when none
    /// does.
    mutating func selection(for pod: PodIdentity) -> PodSelection? {
        if let answer = known[pod] { return answer }
        let matching = (selectors[pod.namespace] ?? [:]).values.filter(pod.isChosen)
        let answer = matching.isEmpty ? nil : PodSelection(namespaces: [pod.namespace], selectors: Array(matching))
        if known.count > 10_000 { known = [:] }
        known[pod] = .some(answer)
        return answer
    }

    private static func selector(of object: KubeObject, _ kind: ResourceKind) -> LabelSelector? {
        guard let tree = object["spec", "selector"], tree.object?.isEmpty == false else { return nil }
        if kind == .replicaSets { return try? LabelSelector(object: tree) }
        return LabelSelector(map: tree)
    }
}
