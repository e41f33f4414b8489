/// The times of a leader election (upstream's `--leader-elect-…` flags).
public struct LeaseTiming: Hashable, Sendable {
    /// How long the others wait after the last renewal they saw before one of them takes the lease.
    public var duration: Duration
    /// How long the leader may fail to renew before it must stop.
    public var renewDeadline: Duration
    /// How long to wait between tries.
    public var retryPeriod: Duration

    /// Makes timings; upstream's by default.
    public init(
        duration: Duration = .seconds(15), renewDeadline: Duration = .seconds(10), retryPeriod: Duration = .seconds(2)
    ) {
        (self.duration, self.renewDeadline, self.retryPeriod) = (duration, renewDeadline, retryPeriod)
    }
}
