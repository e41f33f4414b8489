public import ClusterBase
public import ClusterModel

/// The mind of a framework: a plain value that is told what happens and answers with calls.
///
/// It awaits nothing and asks for no clock, so that a test can feed it events and compare the calls. `FrameworkDriver`
/// owns one and does the rest. A framework that must write something down before its calls may leave drives itself with
/// `SchedulerClient` instead.
public protocol FrameworkScheduler: Sendable {
    /// What the framework is told from elsewhere: its own API, its operators. `Never` when there is nothing.
    associatedtype Command: Sendable = Never

    /// Answers an event of the master; heartbeats are not shown.
    ///
    /// SUBSCRIBED comes first, and again after every interruption; offers received before it are void then.
    /// Returning `.teardown` ends the framework, and with it `FrameworkDriver.run`.
    mutating func handle(_ event: SchedulerEvent, now: Instant) -> [SchedulerCall]

    /// Answers a command given to `FrameworkDriver.submit`. Calls are lost while there is no subscription.
    mutating func handle(command: Command, now: Instant) -> [SchedulerCall]

    /// Hears about the connection: that it was lost, or that the master refused a call.
    mutating func handle(notice: ConnectionNotice, now: Instant) -> [SchedulerCall]

    /// When `tick` wants to be called next; nil for not at all. Read after every other call.
    var nextDeadline: Instant? { get }

    /// Does what is due. Called at or after `nextDeadline`.
    mutating func tick(now: Instant) -> [SchedulerCall]
}

extension FrameworkScheduler {
    /// Does nothing.
    public mutating func handle(notice: ConnectionNotice, now: Instant) -> [SchedulerCall] { [] }
    /// No deadline.
    public var nextDeadline: Instant? { nil }
    /// Does nothing.
    public mutating func tick(now: Instant) -> [SchedulerCall] { [] }
}

extension FrameworkScheduler where Command == Never {
    /// Cannot be called.
    public mutating func handle(command: Never, now: Instant) -> [SchedulerCall] {}
}

/// What happens to a scheduler's connection besides events.
public enum ConnectionNotice: Hashable, Sendable {
    /// The subscription is lost; offers are void and calls not yet sent were dropped. The client subscribes again by
    /// itself.
    case disconnected(reason: String)
    /// The master refused a call for what it says, with the HTTP status and the master's words.
    case refused(SchedulerCall, status: Int, message: String)
}

/// What a `SchedulerClient` reports, in order.
public enum SchedulerSignal: Hashable, Sendable {
    /// An event of the master. Heartbeats are not shown; SUBSCRIBED begins every subscription.
    case event(SchedulerEvent)
    /// News about the connection.
    case notice(ConnectionNotice)
}
