internal import ClusterBase
internal import KubeModel

/// What `v1beta1` and `v1beta2` write around every object: the members of `metadata` stand at the top, `name` is `id`,
/// and the revision is a number (spec `kubernetes/08` §8.1).
enum LegacyEnvelope {
    /// Metadata at the top level, for objects found at a place.
    static func rules(_ place: LegacyPlace) -> [ShapeRule] {
        [
            ShapeRule(fromHub: order),
            .alias("name", "id"),
            .nest("metadata", where: metadataNames.contains),
            .within("metadata", [.move("id", "name"), revision]),
            place.selfLink,
        ]
    }

    /// The members of an object that belong to its metadata, `metadata` itself aside.
    private static let metadataNames: Set<String> = [
        "id", "generateName", "namespace", "selfLink", "uid", "resourceVersion", "generation", "creationTimestamp",
        "deletionTimestamp", "deletionGracePeriodSeconds", "labels", "annotations", "ownerReferences", "finalizers",
        "managedFields",
    ]

    /// What comes first in an object.
    private static let head = [
        "kind", "id", "uid", "creationTimestamp", "selfLink", "resourceVersion", "apiVersion", "namespace",
    ]

    /// The revision as a number; a text is accepted too.
    private static let revision = ShapeRule(
        toHub: { metadata in
            if let number = metadata.integer("resourceVersion") { metadata["resourceVersion"] = .string("\(number)") }
        },
        fromHub: { metadata in
            metadata["resourceVersion"] = Int64(metadata.text("resourceVersion")).map { .integer($0) }
            metadata.fill("creationTimestamp", .null)
        })

    private static func order(_ object: inout KubeObject) {
        var ordered = JSONObject()
        for key in head { ordered[key] = object[key] }
        for (key, value) in object.fields where ordered[key] == nil { ordered[key] = value }
        object.fields = ordered
    }

    /// A list without `metadata`, its items without kind and version; of minions both `items` and `minions`.
    static func list(_ list: KubeObject, path: String) -> KubeObject {
        let items = list.list("items").map { item in
            var item = KubeObject(item) ?? KubeObject()
            (item.kind, item.apiVersion) = ("", "")
            return item.value
        }
        var fields: JSONObject = [
            "kind": .string(list.kind), "creationTimestamp": .null, "selfLink": .string(path),
            "resourceVersion": .integer(Int64(list.resourceVersion) ?? 0), "apiVersion": .string(list.apiVersion),
        ]
        fields["items"] = .array(items)
        if list.kind == "MinionList" { fields["minions"] = .array(items) }
        return KubeObject(fields)
    }

    /// A status whose details call the name `id`; `isFlat` leaves `metadata` out too.
    static func status(_ status: KubeObject, version: GroupVersion, isFlat: Bool) -> KubeObject {
        var status = status
        status.apiVersion = version.description
        status.edit("details") { details in
            guard let name = details["name"] else { return }
            var fields: JSONObject = ["id": name]
            for (key, value) in details.fields where key != "name" { fields[key] = value }
            details.fields = fields
        }
        if isFlat {
            status["metadata"] = nil
            status["creationTimestamp"] = .null
        }
        return status
    }
}
