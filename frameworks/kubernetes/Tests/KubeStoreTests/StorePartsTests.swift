import ClusterBase
import Testing

@testable import KubeStore

/// The parts of the engines that have invariants of their own.
struct StorePartsTests {
    @Test func theIndexFindsWhatASearchOfAllFinds() {
        var random = SeededRandom(seed: 1)
        var index = WatchIndex()
        var all: [Watcher] = []
        func text() -> String {
            "/" + String((0..<random.below(6)).map { _ in Character(["a", "b", "/"][random.below(3)]) })
        }
        for _ in 0..<3_000 {
            if random.chance(0.55) || all.isEmpty {
                let watcher = Watcher(prefix: text(), start: 0) { _ in }
                all.append(watcher)
                index.insert(watcher)
            } else {
                index.remove(all.remove(at: random.below(all.count)))
            }
            let key = KeyText(text())
            let expected = Set(all.map(\.prefix).filter { key.hasPrefix($0) })
            let found = index.prefixes(of: key)
            #expect(Set(found) == expected)
            #expect(found.count == expected.count)
        }
        #expect(index.watchers.count == all.count)
        for watcher in all { index.remove(watcher) }
        #expect(index.watchers.isEmpty)
        #expect(index.prefixes(of: KeyText("/a")).isEmpty)
    }

    @Test func theLeastRecentlyUsedGoesFirst() {
        var random = SeededRandom(seed: 2)
        var list = RecencyList()
        var order: [(key: KeyText, revision: Int64)] = []
        for step in 0..<5_000 {
            let key = KeyText("/\(random.below(20))")
            let known = order.firstIndex { $0.key == key }
            switch random.below(3) {
            case 0:
                if let known { order.remove(at: known) }
                order.append((key, Int64(step)))
                list.put(key, .absent, revision: Int64(step))
            case 1:
                #expect((list.use(key) != nil) == (known != nil))
                if let known { order.append(order.remove(at: known)) }
            default:
                #expect(list.dropOldest() == (order.isEmpty ? nil : order.removeFirst().revision))
            }
            #expect((list.bytes == 0) == order.isEmpty)
        }
    }

    @Test func aLateReaderDoesNotBringTheOldBack() {
        func version(_ revision: Int64, bytes: Int = 10) -> StoreVersion {
            StoreVersion(
                stored: StoredValue(
                    key: "/a", value: Array(repeating: 0, count: bytes), createRevision: 2, modRevision: revision),
                id: ChangeID.first(of: revision))
        }
        func change(_ key: String, _ version: StoreVersion?, _ revision: Int64) -> PlannedChange {
            PlannedChange(key: key, version: version, previous: nil, id: ChangeID.first(of: revision))
        }
        let cache = ValueCache(limit: 1_000, revision: 2)
        // The key changes and is pushed out again, all while somebody reads revision 2.
        cache.publish([change("/a", version(3), 3)], revision: 3)
        cache.publish([change("/b", version(4, bytes: 900), 4)], revision: 4)
        #expect(cache.find(KeyText("/a")) == nil)
        cache.offer(KeyText("/a"), version(2), seen: 2)
        #expect(cache.find(KeyText("/a")) == nil)
        cache.offer(KeyText("/a"), version(3), seen: 4)
        guard case .value(let found)? = cache.find(KeyText("/a")) else {
            Issue.record("a reader of the present was refused")
            return
        }
        #expect(found.stored.modRevision == 3)
        cache.publish([change("/a", nil, 5)], revision: 5)
        cache.offer(KeyText("/a"), version(3), seen: 5)
        guard case .absent? = cache.find(KeyText("/a")) else {
            Issue.record("a deleted key is back")
            return
        }
    }

    @Test func recentEventsForgetWholeTransactions() {
        var recent = RecentEvents(start: 1, limit: 1_000)
        func events(_ revision: Int64) -> [StoreEvent] {
            (0..<3).map { StoreEvent(key: "/\($0)", value: [1], previous: nil, revision: revision) }
        }
        for revision in 2...Int64(500) {
            recent.append(events(revision))
            let kept = recent.events(after: recent.start, prefix: KeyText("/"))
            #expect(kept.count == Int(revision - recent.start) * 3)
            #expect(kept.first?.revision == recent.start + 1)
        }
        #expect(recent.start == 498)
        recent.forget(upTo: 500)
        #expect(recent.events(after: 0, prefix: KeyText("")).isEmpty)
    }
}
