public import KubeNetworkCore

/// How the executor of pods works: what `roost km executor` is told on its command line (spec `kubernetes/05` §5.6).
///
/// What the agent is and has comes from the agent itself, by its environment and the executor's subscription.
public struct PodExecutorConfiguration: Sendable {
    /// `--api-servers`: the URL of the API server.
    public var apiServer: String
    /// `--hostname-override`: the node's name; nil = the agent's host name.
    public var nodeName: String?
    /// `--cluster-dns`: the address of the cluster's DNS service; nil = the cluster has none.
    public var clusterDNS: String?
    /// `--cluster-domain`.
    public var clusterDomain = "cluster.local"
    /// `--run-proxy`: whether services are proxied and pods of other nodes routed to here; without it the host's rules
    /// and routes are left alone.
    public var runsProxy = true
    /// `--proxy-mode`.
    public var proxyMode = ProxyMode.iptables
    /// `--cluster-cidr`: the addresses of all pods of the cluster, as CIDR; nil masquerades no cluster traffic.
    public var clusterCIDR: String?
    /// `--docker-endpoint`: the engine's socket; nil = the agent's (`ROOST_DOCKER_SOCKET`), else Docker's usual one.
    public var engineSocket: String?
    /// `--pod-infra-container-image`: the image of sandboxes; nil = the one inside this program.
    public var sandboxImage: String?
    /// `--root-dir`: where the node keeps its state; nil = `kubelet` in the agent's work directory.
    public var rootDirectory: String?
    /// `--address`: where the node's API listens; nil = the agent's address.
    public var address: String?
    /// `--port`: the port of the node's API; 0 = any free one. Any free one is taken, too, when this one is not free.
    public var port = 10_250
    /// `--suicide-timeout`: how long an executor without pods stays; zero = for ever.
    public var idleLimit: Duration = .seconds(1_200)
    /// `--sync-frequency`: how often a pod is looked at although nothing happened.
    public var syncPeriod: Duration = .seconds(60)
    /// `--pod-manifest-path`: a file or directory of static pods.
    public var manifestPath = ""
    /// `--manifest-url`: a URL of static pods.
    public var manifestURL = ""
    /// `--file-check-frequency`, `--http-check-frequency`: how often static pods are looked at.
    public var manifestPeriod: Duration = .seconds(20)
    /// `--maximum-dead-containers-per-container`.
    public var deadContainers = 1
    /// `--max-pods`.
    public var maximumPods = 110
    /// `--cpu-cfs-quota`: whether CPU limits are enforced by quota.
    public var enforcesCPUQuota = true
    /// `--resolv-conf`: the file with the node's own name servers.
    public var resolverFile = "/etc/resolv.conf"
    /// `--iptables-sync-period`.
    public var ruleSyncPeriod: Duration = .seconds(30)
    /// Where the locks lie that tell which executor of a host owns its rules.
    public var lockDirectory = "/run/roost"

    /// Makes a configuration with the defaults.
    public init(apiServer: String) { self.apiServer = apiServer }
}
