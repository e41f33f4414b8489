internal import KubeCore
internal import KubeModel

/// Delays that double with each failure of the same thing, and begin anew after a time without.
///
/// Source: upstream client-go `util/flowcontrol/backoff.go` (spec `kubernetes/04` §4.3).
struct BackOffTable: Sendable {
    private struct Entry {
        var delay: Duration
        var updatedAt: UnixTime
    }

    private let first: Duration
    private let longest: Duration
    private var entries: [String: Entry] = [:]

    init(first: Duration, longest: Duration) { (self.first, self.longest) = (first, longest) }

    /// The delay of a thing; zero before its first failure.
    func delay(of key: String) -> Duration { entries[key]?.delay ?? .zero }

    /// Until when a thing that failed at a time (by default: when its delay last grew) must wait; nil when it need not.
    func end(of key: String, failedAt: UnixTime? = nil, now: UnixTime) -> UnixTime? {
        guard let entry = entries[key] else { return nil }
        if isExpired(entry, at: failedAt ?? now) { return nil }
        let end = (failedAt ?? entry.updatedAt).adding(entry.delay)
        return end > now ? end : nil
    }

    /// Has a thing that failed at a time wait longer the next time.
    mutating func grow(_ key: String, failedAt: UnixTime, now: UnixTime) {
        guard let entry = entries[key], !isExpired(entry, at: failedAt) else {
            entries[key] = Entry(delay: first, updatedAt: now)
            return
        }
        entries[key] = Entry(delay: min(entry.delay * 2, longest), updatedAt: now)
    }

    /// Whether so much time went by without failure that delays begin anew.
    private func isExpired(_ entry: Entry, at time: UnixTime) -> Bool {
        time > entry.updatedAt.adding(longest * 2)
    }
}

extension UnixTime {
    /// A time later by a span; one beyond what can be told is held there.
    func adding(_ span: Duration) -> UnixTime {
        let (seconds, attoseconds) = span.components
        let sum = Int128(microseconds) + Int128(seconds) * 1_000_000 + Int128(attoseconds / 1_000_000_000_000)
        return UnixTime(microseconds: Int64(clamping: sum))
    }

    /// How long it has been since another time.
    func since(_ other: UnixTime) -> Duration { .microseconds(microseconds - other.microseconds) }
}
