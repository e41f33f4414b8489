internal import KubeModel
internal import Synchronization

/// One receiver of events and what it wants to see.
final class Watcher: Sendable {
    let kind: StoredKind
    let selection: Selection
    let allowsBookmarks: Bool
    private let receive: @Sendable (WatchDelivery) -> Void
    private let floor = Atomic<Int64>(.max)
    private let isOver = Atomic(false)

    init(
        _ kind: StoredKind, _ selection: Selection, allowsBookmarks: Bool,
        receive: @escaping @Sendable (WatchDelivery) -> Void
    ) {
        (self.kind, self.selection, self.allowsBookmarks) = (kind, selection, allowsBookmarks)
        self.receive = receive
    }

    /// Events up to this revision were delivered otherwise, or are not wanted.
    var startRevision: Int64 {
        get { floor.load(ordering: .acquiring) }
        set { floor.store(newValue, ordering: .releasing) }
    }

    var isCancelled: Bool { isOver.load(ordering: .acquiring) }

    /// Delivers nothing from now on; true for the first caller.
    @discardableResult
    func cancel() -> Bool { !isOver.exchange(true, ordering: .acquiringAndReleasing) }

    /// The event as the watcher sees it; nil when it does not.
    func view(_ event: HubEvent) -> WatchEvent? {
        guard event.revision > startRevision, selection.covers(path: event.path, namespace: event.namespace) else {
            return nil
        }
        return event.seen(by: selection)
    }

    /// Only one caller at a time.
    func deliver(_ events: [WatchEvent]) {
        if !events.isEmpty, !isCancelled { receive(.events(events)) }
    }

    func deliverBookmark(_ revision: Int64, endsInitialEvents: Bool = false) {
        if !isCancelled { receive(.bookmark(revision: revision, endsInitialEvents: endsInitialEvents)) }
    }

    /// Says that nothing follows, once.
    func end(_ error: APIError?) {
        if cancel() { receive(.ended(error)) }
    }
}
