public import HTTPTransport
public import KubeModel

/// Where and how an API server serves.
public struct KubeAPIConfiguration: Sendable {
    /// The address to bind.
    public var host = "127.0.0.1"
    /// The port to bind; 0 picks a free one.
    public var port = 8888
    /// TLS material, or nil for clear text.
    public var tls: TLSIdentity?
    /// What `/version` says.
    public var version = VersionInfo()
    /// The wall clock, for ages in tables.
    public var now: @Sendable () -> UnixTime
    /// The most bytes of a request's body; beyond it the answer is 413.
    public var bodyLimit = 3 << 20
    /// The most requests at a time that only read; further ones get 429.
    public var readsInFlight = 400
    /// The most requests at a time that may change something; further ones get 429.
    public var writesInFlight = 200
    /// How long a request may take before it is answered with 504; watches and connections to nodes are exempt.
    public var requestTimeout: Duration = .seconds(60)
    /// The shortest time a watch lasts that names none; it ends after one to two of these.
    public var watchTimeout: Duration = .seconds(1_800)
    /// What `/healthz`, `/livez` and `/readyz` check besides `ping`, `log` and `etcd` (the store).
    public var healthChecks: [HealthCheck] = []
    /// Says who asks and whether they may; throws 401 or 403. Runs on an event loop, for every request; must not block.
    public var gate: RequestGate = { _, _ in }

    /// Makes a configuration with the default bounds.
    public init(now: @escaping @Sendable () -> UnixTime) { self.now = now }
}

/// Authentication and authorisation of a request: fills in `RequestInfo.user`, or throws an error to answer with.
public typealias RequestGate = @Sendable (inout RequestInfo, HTTPRequest) throws(APIError) -> Void

/// What `/version` says (apimachinery `version.Info`); clients want every member.
public struct VersionInfo: Sendable {
    /// The first number of the API's release.
    public var major = "1"
    /// The second number of the API's release.
    public var minor = "20"
    /// The release as clients compare it, beginning with `v`.
    public var gitVersion = "v1.20.2+roost"
    /// The commit the server was built from.
    public var gitCommit = ""
    /// When it was built, RFC 3339.
    public var buildDate = "1970-01-01T00:00:00Z"
    /// What it was built with.
    public var compilerVersion = "swift6"
    /// What it was built for.
    public var platform = "linux/amd64"

    /// The release whose API is served.
    public init() {}
}

/// One thing that `/healthz`, `/livez` or `/readyz` look at.
public struct HealthCheck: Sendable {
    /// The name, which can be asked for alone (`/healthz/NAME`) and excluded.
    public var name: String
    /// Where it counts: `healthz`, `livez`, `readyz`.
    public var endpoints: Set<String>
    /// Says what is wrong, or nil.
    public var problem: @Sendable () async -> String?

    /// Makes a check; by default it counts everywhere.
    public init(
        _ name: String, endpoints: Set<String> = ["healthz", "livez", "readyz"],
        problem: @escaping @Sendable () async -> String?
    ) {
        (self.name, self.endpoints, self.problem) = (name, endpoints, problem)
    }
}
