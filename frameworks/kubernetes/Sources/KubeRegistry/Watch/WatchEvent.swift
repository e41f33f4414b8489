public import KubeModel
internal import Synchronization

/// A change as one kind of watcher sees it; one instance is shared by all watchers that see it so.
public final class WatchEvent: Sendable {
    /// What happened, in the words of the wire.
    public enum Change: String, Sendable {
        /// The object is new, or new to the selector.
        case added = "ADDED"
        /// The object changed.
        case modified = "MODIFIED"
        /// The object is gone, or left the selector; the object is its last state with the revision of the change.
        case deleted = "DELETED"
    }

    /// What happened.
    public let change: Change
    /// The object.
    public let object: RegistryObject
    private let payloads = Mutex<[String: any Sendable]>([:])

    init(_ change: Change, _ object: RegistryObject) { (self.change, self.object) = (change, object) }

    /// The encoded form under a key (version and representation), made by the first who asks and shared by all.
    ///
    /// Nothing else may be asked of the event within `make`. When a key is used with another type of payload, `make`
    /// runs each time.
    public func payload<Payload: Sendable>(_ key: String, make: () throws -> Payload) rethrows -> Payload {
        try payloads.withLock { payloads in
            if let payload = payloads[key] as? Payload { return payload }
            let payload = try make()
            payloads[key] = payload
            return payload
        }
    }
}

/// What a watch delivers, one call at a time and in order.
public enum WatchDelivery: Sendable {
    /// Events, never empty.
    case events([WatchEvent])
    /// Everything up to a revision was delivered; `endsInitialEvents` when that is all that existed at the start.
    case bookmark(revision: Int64, endsInitialEvents: Bool)
    /// Nothing follows; with an error such as 410 when history was lost, nil when the registry closes.
    case ended(APIError?)
}

/// A running watch; ends when cancelled or when the last reference goes away.
public final class WatchHandle: Sendable {
    private let onCancel: @Sendable () -> Void
    private let onBookmark: @Sendable () -> Void

    init(onCancel: @escaping @Sendable () -> Void, onBookmark: @escaping @Sendable () -> Void) {
        (self.onCancel, self.onBookmark) = (onCancel, onBookmark)
    }

    deinit { onCancel() }

    /// Ends the watch; nothing is delivered afterwards but for a call under way.
    ///
    /// Any thread, any number of times, also from within a delivery.
    public func cancel() { onCancel() }

    /// Delivers a bookmark of the present revision, in order with the events; does nothing before the watch is up to
    /// date or when bookmarks were not allowed.
    public func requestBookmark() { onBookmark() }
}
