/// The bounds of a `WorkQueue`; upstream's defaults for controllers.
public struct WorkQueueLimits: Hashable, Sendable {
    /// The delay after a key's first failure; it doubles with each further one.
    public var firstDelay: Duration = .milliseconds(5)
    /// The longest delay of a failing key.
    public var longestDelay: Duration = .seconds(1_000)
    /// How many failed keys a second may be tried again, over all keys.
    public var retriesPerSecond = 10.0
    /// How many may be tried again at once after a quiet time.
    public var retryBurst = 100.0
    /// The most keys that may wait.
    public var capacity = 100_000

    /// Makes the default bounds.
    public init() {}
}
