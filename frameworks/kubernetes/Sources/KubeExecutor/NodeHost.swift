internal import ClusterBase
internal import Foundation
internal import HTTPTransport
internal import KubeClient
internal import KubeModel
internal import KubeNode
internal import KubeRuntime
internal import Logging

/// All parts of a node in this process, put together.
struct NodeHost: Sendable {
    let identity: NodeIdentity
    let kubelet: Kubelet
    let client: KubeClient
    let runtime: DockerPodRuntime
    let network: NodeNetwork
    private let server: HTTPServer
    private let source: ClientConfigSource

    /// Binds the node's port and makes the parts; nothing works yet.
    ///
    /// Throws `ClusterError`: `system` (root directory), `unavailable` (the port cannot be bound).
    init(_ configuration: PodExecutorConfiguration, _ identity: NodeIdentity, logger: Logger) async throws {
        self.identity = identity
        do {
            try FileManager.default.createDirectory(atPath: identity.root, withIntermediateDirectories: true)
        } catch {
            throw ClusterError(.system, "cannot make the directory \(identity.root)", field: "root-dir", cause: error)
        }
        let (server, port) = try await Self.bind(configuration, identity, logger)
        self.server = server
        client = try KubeClient(KubeClientConfiguration(server: configuration.apiServer), logger: logger)
        runtime = try DockerPodRuntime(Self.engineOptions(configuration, identity), logger: logger)
        let settings = Self.podSettings(configuration, identity)
        source = ClientConfigSource(client, logger: logger)
        kubelet = try Kubelet(
            Self.kubeletConfiguration(configuration, identity, port: port), client: client, runtime: runtime,
            volumes: HostVolumes(settings, source: source, logger: logger),
            preparation: HostPreparation(settings, source: source, logger: logger), logger: logger)
        network = NodeNetwork(configuration, identity, client: client, runtime: runtime, logger: logger)
        server.install(HTTPService(routes: kubelet.routes))
    }

    /// Works until cancelled.
    func run() async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.kubelet.run() }
            group.addTask { await self.network.run() }
            group.addTask { await self.source.run() }
        }
    }

    /// Releases what `init` took, after `run` has ended.
    func close() async {
        await server.stop()
        await client.shutdown()
    }

    /// The port of the last time, else the one that was asked for, else any free one.
    private static func bind(
        _ configuration: PodExecutorConfiguration, _ identity: NodeIdentity, _ logger: Logger
    ) async throws -> (HTTPServer, port: Int) {
        let remembered = RememberedPort(file: identity.root + "/port")
        let host = configuration.address ?? identity.address
        for port in [remembered.value, configuration.port].compactMap({ $0 }) where port != 0 {
            let server = HTTPServer(HTTPServerConfiguration(host: host, port: port), logger: logger)
            do {
                let address = try await server.start()
                remembered.remember(address.port)
                return (server, address.port)
            } catch {
                logger.info("the port is taken", metadata: ["port": "\(port)"])
            }
        }
        let server = HTTPServer(HTTPServerConfiguration(host: host, port: 0), logger: logger)
        let address = try await server.start()
        remembered.remember(address.port)
        return (server, address.port)
    }

    private static func engineOptions(
        _ configuration: PodExecutorConfiguration, _ identity: NodeIdentity
    ) -> DockerPodOptions {
        var options = DockerPodOptions(owner: ["roost.agent": identity.owner])
        let given = configuration.engineSocket ?? ProcessInfo.processInfo.environment["ROOST_DOCKER_SOCKET"]
        if let given, !given.isEmpty {
            options.socket = given.hasPrefix("unix://") ? String(given.dropFirst("unix://".count)) : given
        }
        options.sandboxImage = configuration.sandboxImage ?? ""
        return options
    }

    private static func podSettings(
        _ configuration: PodExecutorConfiguration, _ identity: NodeIdentity
    ) -> PodSettings {
        var settings = PodSettings(root: identity.root)
        settings.sandboxImage = configuration.sandboxImage ?? ""
        settings.clusterDNS = configuration.clusterDNS.map { [$0] } ?? []
        settings.clusterDomain = configuration.clusterDomain
        settings.enforcesCPUQuota = configuration.enforcesCPUQuota
        settings.resolverFile = configuration.resolverFile
        return settings
    }

    private static func kubeletConfiguration(
        _ configuration: PodExecutorConfiguration, _ identity: NodeIdentity, port: Int
    ) -> KubeletConfiguration {
        var settings = KubeletConfiguration(
            nodeName: identity.name, hostAddress: identity.address, port: port, rootDirectory: identity.root,
            capacity: identity.capacity)
        (settings.labels, settings.annotations) = (identity.labels, identity.annotations)
        settings.syncPeriod = configuration.syncPeriod
        settings.staticSources.path = configuration.manifestPath
        settings.staticSources.url = configuration.manifestURL
        settings.staticSources.period = configuration.manifestPeriod
        settings.garbage.deadContainersPerContainer = configuration.deadContainers
        return settings
    }
}
