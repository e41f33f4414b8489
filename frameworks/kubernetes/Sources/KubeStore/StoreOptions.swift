public import ClusterBase
internal import Glibc

/// What an engine may use and how much it remembers; the defaults are those of a single node.
public struct StoreOptions: Sendable {
    /// Bytes of values, with their keys, that memory holds for `peek`.
    public var cacheBytes: Int
    /// How long history is kept at least, unless `historyRevisions` is exceeded.
    public var historyAge: Duration
    /// How many revisions of history are kept at most.
    public var historyRevisions: Int
    /// Bytes of recent events that memory holds, so that a watch from a recent revision reads no file.
    public var recentEventBytes: Int
    /// Commits that may wait for the disk; beyond them `unavailable` is thrown.
    public var waitingCommits: Int
    /// The time of day, for times to live and the age of history.
    public var clock: @Sendable () -> Instant

    /// Makes options.
    public init(
        cacheBytes: Int = 8 << 20, historyAge: Duration = .seconds(300), historyRevisions: Int = 100_000,
        recentEventBytes: Int = 4 << 20, waitingCommits: Int = 16_384,
        clock: @escaping @Sendable () -> Instant = StoreOptions.systemClock
    ) {
        (self.cacheBytes, self.historyAge, self.historyRevisions) = (cacheBytes, historyAge, historyRevisions)
        (self.recentEventBytes, self.waitingCommits, self.clock) = (recentEventBytes, waitingCommits, clock)
    }

    /// Keys that end at the same time are deleted in transactions of this many.
    static let expiriesPerTransaction = 256

    /// The system's time of day.
    public static let systemClock: @Sendable () -> Instant = {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Instant(nanoseconds: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
    }
}
