internal import Glibc
public import ClusterBase
public import KubeModel

/// The clocks that cores are told.
public enum ServiceClock {
    private static let origin = ContinuousClock.now

    /// The time of day.
    public static func time() -> UnixTime {
        var now = timespec()
        clock_gettime(CLOCK_REALTIME, &now)
        return UnixTime(microseconds: Int64(now.tv_sec) * 1_000_000 + Int64(now.tv_nsec) / 1_000)
    }

    /// A clock that is never set; it begins with the process.
    public static func steady() -> Instant {
        Instant(nanoseconds: (ContinuousClock.now - origin).totalNanoseconds)
    }
}
