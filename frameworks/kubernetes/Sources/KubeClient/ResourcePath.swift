internal import HTTPTransport
internal import KubeModel

/// The paths of resources at a server (spec `kubernetes/02` §2.1).
enum ResourcePath {
    /// `/api/v1/namespaces/NS/pods/NAME/status`; an empty namespace, name or subresource leaves its part out.
    static func path(_ kind: ResourceKind, namespace: String, name: String = "", subresource: String = "") -> String {
        let root = kind.groupVersion.group.isEmpty ? "/api/" : "/apis/"
        var parts = kind.isNamespaced && !namespace.isEmpty ? ["namespaces", PercentCoding.encode(namespace)] : []
        parts.append(kind.plural)
        if !name.isEmpty { parts.append(PercentCoding.encode(name)) }
        if !subresource.isEmpty { parts.append(subresource) }
        return root + kind.groupVersion.description + "/" + parts.joined(separator: "/")
    }

    /// The query of the items that have a value.
    static func query(_ items: [(name: String, value: String)]) -> String {
        let texts = items.filter { !$0.value.isEmpty }.map { "\($0.name)=\(PercentCoding.encode($0.value))" }
        return texts.isEmpty ? "" : "?" + texts.joined(separator: "&")
    }
}
