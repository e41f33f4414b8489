internal import ClusterBase
internal import Glibc

/// The time for the core: starts at the wall clock's time and then advances steadily, whatever the wall clock does.
struct AgentClock: Sendable {
    private let wallAtStart: Instant
    private let start = ContinuousClock.now

    init() {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        wallAtStart = Instant(nanoseconds: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
    }

    var now: Instant { wallAtStart + (ContinuousClock.now - start) }
}
