internal import ClusterBase
internal import HTTPTransport
internal import KubeKinds
internal import KubeModel

/// `APIGroupDiscoveryList`: all groups, versions and resources in one document (kubectl from 1.26 on).
enum AggregatedDiscovery {
    private static let group = "apidiscovery.k8s.io"

    /// The version of the list that a client prefers to the plain documents; nil when it does not ask for one.
    static func version(_ request: HTTPRequest) -> String? {
        guard let accept = request.headers["accept"], accept.contains(group) else { return nil }
        let first = AcceptedType.list(request.headers.values("accept")).first { accepted in
            guard accepted.covers("application/json") else { return false }
            return accepted.parameters["as"] == nil || isServed(accepted)
        }
        return first.flatMap { isServed($0) ? $0.parameters["v"] : nil }
    }

    private static func isServed(_ accepted: AcceptedType) -> Bool {
        accepted.parameters["as"] == "APIGroupDiscoveryList" && accepted.parameters["g"] == group
            && ["v2", "v2beta1"].contains(accepted.parameters["v"])
    }

    /// The list around items; its content type repeats what was asked for.
    static func answer(_ items: JSONValue, version: String) -> HTTPResponse {
        let document: JSONValue = [
            "kind": "APIGroupDiscoveryList", "apiVersion": .string("\(group)/\(version)"), "metadata": [:],
            "items": items,
        ]
        return Answers.response(
            document.bytes + [UInt8(ascii: "\n")],
            contentType: "application/json;g=\(group);v=\(version);as=APIGroupDiscoveryList")
    }

    /// The groups below `/api` or `/apis`.
    static func items(_ kinds: KindTable, isCore: Bool) -> JSONValue {
        .array(
            kinds.groups.filter { $0.name.isEmpty == isCore }.map { group in
                let versions: [JSONValue] = group.versions.map { version in
                    [
                        "version": .string(version.version), "freshness": "Current",
                        "resources": .array(kinds.entries(in: version).map(resource)),
                    ]
                }
                let metadata: JSONValue = group.name.isEmpty ? [:] : ["name": .string(group.name)]
                return ["metadata": metadata, "versions": .array(versions)]
            })
    }

    private static func resource(_ entry: KindTable.Entry) -> JSONValue {
        let row = entry.row
        var object: JSONObject = [
            "resource": .string(entry.plural), "responseKind": kind(entry.kind),
            "scope": row.isNamespaced ? "Namespaced" : "Cluster",
            "singularResource": .string(entry.kind.kind.lowercased()),
            "verbs": .array(row.verbs.names.map { .string($0) }),
        ]
        for (key, names) in entry.lookupNames { object[key] = .array(names.map { .string($0) }) }
        if !row.subresources.isEmpty {
            object["subresources"] = .array(
                row.subresources.map { sub in
                    [
                        "subresource": .string(sub.name), "responseKind": kind(entry.kind(of: sub)),
                        "verbs": .array(sub.verbs.map { .string($0) }),
                    ]
                })
        }
        return .object(object)
    }

    private static func kind(_ kind: GroupVersionKind) -> JSONValue {
        [
            "group": .string(kind.groupVersion.group), "version": .string(kind.groupVersion.version),
            "kind": .string(kind.kind),
        ]
    }
}
