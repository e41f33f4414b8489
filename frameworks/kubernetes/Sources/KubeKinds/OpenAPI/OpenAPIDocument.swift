internal import ClusterBase
public import KubeModel

/// The API described for clients: Swagger 2.0 as JSON and as protobuf, and OpenAPI 3.0 (spec `kubernetes/01` §1.6).
///
/// Everything follows from the kind table and the schemas. Each member builds its document anew, in tens of
/// milliseconds: callers keep what they serve.
public struct OpenAPIDocument: Sendable {
    private let table: KindTable
    private let library: SchemaLibrary
    private let version: String

    /// Describes the kinds of a table; `version` is what the document says of itself.
    public init(table: KindTable, library: SchemaLibrary, version: String = "v1.20.2") {
        (self.table, self.library, self.version) = (table, library, version)
    }

    /// The media type of `protobuf()`, with a dot where clients ask with `@`, which media types cannot contain.
    public static let protobufMediaType = "application/com.github.proto-openapi.spec.v2.v1.0+protobuf"

    /// `/openapi/v2` as JSON.
    public func json() -> [UInt8] { Array(swagger.text.utf8) }

    /// `/openapi/v2` as gnostic's `openapi.v2.Document`; says what `json()` says.
    public func protobuf() -> [UInt8] { GnosticEncoder.document(swagger) }

    /// `/openapi/v3`: where the documents of the group versions are, with a hash of each.
    public func v3Index() -> [UInt8] {
        var paths = JSONObject()
        for groupVersion in groupVersions {
            guard let document = v3(groupVersion) else { continue }
            let path = Self.path(of: groupVersion)
            let hash = String(Self.hash(document), radix: 16, uppercase: true)
            paths[path] = ["serverRelativeURL": .string("/openapi/v3/\(path)?hash=\(hash)")]
        }
        let index: JSONValue = ["paths": .object(paths)]
        return Array(index.text.utf8)
    }

    /// `/openapi/v3/apis/GROUP/VERSION` or `/openapi/v3/api/v1`; nil when nothing is served there.
    public func v3(_ groupVersion: GroupVersion) -> [UInt8]? {
        let entries = table.entries(in: groupVersion)
        guard !entries.isEmpty else { return nil }
        var paths = OpenAPIPaths(library: library, form: .v3)
        for entry in entries { paths.add(entry) }
        let document: JSONValue = [
            "openapi": "3.0.0", "info": information,
            "paths": Self.tree(paths.operations) { $0.openAPI(paths.definitions) },
            "components": ["schemas": paths.definitions.tree],
        ]
        return Array(document.text.utf8)
    }

    private var groupVersions: [GroupVersion] { table.groups.flatMap(\.versions) }

    private var information: JSONValue { ["title": "Kubernetes", "version": .string(version)] }

    private var swagger: JSONValue {
        var paths = OpenAPIPaths(library: library, form: .v2)
        for groupVersion in groupVersions {
            for entry in table.entries(in: groupVersion) { paths.add(entry) }
        }
        return [
            "swagger": "2.0", "info": information,
            "paths": Self.tree(paths.operations) { $0.swagger(paths.definitions) },
            "definitions": paths.definitions.tree,
        ]
    }

    private static func path(of groupVersion: GroupVersion) -> String {
        (groupVersion.group.isEmpty ? "api/" : "apis/") + groupVersion.description
    }

    /// The operations by path in byte order, then by method.
    private static func tree(
        _ operations: [OpenAPIOperation], _ write: (OpenAPIOperation) -> JSONValue
    ) -> JSONValue {
        var items: [String: JSONObject] = [:]
        for operation in operations {
            items[operation.path, default: JSONObject()][operation.method] = write(operation)
        }
        var tree = JSONObject()
        for (path, item) in items.sorted(by: { $0.key < $1.key }) { tree[path] = .object(item) }
        return .object(tree)
    }

    /// FNV-1a: changes whenever the document does, and is the same on every server.
    private static func hash(_ bytes: [UInt8]) -> UInt64 {
        bytes.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
    }
}
