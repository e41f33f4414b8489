internal import KubeKinds
internal import KubeModel
internal import KubeStore
internal import Synchronization

extension Registry {
    func watchObjects(
        _ target: ResourceTarget, _ options: WatchOptions, receive: @escaping @Sendable (WatchDelivery) -> Void
    ) async throws -> WatchHandle {
        guard target.kind.row.verbs.contains(.watch), configuration.computed[target.kind.row.plural] == nil else {
            throw APIError.methodNotSupported(target.kind.resource, "watch")
        }
        let start = try WatchStart(options)
        let selection = try Selection(
            target, labelSelector: options.labelSelector, fieldSelector: options.fieldSelector)
        let watcher = Watcher(
            target.kind.stored, selection, allowsBookmarks: options.allowsBookmarks, receive: receive)
        let hub = hub
        let handle = WatchHandle(onCancel: { hub.cancel(watcher) }, onBookmark: { hub.bookmark(watcher) })
        let revision: Int64
        switch start {
        case .after(let wanted): revision = wanted
        case .present: revision = try await store.revision
        case .existing(let atLeast, let saysWhenDone):
            try await waitForRevision(atLeast)
            revision = try await deliverExisting(to: watcher)
            if saysWhenDone { watcher.deliverBookmark(revision, endsInitialEvents: true) }
        }
        if !hub.join(watcher, after: revision) { try await replayHistory(to: watcher, after: revision) }
        return handle
    }

    /// Delivers what exists as added; returns the revision it is of.
    private func deliverExisting(to watcher: Watcher) async throws -> Int64 {
        watcher.startRevision = 0
        var listing = Listing(watcher.kind, watcher.selection, .present(atLeast: nil), limit: Self.batch)
        while true {
            let page = try await store.list(
                prefix: listing.prefix, after: listing.after, limit: listing.pageSize, at: listing.revision)
            listing.take(page)
            if listing.isComplete {
                watcher.deliver(listing.result.items.map { WatchEvent(.added, $0) })
                guard !listing.result.continueToken.isEmpty, !watcher.isCancelled else { return page.revision }
                let token = try ContinueToken(parsing: listing.result.continueToken)
                listing = Listing(watcher.kind, watcher.selection, .following(token), limit: Self.batch)
            }
        }
    }

    /// Objects delivered at a time at the start of a watch.
    private static let batch = 500

    /// Lets a watcher read the store's own history until the hub remembers the rest.
    ///
    /// Throws 410 when that is gone too.
    private func replayHistory(to watcher: Watcher, after revision: Int64) async throws {
        let relay = HistoryRelay(watcher, hub)
        let prefix = watcher.kind.prefix(of: watcher.selection.namespace)
        relay.hold(try await store.watch(prefix: prefix, after: revision) { relay.receive($0) })
    }
}

/// Where a watch begins (spec `kubernetes/02` §2.8).
enum WatchStart: Equatable {
    /// With what exists, which must have reached a revision if one is given; a bookmark may say when that is through.
    case existing(atLeast: Int64?, saysWhenDone: Bool)
    /// With what comes after a revision.
    case after(Int64)
    /// With what comes after now.
    case present

    /// Reads the options of a watch.
    ///
    /// Throws 400 and 422 for those that are malformed or contradict each other.
    init(_ options: WatchOptions) throws(APIError) {
        let revision = try ListStart.revision(options.resourceVersion)
        let match = options.resourceVersionMatch
        switch options.sendsInitialEvents {
        case nil:
            if !match.isEmpty { throw Self.forbidden("resourceVersionMatch is forbidden for watch") }
            self =
                revision.map { $0 > 0 ? .after($0) : .existing(atLeast: nil, saysWhenDone: false) }
                ?? .existing(atLeast: nil, saysWhenDone: false)
        case let wanted?:
            guard match == "NotOlderThan" else {
                throw Self.forbidden("sendInitialEvents requires setting resourceVersionMatch to NotOlderThan")
            }
            guard wanted else {
                self = revision.flatMap { $0 > 0 ? .after($0) : nil } ?? .present
                return
            }
            guard options.allowsBookmarks else {
                let problem = "sendInitialEvents is forbidden for watch unless allowWatchBookmarks is set"
                throw .invalidOptions("ListOptions", [.forbidden("allowWatchBookmarks", problem)])
            }
            self = .existing(atLeast: revision, saysWhenDone: true)
        }
    }

    private static func forbidden(_ why: String) -> APIError {
        .invalidOptions("ListOptions", [.forbidden("resourceVersionMatch", why)])
    }
}

/// Feeds one watcher from the store's history, until the hub can take over.
private final class HistoryRelay: Sendable {
    private struct State {
        var source: (any StoreWatch)?
        var isDone = false
    }

    private let watcher: Watcher
    private let hub: WatchHub
    private let state = Mutex(State())

    init(_ watcher: Watcher, _ hub: WatchHub) { (self.watcher, self.hub) = (watcher, hub) }

    func hold(_ source: any StoreWatch) {
        let isDone = state.withLock { state in
            if !state.isDone { state.source = source }
            return state.isDone
        }
        if isDone { source.cancel() }
    }

    /// Called by one thread at a time.
    func receive(_ signal: WatchSignal) {
        if state.withLock({ $0.isDone }) { return }
        if watcher.isCancelled { return finish() }
        switch signal {
        case .events(let events):
            watcher.startRevision = 0
            watcher.deliver(events.compactMap { HubEvent($0, of: watcher.kind).flatMap(watcher.view) })
        case .progress(let revision):
            if hub.join(watcher, after: revision) { finish() }
        case .ended(let error):
            watcher.end(error.map { APIError(translating: $0) })
            finish()
        }
    }

    private func finish() {
        let source = state.withLock { state in
            state.isDone = true
            return state.source.take()
        }
        source?.cancel()
    }
}
