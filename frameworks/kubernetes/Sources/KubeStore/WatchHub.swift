internal import Dispatch
internal import Synchronization

/// Delivers committed events to watches, in order, on a thread of its own, so that receivers never hold the disk up.
///
/// A watch from a revision that memory reaches joins at once. An older one reads history in pieces, on the threads that
/// read the file, and asks again to join after each; as only this queue moves `delivered`, there is no moment at which
/// an event could be missed or told twice.
final class WatchHub: Sendable {
    /// A piece of history for a watch.
    struct Piece: Sendable {
        /// Events to keys with the prefix, after the revision asked for, whole transactions only.
        var events: [StoreEvent]
        /// Everything up to here is in `events`.
        var reached: Int64
    }

    /// Reads history after one revision, not beyond another, and answers once, on any thread.
    typealias ReadHistory =
        @Sendable (
            _ prefix: KeyText, _ after: Int64, _ upTo: Int64,
            _ answer: @escaping @Sendable (Result<Piece, StoreError>) -> Void
        ) -> Void

    /// Groups of commits that may wait for receivers before the writer waits too.
    static let groupLimit = 16

    private struct State {
        var index = WatchIndex()
        var recent: RecentEvents
        var delivered: Int64
        /// Watches from a revision that has not come yet; they get their first `progress` when it does.
        var early: [Watcher] = []
        var isClosed = false
    }

    private let queue = DispatchQueue(label: "store-watches")
    private let state: Mutex<State>
    private let space = DispatchSemaphore(value: WatchHub.groupLimit)
    private let readHistory: ReadHistory?

    /// Makes a hub for a store whose last revision is `revision` and whose events after `oldest`, of which there are
    /// none yet, will all be published; without `readHistory` memory holds all of history.
    init(revision: Int64, oldest: Int64, recentBytes: Int, readHistory: ReadHistory?) {
        state = Mutex(State(recent: RecentEvents(start: oldest, limit: recentBytes), delivered: revision))
        self.readHistory = readHistory
    }

    /// Hands on the events of a group, which end with `revision`; waits while receivers are far behind.
    ///
    /// Calls must come in order.
    func publish(_ events: [StoreEvent], revision: Int64) {
        space.wait()
        queue.async { [self] in
            deliver(events, revision: revision)
            space.signal()
        }
    }

    /// Begins a watch.
    func start(_ watcher: Watcher) -> WatchHandle {
        queue.async { [self] in join(watcher, from: watcher.start) }
        return WatchHandle(watcher, hub: self)
    }

    func remove(_ watcher: Watcher) {
        queue.async { [self] in
            state.withLock { state in
                state.index.remove(watcher)
                state.early.removeAll { $0 === watcher }
            }
        }
    }

    func tellProgress(_ watcher: Watcher) {
        queue.async { [self] in
            let delivered = state.withLock { state -> Int64? in
                let isRunning = state.index.watchers(of: watcher.prefix).contains { $0 === watcher }
                return isRunning ? state.delivered : nil
            }
            if let delivered { watcher.tell(.progress(delivered)) }
        }
    }

    /// Lets go of the events up to a revision.
    func forget(upTo revision: Int64) {
        queue.async { [self] in state.withLock { $0.recent.forget(upTo: revision) } }
    }

    /// Delivers what was published, tells every watch that it has ended, and returns when that is done.
    func close() async {
        await withCheckedContinuation { continuation in
            queue.async { [self] in
                let watchers = state.withLock { state in
                    state.isClosed = true
                    defer { (state.index, state.early) = (WatchIndex(), []) }
                    return state.index.watchers
                }
                for watcher in watchers { watcher.tell(.ended(nil)) }
                continuation.resume()
            }
        }
    }

    // MARK: On the queue

    private func deliver(_ events: [StoreEvent], revision: Int64) {
        var shares: [(watchers: [Watcher], events: [StoreEvent])] = []
        let arrived = state.withLock { state in
            shares = state.index.share(events)
            state.delivered = revision
            state.recent.append(events)
            guard !state.early.isEmpty else { return [Watcher]() }
            let arrived = state.early.filter { $0.start <= revision }
            state.early.removeAll { $0.start <= revision }
            return arrived
        }
        for share in shares {
            for watcher in share.watchers { watcher.tell(.events(share.events)) }
        }
        for watcher in arrived { watcher.tell(.progress(revision)) }
    }

    private func join(_ watcher: Watcher, from position: Int64) {
        enum Admission {
            case joined([StoreEvent], Int64)
            case behind(Int64)
            case ended(StoreError?)
        }
        guard !watcher.isCancelled else { return }
        let admission = state.withLock { state -> Admission in
            if state.isClosed { return .ended(nil) }
            let oldest = state.recent.start
            guard position >= oldest else {
                guard readHistory == nil else { return .behind(state.delivered) }
                return .ended(.compacted(requested: position, oldest: oldest))
            }
            state.index.insert(watcher)
            if position > state.delivered { state.early.append(watcher) }
            return .joined(state.recent.events(after: position, prefix: watcher.prefix), state.delivered)
        }
        switch admission {
        case .joined(let events, let delivered):
            if !events.isEmpty { watcher.tell(.events(events)) }
            watcher.tell(.progress(delivered))
        case .behind(let delivered): catchUp(watcher, from: position, upTo: delivered)
        case .ended(let error): watcher.tell(.ended(error))
        }
    }

    private func catchUp(_ watcher: Watcher, from position: Int64, upTo delivered: Int64) {
        readHistory?(watcher.prefix, position, delivered) { [self] answer in
            switch answer {
            case .success(let piece):
                if !piece.events.isEmpty { watcher.tell(.events(piece.events)) }
                queue.async { [self] in join(watcher, from: piece.reached) }
            case .failure(let error): watcher.tell(.ended(state.withLock { $0.isClosed } ? nil : error))
            }
        }
    }
}

extension WatchIndex {
    /// The events each watch gets, one list for all watches of a prefix.
    fileprivate func share(_ events: [StoreEvent]) -> [(watchers: [Watcher], events: [StoreEvent])] {
        var order: [KeyText] = []
        var lists: [KeyText: [StoreEvent]] = [:]
        for event in events {
            for prefix in prefixes(of: KeyText(event.key)) {
                if lists[prefix] == nil { order.append(prefix) }
                lists[prefix, default: []].append(event)
            }
        }
        return order.map { (watchers(of: $0), lists[$0] ?? []) }
    }
}
