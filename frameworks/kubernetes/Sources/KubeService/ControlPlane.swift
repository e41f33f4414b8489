internal import KubeClient
internal import ClusterBase
internal import Foundation
internal import HTTPTransport
internal import KubeAPI
internal import KubeKinds
internal import KubeModel
internal import KubeRegistry
internal import KubeSchemas
internal import KubeStore
internal import Logging

/// Store, registry and API server, put together.
struct ControlPlane: Sendable {
    let store: any RevisionedStore
    let registry: Registry
    let server: KubeAPIServer
    let addresses: ServiceAddresses

    /// Opens the store and reads the kinds; nothing is served yet.
    init(_ configuration: KubernetesConfiguration, logger: Logger) throws {
        guard
            let addresses = ServiceAddresses(range: configuration.serviceRange, nodePorts: configuration.nodePorts)
        else {
            throw ClusterError(
                .invalidArgument,
                "'\(configuration.serviceRange)' is no IPv4 block of at least eight addresses, such as 10.10.10.0/24",
                field: "service-cluster-ip-range")
        }
        let library: SchemaLibrary
        do { library = try SchemaLibrary(parsing: KubeSchemas.all) } catch {
            preconditionFailure("the built-in schemas are wrong: \(error)")
        }
        store = try Self.openStore(configuration)
        self.addresses = addresses
        var rules = RegistryConfiguration(now: ServiceClock.time) { UInt64.random(in: 0 ... .max) }
        rules.serviceAddresses = addresses
        rules.systemObjects = SystemObjects.namespaces
        let health = ComponentHealth(
            store: store, runsUnelected: configuration.controllers.map { !$0.electsLeader } ?? false)
        rules.computed["componentstatuses"] = health.objects
        registry = Registry(
            store: store, kinds: Self.kinds(configuration), library: library, configuration: rules)
        var settings = KubeAPIConfiguration(now: ServiceClock.time)
        (settings.host, settings.port) = (configuration.host, configuration.port)
        settings.readsInFlight = configuration.readsInFlight
        settings.writesInFlight = configuration.writesInFlight
        settings.watchTimeout = configuration.minimumWatch
        settings.requestTimeout = configuration.requestTimeout
        server = KubeAPIServer(settings, registry: registry, logger: logger)
    }

    private static func openStore(_ configuration: KubernetesConfiguration) throws -> any RevisionedStore {
        guard let directory = configuration.workDirectory else { return MemoryStore() }
        do {
            try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        } catch {
            throw ClusterError(.system, "cannot make the directory \(directory)", field: "work-dir", cause: error)
        }
        return try SQLiteStore(path: directory + "/kubernetes.db")
    }

    private static func kinds(_ configuration: KubernetesConfiguration) -> KindTable {
        let seconds = Int(configuration.eventTimeToLive.components.seconds)
        return KindTable(
            KindTable.standard.rows.map { row in
                var row = row
                if row.timeToLive != nil { row.timeToLive = seconds }
                return row
            })
    }

    /// Releases the store, after everything that uses it has ended.
    func close() async {
        await registry.shutdown()
        await store.close()
    }
}
