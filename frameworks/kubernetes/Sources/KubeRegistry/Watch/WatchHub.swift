internal import KubeModel
internal import KubeStore
internal import Synchronization

/// Spreads one watch of the store to all watchers of the API.
///
/// `delivery` is held while receivers are called, so that each is called by one thread at a time and in order; `state`
/// is held for moments only and never while a receiver is called. `delivery` is always taken first.
final class WatchHub: Sendable {
    private let store: any RevisionedStore
    /// By prefix, such as `/registry/pods/`.
    private let kinds: [Substring: StoredKind]
    private let recentEvents: Int
    private let recentBytes: Int
    private let delivery = Mutex(())
    fileprivate let state: Mutex<State>

    fileprivate struct State {
        var ring: EventRing
        /// Everything up to it has been dispatched.
        var revision: Int64
        var watchers: [ObjectIdentifier: WatcherIndex] = [:]
        var source: (any StoreWatch)?
        var isClosed = false
    }

    init(store: any RevisionedStore, kinds: [StoredKind], recentEvents: Int, recentBytes: Int) {
        (self.store, self.recentEvents, self.recentBytes) = (store, recentEvents, recentBytes)
        self.kinds = Dictionary(kinds.map { ($0.prefix[...], $0) }, uniquingKeysWith: { $1 })
        let ring = EventRing(after: .max, countLimit: recentEvents, bytesLimit: recentBytes)
        state = Mutex(State(ring: ring, revision: 0))
    }

    /// Begins to follow the store from a revision.
    func open(after revision: Int64) async throws {
        let (recentEvents, recentBytes) = (recentEvents, recentBytes)
        state.withLock { state in
            state.ring = EventRing(after: revision, countLimit: recentEvents, bytesLimit: recentBytes)
            state.revision = revision
        }
        try await follow(after: revision)
    }

    private func follow(after revision: Int64) async throws {
        let source = try await store.watch(prefix: StoredKind.root, after: revision) { [weak self] signal in
            self?.receive(signal)
        }
        let isClosed = state.withLock { state in
            state.source = source
            return state.isClosed
        }
        if isClosed { source.cancel() }
    }

    /// Ends all watches.
    func close() {
        let source = state.withLock { state in
            state.isClosed = true
            return state.source.take()
        }
        source?.cancel()
        endAll(nil)
    }

    /// The revision up to which everything has been dispatched.
    var revision: Int64 { state.withLock { $0.revision } }

    /// How many watchers there are.
    var watcherCount: Int { state.withLock { $0.watchers.values.reduce(0) { $0 + $1.all.count } } }
}

// MARK: - Events

extension WatchHub {
    private func receive(_ signal: WatchSignal) {
        switch signal {
        case .events(let events): dispatch(events)
        case .progress(let revision): state.withLock { $0.revision = max($0.revision, revision) }
        case .ended: reopen()
        }
    }

    private func dispatch(_ events: [StoreEvent]) {
        delivery.withLock { _ in
            // A watch taken up again may repeat what its predecessor delivered last; transactions come whole.
            let known = revision
            let events = events.filter { $0.revision > known }.compactMap(hubEvent)
            let touched = state.withLock { state in
                events.map { event in
                    state.ring.append(event)
                    state.revision = max(state.revision, event.revision)
                    return state.watchers[ObjectIdentifier(event.kind)]?.watchers(of: event) ?? []
                }
            }
            deliver(zip(events, touched))
        }
    }

    /// Hands each watcher its events in one call.
    private func deliver(_ touched: Zip2Sequence<[HubEvent], [[Watcher]]>) {
        var positions: [ObjectIdentifier: Int] = [:]
        var batches: [(watcher: Watcher, events: [WatchEvent])] = []
        for (event, watchers) in touched {
            for watcher in watchers {
                guard let view = watcher.view(event) else { continue }
                if let position = positions[ObjectIdentifier(watcher)] {
                    batches[position].events.append(view)
                } else {
                    positions[ObjectIdentifier(watcher)] = batches.count
                    batches.append((watcher, [view]))
                }
            }
        }
        for (watcher, events) in batches { watcher.deliver(events) }
    }

