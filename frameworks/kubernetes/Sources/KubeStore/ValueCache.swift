internal import Synchronization

/// What memory knows of single keys: the last values and absences, the least recently used forgotten first.
///
/// The writer brings every key it changes up to date before the commit returns, so what is here is never old. A reader
/// adds what it found in the file only when no change could have passed it by meanwhile: none that is here, and none
/// that was here and has been forgotten since (`newestForgotten`).
final class ValueCache: Sendable {
    fileprivate struct State {
        var entries = RecencyList()
        var published: Int64
        var newestForgotten: Int64 = 0
    }

    private let state: Mutex<State>
    private let limit: Int

    init(limit: Int, revision: Int64) {
        self.limit = limit
        state = Mutex(State(published: revision))
    }

    /// The last revision whose changes are here.
    var revision: Int64 { state.withLock { $0.published } }

    /// What is known of a key, which counts as a use; nil when nothing is.
    func find(_ key: KeyText) -> CachedValue? { state.withLock { $0.entries.use(key) } }

    /// The values of several keys, as far as they are the versions asked for; does not count as a use.
    func versions(_ wanted: [KeyPlace]) -> [StoreVersion?] {
        state.withLock { state in
            wanted.map { place in
                guard case .value(let version)? = state.entries.peek(place.key), version.id == place.id else {
                    return nil
                }
                return version
            }
        }
    }

    /// Takes a group's changes in, which end with `revision`.
    func publish(_ changes: [PlannedChange], revision: Int64) {
        state.withLock { state in
            for change in changes {
                state.entries.put(
                    KeyText(change.key), change.version.map(CachedValue.value) ?? .absent, revision: revision)
            }
            state.published = revision
            state.shrink(to: limit)
        }
    }

    /// Takes in what a reader found who looked at `revision`, which was the last one when it began.
    func offer(_ key: KeyText, _ found: StoreVersion?, seen revision: Int64) {
        state.withLock { $0.take(key, found.map(CachedValue.value) ?? .absent, seen: revision, limit: limit) }
    }

    /// Takes in a listing, unless it is so large that it would drive out what single reads use.
    func offer(_ listed: [StoreVersion], seen revision: Int64) {
        guard listed.reduce(0, { $0 + $1.stored.value.count }) <= limit / 2 else { return }
        state.withLock { state in
            for version in listed {
                state.take(KeyText(version.stored.key), .value(version), seen: revision, limit: limit)
            }
        }
    }
}

extension ValueCache.State {
    fileprivate mutating func take(_ key: KeyText, _ value: CachedValue, seen revision: Int64, limit: Int) {
        guard newestForgotten <= revision, entries.peek(key) == nil else { return }
        entries.put(key, value, revision: revision)
        shrink(to: limit)
    }

    fileprivate mutating func shrink(to limit: Int) {
        while entries.bytes > limit, let revision = entries.dropOldest() {
            newestForgotten = max(newestForgotten, revision)
        }
    }
}

/// What memory knows of a key.
enum CachedValue: Sendable {
    case value(StoreVersion)
    case absent
}

/// A dictionary that knows which entry was used longest ago: slots in a ring of indices, slot 0 its head.
struct RecencyList {
    fileprivate struct Slot {
        var key = KeyText("")
        var value = CachedValue.absent
        var revision: Int64 = 0
        var newer = 0
        var older = 0
    }

    private var slots = [Slot()]
    private var free: [Int] = []
    private var places: [KeyText: Int] = [:]
    /// About how many bytes of memory the entries take.
    private(set) var bytes = 0

    func peek(_ key: KeyText) -> CachedValue? { places[key].map { slots[$0].value } }

    mutating func use(_ key: KeyText) -> CachedValue? {
        guard let place = places[key] else { return nil }
        if slots[0].older != place {
            unlink(place)
            linkAsNewest(place)
        }
        return slots[place].value
    }

    /// Puts an entry, known to hold at `revision`, as the one used last.
    mutating func put(_ key: KeyText, _ value: CachedValue, revision: Int64) {
        let place: Int
        if let known = places[key] {
            place = known
            bytes -= slots[place].footprint
            unlink(place)
        } else {
            place = free.popLast() ?? slots.count
            if place == slots.count { slots.append(Slot()) }
            places[key] = place
        }
        slots[place] = Slot(key: key, value: value, revision: revision)
        bytes += slots[place].footprint
        linkAsNewest(place)
    }

    /// Removes the entry used longest ago and returns its revision; nil when there is none.
    mutating func dropOldest() -> Int64? {
        let place = slots[0].newer
        guard place != 0 else { return nil }
        let slot = slots[place]
        unlink(place)
        bytes -= slot.footprint
        places[slot.key] = nil
        slots[place] = Slot()
        free.append(place)
        return slot.revision
    }

    // The head's `older` is the newest entry and its `newer` the oldest.

    private mutating func unlink(_ place: Int) {
        let (newer, older) = (slots[place].newer, slots[place].older)
        slots[newer].older = older
        slots[older].newer = newer
    }

    private mutating func linkAsNewest(_ place: Int) {
        let second = slots[0].older
        (slots[place].newer, slots[place].older) = (0, second)
        slots[second].newer = place
        slots[0].older = place
    }
}

extension RecencyList.Slot {
    fileprivate var footprint: Int {
        guard case .value(let version) = value else { return 160 + key.text.utf8.count }
        return 224 + 2 * key.text.utf8.count + version.stored.value.count
    }
}
