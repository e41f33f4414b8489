internal import ClusterBase
internal import MarathonModel

/// How long launches of an app are held back after failures (spec `marathon` §5.5).
struct LaunchDelays: Sendable {
    /// A delay belongs to one configuration of an app: a changed configuration starts without.
    struct Key: Hashable, Sendable {
        var app: PathID
        var configuredAt: Timestamp
    }

    private struct Entry: Sendable {
        var reference: Instant
        var delay: Duration
    }

    private var entries: [Key: Entry] = [:]

    /// When the next launch is allowed; nil = now.
    func readyAt(_ key: Key, now: Instant) -> Instant? {
        guard let entry = entries[key] else { return nil }
        let ready = entry.reference + entry.delay
        return ready > now ? ready : nil
    }

    /// Notes a failure: the first sets the delay, further ones lengthen it; long after the last it starts anew.
    mutating func failed(_ key: Key, strategy: BackoffStrategy, now: Instant) {
        let longest = Duration.seconds(strategy.maximumSeconds)
        if let entry = entries[key], entry.reference + longest >= now, entry.delay > .zero {
            let delay = Duration.fractionalSeconds(entry.delay.totalSeconds * strategy.factor)
            entries[key] = Entry(reference: now, delay: min(delay, longest))
        } else {
            entries[key] = Entry(reference: now, delay: min(.seconds(strategy.seconds), longest))
        }
    }

    /// Notes a sign of life: the delay counts from now.
    mutating func advanced(_ key: Key, now: Instant) { entries[key]?.reference = now }

    /// Forgets every delay of an app.
    mutating func reset(_ app: PathID) {
        for key in entries.keys where key.app == app { entries[key] = nil }
    }
}
