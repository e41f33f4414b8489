internal import ClusterBase
internal import HTTPTransport
internal import KubeKinds
internal import KubeModel
internal import KubeRegistry

/// Writes what a watch delivers as lines of JSON (spec `kubernetes/02` §2.8).
struct EventWriter: Sendable {
    private let representation: Representation
    private let framing: EventLine.Framing
    /// Names version and representation; watchers with the same key share encoded events.
    private let key: String
    private let firstKey: String

    init(_ representation: Representation, form: OutputForm, includes: String, framing: EventLine.Framing) {
        (self.representation, self.framing) = (representation, framing)
        let kind = representation.kind.entry.kind
        key = "\(kind)|\(form.shape)|\(includes)|\(framing)"
        firstKey = key + "|first"
    }

    private var isTable: Bool { if case .table = representation.shape { true } else { false } }

    /// A change; encoded once for all watchers that see it alike. `isFirst` is the first line of a watch.
    func line(_ event: WatchEvent, isFirst: Bool) throws(APIError) -> EventLine {
        let tellsColumns = isFirst && isTable
        do {
            return try event.payload(tellsColumns ? firstKey : key) {
                try line(event.change.rawValue) { bytes throws(APIError) in
                    try representation.append(event.object, to: &bytes, isFirst: tellsColumns)
                }
            }
        } catch {
            throw error as? APIError ?? .internalError("\(error)")
        }
    }

    /// A bookmark.
    func bookmark(revision: Int64, endsInitialEvents: Bool, isFirst: Bool) -> EventLine {
        line("BOOKMARK") { bytes in bytes += bookmarkObject(revision, endsInitialEvents, isFirst) }
    }

    private func bookmarkObject(_ revision: Int64, _ endsInitialEvents: Bool, _ isFirst: Bool) -> [UInt8] {
        let metadata = ListMetadata(resourceVersion: String(revision))
        if case .table(let table) = representation.shape, !endsInitialEvents {
            return table.document([] as [KubeObject], metadata: metadata, hasColumns: isFirst)
        }
        var object = KubeObject()
        let kind = representation.kind.entry.kind
        (object.kind, object.apiVersion) = (kind.kind, kind.groupVersion.description)
        if case .metadata(let version) = representation.shape {
            (object.kind, object.apiVersion) = ("PartialObjectMetadata", "meta.k8s.io/" + version)
        }
        object.resourceVersion = String(revision)
        object["metadata", "creationTimestamp"] = .null
        if endsInitialEvents { object["metadata", "annotations"] = ["k8s.io/initial-events-end": "true"] }
        return object.value.bytes
    }

    /// The error that ends a watch.
    func error(_ error: APIError) -> EventLine {
        line("ERROR") { bytes in bytes += Answers.status(error.status, in: representation.kind.version).bytes }
    }

    private func line<Failure>(
        _ type: String, _ object: (inout [UInt8]) throws(Failure) -> Void
    ) throws(Failure) -> EventLine {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(1_024)
        bytes += Array("{\"type\":\"\(type)\",\"object\":".utf8)
        try object(&bytes)
        bytes += Array("}\n".utf8)
        return EventLine(bytes, framing)
    }
}
