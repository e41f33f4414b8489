public import ClusterModel
public import HTTPTransport

/// A principal and its secret, for HTTP basic authentication.
public struct FrameworkCredential: Hashable, Sendable {
    /// Who it is.
    public var principal: String
    /// The secret; never logged.
    public var secret: String

    /// Makes a credential.
    public init(principal: String, secret: String) { (self.principal, self.secret) = (principal, secret) }
}

/// How a scheduler talks to the master, and its bounds.
public struct SchedulerOptions: Sendable {
    /// How calls and events are encoded: `.protobuf` or `.json`.
    public var encoding: MediaType = .protobuf
    /// For masters that authenticate frameworks.
    public var credential: FrameworkCredential?
    /// Roles that get no offers to begin with; SUPPRESS and REVIVE calls are remembered for the next subscription.
    public var suppressedRoles: [String] = []
    /// Which agents it wants offers of, until an UPDATE_FRAMEWORK says otherwise; nil = all.
    public var offerConstraints: OfferConstraints?
    /// Whether masters found through ZooKeeper are spoken to over TLS.
    public var usesTLS = false
    /// Bounds and trust of the HTTP client.
    public var http = HTTPClientConfiguration()
    /// The first retry comes within this time; each further one within twice the time before.
    public var initialBackoff: Duration = .milliseconds(50)
    /// Retries never wait longer than this.
    public var maximumBackoff: Duration = .seconds(15)
    /// How long the master may take to answer a call or to open the event stream.
    public var callTimeout: Duration = .seconds(30)
    /// How many heartbeat intervals the stream may be silent.
    public var missedHeartbeats = 2
    /// The most bytes of one event; a longer one breaks the subscription.
    public var recordLimit = 64 << 20
    /// How many signals may wait for their reader; then the client stops reading from the master.
    public var signalLimit = 1_024
    /// How many calls may wait for the master; further ones are refused with `limitExceeded`.
    public var callLimit = 16_384
    /// How many acknowledgements may be under way at a time, beside the one call in order.
    public var acknowledgementsInFlight = 16

    /// Makes options with the defaults above.
    public init() {}
}
