public import KubeModel

/// A controller as a pure state machine: news of objects in, work out.
///
/// It learns every object of its `kinds` by `observe`, says which keys need a look, and plans one key at a time from
/// what it has learned. The driver executes plans and holds the work queue; a key is planned once at a time.
public protocol Controller<Key>: Sendable {
    /// What a piece of work is about.
    associatedtype Key: Hashable, Sendable, CustomStringConvertible

    /// The name in events, metrics and logs, such as `endpoint-controller`.
    var name: String { get }
    /// What it must be told about.
    var kinds: [ResourceKind] { get }

    /// Takes news of an object; returns the keys that need a look.
    mutating func observe(_ delta: ObjectDelta, of kind: ResourceKind) -> [Trigger<Key>]

    /// Called once after the objects of all kinds were told for the first time; work begins afterwards.
    mutating func synchronised() -> [Trigger<Key>]

    /// Every key, for a queue that overflowed.
    var allKeys: [Key] { get }

    /// What to do about a key; `progress` is nil at first, and the results of the last plan where that asked to resume.
    mutating func plan(_ key: Key, after progress: Progress?, now: UnixTime) -> Plan<Key>
}

/// A key that needs a look, now or some time later.
public struct Trigger<Key: Hashable & Sendable>: Hashable, Sendable {
    /// The key.
    public var key: Key
    /// How long to wait; an earlier look makes this one unnecessary.
    public var after: Duration

    /// Makes a trigger.
    public init(_ key: Key, after: Duration = .zero) { (self.key, self.after) = (key, after) }
}

/// What to do about a key.
public struct Plan<Key: Hashable & Sendable>: Sendable, Equatable {
    /// What follows when the intents were carried out.
    public enum Next: Hashable, Sendable {
        /// Nothing; an intent that failed (see `Outcome.isFailure`) has the key tried again with growing delays.
        case finished
        /// `plan` is called again with the results, failures too; the number is handed through.
        case resume(stage: Int)
        /// The key is looked at again after a time.
        case again(after: Duration)
        /// The key is tried again with growing delays.
        case retry
    }

    /// What to ask of the server; the intents do not depend on each other and may be carried out at the same time.
    public var intents: [Intent]
    /// What to tell people.
    public var events: [EventNote]
    /// Other keys that need a look.
    public var triggers: [Trigger<Key>]
    /// What follows.
    public var next: Next

    /// Makes a plan.
    public init(
        _ intents: [Intent] = [], events: [EventNote] = [], triggers: [Trigger<Key>] = [], then next: Next = .finished
    ) {
        (self.intents, self.events, self.triggers, self.next) = (intents, events, triggers, next)
    }

    /// Nothing to do.
    public static var nothing: Plan { Plan() }
}

/// How far the work on a key has come.
public struct Progress: Sendable {
    /// The number that the last plan gave.
    public var stage: Int
    /// The results of its intents, in their order.
    public var outcomes: [Outcome]

    /// Makes a progress.
    public init(stage: Int, _ outcomes: [Outcome]) { (self.stage, self.outcomes) = (stage, outcomes) }

    /// The failures among the results.
    public var failures: [APIError] { outcomes.filter(\.isFailure).compactMap(\.error) }
}
