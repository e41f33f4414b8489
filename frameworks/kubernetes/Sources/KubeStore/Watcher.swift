internal import Synchronization

/// One watch: whom to tell, about which keys, from which revision on.
final class Watcher: Sendable {
    let prefix: KeyText
    /// Events up to this revision are not for this watch.
    let start: Int64
    private let receive: @Sendable (WatchSignal) -> Void
    private let isOver = Atomic(false)

    init(prefix: String, start: Int64, receive: @escaping @Sendable (WatchSignal) -> Void) {
        (self.prefix, self.start, self.receive) = (KeyText(prefix), start, receive)
    }

    /// Whether it was cancelled or told of its end.
    var isCancelled: Bool { isOver.load(ordering: .acquiring) }

    func cancel() { isOver.store(true, ordering: .releasing) }

    /// Hands a signal over, unless the watch is over or nothing in it is new; one call at a time.
    func tell(_ signal: WatchSignal) {
        guard !isCancelled else { return }
        switch signal {
        case .events(let events):
            let isNew = events.first.map { $0.revision > start } ?? true
            let news = isNew ? events : events.filter { $0.revision > start }
            if !news.isEmpty { receive(.events(news)) }
        case .progress(let revision):
            if revision >= start { receive(signal) }
        case .ended:
            cancel()
            receive(signal)
        }
    }
}

/// What the caller of `watch` holds; letting go of it cancels.
final class WatchHandle: StoreWatch {
    private let watcher: Watcher
    private let hub: WatchHub

    init(_ watcher: Watcher, hub: WatchHub) { (self.watcher, self.hub) = (watcher, hub) }

    deinit { cancel() }

    func cancel() {
        guard !watcher.isCancelled else { return }
        watcher.cancel()
        hub.remove(watcher)
    }

    func requestProgress() { hub.tellProgress(watcher) }
}
