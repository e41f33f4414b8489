internal import ClusterBase
internal import HTTPTransport
internal import KubeClient
internal import KubeModel
internal import KubeNetwork
internal import KubeNetworkCore
internal import KubeNode
internal import Logging
internal import NIOConcurrencyHelpers

/// The network of a node: cluster DNS, service proxy and routes to other nodes' pods.
///
/// All of it needs the engine's bridge, so it begins when the engine first answers.
final class NodeNetwork: Sendable {
    private static let dnsService = ObjectKey(namespace: "kube-system", "kube-dns")
    private static let retryPeriod = Duration.seconds(1)

    private struct Parts: Sendable {
        var proxy: ServiceProxy?
        var routes: PodRoutes?
        var dns: ClusterDNS?
    }

    private let configuration: PodExecutorConfiguration
    private let identity: NodeIdentity
    private let client: KubeClient
    private let runtime: any PodRuntime
    private let logger: Logger
    private let parts = NIOLockedValueBox(Parts())

    init(
        _ configuration: PodExecutorConfiguration, _ identity: NodeIdentity, client: KubeClient,
        runtime: any PodRuntime, logger: Logger
    ) {
        (self.configuration, self.identity, self.client) = (configuration, identity, client)
        (self.runtime, self.logger) = (runtime, logger)
    }

    /// Works until cancelled; what fails is logged, and the other parts go on.
    func run() async {
        guard let engine = await engine() else { return }
        let dns = await startDNS(engine.bridgeAddress)
        let proxy = configuration.runsProxy ? makeProxy(dns: dns?.address) : nil
        let routes = configuration.runsProxy ? makeRoutes(engine.bridgeSubnet) : nil
        parts.withLockedValue { $0 = Parts(proxy: proxy, routes: routes, dns: dns?.server) }
        await withTaskGroup(of: Void.self) { group in
            if let dns { group.addTask { await dns.server.follow(self.client) } }
            if let proxy {
                group.addTask { await self.keep("service proxy") { try await proxy.run(client: self.client) } }
            }
            if let routes {
                group.addTask { await self.keep("pod routes") { try await routes.run(client: self.client) } }
            }
        }
    }

    /// Ends everything.
    ///
    /// - Parameter removing: takes away rules and routes, unless another executor of this host takes them over.
    func close(removing: Bool) async {
        let parts = parts.withLockedValue { parts in
            defer { parts = Parts() }
            return parts
        }
        await parts.proxy?.close(removing: removing)
        await parts.routes?.close(removing: removing)
        await parts.dns?.stop()
    }

    private func engine() async -> RuntimeVersion? {
        while !Task.isCancelled {
            if let version = try? await runtime.version() { return version }
            try? await Task.sleep(for: Self.retryPeriod)
        }
        return nil
    }

    private func keep(_ part: String, _ body: () async throws -> Void) async {
        do { try await body() } catch is CancellationError {
            // It was closed.
        } catch {
            guard !Task.isCancelled else { return }
            logger.error("\(part) ends", metadata: ["error": "\(error)"])
        }
    }

    // MARK: The parts

    private func startDNS(_ bridge: String) async -> (server: ClusterDNS, address: BoundAddress)? {
        guard configuration.clusterDNS != nil, !bridge.isEmpty else { return nil }
        let remembered = RememberedPort(file: identity.root + "/dns-port")
        for port in [remembered.value, 0].compactMap({ $0 }) {
            var settings = ClusterDNSConfiguration(address: bridge, port: port, domain: configuration.clusterDomain)
            settings.ownAddresses = Set([configuration.clusterDNS, bridge].compactMap { $0 })
            let server = ClusterDNS(settings, logger: logger)
            do {
                let address = try await server.start()
                remembered.remember(address.port)
                return (server, address)
            } catch {
                logger.log(
                    level: port == 0 ? .error : .info, "cluster DNS cannot listen",
                    metadata: ["address": "\(bridge):\(port)", "error": "\(error)"])
            }
        }
        return nil
    }

    private func makeProxy(dns: BoundAddress?) -> ServiceProxy? {
        guard let address = IPAddress(identity.address) else { return nil }
        var settings = ServiceProxyConfiguration(nodeName: identity.name, nodeAddress: address)
        settings.mode = configuration.proxyMode
        settings.clusterCIDR = configuration.clusterCIDR.flatMap { CIDR($0) }
        settings.syncPeriod = configuration.ruleSyncPeriod
        settings.lockDirectory = configuration.lockDirectory
        if let dns, let ip = IPAddress(dns.host) {
            settings.overrides[Self.dnsService] = EndpointAddress(ip, port: dns.port)
        }
        do { return try ServiceProxy(settings, logger: logger) } catch {
            logger.error("no service proxy", metadata: ["error": "\(error)"])
            return nil
        }
    }

    private func makeRoutes(_ subnet: String) -> PodRoutes? {
        guard let range = CIDR(subnet) else { return nil }
        var settings = PodRoutesConfiguration(nodeName: identity.name, podCIDR: range)
        settings.lockDirectory = configuration.lockDirectory
        do { return try PodRoutes(settings, logger: logger) } catch {
            logger.error("no routes to other nodes", metadata: ["error": "\(error)"])
            return nil
        }
    }
}
