internal import ClusterBase
internal import KubeKinds
internal import KubeModel
internal import KubeRegistry
internal import Logging

/// Keeps the Service `default/kubernetes` and its Endpoints as they have to be (spec `kubernetes/03` §3.6).
///
/// Both are looked at every ten seconds, in memory; they are written only when somebody changed them.
struct APIServiceKeeper: Sendable {
    private static let interval = Duration.seconds(10)
    private static let resources = ["services", "endpoints"]

    let registry: Registry
    let service: KubeObject
    let endpoints: KubeObject
    let logger: Logger

    /// - Parameter advertised: the address others reach the API at; nil when it serves this machine only, which
    ///   Endpoints cannot say.
    init(_ plane: ControlPlane, advertised: String?, port: Int, logger: Logger) {
        registry = plane.registry
        service = SystemObjects.apiService(address: plane.addresses.first, targetPort: port)
        endpoints = SystemObjects.apiEndpoints(addresses: advertised.map { [$0] } ?? [], port: port)
        self.logger = logger
    }

    /// Makes what is missing and repairs what differs.
    private func reconcile() async throws(APIError) {
        for (plural, wanted) in zip(Self.resources, [service, endpoints]) {
            guard let kind = registry.served(plural: plural, in: .v1) else { continue }
            let target = ResourceTarget(kind, namespace: wanted.namespace, name: wanted.name)
            guard let current = try await current(target) else {
                _ = try await registry.create(
                    ResourceTarget(kind, namespace: wanted.namespace), wanted, WriteOptions())
                continue
            }
            guard let repaired = Self.repaired(current, wanted) else { continue }
            _ = try await registry.update(target, repaired, WriteOptions())
        }
    }

    /// Keeps them until cancelled.
    func run() async throws {
        while true {
            try await Task.sleep(for: Self.interval)
            await tryToReconcile()
        }
    }

    /// Makes and repairs what it can: the API is served also when something is in the way, such as a Service that
    /// holds the address since the service range was another.
    func tryToReconcile() async {
        do { try await reconcile() } catch {
            logger.warning("the kubernetes service cannot be kept", metadata: ["error": "\(error.message)"])
        }
    }

    private func current(_ target: ResourceTarget) async throws(APIError) -> KubeObject? {
        switch registry.getNow(target) {
        case .found(let object): return try object.tree()
        case .absent: return nil
        case .unknown: break
        }
        do {
            guard case .object(let object) = try await registry.get(target) else { return nil }
            return try object.tree()
        } catch {
            if error.code == 404 { return nil }
            throw error
        }
    }

    /// The current object with its ports, or its subsets, as they have to be; nil when they are.
    private static func repaired(_ current: KubeObject, _ wanted: KubeObject) -> KubeObject? {
        var repaired = current
        if wanted["spec"] != nil {
            if current.list("spec", "ports") == wanted.list("spec", "ports") { return nil }
            repaired["spec", "ports"] = wanted["spec", "ports"]
        } else {
            if current.list("subsets") == wanted.list("subsets") { return nil }
            repaired["subsets"] = wanted["subsets"]
        }
        return repaired
    }
}
