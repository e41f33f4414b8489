internal import ClusterBase
public import KubeClient
public import KubeModel
public import Logging
internal import Synchronization

/// Takes the objects that pods are configured from from the API server: services by an open watch, the others by single
/// requests with a short memory.
public final class ClientConfigSource: ConfigSource {
    private static let secrets = ResourceKind(.v1, "Secret", plural: "secrets")
    private static let configMaps = ResourceKind(.v1, "ConfigMap", plural: "configmaps")
    private static let accounts = ResourceKind(.v1, "ServiceAccount", plural: "serviceaccounts")
    private static let claims = ResourceKind(.v1, "PersistentVolumeClaim", plural: "persistentvolumeclaims")
    private static let volumes = ResourceKind(
        .v1, "PersistentVolume", plural: "persistentvolumes", isNamespaced: false)

    /// How old an answer may be that need not be fresh.
    private static let shortMemory = Duration.seconds(20)
    /// How old an answer about a service account may be.
    private static let longMemory = Duration.seconds(60)
    /// How many answers are kept; the oldest go first.
    private static let answerLimit = 4096
    /// How long a container's start waits for the first list of services.
    private static let patience = Duration.seconds(10)

    private struct Question: Hashable {
        var kind: ResourceKind
        var key: ObjectKey
    }

    private struct Answer {
        var object: KubeObject?
        var at: ContinuousClock.Instant
    }

    private struct State {
        var answers: [Question: Answer] = [:]
        var hasServices = false
    }

    private let client: KubeClient
    private let services: Informer
    private let state = Mutex(State())

    /// Makes a source; `run` must run for services to be known.
    public init(_ client: KubeClient, logger: Logger) {
        self.client = client
        services = Informer(client, .services, trim: Self.trim, logger: logger)
    }

    /// Follows the services until cancelled; to be called once.
    public func run() async {
        await services.run { [self] news in
            if case .synchronised = news { state.withLock { $0.hasServices = true } }
        }
    }

    /// A secret; see `ConfigSource`.
    public func secret(_ key: ObjectKey, isFresh: Bool) async throws -> KubeObject? {
        try await get(Self.secrets, key, memory: isFresh ? .zero : Self.shortMemory)
    }

    /// A config map; see `ConfigSource`.
    public func configMap(_ key: ObjectKey, isFresh: Bool) async throws -> KubeObject? {
        try await get(Self.configMaps, key, memory: isFresh ? .zero : Self.shortMemory)
    }

    /// A service account; see `ConfigSource`.
    public func serviceAccount(_ key: ObjectKey) async throws -> KubeObject? {
        try await get(Self.accounts, key, memory: Self.longMemory, remembersAbsence: true)
    }

    /// A claim; see `ConfigSource`.
    public func claim(_ key: ObjectKey) async throws -> KubeObject? {
        try await get(Self.claims, key, memory: Self.shortMemory)
    }

    /// A persistent volume; see `ConfigSource`.
    public func persistentVolume(_ name: String) async throws -> KubeObject? {
        try await get(Self.volumes, ObjectKey(name), memory: Self.shortMemory)
    }

    /// The services of a namespace; waits a little for the first list of them.
    public func services(in namespace: String) async -> [KubeObject] {
        let deadline = ContinuousClock.now + Self.patience
        while !state.withLock(\.hasServices), ContinuousClock.now < deadline, !Task.isCancelled {
            try? await Task.sleep(for: .milliseconds(10))
        }
        return services.objects(in: namespace)
    }

    private func get(
        _ kind: ResourceKind, _ key: ObjectKey, memory: Duration, remembersAbsence: Bool = false
    ) async throws -> KubeObject? {
        let question = Question(kind: kind, key: key)
        let known = state.withLock { $0.answers[question] }
        let isUsable = known.map { $0.object != nil || remembersAbsence } ?? false
        if let known, isUsable, ContinuousClock.now - known.at < memory { return known.object }
        do {
            var object = try await client.get(kind, key)
            object["metadata", "managedFields"] = nil
            remember(question, object)
            return object
        } catch let error as APIError where error.code == 404 {
            remember(question, nil)
            return nil
        } catch let error as APIError where (400..<500).contains(error.code) && error.code != 429 {
            throw error
        } catch {
            if let known { return known.object }
            throw error
        }
    }

    private func remember(_ question: Question, _ object: KubeObject?) {
        state.withLock { state in
            state.answers[question] = Answer(object: object, at: .now)
            guard state.answers.count > Self.answerLimit else { return }
            let ages = state.answers.values.map(\.at).sorted()
            let oldest = ages[ages.count / 2]
            state.answers = state.answers.filter { $0.value.at > oldest }
        }
    }

    /// Keeps what variables are made of.
    private static func trim(_ service: inout KubeObject) {
        let spec = service["spec"]
        var kept = KubeObject(["metadata": .object(JSONObject())])
        (kept.namespace, kept.name) = (service.namespace, service.name)
        (kept.uid, kept.resourceVersion) = (service.uid, service.resourceVersion)
        for member in ["clusterIP", "type", "ports"] { kept["spec", member] = spec?[member] }
        service = kept
    }
}
