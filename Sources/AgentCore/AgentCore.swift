public import ClusterBase
public import ClusterModel
internal import ResourceModel

/// The agent as a pure state machine: what happened goes in with the time, what to write and do comes out.
///
/// It knows no clock, disk, socket or container engine. The driver makes `AgentOutcome.records` durable before any
/// effect of that or a later outcome leaves; steps may run ahead of the disk meanwhile. Equal seeds and inputs give
/// equal outputs.
public struct AgentCore: Sendable {
    let configuration: AgentConfiguration
    var random: SeededRandom
    var state: AgentState
    var outcome = AgentOutcome()
    var now: Instant

    /// Makes an agent that has not looked at its checkpoints yet; `info.id` is ignored.
    public init(configuration: AgentConfiguration, info: AgentInfo, seed: UInt64, now: Instant) {
        self.configuration = configuration
        self.now = now
        random = SeededRandom(seed: seed)
        var info = info
        info.id = nil
        state = AgentState(info: info, configuration: configuration, now: now)
        state.resourceVersion = random.uuid()
    }

    /// Takes in one event.
    ///
    /// Cost: proportional to what the event touches, not to how many tasks there are.
    public mutating func step(_ event: AgentEvent, now: Instant) -> AgentOutcome {
        self.now = max(self.now, now)
        outcome = AgentOutcome()
        handle(event)
        fireTimers()
        return outcome
    }

    /// When `tick` is to be sent at the latest; nil while nothing waits for time.
    public var nextDeadline: Instant? { state.timers.next }

    /// The agent's description, with its id once it has one.
    public var info: AgentInfo { state.info }

    /// Which part of its life it is in.
    public var phase: AgentPhase { state.phase }

    /// The master that leads, as far as known.
    public var master: MasterInfo? { state.master }
}