    private func hubEvent(_ event: StoreEvent) -> HubEvent? {
        kind(of: event.key).flatMap { HubEvent(event, of: $0) }
    }

    /// The kind a key belongs to: `/registry/pods/…`, or `/registry/apps/deployments/…`.
    private func kind(of key: String) -> StoredKind? {
        var end = key.startIndex
        for slash in 1...4 {
            guard let next = key[end...].firstIndex(of: "/") else { return nil }
            end = key.index(after: next)
            if slash >= 3, let kind = kinds[key[..<end]] { return kind }
        }
        return nil
    }

    /// Goes on after the store's watch has ended by itself; when history is lost, so are the watches.
    private func reopen() {
        let (isClosed, revision) = state.withLock { ($0.isClosed, $0.revision) }
        if isClosed { return }
        Task {
            do {
                try await self.follow(after: revision)
            } catch StoreError.compacted(_, let oldest) {
                self.endAll(.tooOld(revision, oldest: oldest))
                await self.restart()
            } catch {
                self.close()
            }
        }
    }

    private func restart() async {
        do { try await open(after: store.revision) } catch { close() }
    }

    private func endAll(_ error: APIError?) {
        delivery.withLock { _ in
            let watchers = state.withLock { state in
                let all = state.watchers.values.flatMap(\.all)
                state.watchers = [:]
                return all
            }
            for watcher in watchers { watcher.end(error) }
        }
    }
}

// MARK: - Watchers

extension WatchHub {
    /// Lets a watcher see everything after a revision: what is remembered first, then what comes.
    ///
    /// False, and nothing was delivered, when the memory does not reach back that far. Nobody else may deliver to the
    /// watcher meanwhile.
    func join(_ watcher: Watcher, after revision: Int64) -> Bool {
        watcher.startRevision = revision
        guard var next = state.withLock({ $0.ring.sequence(after: revision) }) else { return false }
        // Long replays run beside the live events until little is missing, so that they hold up nobody.
        while true {
            let (events, end) = state.withLock { ($0.ring.events(from: next), $0.ring.endSequence) }
            guard let events else {
                watcher.end(.tooOld(revision, oldest: self.revision))
                return true
            }
            guard events.count > 128, !watcher.isCancelled else { break }
            replay(events, to: watcher)
            next = end
        }
        delivery.withLock { _ in
            let (missing, isClosed) = state.withLock { state in
                let missing = state.ring.events(from: next)
                if missing != nil, !state.isClosed, !watcher.isCancelled {
                    state.watchers[ObjectIdentifier(watcher.kind), default: WatcherIndex()].insert(watcher)
                }
                return (missing, state.isClosed)
            }
            if let missing { replay(missing, to: watcher) }
            if isClosed { watcher.end(nil) }
            if missing == nil { watcher.end(.tooOld(revision, oldest: self.revision)) }
        }
        return true
    }

    private func replay(_ events: [HubEvent], to watcher: Watcher) {
        watcher.deliver(events.filter { $0.kind === watcher.kind }.compactMap(watcher.view))
    }

    /// Ends a watch without a word.
    func cancel(_ watcher: Watcher) {
        watcher.cancel()
        state.withLock { $0.remove(watcher) }
    }

    /// Tells a watcher which revision it has seen everything of, if it wants to know and is up to date.
    func bookmark(_ watcher: Watcher) {
        guard watcher.allowsBookmarks, watcher.startRevision != .max else { return }
        delivery.withLock { _ in
            let (revision, isLive) = state.withLock { ($0.revision, $0.contains(watcher)) }
            if isLive { watcher.deliverBookmark(max(revision, watcher.startRevision)) }
        }
    }

    /// Tells every watcher that wants to know.
    func bookmarkAll() {
        for watcher in state.withLock({ $0.watchers.values.flatMap(\.all) }) { bookmark(watcher) }
    }
}

extension WatchHub.State {
    mutating func remove(_ watcher: Watcher) {
        let kind = ObjectIdentifier(watcher.kind)
        watchers[kind]?.remove(watcher)
        if watchers[kind]?.isEmpty == true { watchers[kind] = nil }
    }

    func contains(_ watcher: Watcher) -> Bool { watchers[ObjectIdentifier(watcher.kind)]?.contains(watcher) ?? false }
}
