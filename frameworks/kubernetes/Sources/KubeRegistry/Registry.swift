public import KubeKinds
public import KubeModel
public import KubeStore

/// The verbs of the API over a revisioned store and the kind table, without HTTP.
///
/// Every method may be called from any thread and throws `APIError` only; nothing is locked while waiting: the store's
/// compare-and-swap decides between writers. Source: apiserver `pkg/registry/generic/registry/store.go`; spec
/// `kubernetes/02`.
public final class Registry: Sendable {
    /// The store.
    public let store: any RevisionedStore
    /// The kinds.
    public let kinds: KindTable
    /// Their schemas.
    public let library: SchemaLibrary
    let configuration: RegistryConfiguration
    let rules: [AdmissionRule]
    let claims = ClaimLedger()
    let hub: WatchHub
    private let servedKinds: [GroupVersion: [String: ServedKind]]

    /// Makes a registry; nothing is served before `start`.
    public init(
        store: any RevisionedStore, kinds: KindTable, library: SchemaLibrary, configuration: RegistryConfiguration
    ) {
        (self.store, self.kinds, self.library) = (store, kinds, library)
        self.configuration = configuration
        let stored = kinds.rows.map(StoredKind.init)
        var served: [GroupVersion: [String: ServedKind]] = [:]
        for kind in stored {
            for version in kind.row.versions {
                let plural = version.plural ?? kind.row.plural
                guard let entry = kinds.entry(plural: plural, in: version.groupVersion) else { continue }
                served[version.groupVersion, default: [:]][plural] = ServedKind(kind, entry)
            }
        }
        servedKinds = served
        hub = WatchHub(
            store: store, kinds: stored, recentEvents: configuration.recentEvents,
            recentBytes: configuration.recentBytes)
        let claiming = configuration.serviceAddresses.map { [claims] addresses in
            AdmissionRule.serviceClaims(addresses, claims, random: configuration.random)
        }
        rules = configuration.admission + (claiming.map { [$0] } ?? [])
    }

    /// The resource that a path's plural names in a group and version; nil when it is not served.
    ///
    /// O(1).
    public func served(plural: String, in groupVersion: GroupVersion) -> ServedKind? {
        servedKinds[groupVersion]?[plural]
    }

    /// Opens the watch hub and makes the objects that every cluster has.
    ///
    /// Call once, before anything else.
    public func start() async throws(APIError) {
        try await translated {
            try await self.hub.open(after: self.store.revision)
            try await self.claims.open(self.store)
            try await self.makeSystemObjects()
        }
    }

    /// Sends bookmarks about once a minute, until cancelled.
    public func run() async throws {
        while true {
            try await Task.sleep(for: .seconds(60))
            hub.bookmarkAll()
        }
    }

    /// Ends all watches; the store stays open.
    public func shutdown() async {
        hub.close()
        claims.close()
    }

    /// How many watches there are.
    public var watchCount: Int { hub.watcherCount }

    var reader: RegistryReader { RegistryReader(store: store) }

    /// The object, when memory can tell without waiting: the fast path of GET.
    ///
    /// Not for subresources or computed kinds.
    public func getNow(_ target: ResourceTarget) -> Lookup {
        switch store.peek(target.kind.stored.key(target.namespace, target.name)) {
        case .value(let value): .found(RegistryObject(target.kind.stored, value.value, revision: value.modRevision))
        case .absent: .absent(.notFound(target.kind.resource, target.name))
        case .unknown: .unknown
        }
    }

    /// Runs something that may throw anything, so that only API errors come out.
    func translated<Value>(_ body: () async throws -> Value) async throws(APIError) -> Value {
        do { return try await body() } catch { throw APIError(translating: error) }
    }
}
