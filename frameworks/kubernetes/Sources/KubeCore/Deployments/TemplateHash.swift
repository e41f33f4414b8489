internal import ClusterBase
internal import KubeModel

/// The hash of a pod template, which names replica sets.
enum TemplateHash {
    /// The hash as it stands in names and labels; the count makes another one after a collision.
    ///
    /// It depends on nothing but the content: members count in the order of their names.
    static func text(of template: JSONValue?, collisions: Int64?) -> String {
        var writer = JSONWriter()
        writer.value(sorted(template ?? .null))
        if let collisions { writer.raw("\(collisions)".utf8) }
        return ObjectNames.safeEncode("\(ObjectNames.fnv1a32(writer.bytes))")
    }

    private static func sorted(_ value: JSONValue) -> JSONValue {
        if let list = value.array { return .array(list.map(sorted)) }
        guard let object = value.object else { return value }
        var result = JSONObject()
        for key in object.keys.sorted() { result[key] = object[key].map(sorted) }
        return .object(result)
    }

    /// A template without the hash among its labels.
    static func bare(_ template: JSONValue?) -> KubeObject {
        var template = KubeObject(template) ?? KubeObject()
        template["metadata", "labels", DeploymentNames.hashLabel] = nil
        if template["metadata", "labels"]?.object?.isEmpty == true { template["metadata", "labels"] = nil }
        if template["metadata"]?.object?.isEmpty == true { template["metadata"] = nil }
        return template
    }
}
