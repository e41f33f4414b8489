public import ClusterBase
public import ClusterModel
internal import Glibc

/// What an agent tells an executor program in its environment.
///
/// Source: spec `mesos/04` §4.4.
public struct ExecutorEnvironment: Hashable, Sendable {
    /// The executor's framework (`MESOS_FRAMEWORK_ID`).
    public var frameworkID: FrameworkID
    /// The executor (`MESOS_EXECUTOR_ID`).
    public var executorID: ExecutorID
    /// The agent (`MESOS_SLAVE_ID`), if said.
    public var agentID: AgentID?
    /// The agent's base URL, from `MESOS_AGENT_ENDPOINT` (`ip:port`) and `LIBPROCESS_SSL_ENABLED`.
    public var agentURL: String
    /// The agent's unix socket for executors (`MESOS_DOMAIN_SOCKET`); preferred where given.
    public var domainSocket: String?
    /// The sandbox as this process sees it (`MESOS_SANDBOX`, else `MESOS_DIRECTORY`).
    public var sandbox: String?
    /// Whether the executor outlives its agent (`MESOS_CHECKPOINT`): `1` or `true`.
    public var isCheckpointing: Bool
    /// How long it waits for an agent that went away (`MESOS_RECOVERY_TIMEOUT`, 15 minutes).
    public var recoveryTimeout: Duration
    /// The longest pause between two tries to subscribe (`MESOS_SUBSCRIPTION_BACKOFF_MAX`, 2 seconds).
    public var subscriptionBackoffMax: Duration
    /// How long the executor may take to shut down (`MESOS_EXECUTOR_SHUTDOWN_GRACE_PERIOD`, 5 seconds).
    public var shutdownGracePeriod: Duration
    /// The token that authenticates it (`MESOS_EXECUTOR_AUTHENTICATION_TOKEN`); never logged.
    public var authenticationToken: String?
    /// Whether it shares a process group with others that must live on (`MESOS_LOCAL`).
    public var isLocal: Bool

    /// Reads variables.
    ///
    /// Throws `invalidArgument` whose field is the variable that is missing or malformed.
    public init(_ variables: [String: String]) throws(ClusterError) {
        func required(_ name: String) throws(ClusterError) -> String {
            guard let value = variables[name], !value.isEmpty else {
                throw ClusterError(.invalidArgument, "Expecting '\(name)' to be set in the environment", field: name)
            }
            return value
        }
        func duration(_ name: String, default fallback: Duration) throws(ClusterError) -> Duration {
            guard let text = variables[name], !text.isEmpty else { return fallback }
            guard let duration = UnitText.duration(text), duration >= .zero else {
                throw ClusterError(.invalidArgument, "'\(text)' is not a duration such as 5secs", field: name)
            }
            return duration
        }
        func flag(_ name: String) -> Bool { ["1", "true"].contains(variables[name]?.lowercased()) }
        frameworkID = FrameworkID(try required("MESOS_FRAMEWORK_ID"))
        executorID = ExecutorID(try required("MESOS_EXECUTOR_ID"))
        agentID = variables["MESOS_SLAVE_ID"].map { AgentID($0) }
        let endpoint = try required("MESOS_AGENT_ENDPOINT")
        guard let colon = endpoint.lastIndex(of: ":"), let port = UInt16(endpoint[endpoint.index(after: colon)...]),
            port > 0,
            colon > endpoint.startIndex
        else {
            throw ClusterError(.invalidArgument, "'\(endpoint)' is not ip:port", field: "MESOS_AGENT_ENDPOINT")
        }
        agentURL = (flag("LIBPROCESS_SSL_ENABLED") ? "https://" : "http://") + endpoint
        domainSocket = variables["MESOS_DOMAIN_SOCKET"].flatMap { $0.isEmpty ? nil : $0 }
        sandbox = variables["MESOS_SANDBOX"] ?? variables["MESOS_DIRECTORY"]
        isCheckpointing = flag("MESOS_CHECKPOINT")
        recoveryTimeout = try duration("MESOS_RECOVERY_TIMEOUT", default: .seconds(900))
        subscriptionBackoffMax = try duration("MESOS_SUBSCRIPTION_BACKOFF_MAX", default: .seconds(2))
        shutdownGracePeriod = try duration("MESOS_EXECUTOR_SHUTDOWN_GRACE_PERIOD", default: .seconds(5))
        authenticationToken = variables["MESOS_EXECUTOR_AUTHENTICATION_TOKEN"]
        isLocal = variables["MESOS_LOCAL"] != nil
    }

    /// Reads this process's environment.
    ///
    /// Errors as for `init`.
    public static func current() throws(ClusterError) -> ExecutorEnvironment {
        let names = [
            "MESOS_FRAMEWORK_ID", "MESOS_EXECUTOR_ID", "MESOS_SLAVE_ID", "MESOS_AGENT_ENDPOINT", "MESOS_DOMAIN_SOCKET",
            "LIBPROCESS_SSL_ENABLED", "MESOS_SANDBOX", "MESOS_DIRECTORY", "MESOS_CHECKPOINT", "MESOS_RECOVERY_TIMEOUT",
            "MESOS_SUBSCRIPTION_BACKOFF_MAX", "MESOS_EXECUTOR_SHUTDOWN_GRACE_PERIOD",
            "MESOS_EXECUTOR_AUTHENTICATION_TOKEN", "MESOS_LOCAL",
        ]
        var variables: [String: String] = [:]
        for name in names { variables[name] = getenv(name).map { String(cString: $0) } }
        return try ExecutorEnvironment(variables)
    }
}
