public import KubeStreams
public import KubeletCore

/// The port to the engine that holds pods' sandboxes and containers.
///
/// Containers outlive the kubelet; everything it needs to know again is in their labels. Only what carries this node's
/// owner label is ever listed or touched (decision D22). Calls for different pods may come at once. Failures are
/// `RuntimeFailure` with the engine's own words.
public protocol PodRuntime: Sendable {
    /// What the engine is and can say of itself; throws while it does not answer.
    func version() async throws(RuntimeFailure) -> RuntimeVersion

    /// Every pod of this node that has a sandbox or a container, running or not. One request.
    func pods() async throws(RuntimeFailure) -> [RuntimePod]

    /// One pod with all details (`pods` may leave out addresses and exits that a list does not tell); nil when there is
    /// nothing of it.
    func pod(uid: String) async throws(RuntimeFailure) -> RuntimePod?

    /// Tells the uid of a pod each time one of its containers starts or ends, until cancelled; an engine that went away
    /// and came back is told by nil: everything may have changed.
    func changes() -> AsyncStream<String?>

    /// Makes and starts a sandbox.
    func startSandbox(_ config: SandboxConfig) async throws(RuntimeFailure) -> RuntimeSandbox
    /// Ends a sandbox at once; nothing happens when it has ended or is gone.
    func stopSandbox(_ id: String) async throws(RuntimeFailure)
    /// Removes a sandbox; nothing happens when it is gone.
    func removeSandbox(_ id: String) async throws(RuntimeFailure)

    /// The id of an image that is there (`sha256:…`); nil when it is not.
    func image(_ reference: String) async throws(RuntimeFailure) -> String?
    /// The user that an image names (`Config.User`), empty for root; nil when it is not known.
    func imageUser(_ reference: String) async throws(RuntimeFailure) -> String?
    /// Pulls an image; cancellation ends the pull.
    ///
    /// - Parameter credentials: what the registry may be offered, tried in order, then without any.
    func pull(_ reference: String, credentials: [RegistryCredential]) async throws(RuntimeFailure)

    /// Every image that is there. One request.
    func images() async throws(RuntimeFailure) -> [RuntimeImage]
    /// Removes an image with all its names; nothing happens when it is gone. Fails while a container uses it.
    func removeImage(_ id: String) async throws(RuntimeFailure)

    /// Makes a container; returns its id.
    func createContainer(_ config: ContainerConfig) async throws(RuntimeFailure) -> String
    /// Starts it.
    func startContainer(_ id: String) async throws(RuntimeFailure)
    /// Sends the stop signal, and SIGKILL after the grace period; returns when it has ended.
    func stopContainer(_ id: String, grace: Duration) async throws(RuntimeFailure)
    /// Removes it, killing it first; nothing happens when it is gone.
    func removeContainer(_ id: String) async throws(RuntimeFailure)

    /// Runs a command to its end; output of both streams, cut to `limit` bytes. Throws `.timeout`, the command killed.
    func execute(
        _ id: String, _ command: [String], timeout: Duration?, limit: Int
    ) async throws(RuntimeFailure) -> (code: Int32, output: [UInt8])
    /// Runs a command joined to a session; cancellation ends it.
    func exec(_ id: String, _ command: [String], _ session: CommandSession) async -> CommandOutcome
    /// Joins a session to the container's own process.
    func attach(_ id: String, _ session: CommandSession) async -> CommandOutcome
    /// Joins a connection to a port in the sandbox's network; nil when it ended well.
    func forward(_ sandbox: String, _ connection: ForwardedConnection) async -> String?
    /// Writes a container's log until its end or, following, until the container's; as `NodeRuntime.log`.
    func log(
        _ id: String, _ options: LogOptions, write: @escaping @Sendable ([UInt8]) async -> Bool
    ) async throws(RuntimeFailure)
    /// One sample of consumption.
    func usage(_ id: String) async throws(RuntimeFailure) -> RuntimeUsage
}

extension PodRuntime {
    /// Not known.
    public func imageUser(_ reference: String) async throws(RuntimeFailure) -> String? { nil }
}

/// Why an engine did not do what was asked.
public struct RuntimeFailure: Error, Hashable, Sendable, CustomStringConvertible {
    /// The kind of failure, as far as it matters.
    public enum Kind: Hashable, Sendable {
        /// No engine answers.
        case unavailable
        /// There is no such container or image.
        case notFound
        /// The registry refused or has no such image.
        case pullRefused
        /// The registry cannot be reached or does not do its work.
        case registryUnavailable
        /// The command took too long.
        case timeout
        /// Anything else.
        case other
    }

    /// The kind.
    public var kind: Kind
    /// The engine's words.
    public var message: String

    /// Makes a failure.
    public init(_ kind: Kind, _ message: String) { (self.kind, self.message) = (kind, message) }

    /// The engine's words.
    public var description: String { message }
}

/// What an engine says of itself.
public struct RuntimeVersion: Hashable, Sendable {
    /// Its version, such as `20.10.24`.
    public var version: String
    /// The operating system's name (`status.nodeInfo.osImage`).
    public var operatingSystem: String
    /// The subnet of its bridge, as CIDR, from which pods get their addresses; empty when it has none.
    public var bridgeSubnet: String
    /// The bridge's own address, by which pods reach the node; empty when it has none.
    public var bridgeAddress: String

    /// Makes a record.
    public init(version: String, operatingSystem: String, bridgeSubnet: String, bridgeAddress: String) {
        (self.version, self.operatingSystem) = (version, operatingSystem)
        (self.bridgeSubnet, self.bridgeAddress) = (bridgeSubnet, bridgeAddress)
    }
}

/// A name and password, or a token, for a registry.
public struct RegistryCredential: Hashable, Sendable {
    /// The user; empty with a token.
    public var username: String
    /// The password; never logged.
    public var password: String
    /// An identity token instead of both; never logged.
    public var token: String

    /// Makes a credential.
    public init(username: String = "", password: String = "", token: String = "") {
        (self.username, self.password, self.token) = (username, password, token)
    }
}

/// An image that the engine has.
public struct RuntimeImage: Hashable, Sendable {
    /// Its id, `sha256:…`.
    public var id: String
    /// Its names with tags and digests; empty when it has none.
    public var names: [String]
    /// Its size in bytes.
    public var sizeBytes: Int64

    /// Makes a record.
    public init(id: String, names: [String], sizeBytes: Int64) {
        (self.id, self.names, self.sizeBytes) = (id, names, sizeBytes)
    }
}

/// What a container consumes.
public struct RuntimeUsage: Hashable, Sendable {
    /// CPU time so far, in nanoseconds.
    public var cpuNanoseconds: UInt64
    /// Memory in bytes.
    public var memoryBytes: UInt64
    /// Memory that cannot be given back, in bytes.
    public var workingSetBytes: UInt64
    /// Bytes received and sent; nil where the network is another's.
    public var receivedBytes: UInt64?
    /// Bytes sent.
    public var sentBytes: UInt64?

    /// Makes a record.
    public init(
        cpuNanoseconds: UInt64, memoryBytes: UInt64, workingSetBytes: UInt64, receivedBytes: UInt64? = nil,
        sentBytes: UInt64? = nil
    ) {
        (self.cpuNanoseconds, self.memoryBytes) = (cpuNanoseconds, memoryBytes)
        self.workingSetBytes = workingSetBytes
        (self.receivedBytes, self.sentBytes) = (receivedBytes, sentBytes)
    }
}
