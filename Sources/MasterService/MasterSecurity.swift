public import Authentication
public import HTTPTransport

/// Who may talk to a master, and how it proves who it is.
public struct MasterSecurity: Sendable {
    /// Authenticators by realm; requests to realms without one come from nobody.
    public var authenticators: [MasterRealm: any HTTPAuthenticator] = [:]
    /// Those of agents (`--credentials`); nil = whoever asks to be authenticated gets an error.
    public var peerCredentials: CredentialTable?
    /// How long an authentication of an agent may take (`--authentication_v0_timeout`).
    public var authenticationTimeout: Duration = .seconds(15)
    /// The listener's certificate; nil = clear text.
    public var identity: TLSIdentity?
    /// How agents are spoken to over TLS; nil = clear text.
    package var messageTLS: ClientTLS?
    /// Whether messages whose sender is not at its connection's address are refused.
    public var requiresPeerAddressMatch = false

    /// Makes a value that lets everybody in.
    public init() {}
}

/// The realms of a master's routes (spec `mesos/06` §6.10).
public enum MasterRealm: String, Hashable, Sendable, CaseIterable {
    /// What reads.
    case readonly = "mesos-master-readonly"
    /// What changes, and the operator API.
    case readwrite = "mesos-master-readwrite"
    /// The scheduler API.
    case scheduler = "mesos-master-scheduler"
}
