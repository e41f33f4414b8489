/// How an agent is to be emptied (`DrainConfig` of the v1 messages).
public struct DrainConfig: Hashable, Sendable {
    /// The longest time tasks get to end; nil = what their own kill policies say.
    public var maxGracePeriod: Duration?
    /// Whether the agent is marked gone once it is empty.
    public var markGone: Bool

    /// Makes a configuration.
    public init(maxGracePeriod: Duration? = nil, markGone: Bool = false) {
        (self.maxGracePeriod, self.markGone) = (maxGracePeriod, markGone)
    }
}

/// How far the emptying of an agent is (`DrainState` of the v1 messages).
public enum DrainState: Hashable, Sendable {
    /// Tasks or operations remain.
    case draining
    /// Nothing remains.
    case drained
}

/// An agent's emptying (`DrainInfo` of the v1 messages).
public struct DrainInfo: Hashable, Sendable {
    /// How far it is.
    public var state: DrainState
    /// How it is done.
    public var config: DrainConfig

    /// Makes a record.
    public init(state: DrainState = .draining, config: DrainConfig) { (self.state, self.config) = (state, config) }
}
