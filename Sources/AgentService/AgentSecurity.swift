public import AccessControl
public import Authentication
public import HTTPTransport

/// Who may talk to an agent, and how it proves who it is.
public struct AgentSecurity: Sendable {
    /// What the agent shows the master (`--credential`); nil = nothing.
    public var credential: Credential?
    /// Authenticators by realm; requests to realms without one come from nobody.
    public var authenticators: [AgentRealm: any HTTPAuthenticator] = [:]
    /// Who may do what; nil = everybody everything (`--acls`).
    public var access: AccessRules?
    /// Signs the tokens of executors (`--jwt_secret_key`); nil = they get none.
    public var executorKey: WebTokenKey?
    /// Bound of the first addition to `authenticationTimeoutMin` (`--authentication_backoff_factor`).
    public var authenticationBackoffFactor = Duration.seconds(1)
    /// Shortest time after which an authentication is given up.
    public var authenticationTimeoutMin = Duration.seconds(5)
    /// Longest time after which an authentication is given up.
    public var authenticationTimeoutMax = Duration.seconds(60)
    /// The listener's certificate; nil = clear text.
    public var identity: TLSIdentity?
    /// How masters are spoken to over TLS; nil = clear text.
    package var messageTLS: ClientTLS?
    /// Whether messages whose sender is not at its connection's address are refused.
    public var requiresPeerAddressMatch = false

    /// Makes a value that lets everybody in.
    public init() {}
}

/// The realms of an agent's routes (spec `mesos/06` §6.10).
public enum AgentRealm: String, Hashable, Sendable, CaseIterable {
    /// What reads.
    case readonly = "mesos-agent-readonly"
    /// What changes, and the operator API.
    case readwrite = "mesos-agent-readwrite"
    /// The executor API.
    case executor = "mesos-agent-executor"
}
