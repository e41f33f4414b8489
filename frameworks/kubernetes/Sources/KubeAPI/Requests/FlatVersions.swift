internal import ClusterBase
internal import KubeModel

// What is special about `v1beta1` and `v1beta2`: the namespace is in the query, and metadata lies flat beside the rest
// (spec `kubernetes/08` §8.1). Objects are converted by their kinds; here are lists and Status.

extension GroupVersion {
    /// Whether it is one of the two first versions.
    var isFlat: Bool { group.isEmpty && (version == "v1beta1" || version == "v1beta2") }
}

extension JSONValue {
    /// A Status as the path's version has it: in the first versions `details.id` is the name.
    func status(below path: some StringProtocol) -> JSONValue {
        guard path.hasPrefix("/api/v1beta"), var status = object else { return self }
        let version = path.dropFirst("/api/".count).prefix { $0 != "/" }
        guard GroupVersion(String(version)).isFlat else { return self }
        status["apiVersion"] = .string(String(version))
        status["metadata"] = nil
        status["creationTimestamp"] = .null
        if var details = status["details"]?.object, let name = details["name"] {
            details["id"] = name
            details["name"] = nil
            status["details"] = .object(details)
        }
        return .object(status)
    }
}

extension ListMetadata {
    /// The members of a list before its items: `metadata`, or in the first versions its fields themselves.
    func members(in groupVersion: GroupVersion) -> JSONObject {
        guard groupVersion.isFlat else { return ["metadata": value] }
        return ["creationTimestamp": .null, "resourceVersion": .integer(Int64(resourceVersion) ?? 0)]
    }
}
