public import ClusterBase

/// The definition of an app in its canonical form (spec `marathon` §2.1).
///
/// Deprecated forms exist only in submitted documents.
public struct AppSpec: Hashable, Sendable {
    /// Its absolute path.
    public var id: PathID
    /// A shell command.
    public var cmd: String?
    /// Arguments without a shell.
    public var args: [String] = []
    /// The OS user; nil = the framework's.
    public var user: String?
    /// CPUs per instance.
    public var cpus = 1.0
    /// Memory per instance, MiB.
    public var mem = 128.0
    /// Disk per instance, MiB.
    public var disk = 0.0
    /// GPUs per instance.
    public var gpus = 0
    /// How many instances are kept running.
    public var instances = 1
    /// The executor's path; empty and `//cmd` are the command executor.
    public var executor = ""
    /// Environment of the user.
    public var env: [String: String] = [:]
    /// Labels; opaque.
    public var labels: [String: String] = [:]
    /// Placement constraints; all must hold.
    public var constraints: [Constraint] = []
    /// Roles whose resources may be used; nil = `*` and the app's role.
    public var acceptedResourceRoles: [String]?
    /// The role offers must be for.
    public var role = "*"
    /// What to fetch into the sandbox.
    public var fetch: [FetchURI] = []
    /// Apps and groups whose deployment comes first.
    public var dependencies: [PathID] = []
    /// Ports on the host; host networking only.
    public var portDefinitions: [PortDefinition] = []
    /// Whether the numbers of `portDefinitions` are host ports too.
    public var requirePorts = false
    /// Networks; one host network when nothing is said.
    public var networks: [AppNetwork] = [AppNetwork(mode: .host)]
    /// The container; nil = a plain process.
    public var container: AppContainer?
    /// Health checks.
    public var healthChecks: [AppHealthCheck] = []
    /// Delays between launches after failures.
    public var backoff = BackoffStrategy()
    /// Bounds of a rolling update.
    public var upgradeStrategy = UpgradeStrategy()
    /// Time between SIGTERM and SIGKILL, seconds.
    public var taskKillGracePeriodSeconds: Int?
    /// Which instances go first when scaling down.
    public var killSelection = KillSelection.youngestFirst
    /// What happens to instances on unreachable agents.
    public var unreachableStrategy = UnreachableStrategy()
    /// Fields that are kept and shown but have no effect yet: see `carriedFields`.
    public var carried = JSONObject()
    /// The version; set by the server.
    public var version = Timestamp(milliseconds: 0)
    /// When the app was last scaled and last changed otherwise; nil before it was stored first.
    public var versionInfo: VersionInfo?

    /// Fields kept in `carried`.
    public static let carriedFields = [
        "check", "executorResources", "readinessChecks", "residency", "resourceLimits", "tty",
    ]

    /// Makes an app with upstream's defaults.
    public init(id: PathID) { self.id = id }

    /// Whether its tasks share the host's network.
    public var usesHostNetwork: Bool { networks.allSatisfy { $0.mode == .host } }

    /// Whether instances of the two differ in more than their number, so that they must be replaced.
    public func needsRestart(from old: AppSpec) -> Bool {
        var (left, right) = (self, old)
        (left.instances, left.version, left.versionInfo) = (0, right.version, nil)
        (right.instances, right.versionInfo) = (0, nil)
        return left != right
    }

    /// The number of ports that clients see: service ports, in order.
    public var servicePorts: [Int] {
        usesHostNetwork ? portDefinitions.map(\.port) : container?.portMappings.map(\.servicePort) ?? []
    }
}

/// When an app changed.
public struct VersionInfo: Hashable, Sendable {
    /// When its number of instances (or anything else) changed last.
    public var lastScalingAt: Timestamp
    /// When anything but its number of instances changed last; instances of older versions are outdated.
    public var lastConfigChangeAt: Timestamp

    /// Makes an info.
    public init(lastScalingAt: Timestamp, lastConfigChangeAt: Timestamp) {
        (self.lastScalingAt, self.lastConfigChangeAt) = (lastScalingAt, lastConfigChangeAt)
    }
}

/// Something to fetch into the sandbox.
public struct FetchURI: Hashable, Sendable {
    /// Where from; at most 1,024 characters.
    public var uri: String
    /// Whether to extract archives.
    public var extract = true
    /// Whether to make it executable.
    public var executable = false
    /// Whether it may come from the agent's cache.
    public var cache = false
    /// Its name in the sandbox; nil = the last part of the URI.
    public var destPath: String?

    /// Makes an entry.
    public init(uri: String, extract: Bool = true) { (self.uri, self.extract) = (uri, extract) }
}

/// A port on the host, with the service port it stands for.
public struct PortDefinition: Hashable, Sendable {
    /// The service port, and with `requirePorts` the host port; 0 = any.
    public var port = 0
    /// `tcp`, `udp` or `udp,tcp`.
    public var networkProtocol = "tcp"
    /// Its name.
    public var name: String?
    /// Labels; opaque.
    public var labels: [String: String] = [:]

    /// Makes a definition.
    public init(port: Int = 0, networkProtocol: String = "tcp", name: String? = nil) {
        (self.port, self.networkProtocol, self.name) = (port, networkProtocol, name)
    }
}

/// A network an app's tasks join.
public struct AppNetwork: Hashable, Sendable {
    /// The kind of network.
    public enum Mode: String, Hashable, Sendable {
        /// The host's.
        case host
        /// The bridge of the engine or agent.
        case bridge = "container/bridge"
        /// A named container network.
        case container
    }

    /// The kind.
    public var mode: Mode
    /// Its name; container networks only.
    public var name: String?
    /// Labels; opaque.
    public var labels: [String: String] = [:]

    /// Makes a network.
    public init(mode: Mode, name: String? = nil) { (self.mode, self.name) = (mode, name) }
}
