internal import CZooKeeper
public import ClusterBase

/// What ZooKeeper answered instead of a result.
public struct ZooKeeperError: Error, Hashable, Sendable, CustomStringConvertible {
    /// ZooKeeper's error code; the well-known ones are static members.
    public struct Code: Hashable, Sendable, CustomStringConvertible {
        /// The number, as in the client protocol (negative).
        public let number: Int32

        /// Makes a code of a number.
        public init(_ number: Int32) { self.number = number }

        /// The connection was lost before the answer came; whether the request was carried out is unknown.
        public static let connectionLoss = Code(Int32(ZCONNECTIONLOSS.rawValue))
        /// No answer in time; whether the request was carried out is unknown.
        public static let operationTimeout = Code(Int32(ZOPERATIONTIMEOUT.rawValue))
        /// The request cannot be expressed, for instance an invalid path.
        public static let badArguments = Code(Int32(ZBADARGUMENTS.rawValue))
        /// The session cannot take requests.
        public static let invalidState = Code(Int32(ZINVALIDSTATE.rawValue))
        /// The node, or the parent of the node to create, does not exist.
        public static let noNode = Code(Int32(ZNONODE.rawValue))
        /// The access control list forbids it.
        public static let noAuth = Code(Int32(ZNOAUTH.rawValue))
        /// The node has another version than expected.
        public static let badVersion = Code(Int32(ZBADVERSION.rawValue))
        /// Ephemeral nodes have no children.
        public static let noChildrenForEphemerals = Code(Int32(ZNOCHILDRENFOREPHEMERALS.rawValue))
        /// The node exists already.
        public static let nodeExists = Code(Int32(ZNODEEXISTS.rawValue))
        /// The node to delete has children.
        public static let notEmpty = Code(Int32(ZNOTEMPTY.rawValue))
        /// The session has expired; its ephemeral nodes and watches are gone.
        public static let sessionExpired = Code(Int32(ZSESSIONEXPIRED.rawValue))
        /// The access control list to set is not valid.
        public static let invalidACL = Code(Int32(ZINVALIDACL.rawValue))
        /// The server refused the credentials; the client is of no more use.
        public static let authFailed = Code(Int32(ZAUTHFAILED.rawValue))
        /// The client was closed.
        public static let closing = Code(Int32(ZCLOSING.rawValue))
        /// The session moved to another server; the request was not carried out.
        public static let sessionMoved = Code(Int32(ZSESSIONMOVED.rawValue))
        /// Another step of the batch failed; this one was not carried out.
        public static let runtimeInconsistency = Code(Int32(ZRUNTIMEINCONSISTENCY.rawValue))

        /// ZooKeeper's words for it.
        public var description: String { String(cString: zerror(number)) }
    }

    /// What went wrong.
    public var code: Code
    /// The path of the request.
    public var path: String

    /// Makes an error.
    public init(_ code: Code, path: String) { (self.code, self.path) = (code, path) }

    /// Path and words.
    public var description: String { "ZooKeeper \(path): \(code)" }

    /// Whether the same request may succeed later, in this session or the next: the connection or session went away.
    public var isRetryable: Bool {
        [.connectionLoss, .operationTimeout, .sessionMoved, .sessionExpired, .invalidState].contains(code)
    }

    /// The same in the shape the ports use; `what` says what was attempted.
    public func clusterError(_ what: String) -> ClusterError {
        let code: ClusterError.Code =
            switch self.code {
            case .noNode: .notFound
            case .badVersion, .nodeExists, .notEmpty: .conflict
            case .noAuth, .authFailed: .forbidden
            case .badArguments, .invalidACL, .noChildrenForEphemerals: .invalidArgument
            default: isRetryable || self.code == .closing ? .unavailable : .system
            }
        return ClusterError(code, what, cause: self)
    }
}
