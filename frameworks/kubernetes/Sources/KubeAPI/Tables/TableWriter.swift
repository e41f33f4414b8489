internal import ClusterBase
internal import KubeKinds
internal import KubeModel
internal import KubeRegistry

/// Writes objects as a `Table` of `meta.k8s.io` (spec `kubernetes/01` §1.5).
struct TableWriter: Sendable {
    /// What a row carries besides its cells (`includeObject`).
    enum Included: String, Sendable {
        case nothing = "None"
        case metadata = "Metadata"
        case whole = "Object"
    }

    private let kind: ServedKind
    private let version: String
    private let included: Included
    private let now: UnixTime

    init(_ kind: ServedKind, version: String, includes included: Included, now: UnixTime) {
        (self.kind, self.version, self.included, self.now) = (kind, version, included, now)
    }

    /// Stored objects as a table.
    func document(
        _ objects: [RegistryObject], metadata: ListMetadata, hasColumns: Bool = true
    ) throws(APIError) -> [UInt8] {
        var writer = begin(metadata, hasColumns: hasColumns)
        var isFirst = true
        for object in objects {
            let tree = try object.tree()
            let whole = included == .whole && !kind.isHub ? try object.tree(in: kind) : tree
            append(tree, whole: whole, to: &writer, isFirst: &isFirst)
        }
        writer.raw("]}")
        return writer.bytes
    }

    /// Computed objects as a table.
    func document(_ trees: [KubeObject], metadata: ListMetadata, hasColumns: Bool = true) -> [UInt8] {
        var writer = begin(metadata, hasColumns: hasColumns)
        var isFirst = true
        for tree in trees { append(tree, whole: tree, to: &writer, isFirst: &isFirst) }
        writer.raw("]}")
        return writer.bytes
    }

    private func begin(_ metadata: ListMetadata, hasColumns: Bool) -> JSONWriter {
        var writer = JSONWriter(capacity: 4_096)
        writer.raw("{\"kind\":\"Table\",\"apiVersion\":\"meta.k8s.io/")
        writer.raw(version.utf8)
        writer.raw("\",\"metadata\":")
        writer.value(metadata.value)
        if hasColumns {
            writer.raw(",\"columnDefinitions\":")
            writer.value(.array(kind.row.columns.map(\.definition)))
        }
        writer.raw(",\"rows\":[")
        return writer
    }

    private func append(
        _ tree: KubeObject, whole: KubeObject, to writer: inout JSONWriter, isFirst: inout Bool
    ) {
        if !isFirst { writer.raw(",") }
        isFirst = false
        writer.raw("{\"cells\":")
        writer.value(.array(kind.row.columns.map { $0.cell(tree, now) }))
        let conditions = kind.row.rowConditions(tree)
        if !conditions.isEmpty {
            writer.raw(",\"conditions\":")
            writer.value(.array(conditions))
        }
        writer.raw(",\"object\":")
        switch included {
        case .nothing: writer.raw("null")
        case .metadata: writer.value(PartialMetadata.value(tree, version: version))
        case .whole: writer.value(whole.value)
        }
        writer.raw("}")
    }
}

extension ColumnRow {
    /// The column as a table tells it.
    fileprivate var definition: JSONValue {
        [
            "name": .string(name), "type": .string(type), "format": .string(format),
            "description": .string(description), "priority": .integer(Int64(priority)),
        ]
    }
}
