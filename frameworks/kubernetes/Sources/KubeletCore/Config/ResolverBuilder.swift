internal import ClusterBase
internal import KubeModel

/// Works out what a pod's resolver is told.
///
/// Sources: spec `kubernetes/06` §6.6; scenario S-40, by which the host's name servers follow those of the cluster.
public struct ResolverBuilder: Sendable {
    private static let mostServers = 3
    private static let mostSearches = 6
    private static let mostSearchCharacters = 256

    /// The addresses of the cluster's name servers.
    private let clusterServers: [String]
    private let clusterDomain: String
    private let host: SandboxConfig.Resolver

    /// Makes a builder.
    ///
    /// - Parameter host: what the node's own resolver is told.
    public init(clusterServers: [String], clusterDomain: String, host: SandboxConfig.Resolver) {
        (self.clusterServers, self.clusterDomain, self.host) = (clusterServers, clusterDomain, host)
    }

    /// What a pod's resolver is told; nil when it has the host's file as it is.
    public func build(_ pod: PodView) -> (resolver: SandboxConfig.Resolver?, warnings: [ConfigWarning]) {
        let policy = pod.object.text("spec", "dnsPolicy")
        let config = KubeObject(pod.object["spec", "dnsConfig"])
        let wantsCluster =
            policy == "ClusterFirstWithHostNet"
            || policy != "None" && policy != "Default" && !pod.usesHostNetwork
        var warnings: [ConfigWarning] = []
        var resolver: SandboxConfig.Resolver
        if policy == "None" {
            resolver = SandboxConfig.Resolver()
        } else if wantsCluster, !clusterServers.isEmpty {
            resolver = cluster(pod)
        } else {
            if wantsCluster {
                warnings.append(
                    ConfigWarning(
                        "MissingClusterDNS",
                        "pod: \"\(pod.longName)\". The cluster has no DNS, so that the policy \"ClusterFirst\" cannot "
                            + "be followed. Falling back to \"Default\" policy."))
            }
            if config == nil { return (nil, warnings) }
            resolver = host
        }
        if let config { add(config, to: &resolver) }
        warnings += limit(&resolver)
        if wantsCluster, !clusterServers.isEmpty { fillUp(&resolver, for: pod) }
        return (resolver, warnings)
    }

    private func cluster(_ pod: PodView) -> SandboxConfig.Resolver {
        let zone = clusterDomain
        let own = zone.isEmpty ? [] : ["\(pod.key.namespace).svc.\(zone)", "svc.\(zone)", zone]
        return SandboxConfig.Resolver(
            servers: unique(clusterServers), searches: unique(own + host.searches.filter { $0 != "." }),
            options: ["ndots:5"])
    }

    /// Adds the host's name servers as far as there is room; its own loopback is not the pod's.
    private func fillUp(_ resolver: inout SandboxConfig.Resolver, for pod: PodView) {
        let reachable = host.servers.filter { pod.usesHostNetwork || !Self.isLoopback($0) }
        resolver.servers = Array(unique(resolver.servers + reachable).prefix(Self.mostServers))
    }

    /// Adds a pod's `dnsConfig`; an option replaces one of the same name.
    private func add(_ config: KubeObject, to resolver: inout SandboxConfig.Resolver) {
        resolver.servers = unique(resolver.servers + config.list("nameservers").compactMap(\.string))
        resolver.searches = unique(resolver.searches + config.list("searches").compactMap(\.string))
        for option in config.list("options").compactMap({ KubeObject($0) }) {
            let name = option.text("name")
            let value = option.text("value")
            resolver.options.removeAll { $0 == name || $0.hasPrefix(name + ":") }
            resolver.options.append(value.isEmpty ? name : "\(name):\(value)")
        }
    }

    /// Keeps to what resolvers take.
    private func limit(_ resolver: inout SandboxConfig.Resolver) -> [ConfigWarning] {
        var warnings: [ConfigWarning] = []
        if resolver.servers.count > Self.mostServers {
            resolver.servers = Array(resolver.servers.prefix(Self.mostServers))
            warnings.append(
                ConfigWarning(
                    "DNSConfigForming",
                    "Nameserver limits were exceeded, some nameservers have been omitted, the applied nameserver line "
                        + "is: \(resolver.servers.joined(separator: " "))"))
        }
        var kept: [String] = []
        for name in resolver.searches.prefix(Self.mostSearches) {
            let line = (kept + [name]).joined(separator: " ")
            if line.utf8.count > Self.mostSearchCharacters { break }
            kept.append(name)
        }
        if kept.count < resolver.searches.count {
            resolver.searches = kept
            warnings.append(
                ConfigWarning(
                    "DNSConfigForming",
                    "Search Line limits were exceeded, some search paths have been omitted, the applied search line "
                        + "is: \(kept.joined(separator: " "))"))
        }
        return warnings
    }

    private func unique(_ names: [String]) -> [String] {
        var known: Set<String> = []
        return names.filter { known.insert($0).inserted }
    }

    private static func isLoopback(_ address: String) -> Bool { address.hasPrefix("127.") || address == "::1" }
}
