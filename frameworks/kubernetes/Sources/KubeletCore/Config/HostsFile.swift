internal import ClusterBase
internal import KubeModel

/// The text of a pod's `/etc/hosts`.
///
/// Source: spec `kubernetes/04` §4.8.
public enum HostsFile {
    /// Whether a container gets a file of ours: not with the host's network, unless the pod adds names, and not where
    /// the container mounts something there itself.
    public static func isNeeded(_ pod: PodView, _ container: ContainerView) -> Bool {
        if pod.usesHostNetwork, pod.object.list("spec", "hostAliases").isEmpty { return false }
        return !container.object.list("volumeMounts").contains {
            KubeObject($0)?.text("mountPath") == "/etc/hosts"
        }
    }

    /// The file's text.
    ///
    /// - Parameter hostFile: the node's own file, for a pod on the host's network.
    public static func text(
        _ pod: PodView, hostname: PodHostname, addresses: [String], hostFile: String
    ) -> String {
        var text: String
        if pod.usesHostNetwork {
            text = "# Kubernetes-managed hosts file (host network).\n" + hostFile
            if text.last != "\n" { text += "\n" }
        } else {
            text = """
                # Kubernetes-managed hosts file.
                127.0.0.1\tlocalhost
                ::1\tlocalhost ip6-localhost ip6-loopback
                fe00::0\tip6-localnet
                fe00::0\tip6-mcastprefix
                fe00::1\tip6-allnodes
                fe00::2\tip6-allrouters

                """
            let names =
                hostname.domain.isEmpty
                ? hostname.name : "\(hostname.name).\(hostname.domain)\t\(hostname.name)"
            for address in addresses { text += "\(address)\t\(names)\n" }
        }
        let aliases = pod.object.list("spec", "hostAliases").compactMap { KubeObject($0) }
        if !aliases.isEmpty { text += "\n# Entries added by HostAliases.\n" }
        for alias in aliases {
            let names = alias.list("hostnames").compactMap(\.string)
            text += ([alias.text("ip")] + names).joined(separator: "\t") + "\n"
        }
        return text
    }
}
