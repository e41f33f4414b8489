internal import ClusterBase
internal import KubeKinds
internal import KubeModel
internal import KubeRegistry

/// Writes objects of a kind as a client wants them: whole, as metadata, or as rows of a table.
struct Representation: Sendable {
    enum Shape: Sendable {
        case whole
        case metadata(version: String)
        case table(TableWriter)
    }

    let kind: ServedKind
    let shape: Shape

    init(_ kind: ServedKind, _ shape: Shape) { (self.kind, self.shape) = (kind, shape) }

    /// One object as a document.
    func document(of object: RegistryObject) throws(APIError) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(object.bytes.count + 64)
        try append(object, to: &bytes, isFirst: true)
        return bytes
    }

    /// One object that is computed, not stored; `tree` is in the hub version.
    func document(of tree: KubeObject) throws(APIError) -> [UInt8] {
        switch shape {
        case .whole: return tree.value.bytes
        case .metadata(let version): return PartialMetadata.value(tree, version: version).bytes
        case .table(let table):
            return table.document([tree], metadata: ListMetadata(resourceVersion: tree.resourceVersion))
        }
    }

    /// Appends an object as it stands alone; `isFirst` says whether a table tells its columns.
    func append(_ object: RegistryObject, to bytes: inout [UInt8], isFirst: Bool) throws(APIError) {
        switch shape {
        case .whole: try object.appendJSON(in: kind, to: &bytes)
        case .metadata(let version):
            bytes += PartialMetadata.value(try object.tree(), version: version).bytes
        case .table(let table):
            let metadata = ListMetadata(resourceVersion: String(object.revision))
            bytes += try table.document([object], metadata: metadata, hasColumns: isFirst)
        }
    }

    /// A list as a document.
    func document(of list: ListResult) throws(APIError) -> [UInt8] {
        let metadata = ListMetadata(list)
        switch shape {
        case .whole: return try whole(list, metadata)
        case .metadata(let version):
            var items: [JSONValue] = list.trees.map { PartialMetadata.value($0, version: version) }
            for item in list.items { items.append(PartialMetadata.value(try item.tree(), version: version)) }
            let document: JSONValue = [
                "kind": "PartialObjectMetadataList", "apiVersion": .string("meta.k8s.io/" + version),
                "metadata": metadata.value, "items": .array(items),
            ]
            return document.bytes
        case .table(let table):
            return list.trees.isEmpty
                ? try table.document(list.items, metadata: metadata)
                : table.document(list.trees, metadata: metadata)
        }
    }

    /// Items are copied one behind the other; those of the stored version are not decoded.
    private func whole(_ list: ListResult, _ metadata: ListMetadata) throws(APIError) -> [UInt8] {
        if let shape = kind.version.legacy?.list { return try shape(tree(of: list, metadata)).value.bytes }
        var bytes = Array(
            "{\"kind\":\"\(kind.entry.kind.kind)List\",\"apiVersion\":\"\(kind.entry.kind.groupVersion)\",".utf8)
        bytes.reserveCapacity(list.items.reduce(256) { $0 + $1.bytes.count + 48 })
        bytes += Array("\"metadata\":".utf8)
        bytes += metadata.value.bytes
        bytes += Array(",\"items\":[".utf8)
        var isFirst = true
        for item in list.items {
            if !isFirst { bytes.append(UInt8(ascii: ",")) }
            isFirst = false
            try item.appendJSON(in: kind, to: &bytes)
        }
        for tree in list.trees {
            if !isFirst { bytes.append(UInt8(ascii: ",")) }
            isFirst = false
            bytes += tree.value.bytes
        }
        bytes += Array("]}".utf8)
        return bytes
    }

    private func tree(of list: ListResult, _ metadata: ListMetadata) throws(APIError) -> KubeObject {
        var items = list.trees.map(\.value)
        for item in list.items { items.append(try item.tree(in: kind).value) }
        let served = kind.entry.kind
        return KubeObject([
            "kind": .string(served.kind + "List"), "apiVersion": .string(served.groupVersion.description),
            "metadata": metadata.value, "items": .array(items),
        ])
    }
}

/// The metadata of a list.
struct ListMetadata {
    var resourceVersion: String
    var continueToken = ""
    var remaining: Int?

    init(resourceVersion: String) { self.resourceVersion = resourceVersion }

    init(_ list: ListResult) {
        resourceVersion = list.revision > 0 ? String(list.revision) : ""
        (continueToken, remaining) = (list.continueToken, list.remaining)
    }

    var value: JSONValue {
        var object = JSONObject()
        if !resourceVersion.isEmpty { object["resourceVersion"] = .string(resourceVersion) }
        if !continueToken.isEmpty { object["continue"] = .string(continueToken) }
        if let remaining, !continueToken.isEmpty { object["remainingItemCount"] = .integer(Int64(remaining)) }
        return .object(object)
    }
}

/// `PartialObjectMetadata` of `meta.k8s.io`.
enum PartialMetadata {
    static func value(_ object: KubeObject, version: String) -> JSONValue {
        [
            "kind": "PartialObjectMetadata", "apiVersion": .string("meta.k8s.io/" + version),
            "metadata": .object(object.metadata),
        ]
    }
}
