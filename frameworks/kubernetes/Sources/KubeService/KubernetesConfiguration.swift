internal import KubeKinds

/// What a Kubernetes control plane is run with: API server, store and controllers in one process.
///
/// Defaults are those of Kubernetes on Mesos (seeds KM-07): plain HTTP on loopback, port 8888.
public struct KubernetesConfiguration: Sendable {
    /// `--address`: the IP address the API listens on.
    public var host = "127.0.0.1"
    /// `--port`; 0 = any free one.
    public var port = 8888
    /// The directory the store is kept in, made when absent; nil keeps everything in memory and forgets it at the end.
    public var workDirectory: String?
    /// `--advertise-address`: the address of the `kubernetes` service's endpoint; nil = `host`, or none when that is
    /// loopback or a wildcard.
    public var advertiseAddress: String?
    /// `--service-cluster-ip-range`: where service addresses come from, as CIDR.
    public var serviceRange = "10.10.10.0/24"
    /// `--service-node-port-range`.
    public var nodePorts = 30_000...32_767
    /// `--event-ttl`: how long events are kept.
    public var eventTimeToLive: Duration = .seconds(3_600)
    /// `--max-requests-inflight`: the most reading requests at a time, watches and streams not counted.
    public var readsInFlight = 400
    /// `--max-mutating-requests-inflight`: the most writing requests at a time.
    public var writesInFlight = 200
    /// `--min-request-timeout`: how long a watch lasts at least when the client says nothing.
    public var minimumWatch: Duration = .seconds(1_800)
    /// `--request-timeout`: how long a request other than a watch or stream may take.
    public var requestTimeout: Duration = .seconds(60)
    /// How the controllers run; nil runs none (`roost km apiserver`).
    ///
    /// The server of its client is set to the API's own address.
    public var controllers: ControllerManagerConfiguration? = ControllerManagerConfiguration()

    /// The address that the cluster's DNS service has unless another is said: the tenth of `serviceRange`, or nil.
    public var clusterDNS: String? { ServiceAddresses(range: serviceRange)?.dns }

    /// Makes a configuration with the defaults.
    public init(workDirectory: String? = nil) { self.workDirectory = workDirectory }
}
