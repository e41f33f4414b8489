internal import ClusterBase
internal import KubeModel
internal import KubeStore

/// The clocks that cores are told.
enum ServiceClock {
    private static let origin = ContinuousClock.now

    /// The time of day.
    static func time() -> UnixTime { UnixTime(microseconds: StoreOptions.systemClock().nanoseconds / 1_000) }

    /// A clock that is never set.
    static func steady() -> Instant {
        Instant(nanoseconds: (ContinuousClock.now - origin).totalNanoseconds)
    }
}
