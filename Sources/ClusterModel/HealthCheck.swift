/// What is tried to find out how a task does; shared by health checks and checks.
public enum Probe: Hashable, Sendable {
    /// A command inside the container; exit status 0 is success.
    case command(CommandInfo)
    /// An HTTP GET to the task; 200–399 is success.
    case http(scheme: String, port: Int, path: String)
    /// A TCP connection to the task.
    case tcp(port: Int)
}

/// A health check: kills the task when it fails too often (spec `mesos/04` §4.8).
public struct HealthCheck: Hashable, Sendable {
    /// What is tried.
    public var probe: Probe
    /// Time before the first try.
    public var delay: Duration
    /// Time between the end of a try and the next.
    public var interval: Duration
    /// Longest duration of a try; zero = none.
    public var timeout: Duration
    /// Failures in a row that kill; 0 = the first counted one.
    public var consecutiveFailures: Int
    /// Failures this soon after the start are not counted until the first success.
    public var gracePeriod: Duration
    /// Whether the container's own loopback is IPv6.
    public var isIPv6: Bool
    /// What its description lacked as it came in, in words; the probe here is then not what was meant.
    public var formProblem: String?

    /// Makes a health check with upstream's defaults.
    public init(
        probe: Probe, delay: Duration = .seconds(15), interval: Duration = .seconds(10),
        timeout: Duration = .seconds(20), consecutiveFailures: Int = 3, gracePeriod: Duration = .seconds(10),
        isIPv6: Bool = false
    ) {
        (self.probe, self.delay, self.interval, self.timeout) = (probe, delay, interval, timeout)
        (self.consecutiveFailures, self.gracePeriod, self.isIPv6) = (consecutiveFailures, gracePeriod, isIPv6)
    }
}

/// A check: only reports (spec `mesos/04` §4.8.5).
public struct CheckInfo: Hashable, Sendable {
    /// What is tried.
    public var probe: Probe
    /// Time before the first try.
    public var delay: Duration
    /// Time between the end of a try and the next.
    public var interval: Duration
    /// Longest duration of a try; zero = none.
    public var timeout: Duration
    /// What its description lacked as it came in, in words; the probe here is then not what was meant.
    public var formProblem: String?

    /// Makes a check with upstream's defaults.
    public init(
        probe: Probe, delay: Duration = .seconds(15), interval: Duration = .seconds(10),
        timeout: Duration = .seconds(20)
    ) {
        (self.probe, self.delay, self.interval, self.timeout) = (probe, delay, interval, timeout)
    }
}

/// What a check found last; nil results mean that it has not ended yet.
public enum CheckStatus: Hashable, Sendable {
    /// Exit status of the command.
    case command(exitCode: Int32?)
    /// Status of the HTTP answer.
    case http(statusCode: Int?)
    /// Whether the connection came about.
    case tcp(succeeded: Bool?)
}
