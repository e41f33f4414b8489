public import KubeStreams

/// A container of a pod on this node, as the node's API names it.
public struct ContainerReference: Hashable, Sendable {
    /// The pod's namespace.
    public var namespace: String
    /// The pod's name.
    public var pod: String
    /// The pod's uid; nil when the path names none.
    public var uid: String?
    /// The container; empty when the pod as a whole is meant.
    public var container: String

    /// Makes a reference.
    public init(namespace: String, pod: String, uid: String? = nil, container: String = "") {
        (self.namespace, self.pod, self.uid, self.container) = (namespace, pod, uid, container)
    }
}

/// Which part of a container's log is wanted (`PodLogOptions`).
public struct LogOptions: Hashable, Sendable {
    /// Whether to go on until the container ends.
    public var follow = false
    /// Whether the container's previous run is meant.
    public var previous = false
    /// Only lines this many seconds old or younger.
    public var sinceSeconds: Int?
    /// Only lines since this time (RFC 3339).
    public var sinceTime: String?
    /// Whether each line begins with its time.
    public var timestamps = false
    /// Only this many lines at the end.
    public var tailLines: Int?
    /// No more than this many bytes.
    public var limitBytes: Int?

    /// The whole log so far.
    public init() {}
}

/// Why a node cannot do what was asked.
public enum NodeError: Error, Hashable, Sendable {
    /// There is no such pod or container (404).
    case notFound(String)
    /// The request makes no sense for the container's state (400).
    case badRequest(String)
    /// The runtime failed (500).
    case runtime(String)
}

/// The port to whatever runs the containers of a node.
public protocol NodeRuntime: Sendable {
    /// Checks that a container is there and runs; throws what the client is told otherwise.
    func check(_ container: ContainerReference) async throws(NodeError)

    /// Runs a command in a container, joined to a session; returns when it has ended, or was cancelled.
    func exec(_ container: ContainerReference, command: [String], _ session: CommandSession) async -> CommandOutcome

    /// Joins a session to the container's own process.
    func attach(_ container: ContainerReference, _ session: CommandSession) async -> CommandOutcome

    /// Joins a forwarded connection to a port of the pod; nil when it ended well, else why it did not.
    func forward(_ pod: ContainerReference, _ connection: ForwardedConnection) async -> String?

    /// Writes a container's log, piece by piece, until its end or, following, until the container's.
    ///
    /// `write` returns false when the reader is gone.
    func log(
        _ container: ContainerReference, _ options: LogOptions, write: @escaping @Sendable ([UInt8]) async -> Bool
    ) async throws(NodeError)
}
