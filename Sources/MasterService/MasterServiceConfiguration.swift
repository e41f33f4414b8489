public import AccessControl
public import ClusterModel
public import DaemonEndpoints
internal import Logging
internal import Logging
public import MasterCore

/// How a master presents itself and where it listens.
public struct MasterServiceConfiguration: Sendable {
    /// The address to listen on.
    public var host: String
    /// The port to listen on; 0 = any free one.
    public var port: Int
    /// The IPv4 address told to peers; nil = `host`, or 127.0.0.1 when that is 0.0.0.0.
    public var advertisedIP: String?
    /// The port told to peers; nil = the bound one.
    public var advertisedPort: Int?
    /// The name told to peers and put into redirects; nil = the advertised address.
    public var hostname: String?
    /// The cluster's name, for people.
    public var cluster: String?
    /// Where this master stands.
    public var domain: FaultDomain?
    /// What the core needs to know.
    public var core: MasterConfiguration
    /// How fast principals may call (`--rate_limits`); nil = as fast as they like.
    public var rateLimits: RateLimits?
    /// Who is let in, and how this master shows who it is.
    public var security = MasterSecurity()
    /// Flags and values for `/flags` and `/state`.
    public var flags: [(name: String, value: String)]
    /// How long a registry write may take before the master steps down (`--registry_store_timeout`).
    public var registryStoreTimeout: Duration
    /// How long reading the registry after the election may take (`--registry_fetch_timeout`).
    public var registryFetchTimeout: Duration = .seconds(60)
    /// The largest request body; beyond it the answer is 413.
    public var bodyLimit: Int
    /// Events that may wait for the core; beyond it calls get 503 and messages are dropped.
    public var queueLimit: Int
    /// Event streams of operators; one more ends the oldest (`--max_operator_event_stream_subscribers`).
    public var operatorStreamLimit: Int

    /// Absolute paths of endpoints that answer 403 (`--firewall_rules`).
    public var disabledEndpoints: [String] = []
    /// How much is logged, and for how long; what `/logging/toggle` changes.
    public var logVerbosity = LogVerbosity(usual: .info)
    /// The directory of log files, as operators see it (`--log_dir`).
    public var logDirectory: String?
    /// A log file that somebody else writes (`--external_log_file`).
    public var externalLogFile: String?
    /// The log file that operators read as `/master/log`; nil = none.
    public var logFile: String?

    /// A file of the host names whose agents are offered, one a line; read again and again (`--whitelist`).
    public var whitelistFile: String?
    /// Time between readings of that file.
    public var whitelistInterval = Duration.seconds(5)

    /// Makes a configuration with the default bounds.
    public init(host: String = "127.0.0.1", port: Int = 5050, core: MasterConfiguration = MasterConfiguration()) {
        (self.host, self.port, self.core) = (host, port, core)
        flags = []
        registryStoreTimeout = .seconds(20)
        bodyLimit = 32 << 20
        queueLimit = 100_000
        operatorStreamLimit = 1000
    }

    /// The files that operators may read.
    var files: FileAccess {
        let mounts = logFile.map { [FileAccess.Mount("/master/log", $0)] } ?? []
        return FileAccess(mounts: { mounts })
    }
}
