/// The metadata of a node.
public struct ZooKeeperStat: Hashable, Sendable {
    /// The transaction that created the node.
    public var creationTransaction: Int64
    /// The transaction that last changed its data.
    public var modificationTransaction: Int64
    /// How often its data was changed since its creation.
    public var version: Int32
    /// How often its children changed.
    public var childrenVersion: Int32
    /// How often its access control list changed.
    public var aclVersion: Int32
    /// The session an ephemeral node belongs to; 0 for others.
    public var ephemeralOwner: Int64
    /// Bytes of data.
    public var dataLength: Int32
    /// Number of children.
    public var childrenCount: Int32
}

/// One entry of an access control list: who may do what.
public struct ZooKeeperACL: Hashable, Sendable {
    /// What is allowed.
    public struct Permissions: OptionSet, Hashable, Sendable {
        /// ZooKeeper's bits.
        public let rawValue: Int32

        /// Makes a set of bits.
        public init(rawValue: Int32) { self.rawValue = rawValue }

        /// Read data and children.
        public static let read = Permissions(rawValue: 1)
        /// Change data.
        public static let write = Permissions(rawValue: 2)
        /// Create children.
        public static let create = Permissions(rawValue: 4)
        /// Delete children.
        public static let delete = Permissions(rawValue: 8)
        /// Change the list itself.
        public static let admin = Permissions(rawValue: 16)
        /// Everything.
        public static let all = Permissions(rawValue: 31)
    }

    /// What is allowed.
    public var permissions: Permissions
    /// How `id` is to be understood: `world`, `auth`, `digest`, `ip`.
    public var scheme: String
    /// Who; for `digest` the user and the hash of the password.
    public var id: String

    /// Makes an entry.
    public init(_ permissions: Permissions, scheme: String, id: String) {
        (self.permissions, self.scheme, self.id) = (permissions, scheme, id)
    }
}

extension [ZooKeeperACL] {
    /// Everybody may do everything.
    public static let open = [ZooKeeperACL(.all, scheme: "world", id: "anyone")]
    /// Everybody may read, the creator (all identities of the session) may do everything.
    public static let creatorAllWorldRead = [
        ZooKeeperACL(.read, scheme: "world", id: "anyone"), ZooKeeperACL(.all, scheme: "auth", id: ""),
    ]
}

/// How long a node lives and how it is named.
public enum ZooKeeperCreateMode: Int32, Hashable, Sendable {
    /// Until deleted.
    case persistent = 0
    /// Until the session ends.
    case ephemeral = 1
    /// Until deleted; ten digits are appended to the name.
    case persistentSequential = 2
    /// Until the session ends; ten digits are appended to the name.
    case ephemeralSequential = 3
}

/// One step of a batch that holds as a whole or not at all.
public enum ZooKeeperOperation: Hashable, Sendable {
    /// Creates a node; nil takes the client's default list.
    case create(path: String, data: [UInt8], mode: ZooKeeperCreateMode = .persistent, acl: [ZooKeeperACL]? = nil)
    /// Replaces the data; nil is any version.
    case set(path: String, data: [UInt8], version: Int32? = nil)
    /// Deletes a node without children; nil is any version.
    case delete(path: String, version: Int32? = nil)
    /// Only checks that the node exists and has the version (nil: any).
    case check(path: String, version: Int32?)

    /// The node it is about.
    public var path: String {
        switch self {
        case .create(let path, _, _, _), .set(let path, _, _), .delete(let path, _), .check(let path, _): path
        }
    }
}

/// What a step of a batch gave.
public enum ZooKeeperOperationResult: Hashable, Sendable {
    /// The path of the node created, with its sequence number if it has one.
    case created(path: String)
    /// The metadata after the change.
    case set(ZooKeeperStat)
    /// Deleted.
    case deleted
    /// The check held.
    case checked
}

/// A batch that was not carried out.
public struct ZooKeeperBatchError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The position of the first step that failed.
    public var index: Int
    /// Why it failed.
    public var error: ZooKeeperError

    /// The failing step's error.
    public var description: String { "step \(index): \(error)" }
}

/// Where the session stands.
public enum ZooKeeperSessionState: Hashable, Sendable {
    /// No session yet, or a new one is being made.
    case connecting
    /// Connected; the timeout is what the server granted.
    case connected(session: Int64, timeout: Duration)
    /// The connection is lost, the session may still live.
    case suspended
    /// The session is gone, as the server says or the local timer assumes; a new one is made at once.
    case expired
    /// The server refused the credentials; the client is of no more use.
    case authenticationFailed
    /// The client was closed.
    case closed

    /// Whether requests are answered.
    public var isConnected: Bool {
        if case .connected = self { return true }
        return false
    }
}

/// Why a watch fired.
public enum ZooKeeperWatchEvent: Hashable, Sendable {
    /// The node was created.
    case created
    /// The node was deleted.
    case deleted
    /// Its data changed.
    case dataChanged
    /// Its children changed.
    case childrenChanged
    /// The session ended; nothing more is watched.
    case sessionLost
}

/// A watch that fires once.
public final class ZooKeeperWatch: Sendable {
    private let events: AsyncStream<ZooKeeperWatchEvent>
    private let cancel: @Sendable () -> Void

    init(events: AsyncStream<ZooKeeperWatchEvent>, cancel: @escaping @Sendable () -> Void) {
        (self.events, self.cancel) = (events, cancel)
    }

    deinit { cancel() }

    /// Waits until the watch fires (at once if it already has); throws `CancellationError` when the task is cancelled.
    ///
    /// For one waiter, once.
    public func fired() async throws -> ZooKeeperWatchEvent {
        for await event in events { return event }
        try Task.checkCancellation()
        return .sessionLost
    }
}
