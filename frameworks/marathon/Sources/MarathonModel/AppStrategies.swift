/// Delays between launches of an app whose tasks fail.
public struct BackoffStrategy: Hashable, Sendable {
    /// The first delay, seconds.
    public var seconds = 1
    /// What each further failure multiplies it by; at least 1.
    public var factor = 1.15
    /// The longest delay, seconds.
    public var maximumSeconds = 300

    /// Makes upstream's default.
    public init() {}
}

/// Bounds of a rolling update, as fractions of the number of instances.
public struct UpgradeStrategy: Hashable, Sendable {
    /// How many instances stay healthy throughout, 0...1.
    public var minimumHealthCapacity = 1.0
    /// How many instances may run in addition, 0...1.
    public var maximumOverCapacity = 1.0

    /// Makes a strategy; upstream's default is 1 and 1.
    public init(minimumHealthCapacity: Double = 1, maximumOverCapacity: Double = 1) {
        (self.minimumHealthCapacity, self.maximumOverCapacity) = (minimumHealthCapacity, maximumOverCapacity)
    }
}

/// Which instances go first when scaling down.
public enum KillSelection: String, Hashable, Sendable {
    /// Those that started last.
    case youngestFirst = "YOUNGEST_FIRST"
    /// Those that started first.
    case oldestFirst = "OLDEST_FIRST"
}

/// What happens to instances on unreachable agents; times count from when the agent was lost.
public struct UnreachableStrategy: Hashable, Sendable {
    /// When a replacement is started and the instance is given up; nil = never (`"disabled"`).
    public var times: Times?

    /// The two delays, in seconds.
    public struct Times: Hashable, Sendable {
        /// Until a replacement is started.
        public var inactiveAfterSeconds = 0
        /// Until the instance is forgotten.
        public var expungeAfterSeconds = 0
    }

    /// Makes upstream's default, 0 and 0: replaced and forgotten at once.
    public init() { times = Times() }
    /// Makes a strategy.
    public init(_ times: Times?) { self.times = times }
}
