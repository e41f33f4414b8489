/// What pods of this node are made with, whatever they say themselves.
public struct PodSettings: Hashable, Sendable {
    /// The directory that holds the node's state; pods' files are below `ROOT/pods/UID`.
    public var root: String
    /// The image of sandboxes; empty leaves it to the runtime.
    public var sandboxImage = ""
    /// The addresses of the cluster's name servers; empty when the cluster has no DNS.
    public var clusterDNS: [String] = []
    /// The cluster's domain.
    public var clusterDomain = "cluster.local"
    /// The file with the node's own name servers.
    public var resolverFile = "/etc/resolv.conf"
    /// The namespace whose service `kubernetes` every pod is told of.
    public var masterServiceNamespace = "default"
    /// Whether CPU limits are enforced by quota.
    public var enforcesCPUQuota = true
    /// The cgroup that pods are put under; empty = the runtime's own.
    public var cgroupParent = ""
    /// Files with the node's own registry credentials, in Docker's form; absent ones are passed over.
    public var registryFiles: [String] = ["/root/.docker/config.json", "/root/.dockercfg"]

    /// Settings for a root directory.
    public init(root: String) { self.root = root }

    /// Where a pod's files are.
    func podDirectory(_ uid: String) -> String { "\(root)/pods/\(uid)" }
}
