public import KubeModel

/// The names of a pod in the network.
public struct PodHostname: Hashable, Sendable {
    /// The host name, at most 63 characters.
    public let name: String
    /// The domain below the cluster's; empty when the pod is in none.
    public let domain: String
    /// The name that processes see, which may be the full one (`setHostnameAsFQDN`).
    public let visibleName: String

    /// Reads the names of a pod.
    ///
    /// Throws when the full name is wanted as host name and is longer than the 64 characters that the kernel takes.
    public init(_ pod: KubeObject, clusterDomain: String) throws(ConfigError) {
        let given = Self.text(pod, "hostname")
        name = given.isEmpty ? Self.truncated(pod.name) : given
        let subdomain = Self.text(pod, "subdomain")
        domain = subdomain.isEmpty ? "" : "\(subdomain).\(pod.namespace).svc.\(clusterDomain)"
        let full = domain.isEmpty ? name : name + "." + domain
        let wantsFull = pod.flag("spec", "setHostnameAsFQDN")
        if wantsFull, full.utf8.count > 64 {
            throw ConfigError(
                "the full name \(full) has \(full.utf8.count) characters; a host name has 64 at most")
        }
        visibleName = wantsFull ? full : name
    }

    /// A member of the specification, or the annotation that came before it.
    private static func text(_ pod: KubeObject, _ member: String) -> String {
        let text = pod.text("spec", member)
        return text.isEmpty ? pod.annotation("pod.beta.kubernetes.io/" + member) ?? "" : text
    }

    private static func truncated(_ name: String) -> String {
        guard name.utf8.count > 63 else { return name }
        var name = String(decoding: name.utf8.prefix(63), as: UTF8.self)
        while name.last == "-" || name.last == "." { name.removeLast() }
        return name
    }
}
