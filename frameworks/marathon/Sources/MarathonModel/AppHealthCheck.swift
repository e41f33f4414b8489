/// A health check of an app (spec `marathon` §2.7).
public struct AppHealthCheck: Hashable, Sendable {
    /// What is tried, and by whom upstream has it tried.
    public enum Kind: String, Hashable, Sendable {
        /// An HTTP GET by Marathon.
        case http = "HTTP"
        /// An HTTPS GET by Marathon.
        case https = "HTTPS"
        /// A TCP connection by Marathon.
        case tcp = "TCP"
        /// A command inside the container.
        case command = "COMMAND"
        /// An HTTP GET by the agent.
        case mesosHTTP = "MESOS_HTTP"
        /// An HTTPS GET by the agent.
        case mesosHTTPS = "MESOS_HTTPS"
        /// A TCP connection by the agent.
        case mesosTCP = "MESOS_TCP"

        /// Whether upstream's agents perform it.
        public var isMesosLevel: Bool {
            switch self {
            case .http, .https, .tcp: false
            case .command, .mesosHTTP, .mesosHTTPS, .mesosTCP: true
            }
        }
        /// Whether it needs a port.
        public var needsPort: Bool { self != .command }
        /// Whether it has a path.
        public var hasPath: Bool {
            switch self {
            case .http, .https, .mesosHTTP, .mesosHTTPS: true
            case .tcp, .command, .mesosTCP: false
            }
        }
    }

    /// What is tried.
    public var kind = Kind.http
    /// The path of HTTP kinds; nil = `/`.
    public var path: String?
    /// The index into the app's ports.
    public var portIndex: Int?
    /// The port itself; wins over the index.
    public var port: Int?
    /// The command of COMMAND.
    public var command: String?
    /// How long failures after the start are ignored, seconds.
    public var gracePeriodSeconds = 300
    /// Time between tries, seconds.
    public var intervalSeconds = 60
    /// Longest duration of a try, seconds.
    public var timeoutSeconds = 20
    /// Failures in a row that kill; 0 = never.
    public var maxConsecutiveFailures = 3
    /// Time before the first try, seconds.
    public var delaySeconds = 15
    /// `IPv4` or `IPv6`.
    public var ipProtocol = "IPv4"
    /// Whether 1xx answers are ignored.
    public var ignoreHttp1xx: Bool?

    /// Makes a check with upstream's defaults.
    public init(kind: Kind = .http) { self.kind = kind }
}
