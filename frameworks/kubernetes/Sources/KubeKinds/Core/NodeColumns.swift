internal import ClusterBase
internal import KubeModel

/// The table of nodes.
enum NodeColumns {
    static let all: [ColumnRow] = [
        .name,
        .text("Status", "Whether the node is ready, and whether pods may be put on it.", status),
        .text("Roles", "What the node is for.", roles),
        .age,
        .text("Version", "The version of the node's agent.") { $0.text("status", "nodeInfo", "kubeletVersion") },
        address("Internal-IP", "InternalIP", "The address inside the cluster."),
        address("External-IP", "ExternalIP", "The address from outside."),
        information("OS-Image", "osImage", "The operating system."),
        information("Kernel-Version", "kernelVersion", "The version of the kernel."),
        information("Container-Runtime", "containerRuntimeVersion", "What runs the containers, with its version."),
    ]

    private static let rolePrefix = "node-role.kubernetes.io/"

    private static func status(_ node: KubeObject) -> String {
        let ready = node.list("status", "conditions").last { $0["type"] == "Ready" }
        let word = ready.map { $0["status"] == "True" ? "Ready" : "NotReady" } ?? "Unknown"
        return node.flag("spec", "unschedulable") ? word + ",SchedulingDisabled" : word
    }

    private static func roles(_ node: KubeObject) -> String {
        let roles = node.labels.compactMap { key, value -> String? in
            if key.hasPrefix(rolePrefix) { return String(key.dropFirst(rolePrefix.count)) }
            return key == "kubernetes.io/role" ? value : nil
        }
        return CellText.joined(Set(roles.filter { !$0.isEmpty }).sorted())
    }

    private static func address(_ name: String, _ type: String, _ description: String) -> ColumnRow {
        .text(name, priority: 1, description) { node in
            let address = node.list("status", "addresses").first { $0["type"]?.string == type }
            return CellText.orNone(address?["address"]?.string ?? "")
        }
    }

    private static func information(_ name: String, _ field: String, _ description: String) -> ColumnRow {
        .text(name, priority: 1, description) { node in
            let text = node.text("status", "nodeInfo", field)
            return text.isEmpty ? "<unknown>" : text
        }
    }
}
