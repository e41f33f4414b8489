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

    /// Makes a registry; nothing is served before `start`.
    public init(
        store: any RevisionedStore, kinds: KindTable, library: SchemaLibrary, configuration: RegistryConfiguration
    ) {
        (self.store, self.kinds, self.library) = (store, kinds, library)
        self.configuration = configuration
    }

    /// The resource that a path's plural names in a group and version; nil when it is not served. O(1).
    public func served(plural: String, in groupVersion: GroupVersion) -> ServedKind? { nil }

    /// Opens the watch hub and makes the objects that every cluster has. Call once, before anything else.
    public func start() async throws(APIError) {}

    /// Sends bookmarks about once a minute and compacts the history (five minutes are kept), until cancelled.
    public func run() async throws {}

    /// Ends all watches; the store stays open.
    public func shutdown() async {}

    /// The object, when memory can tell without waiting: the fast path of GET. Not for subresources or computed kinds.
    public func getNow(_ target: ResourceTarget) -> Lookup { .unknown }

    /// An object, or its `status` or `scale`; `resourceVersion` is the query's.
    public func get(_ target: ResourceTarget, resourceVersion: String = "") async throws(APIError) -> Reply {
        throw .noSuchResource
    }

    /// Objects of a collection.
    public func list(_ target: ResourceTarget, _ options: ListOptions) async throws(APIError) -> ListResult {
        throw .noSuchResource
    }

    /// Creates an object (201), or calls a subresource: `binding`, `eviction`. `body` is in the target's version; absent
    /// `kind` and `apiVersion` are taken from it.
    public func create(
        _ target: ResourceTarget, _ body: KubeObject, _ options: WriteOptions
    ) async throws(APIError) -> WriteResult {
        throw .noSuchResource
    }

    /// Replaces an object, or its `status`, `scale` or (namespaces) `finalize`; creates it (201) where the kind allows.
    public func update(
        _ target: ResourceTarget, _ body: KubeObject, _ options: WriteOptions
    ) async throws(APIError) -> WriteResult {
        throw .noSuchResource
    }

    /// Changes an object, or its `status` or `scale`, in part.
    public func patch(
        _ target: ResourceTarget, _ patch: PatchBody, _ options: WriteOptions
    ) async throws(APIError) -> WriteResult {
        throw .noSuchResource
    }

    /// Deletes an object, at once or gracefully; answers with the object or a Status, as the kind has it.
    public func delete(_ target: ResourceTarget, _ options: DeleteOptions) async throws(APIError) -> WriteResult {
        throw .noSuchResource
    }

    /// Deletes the selected objects of a collection; answers with them.
    public func deleteCollection(
        _ target: ResourceTarget, _ selection: ListOptions, _ options: DeleteOptions
    ) async throws(APIError) -> ListResult {
        throw .noSuchResource
    }

    /// Follows a collection, or one object when the target has a name.
    ///
    /// `receive` is called one call at a time, in order, beginning possibly before this returns; it must not block. A
    /// receiver that cannot keep up cancels the handle. Throws 410 when the history no longer reaches back.
    public func watch(
        _ target: ResourceTarget, _ options: WatchOptions, receive: @escaping @Sendable (WatchDelivery) -> Void
    ) async throws(APIError) -> WatchHandle {
        throw .noSuchResource
    }
}
