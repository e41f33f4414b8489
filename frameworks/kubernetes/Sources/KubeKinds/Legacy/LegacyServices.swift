internal import ClusterBase
internal import KubeModel

/// Services and endpoints of the first versions (spec `kubernetes/08` §8.4, §8.5).
enum LegacyServices {
    /// `Service` of `v1beta1` and `v1beta2`: its spec stands at the top, with its first port once more.
    static let flatService: [ShapeRule] = [
        .nest("spec") { !["kind", "apiVersion", "metadata", "status"].contains($0) },
        .within("spec", [firstPort] + spec),
    ]

    /// `Service` of `v1beta3`.
    static let service: [ShapeRule] = [.within("spec", spec)]

    /// `Endpoints` of `v1beta1` and `v1beta2`: with a list of addresses and ports beside the subsets.
    static let flatEndpoints: [ShapeRule] = [ShapeRule(toHub: readList, fromHub: writeList)] + endpoints

    /// `Endpoints` of `v1beta3`.
    static let endpoints: [ShapeRule] = [
        .each(
            "subsets", ["addresses", "notReadyAddresses"].map { .each($0, [.move("IP", "ip")]) })
    ]

    private static let spec: [ShapeRule] = [
        .move("portalIP", "clusterIP"),
        .move("publicIPs", "externalIPs"),
        .each("ports", [.move("containerPort", "targetPort")]),
        ShapeRule(
            toHub: { spec in
                if spec.flag("createExternalLoadBalancer") { spec["type"] = "LoadBalancer" }
                spec["createExternalLoadBalancer"] = nil
            },
            fromHub: { spec in
                if spec.text("type") == "LoadBalancer" { spec["createExternalLoadBalancer"] = true }
            }),
    ]

    /// The members of a port, as they are called when they stand in the service itself.
    private static let portMembers: KeyValuePairs<String, String> = [
        "port": "port", "portName": "name", "protocol": "protocol", "containerPort": "containerPort",
    ]

    private static let firstPort = ShapeRule(
        toHub: { spec in
            var port = JSONObject()
            for (single, name) in portMembers {
                port[name] = spec[single]
                spec[single] = nil
            }
            spec["proxyPort"] = nil
            if spec.list("ports").isEmpty, port["port"] != nil { spec["ports"] = [.object(port)] }
        },
        fromHub: { spec in
            guard let port = KubeObject(spec.list("ports").first) else { return }
            for (single, name) in portMembers { spec[single] = port[name] }
        })
}

// MARK: - Endpoints

extension LegacyServices {
    private static func readList(_ object: inout KubeObject) {
        let texts = object.list("endpoints").compactMap(\.string)
        let word = object.text("protocol")
        for key in ["endpoints", "protocol", "targetRefs"] { object[key] = nil }
        guard object.list("subsets").isEmpty, !texts.isEmpty else { return }
        let subsets = texts.compactMap { text -> JSONValue? in
            guard let colon = text.lastIndex(of: ":"), let port = Int64(text[text.index(after: colon)...]) else {
                return nil
            }
            let address: JSONValue = ["IP": .string(String(text[..<colon]))]
            let target: JSONValue = ["port": .integer(port), "protocol": .string(word.isEmpty ? "TCP" : word)]
            return ["addresses": [address], "ports": [target]]
        }
        object["subsets"] = .array(subsets)
    }

    private static func writeList(_ object: inout KubeObject) {
        let subsets = object.list("subsets").compactMap { KubeObject($0) }
        let texts = subsets.flatMap { subset in
            let port = subset.list("ports").first?["port"]?.integer ?? 0
            return subset.list("addresses").compactMap { $0["IP"]?.string }.map { JSONValue.string("\($0):\(port)") }
        }
        object["protocol"] = subsets.first?.list("ports").first?["protocol"] ?? "TCP"
        object["endpoints"] = .array(texts)
    }
}
