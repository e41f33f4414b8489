internal import ClusterBase
internal import KubeModel

/// What a Node object says about this machine.
struct NodeDescription: Sendable {
    let configuration: KubeletConfiguration
    let facts: MachineFacts
    /// The engine; nil while it was never reached.
    var engine: RuntimeVersion?
    /// The images of the node.
    var images: [RuntimeImage] = []

    /// Images beyond this number are not told.
    private static let imageLimit = 50

    /// The labels that the kubelet keeps.
    var labels: [String: String] {
        let arch = facts.architecture
        // An attribute that cannot be a label must not keep the node out.
        let given = configuration.labels.filter { key, value in
            NameRules.qualifiedName(key).isEmpty && NameRules.labelValue(value).isEmpty
        }
        return given.merging([
            "kubernetes.io/hostname": given["kubernetes.io/hostname"] ?? configuration.nodeName,
            "kubernetes.io/os": "linux", "kubernetes.io/arch": arch, "beta.kubernetes.io/os": "linux",
            "beta.kubernetes.io/arch": arch,
        ]) { $1 }
    }

    /// The object to create, without conditions.
    var object: KubeObject {
        var node = KubeObject(["apiVersion": "v1", "kind": "Node"])
        node.name = configuration.nodeName
        node["metadata", "labels"] = Self.tree(labels)
        node["metadata", "annotations"] = Self.tree(
            configuration.annotations.merging(["volumes.kubernetes.io/controller-managed-attach-detach": "true"]) {
                own, _ in own
            })
        if let subnet = engine?.bridgeSubnet, !subnet.isEmpty {
            node["spec", "podCIDR"] = .string(subnet)
            node["spec", "podCIDRs"] = [.string(subnet)]
        } else {
            node["spec"] = .object(JSONObject())
        }
        node["status"] = .object(status)
        return node
    }

    /// The status without conditions.
    var status: JSONObject {
        let allocatable = configuration.allocatable ?? configuration.capacity
        return [
            "addresses": [
                ["type": "InternalIP", "address": .string(configuration.hostAddress)],
                ["type": "Hostname", "address": .string(configuration.nodeName)],
            ],
            "allocatable": Self.tree(allocatable), "capacity": Self.tree(configuration.capacity),
            "daemonEndpoints": ["kubeletEndpoint": ["Port": .integer(Int64(configuration.port))]],
            "images": .array(images.prefix(Self.imageLimit).map(Self.tree)), "nodeInfo": info,
        ]
    }

    private var info: JSONValue {
        [
            "architecture": .string(facts.architecture), "bootID": .string(facts.bootID),
            "containerRuntimeVersion": .string("docker://" + (engine?.version ?? "")),
            "kernelVersion": .string(facts.kernelVersion), "kubeProxyVersion": .string(MachineFacts.kubeletVersion),
            "kubeletVersion": .string(MachineFacts.kubeletVersion), "machineID": .string(facts.machineID),
            "operatingSystem": "linux", "osImage": .string(engine?.operatingSystem ?? facts.osImage),
            "systemUUID": .string(facts.systemUUID),
        ]
    }

    /// A map of strings in the order of its keys.
    static func tree(_ map: [String: String]) -> JSONValue {
        var object = JSONObject()
        for (key, value) in map.sorted(by: { $0.key < $1.key }) { object[key] = .string(value) }
        return .object(object)
    }

    private static func tree(_ capacity: KubeletConfiguration.Capacity) -> JSONValue {
        [
            // As the API writes them, so that what it answers can be compared.
            "cpu": .string(canonical("\(capacity.cpuMillis)m")),
            "memory": .string(
                canonical(
                    capacity.memoryBytes % 1_024 == 0
                        ? "\(capacity.memoryBytes / 1_024)Ki" : "\(capacity.memoryBytes)")),
            "pods": .string("\(capacity.pods)"),
        ]
    }

    private static func canonical(_ text: String) -> String { Quantity(text)?.description ?? text }

    private static func tree(_ image: RuntimeImage) -> JSONValue {
        ["names": .array(image.names.map { .string($0) }), "sizeBytes": .integer(image.sizeBytes)]
    }
}
