import ClusterBase
import KubeKinds
import KubeModel
import KubeSchemas
import Testing

/// Takes objects through what a kind does with them between a request and the store, in any version.
struct WorkloadFixture {
    /// The kind.
    let row: KindRow
    /// The version requests are in.
    let version: VersionRow

    /// A kind in the version of an `apiVersion`.
    init(_ kind: String, _ apiVersion: String = "v1") throws {
        let groupVersion = try #require(GroupVersion(parsing: apiVersion))
        let entry = try #require(KindTable.standard.entry(GroupVersionKind(groupVersion, kind)))
        (row, version) = (entry.row, entry.version)
    }

    /// A document in hub form with its defaults, as if it had been stored before: nothing is reset or checked.
    func hub(_ json: String) throws -> KubeObject {
        var object = try Self.library.get().decode(JSONValue(parsing: json), as: version.schema)
        (object.kind, object.apiVersion) = (row.kind, version.groupVersion.description)
        version.defaults(&object)
        try version.toHub?(&object)
        object.apiVersion = row.hub.description
        return object
    }

    /// A hub object as the version shows it.
    func shown(_ object: KubeObject) -> KubeObject {
        var object = object
        version.fromHub?(&object)
        object.apiVersion = version.groupVersion.description
        return object
    }

    /// An object as it would be stored, and what is wrong with it.
    func create(_ json: String) throws -> (object: KubeObject, errors: [String]) {
        var object = try hub(json)
        row.prepareForCreate(&object)
        return (object, row.validate(object).map(\.description))
    }

    /// An object without faults, as it would be stored.
    func valid(_ json: String) throws -> KubeObject {
        let (object, errors) = try create(json)
        try #require(errors == [])
        return object
    }

    /// What is wrong with a change of a stored object; faults that the new object has by itself are left out.
    func changeErrors(_ old: KubeObject, _ change: (inout KubeObject) -> Void) -> [String] {
        var object = old
        change(&object)
        row.prepareForUpdate(&object, old)
        return (row.validateUpdate(object, old) + version.validateUpdate(object, old)).map(\.description)
    }

    /// A write of the status: what would be stored, and what is wrong with it.
    func updateStatus(
        _ old: KubeObject, _ change: (inout KubeObject) -> Void
    ) throws -> (object: KubeObject, errors: [String]) {
        let subresource = try #require(row.subresource("status"))
        guard case .status(let prepare) = subresource.behaviour else { throw NoStatus() }
        var object = old
        change(&object)
        prepare(&object, old)
        return (object, subresource.validateUpdate(object, old).map(\.description))
    }

    /// The cells of the table, in order.
    func cells(_ object: KubeObject, at now: String = "2026-01-01T00:01:00Z") throws -> [JSONValue] {
        let time = try #require(KubeTime.parse(now))
        return row.columns.map { $0.cell(object, time) }
    }

    private struct NoStatus: Error {}
    private static let library = Result { try SchemaLibrary(parsing: KubeSchemas.all) }
}
