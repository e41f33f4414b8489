import ClusterBase
import KubeKinds
import KubeModel
import KubeSchemas
import Testing

/// Takes objects through what a row does with them before they are stored.
struct CoreFixture {
    let row: KindRow

    /// The row of a core kind.
    init(_ kind: String) throws { row = try #require(CoreKinds.all.first { $0.kind == kind }) }

    /// An object as it would be stored, and what is wrong with it.
    func create(_ json: String) throws -> (object: KubeObject, errors: [String]) {
        var object = try decode(json)
        row.prepareForCreate(&object)
        return (object, row.validate(object).map(\.description))
    }

    /// An object without faults, as it would be stored.
    func valid(_ json: String) throws -> KubeObject {
        let (object, errors) = try create(json)
        try #require(errors == [])
        return object
    }

    /// An update of a stored object, and what is wrong with it: faults of the change first.
    func update(_ old: KubeObject, _ json: String) throws -> (object: KubeObject, errors: [String]) {
        try update(old, to: decode(json))
    }

    /// An update with the tree that a client sends back.
    func update(_ old: KubeObject, to sent: KubeObject) throws -> (object: KubeObject, errors: [String]) {
        var object = sent
        try version.defaults(&object)
        row.prepareForUpdate(&object, old)
        return (object, (row.validateUpdate(object, old) + row.validate(object)).map(\.description))
    }

    /// A write through the status subresource, and what is wrong with it.
    func updateStatus(_ old: KubeObject, _ json: String) throws -> (object: KubeObject, errors: [String]) {
        let subresource = try #require(row.subresource("status"))
        guard case .status(let prepare) = subresource.behaviour else { throw Missing() }
        var object = try decode(json)
        prepare(&object, old)
        return (object, subresource.validateUpdate(object, old).map(\.description))
    }

    /// The cells of the row's table, by heading.
    func cells(_ object: KubeObject, at seconds: Int64 = 0) -> [String: JSONValue] {
        let now = UnixTime(seconds: seconds)
        return Dictionary(uniqueKeysWithValues: row.columns.map { ($0.name, $0.cell(object, now)) })
    }

    private struct Missing: Error {}
    private var version: VersionRow { get throws { try #require(row.version(row.hub)) } }

    private func decode(_ json: String) throws -> KubeObject {
        let version = try version
        var object = try Self.library.get().decode(JSONValue(parsing: json), as: version.schema)
        version.defaults(&object)
        return object
    }

    private static let library = Result { try SchemaLibrary(parsing: KubeSchemas.all) }
}
