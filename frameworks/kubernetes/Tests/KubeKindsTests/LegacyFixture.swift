import ClusterBase
import KubeKinds
import KubeModel
import KubeSchemas
import Testing

/// Takes objects from an old version through the hub form and back, as the server does.
struct LegacyFixture {
    private let entry: KindTable.Entry
    private let hubVersion: VersionRow

    /// A kind as an old version names it.
    init(_ kind: String, _ version: String = "v1beta1") throws {
        entry = try #require(KindTable.standard.entry(GroupVersionKind(GroupVersion(version), kind)))
        hubVersion = try #require(entry.row.version(entry.row.hub))
    }

    /// A document of the old version in hub form.
    func hub(_ document: JSONValue) throws -> KubeObject {
        let library = try Self.library.get()
        var object = try library.decode(document, as: entry.version.schema)
        (object.apiVersion, object.kind) = (entry.kind.groupVersion.description, entry.kind.kind)
        entry.version.defaults(&object)
        try entry.version.toHub?(&object)
        (object.apiVersion, object.kind) = (entry.row.hub.description, entry.row.kind)
        object = try library.decode(object.value, as: hubVersion.schema)
        hubVersion.defaults(&object)
        return object
    }

    /// The same of a text.
    func hub(_ json: String) throws -> KubeObject { try hub(JSONValue(parsing: json)) }

    /// A document of the hub version in hub form.
    func today(_ json: String) throws -> KubeObject {
        var object = try Self.library.get().decode(JSONValue(parsing: json), as: hubVersion.schema)
        hubVersion.defaults(&object)
        return object
    }

    /// An object in hub form as the old version shows it.
    func shown(_ object: KubeObject) -> KubeObject {
        var object = object
        entry.version.fromHub?(&object)
        (object.apiVersion, object.kind) = (entry.kind.groupVersion.description, entry.kind.kind)
        return object
    }

    /// What the old version shows of its own document, after checking that doing so again changes nothing.
    func settled(_ json: String) throws -> KubeObject {
        let first = try shown(hub(json))
        #expect(try shown(hub(first.value)) == first)
        return first
    }

    private static let library = Result { try SchemaLibrary(parsing: KubeSchemas.all) }
}

/// Documents of the first years.
enum LegacySample {
    static let minion = #"""
        { "id": "10.1.2.3", "kind": "Minion", "apiVersion": "v1beta1",
          "resources": { "capacity": { "cpu": 1000, "memory": 1073741824 } },
          "labels": { "name": "my-first-k8s-node" } }
        """#

    static let pod = #"""
        { "id": "redis",
          "desiredState": { "manifest": { "version": "v1beta1", "id": "redis",
            "containers": [{ "name": "redis", "image": "dockerfile/redis", "imagePullPolicy": "PullIfNotPresent",
              "ports": [{ "containerPort": 6379, "hostPort": 6379 }] }] } },
          "labels": { "name": "redis" } }
        """#

    static let controller = #"""
        { "id": "redisController", "apiVersion": "v1beta1", "kind": "ReplicationController",
          "desiredState": { "replicas": 1, "replicaSelector": { "name": "redis" },
            "podTemplate": {
              "desiredState": { "manifest": { "version": "v1beta1", "id": "redisController",
                "containers": [{ "name": "redis", "image": "dockerfile/redis", "imagePullPolicy": "PullIfNotPresent",
                  "ports": [{ "containerPort": 6379, "hostPort": 6379 }] }] } },
              "labels": { "name": "redis" } } },
          "labels": { "name": "redis" } }
        """#
}
