public import ClusterBase
internal import OrderedCollections

/// The keys a controller has to look at: each waits once, is worked on by one worker at a time, and is tried again with
/// growing delays when it fails.
///
/// Time is passed in. Semantics: client-go `util/workqueue`.
public struct WorkQueue<Key: Hashable & Sendable>: Sendable {
    private let limits: WorkQueueLimits
    private var ready = OrderedSet<Key>()
    private var inFlight: Set<Key> = []
    /// Keys that were added while they were worked on.
    private var dirty: Set<Key> = []
    private var delayed = TimerQueue<Key>()
    private var failures: [Key: Int] = [:]
    private var bucket: TokenBucket

    /// Whether keys were turned away because the queue was full; whoever clears it adds all keys anew.
    public private(set) var hasOverflowed = false
    /// How many keys were added so far, repetitions not counted.
    public private(set) var added = 0
    /// How many tries after failures there were so far.
    public private(set) var retries = 0

    /// Makes an empty queue.
    public init(_ limits: WorkQueueLimits = WorkQueueLimits()) {
        self.limits = limits
        bucket = TokenBucket(perSecond: limits.retriesPerSecond, burst: limits.retryBurst)
    }

    /// How many keys wait for a worker now.
    public var depth: Int { ready.count }
    /// How many keys wait for their time.
    public var delayedCount: Int { delayed.count }
    /// Whether nothing waits and nothing is worked on.
    public var isIdle: Bool { ready.isEmpty && inFlight.isEmpty && delayed.count == 0 }

    /// Adds a key; a key that is worked on is looked at again afterwards.
    public mutating func add(_ key: Key) {
        delayed.remove(key)
        if inFlight.contains(key) {
            dirty.insert(key)
        } else if !ready.contains(key) {
            guard hasRoom else { return }
            ready.append(key)
            added += 1
        }
    }

    /// Adds a key after a time, unless it waits for an earlier one.
    public mutating func add(_ key: Key, after delay: Duration, now: Instant) {
        if delay <= .zero { return add(key) }
        guard !ready.contains(key), hasRoom else { return }
        delayed.advance(key, to: now + delay)
    }

    /// Adds a key that failed: after a delay that doubles with each failure, or later when many keys fail.
    public mutating func retry(_ key: Key, now: Instant) {
        let count = failures[key, default: 0]
        failures[key] = count + 1
        retries += 1
        let doubled = limits.firstDelay.totalSeconds * Double(UInt64(1) << UInt64(min(count, 40)))
        let backoff = Duration.fractionalSeconds(min(doubled, limits.longestDelay.totalSeconds))
        add(key, after: max(backoff, bucket.reserve(at: now)), now: now)
    }

    /// Forgets a key's failures.
    public mutating func succeed(_ key: Key) { failures[key] = nil }

    /// Takes the next key; `finish` must follow.
    public mutating func take(now: Instant) -> Key? {
        collectDue(now: now)
        guard !ready.isEmpty else { return nil }
        let key = ready.removeFirst()
        inFlight.insert(key)
        return key
    }

    /// Lets the keys whose time has come wait for a worker.
    public mutating func collectDue(now: Instant) {
        while let key = delayed.take(at: now) { add(key) }
    }

    /// Ends the work on a key.
    public mutating func finish(_ key: Key) {
        inFlight.remove(key)
        if dirty.remove(key) != nil { add(key) }
    }

    /// When a waiting key is due; nil when none waits for its time.
    public mutating func nextDue() -> Instant? { delayed.nextDue() }

    /// Forgets that keys were turned away.
    public mutating func clearOverflow() { hasOverflowed = false }

    private var hasRoom: Bool {
        mutating get {
            if ready.count + delayed.count < limits.capacity { return true }
            hasOverflowed = true
            return false
        }
    }
}
