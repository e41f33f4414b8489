public import ClusterBase
public import ClusterModel

/// Names one HTTP request between driver and core; the driver chooses it and never uses one twice.
public struct RequestToken: Hashable, Sendable {
    /// The number.
    public let number: UInt64

    /// Makes a token.
    public init(_ number: UInt64) { self.number = number }
}

/// Names one event stream of a scheduler between driver and core; the driver chooses it and never uses one twice.
public struct StreamToken: Hashable, Sendable {
    /// The number.
    public let number: UInt64

    /// Makes a token.
    public init(_ number: UInt64) { self.number = number }
}

/// A SUBSCRIBE that passed rows 1–11 of spec `mesos/01` §1.1 and the call validation of §1.2.
///
/// The driver has answered it with status 200 and the stream id; whatever follows arrives as events on the stream.
public struct Subscription: Hashable, Sendable {
    /// The stream opened for it.
    public var stream: StreamToken
    /// The text in `Mesos-Stream-Id`, a random UUID; the driver chooses it (unpredictable, hence not from the core's
    /// seed).
    public var streamID: String
    /// The framework's description; with its id when it comes back.
    public var info: FrameworkInfo
    /// Roles it wants no offers for.
    public var suppressedRoles: [String]
    /// Which agents it wants offers of; nil = all.
    public var offerConstraints: OfferConstraints?
    /// Who was authenticated, if anybody.
    public var principal: String?

    /// Makes a subscription.
    public init(
        stream: StreamToken, streamID: String, info: FrameworkInfo, suppressedRoles: [String] = [],
        offerConstraints: OfferConstraints? = nil, principal: String? = nil
    ) {
        (self.stream, self.streamID, self.info) = (stream, streamID, info)
        (self.suppressedRoles, self.offerConstraints) = (suppressedRoles, offerConstraints)
        self.principal = principal
    }
}

/// A call other than SUBSCRIBE that passed rows 1–9 of spec `mesos/01` §1.1; the core does the other rows.
public struct SchedulerRequest: Hashable, Sendable {
    /// Answered by exactly one `MasterEffect.respond`.
    public var request: RequestToken
    /// The caller.
    public var frameworkID: FrameworkID
    /// The `Mesos-Stream-Id` header, if present.
    public var streamID: String?
    /// Who was authenticated, if anybody.
    public var principal: String?
    /// The call; SUBSCRIBE is not allowed here.
    public var call: SchedulerCall

    /// Makes a request.
    public init(
        request: RequestToken, frameworkID: FrameworkID, streamID: String?, principal: String? = nil,
        call: SchedulerCall
    ) {
        (self.request, self.frameworkID, self.streamID) = (request, frameworkID, streamID)
        (self.principal, self.call) = (principal, call)
    }
}

/// Something that happened to the master.
public enum MasterEvent: Hashable, Sendable {
    /// The registry was read after the election; comes first. Before it calls get 503 and messages are dropped.
    case recovered(RegistrySnapshot)
    /// A scheduler subscribed.
    case subscribed(Subscription)
    /// A scheduler's stream ended or overflowed; unknown tokens are ignored.
    case streamClosed(StreamToken)
    /// A scheduler called.
    case called(SchedulerRequest)
    /// A message of an agent arrived; `pid` is the sender, such as `slave(1)@10.0.0.1:5051`.
    case agentSpoke(pid: String, AgentMessage)
    /// An agent has proved who it is; nil = what it proved no longer counts.
    case agentAuthenticated(pid: String, principal: String?)
    /// The connection to an agent that was linked is gone.
    case agentLinkBroken(pid: String)
    /// An operator asks to end a framework (`POST /teardown`, TEARDOWN); answered by `.respond`.
    case teardownRequested(RequestToken, FrameworkID, principal: String? = nil)
    /// An operator changes quotas or weights; answered by `.respond`.
    case shareChangeRequested(RequestToken, ShareChange, principal: String? = nil)
    /// An operator asks something of agents, their resources or their machines; answered by `.respond`.
    case operatorRequested(RequestToken, OperatorRequest, principal: String?)
    /// The hosts whose agents are offered are others now; nil = all.
    case whitelistChanged(Set<String>?)
    /// Time passed; the driver sends it whenever `nextDeadline` is not after now.
    case ticked
}
