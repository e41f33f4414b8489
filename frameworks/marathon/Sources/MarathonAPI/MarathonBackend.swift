public import ClusterBase
public import HTTPTransport
public import MarathonCore

/// What the routes need of a running Marathon.
public protocol MarathonBackend: Sendable {
    /// Carries out a command; returns when what it changed is durable.
    ///
    /// Throws `MarathonError` when it is refused, `ClusterError` (`unavailable`) when it cannot be taken.
    func submit(_ command: MarathonCommand) async throws -> CommandAnswer

    /// Reads from the state as it is now.
    func view<Answer: Sendable>(_ body: @Sendable (MarathonCore, Instant) -> Answer) async -> Answer

    /// Lets a stream have events from now on; an empty list of types means all.
    func subscribe(_ stream: ResponseStream, types: [String], client: String) async

    /// Where and as what this Marathon runs.
    var info: MarathonInfo { get }
}

/// Where and as what a Marathon runs, as `/v2/info` tells it.
public struct MarathonInfo: Sendable {
    /// Its version.
    public var version: String
    /// The advertised host.
    public var hostname: String
    /// The port its API is bound to.
    public var httpPort: Int
    /// The name of the framework.
    public var frameworkName: String
    /// The user of its tasks.
    public var user: String
    /// The master's address as configured.
    public var master: String
    /// The page that master and tasks link to.
    public var webuiURL: String?
    /// How long the master waits for a lost Marathon, seconds.
    public var failoverTimeoutSeconds: Int
    /// The ZooKeeper URL with credentials taken out; nil without.
    public var zk: String?

    /// Makes an info.
    public init(
        version: String, hostname: String, httpPort: Int, frameworkName: String, user: String, master: String,
        webuiURL: String? = nil, failoverTimeoutSeconds: Int = 604_800, zk: String? = nil
    ) {
        (self.version, self.hostname, self.httpPort) = (version, hostname, httpPort)
        (self.frameworkName, self.user, self.master, self.webuiURL) = (frameworkName, user, master, webuiURL)
        (self.failoverTimeoutSeconds, self.zk) = (failoverTimeoutSeconds, zk)
    }

    /// `host:port`, as leaders are named.
    public var address: String { "\(hostname):\(httpPort)" }
}
