internal import ClusterBase
internal import KubeModel

/// The zones in which claimed volumes are.
struct VolumeZones: Sendable {
    private static let keys: Set<String> = [
        "topology.kubernetes.io/zone", "failure-domain.beta.kubernetes.io/zone",
        "topology.kubernetes.io/region", "failure-domain.beta.kubernetes.io/region",
    ]

    /// The names of the volumes of claims; empty while a claim has none.
    private var claims: [ObjectKey: String] = [:]
    /// The values that the zone labels of nodes may have, by volume.
    private var volumes: [String: [String: Set<String>]] = [:]

    /// Takes news of a volume or a claim.
    mutating func observe(_ delta: ObjectDelta, of kind: ResourceKind) {
        let object = delta.object
        if kind == .persistentVolumeClaims {
            claims[object.key] = delta.isDeletion ? nil : object.text("spec", "volumeName")
            return
        }
        guard !delta.isDeletion else {
            volumes[object.name] = nil
            return
        }
        var zones: [String: Set<String>] = [:]
        for (key, value) in object.labels where Self.keys.contains(key) {
            zones[key] = Set(value.split(separator: "_").map(String.init))
        }
        volumes[object.name] = zones
    }

    /// Why a pod's claims let it go nowhere; nil when they do not.
    func problem(_ names: [String], namespace: String) -> String? {
        for name in names {
            guard let volume = claims[ObjectKey(namespace: namespace, name)] else {
                return "persistentvolumeclaim \"\(name)\" not found"
            }
            if volume.isEmpty { return "pod has unbound immediate PersistentVolumeClaims" }
        }
        return nil
    }

    /// Whether a node is in the zones of the volumes; one that does not say where it is, is.
    func admits(_ node: NodeFacts, claims names: [String], namespace: String) -> Bool {
        guard Self.keys.contains(where: { node.labels[$0] != nil }) else { return true }
        return names.allSatisfy { name in
            guard let volume = claims[ObjectKey(namespace: namespace, name)] else { return true }
            return (volumes[volume] ?? [:]).allSatisfy { key, values in
                node.labels[key].map(values.contains) ?? false
            }
        }
    }
}
