internal import ClusterBase
public import KubeModel
public import Logging
internal import Synchronization

/// Keeps a local copy of the objects of one kind and tells what changes: one listing, then one open watch.
///
/// A watch that breaks is taken up where it ended; when the server no longer remembers that far, the objects are listed
/// anew and the differences told. Nothing is sent while nothing happens.
public final class Informer: Sendable {
    /// What the handler is told, in order, one call at a time.
    public enum News: Sendable {
        /// Objects came, changed or went; never empty.
        case changed([ObjectDelta])
        /// The objects of a listing have all been told; the first time the copy is complete.
        case synchronised
    }

    private static let watchSeconds: ClosedRange<Int64> = 300...600
    /// A watch that lasted this long was no failure.
    private static let settled = Duration.seconds(5)
    /// How long after its announced end a silent watch is given up.
    private static let overtime = Duration.seconds(30)

    /// The kind.
    public let kind: ResourceKind
    private let client: KubeClient
    private let selection: ObjectSelection
    private let trim: @Sendable (inout KubeObject) -> Void
    private let logger: Logger
    private let state = Mutex(State())

    fileprivate struct State {
        var cache = ObjectCache()
        /// Up to which revision everything was told; empty when a listing must come first.
        var resourceVersion = ""
    }

    /// Makes an informer that is not running.
    ///
    /// - Parameter trim: takes out of each object what nobody reads, to save memory; `managedFields` always goes.
    public init(
        _ client: KubeClient, _ kind: ResourceKind, selection: ObjectSelection = ObjectSelection(),
        trim: @escaping @Sendable (inout KubeObject) -> Void = { _ in }, logger: Logger
    ) {
        (self.client, self.kind, self.selection) = (client, kind, selection)
        (self.trim, self.logger) = (trim, logger)
    }

    /// The object of a key as last heard of, or nil.
    public subscript(key: ObjectKey) -> KubeObject? { state.withLock { $0.cache[key] } }

    /// The object with a uid as last heard of, or nil.
    public func object(uid: String) -> KubeObject? { state.withLock { $0.cache.object(uid: uid) } }

    /// The objects of a namespace as last heard of, by name.
    public func objects(in namespace: String) -> [KubeObject] { state.withLock { $0.cache.objects(in: namespace) } }

    /// All objects as last heard of, by key.
    public var all: [KubeObject] { state.withLock { state in state.cache.keys.compactMap { state.cache[$0] } } }

    /// How many objects are known.
    public var count: Int { state.withLock { $0.cache.count } }

    /// Follows the objects until the task is cancelled; to be called once.
    public func run(_ handler: @escaping @Sendable (News) async -> Void) async {
        var delay = RetryDelay(first: .milliseconds(100), longest: .seconds(5))
        while !Task.isCancelled {
            let began = ContinuousClock.now
            do {
                if state.withLock({ $0.resourceVersion.isEmpty }) { try await list(handler) }
                try await watch(handler)
            } catch {
                if Task.isCancelled { return }
                if (error as? APIError)?.code == 410 { state.withLock { $0.resourceVersion = "" } }
                logger.debug("a watch ended", metadata: ["kind": "\(kind)", "error": "\(error)"])
            }
            if ContinuousClock.now - began > Self.settled { delay.reset() }
            try? await Task.sleep(for: delay.next())
        }
    }

    private func list(_ handler: @Sendable (News) async -> Void) async throws {
        let list = try await client.list(kind, selection)
        let objects = list.objects.map(trimmed)
        let deltas = state.withLock { state in
            state.resourceVersion = list.resourceVersion
            return state.cache.replace(with: objects)
        }
        if !deltas.isEmpty { await handler(.changed(deltas)) }
        await handler(.synchronised)
    }

    /// Follows one watch to its end, but not much longer than was agreed: a dead peer says nothing.
    private func watch(_ handler: @escaping @Sendable (News) async -> Void) async throws {
        let length = Duration.seconds(Int64.random(in: Self.watchSeconds))
        let position = state.withLock { $0.resourceVersion }
        let stream = try await client.watch(kind, selection, from: position, lasting: length)
        try await withThrowingTaskGroup(of: Void.self) { group in
            defer { group.cancelAll() }
            group.addTask { try await self.follow(stream, handler) }
            group.addTask { try await Task.sleep(for: length + Self.overtime) }
            try await group.next()
        }
    }

    private func follow(_ stream: WatchStream, _ handler: @Sendable (News) async -> Void) async throws {
        for try await event in stream {
            if case .failed(let error) = event { throw error }
            let deltas = state.withLock { $0.take(event, trimmed: trimmed) }
            if !deltas.isEmpty { await handler(.changed(deltas)) }
        }
    }

    private func trimmed(_ object: KubeObject) -> KubeObject {
        var object = object
        if object["metadata", "managedFields"] != nil { object["metadata", "managedFields"] = nil }
        trim(&object)
        return object
    }
}

extension Informer.State {
    fileprivate mutating func take(_ event: WatchEvent, trimmed: (KubeObject) -> KubeObject) -> [ObjectDelta] {
        switch event {
        case .added(let object), .modified(let object):
            resourceVersion = object.resourceVersion
            return cache.put(trimmed(object))
        case .deleted(let object):
            resourceVersion = object.resourceVersion
            return cache.remove(trimmed(object))
        case .bookmark(let revision):
            resourceVersion = revision
            return []
        case .failed: return []
        }
    }
}
