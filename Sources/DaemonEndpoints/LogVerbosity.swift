public import Logging
internal import Synchronization

/// How much a daemon logs: its usual level, or more for a while (spec `mesos/08`, `/logging/toggle`).
///
/// Verbosity counts from 0, the usual level; 1 logs debugging messages too, 2 and more everything. Any thread may call;
/// asking for the level costs one load unless it is raised.
public final class LogVerbosity: Sendable {
    private struct Raise {
        var verbosity: Int
        var end: ContinuousClock.Instant
    }

    /// The usual level.
    public let usual: Logger.Level
    private let isRaised = Atomic(false)
    private let raise = Mutex<Raise?>(nil)
    private let now: @Sendable () -> ContinuousClock.Instant

    /// Makes a verbosity that is as usual.
    public init(usual: Logger.Level, now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }) {
        (self.usual, self.now) = (usual, now)
    }

    /// The verbosity of the usual level.
    public var original: Int { usual <= .trace ? 2 : usual <= .debug ? 1 : 0 }

    /// The verbosity of this moment.
    public var current: Int { raised ?? original }

    /// The level of this moment.
    public var level: Logger.Level {
        guard let raised, raised > original else { return usual }
        return raised > 1 ? .trace : .debug
    }

    /// Logs more for a while, then as usual again; the usual verbosity ends the while at once.
    public func set(_ verbosity: Int, for duration: Duration) {
        raise.withLock { raise in
            raise = verbosity == original ? nil : Raise(verbosity: verbosity, end: now() + duration)
            isRaised.store(raise != nil, ordering: .relaxed)
        }
    }

    private var raised: Int? {
        guard isRaised.load(ordering: .relaxed) else { return nil }
        return raise.withLock { raise in
            guard let active = raise else { return nil }
            if now() < active.end { return active.verbosity }
            raise = nil
            isRaised.store(false, ordering: .relaxed)
            return nil
        }
    }
}
