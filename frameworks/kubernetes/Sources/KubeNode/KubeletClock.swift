public import ClusterBase
internal import KubeClient
public import KubeModel

/// The time a kubelet lives in; tests let it run faster.
public struct KubeletClock: Sendable {
    /// The time of day.
    public var time: @Sendable () -> UnixTime
    /// A clock that is never set.
    public var steady: @Sendable () -> Instant
    /// Waits; throws when the task is cancelled.
    public var sleep: @Sendable (Duration) async throws -> Void

    /// Makes a clock.
    public init(
        time: @escaping @Sendable () -> UnixTime, steady: @escaping @Sendable () -> Instant,
        sleep: @escaping @Sendable (Duration) async throws -> Void
    ) {
        (self.time, self.steady, self.sleep) = (time, steady, sleep)
    }

    /// The system's.
    public static let system = KubeletClock(
        time: { ServiceClock.time() }, steady: { ServiceClock.steady() }, sleep: { try await Task.sleep(for: $0) })
}
