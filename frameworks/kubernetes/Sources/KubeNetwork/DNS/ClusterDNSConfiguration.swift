public import KubeNetworkCore

/// How cluster DNS is served, and within which bounds.
public struct ClusterDNSConfiguration: Sendable {
    /// The address to listen on.
    public var address: String
    /// The port, for UDP and TCP; 0 takes a free one.
    public var port: Int
    /// The cluster's domain.
    public var domain: DNSName
    /// The resolvers asked for all other names: the host's, read anew at times.
    public var nameservers: @Sendable () -> [String] = HostResolver.nameservers
    /// The port of those resolvers.
    public var nameserverPort = 53
    /// Addresses that are this server's under another name, such as that of the DNS service: never asked.
    public var ownAddresses: Set<String> = []
    /// How long one resolver may take.
    public var patience: Duration = .seconds(2)
    /// The most questions put to resolvers at a time; further ones fail at once.
    public var forwardLimit = 512
    /// The most TCP connections at a time; further ones are closed.
    public var connectionLimit = 256
    /// How long a TCP connection may be silent.
    public var idleLimit: Duration = .seconds(10)

    /// Makes a configuration with the default bounds.
    ///
    /// - Parameter domain: without or with the last dot; what is no name stands for `cluster.local`.
    public init(address: String, port: Int = 0, domain: String = "cluster.local") {
        (self.address, self.port) = (address, port)
        self.domain = DNSName(domain) ?? ServiceZone.usualDomain
    }
}
