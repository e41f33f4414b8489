internal import ClusterBase
internal import KubeModel

/// Nodes of `v1beta1` and `v1beta2`, which are minions (spec `kubernetes/08` §8.5).
enum LegacyNodes {
    /// A minion: its spec stands at the top, its resources are whole numbers.
    ///
    /// A whole number of `cpu` is in thousandths, as in containers of these versions; text is a quantity.
    static let minion: [ShapeRule] = [
        .nest("spec") { !["kind", "apiVersion", "metadata", "status", "resources", "hostIP"].contains($0) },
        .move("resources.capacity", "status.capacity"),
        ShapeRule(toHub: { $0["resources"] = nil }),
        .within("status.capacity", [capacity]),
        ShapeRule(toHub: readAddress, fromHub: writeAddress),
        .within(
            "status",
            [.each("conditions", LegacyPods.condition + [.move("lastProbeTime", "lastHeartbeatTime")])]),
    ]

    private static let capacity = ShapeRule(
        toHub: { capacity in
            for (name, value) in capacity.fields {
                guard let number = value.integer else { continue }
                capacity[name] = .string("\(LegacyAmount(of: name).quantity(number))")
            }
        },
        fromHub: { capacity in
            for (name, value) in capacity.fields {
                let unit = LegacyAmount(of: name)
                guard let quantity = Quantity(value), quantity == unit.quantity(unit.number(quantity)) else { continue }
                capacity[name] = .integer(unit.number(quantity))
            }
        })

    /// The type of address that `hostIP` is.
    private static let hostAddress = "LegacyHostIP"

    private static func readAddress(_ node: inout KubeObject) {
        let address = node.text("hostIP")
        node["hostIP"] = nil
        var addresses = node.list("status", "addresses")
        guard !address.isEmpty, !addresses.contains(where: { $0["address"]?.string == address }) else { return }
        addresses.append(["type": .string(hostAddress), "address": .string(address)])
        node["status", "addresses"] = .array(addresses)
    }

    private static func writeAddress(_ node: inout KubeObject) {
        let addresses = node.list("status", "addresses")
        let ranked = [hostAddress, "InternalIP", "ExternalIP"].lazy.compactMap { type in
            addresses.first { $0["type"]?.string == type }?["address"]
        }
        node["hostIP"] = ranked.first
    }
}
