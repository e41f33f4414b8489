internal import ClusterBase
internal import HTTPTransport
internal import KubeKinds
internal import KubeModel

/// What clients learn of the resources there are, made once from the kind table (spec `kubernetes/01` §1.2).
struct DiscoveryDocuments: Sendable {
    /// The paths that have a document, but for `/api` and `/apis` themselves.
    let paths: [String]
    private let documents: [String: JSONValue]
    private let aggregated: [String: JSONValue]
    private let coreVersions: [JSONValue]

    init(_ kinds: KindTable) {
        var documents: [String: JSONValue] = [:]
        let groups = kinds.groups.filter { !$0.name.isEmpty }
        documents["/apis"] = [
            "kind": "APIGroupList", "apiVersion": "v1", "groups": .array(groups.map { .object(Self.members($0)) }),
        ]
        for group in kinds.groups {
            if !group.name.isEmpty { documents["/apis/" + group.name] = Self.group(group) }
            for version in group.versions {
                documents[Self.path(version)] = Self.resources(version, kinds.entries(in: version))
            }
        }
        for version in kinds.legacyVersions {
            documents[Self.path(version)] = Self.resources(version, kinds.entries(in: version))
        }
        coreVersions = kinds.groups.first { $0.name.isEmpty }?.versions.map { .string($0.version) } ?? []
        aggregated = [
            "/api": AggregatedDiscovery.items(kinds, isCore: true),
            "/apis": AggregatedDiscovery.items(kinds, isCore: false),
        ]
        self.documents = documents
        paths = ["/api"] + documents.keys
    }

    /// Where a group and version is served.
    static func path(_ groupVersion: GroupVersion) -> String {
        (groupVersion.group.isEmpty ? "/api/" : "/apis/") + groupVersion.description
    }

    /// The document of the request's path. Throws 404.
    func answer(_ request: HTTPRequest) throws(APIError) -> HTTPResponse {
        var path = request.path
        while path.hasSuffix("/") { path.removeLast() }
        return try answer(path, request)
    }

    /// The document of a path; of `/api` and `/apis` also the aggregated one. Throws 404.
    func answer(_ path: String, _ request: HTTPRequest) throws(APIError) -> HTTPResponse {
        if let items = aggregated[path], let version = AggregatedDiscovery.version(request) {
            return AggregatedDiscovery.answer(items, version: version)
        }
        let form = try OutputForm(request, shapes: false)
        if path == "/api" { return Answers.document(versions(request), as: form) }
        guard let document = documents[path] else { throw .noSuchResource }
        return Answers.document(document, as: form)
    }

    private func versions(_ request: HTTPRequest) -> JSONValue {
        let address: JSONValue = [
            "clientCIDR": "0.0.0.0/0", "serverAddress": .string(request.headers["host"] ?? ""),
        ]
        return [
            "kind": "APIVersions", "versions": .array(coreVersions), "serverAddressByClientCIDRs": [address],
        ]
    }

    // MARK: Documents

    private static func members(_ group: KindTable.Group) -> JSONObject {
        let versions: [JSONValue] = group.versions.map {
            ["groupVersion": .string($0.description), "version": .string($0.version)]
        }
        return ["name": .string(group.name), "versions": .array(versions), "preferredVersion": versions[0]]
    }

    private static func group(_ group: KindTable.Group) -> JSONValue {
        var object: JSONObject = ["kind": "APIGroup", "apiVersion": "v1"]
        for (key, value) in members(group) { object[key] = value }
        return .object(object)
    }

    private static func resources(_ groupVersion: GroupVersion, _ entries: [KindTable.Entry]) -> JSONValue {
        var object: JSONObject = ["kind": "APIResourceList"]
        if !groupVersion.group.isEmpty { object["apiVersion"] = "v1" }
        object["groupVersion"] = .string(groupVersion.description)
        object["resources"] = .array(
            entries.flatMap { entry in [resource(entry)] + entry.row.subresources.map { subresource($0, of: entry) } }
                .sorted { $0.name < $1.name }.map(\.value))
        return .object(object)
    }

    private static func resource(_ entry: KindTable.Entry) -> (name: String, value: JSONValue) {
        let row = entry.row
        var object: JSONObject = [
            "name": .string(entry.plural), "singularName": "", "namespaced": .bool(row.isNamespaced),
            "kind": .string(entry.kind.kind), "verbs": .array(row.verbs.names.map { .string($0) }),
        ]
        for (key, names) in entry.lookupNames { object[key] = .array(names.map { .string($0) }) }
        return (entry.plural, .object(object))
    }

    private static func subresource(
        _ row: SubresourceRow, of entry: KindTable.Entry
    ) -> (name: String, value: JSONValue) {
        let name = "\(entry.plural)/\(row.name)"
        var object: JSONObject = [
            "name": .string(name), "singularName": "", "namespaced": .bool(entry.row.isNamespaced),
        ]
        let kind = entry.kind(of: row)
        if kind.groupVersion != entry.version.groupVersion {
            object["group"] = .string(kind.groupVersion.group)
            object["version"] = .string(kind.groupVersion.version)
        }
        object["kind"] = .string(kind.kind)
        object["verbs"] = .array(row.verbs.map { .string($0) })
        return (name, .object(object))
    }
}

extension KindTable.Entry {
    /// Short names and categories, where there are any.
    ///
    /// Only the kind's own group has them: in the others they would name the same objects twice.
    var lookupNames: [(key: String, names: [String])] {
        guard version.groupVersion.group == row.hub.group else { return [] }
        return [("shortNames", row.shortNames), ("categories", row.categories)].filter { !$0.names.isEmpty }
    }
}
