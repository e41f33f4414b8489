internal import ClusterBase
internal import KubeModel
internal import KubeRegistry
internal import KubeStore
internal import Synchronization
internal import TestSupport
internal import Testing

@Suite struct WatchTests {
    @Test(arguments: ["", "0"])
    func aWatchBeginsWithWhatExists(_ revision: String) async throws {
        let world = try await World()
        for name in ["b", "a"] { try await world.create(widget: Widget.make(name)) }
        let (recorder, handle) = try await world.watch("default/widgets", from: revision)
        #expect(recorder.changes == ["ADDED a", "ADDED b"])
        try await world.update("default/widgets/a", Widget.make("a", color: "red"))
        try await world.delete("default/widgets/b")
        try await recorder.wait(for: 4)
        #expect(recorder.changes == ["ADDED a", "ADDED b", "MODIFIED a", "DELETED b"])
        #expect(recorder.trees[3].text("spec", "color") == "grey", "the last state")
        #expect(recorder.seen[3].revision == (try await world.store.revision), "with the deletion's revision")
        #expect(!recorder.overlapped)
        handle.cancel()
    }

    @Test(arguments: [20_000, 1])
    func aWatchResumesAfterARevision(_ remembered: Int) async throws {
        let world = try await World { $0.recentEvents = remembered }
        let first = try await world.create(widget: Widget.make("a"))
        try await world.create(widget: Widget.make("b"))
        try await world.update("default/widgets/b", Widget.make("b", color: "red"))
        try await world.create("default/configmaps", KubeObject(["metadata": ["name": "c"]]))
        let (recorder, handle) = try await world.watch("default/widgets", from: first.resourceVersion)
        try await recorder.wait(for: 2)
        try await world.delete("default/widgets/a")
        try await recorder.wait(for: 3)
        #expect(recorder.changes == ["ADDED b", "MODIFIED b", "DELETED a"])
        handle.cancel()
    }

    @Test func objectsEnterAndLeaveASelector() async throws {
        let world = try await World()
        for (labels, fields) in [("on=yes", ""), ("", "spec.color=red"), ("on", "spec.color=red")] {
            let start = try await world.store.revision
            let (recorder, handle) = try await world.watch("default/widgets", from: "\(start)") {
                ($0.labelSelector, $0.fieldSelector) = (labels, fields)
            }
            func put(_ color: String, _ label: String) async throws {
                try await world.update("default/widgets/w", Widget.make("w", color: color, labels: ["on": label]))
            }
            try await world.create(widget: Widget.make("w", color: "blue"))
            try await put("red", "yes")
            try await world.patch("default/widgets/w", .merge(["metadata": ["annotations": ["x": "y"]]]))
            let left = try await world.update("default/widgets/w", Widget.make("w", color: "blue"))
            try await put("red", "yes")
            try await world.delete("default/widgets/w")
            try await recorder.wait(for: 5)
            #expect(recorder.changes == ["ADDED w", "MODIFIED w", "DELETED w", "ADDED w", "DELETED w"])
            #expect(recorder.trees[2].text("spec", "color") == "red", "the state before it left")
            #expect("\(recorder.seen[2].revision)" == left.resourceVersion, "with the revision of the change")
            handle.cancel()
        }
    }

    @Test func aWatchOfOneObjectSeesNoOther() async throws {
        let world = try await World()
        let start = "\(try await world.store.revision)"
        let (byPath, first) = try await world.watch("default/widgets/w", from: start)
        let (byField, second) = try await world.watch("default/widgets", from: start) {
            $0.fieldSelector = "metadata.name=w"
        }
        let (everywhere, third) = try await world.watch("widgets", from: start) { $0.fieldSelector = "metadata.name=w" }
        for name in ["v", "w", "w-2"] { try await world.create(widget: Widget.make(name)) }
        try await world.delete("default/widgets/w")
        for recorder in [byPath, byField, everywhere] {
            try await recorder.wait(for: 2)
            #expect(recorder.changes == ["ADDED w", "DELETED w"])
        }
        for handle in [first, second, third] { handle.cancel() }
        #expect(world.registry.watchCount == 0)
    }

    @Test func namespacesAreApart() async throws {
        let world = try await World()
        try await world.create("/namespaces", KubeObject(["metadata": ["name": "other"]]))
        let (here, first) = try await world.watch("default/widgets")
        let (all, second) = try await world.watch("widgets")
        try await world.create("other/widgets", Widget.make("x"))
        try await world.create(widget: Widget.make("y"))
        try await all.wait(for: 2)
        try await here.wait(for: 1)
        #expect(all.changes == ["ADDED x", "ADDED y"] && here.changes == ["ADDED y"])
        withExtendedLifetime((first, second)) {}
    }

    @Test func lostHistoryIsSaid() async throws {
        let world = try await World { $0.recentEvents = 1 }
        for index in 0..<5 { try await world.create(widget: Widget.make("w\(index)")) }
        try await world.store.compact(before: world.store.revision)
        let error = try await failure { try await world.watch("default/widgets", from: "2") }
        #expect(error.code == 410 && error.reason == "Expired")
        #expect(error.message.hasPrefix("too old resource version: 2 ("))
    }

    @Test func aFutureRevisionJustStarts() async throws {
        let world = try await World()
        let now = try await world.store.revision
        let (recorder, handle) = try await world.watch("default/widgets", from: "\(now + 1)")
        try await world.create(widget: Widget.make("early"))
        try await world.create(widget: Widget.make("late"))
        try await recorder.wait(for: 1)
        #expect(recorder.changes == ["ADDED late"])
        handle.cancel()
    }

    @Test func bookmarksComeOnRequestAndInOrder() async throws {
        let world = try await World()
        let (wanting, first) = try await world.watch("default/widgets") { $0.allowsBookmarks = true }
        let (other, second) = try await world.watch("default/widgets")
        try await world.create("default/configmaps", KubeObject(["metadata": ["name": "c"]]))
        let widget = try await world.create(widget: Widget.make("w"))
        try await wanting.wait(for: 1)
        first.requestBookmark()
        second.requestBookmark()
        #expect(wanting.bookmarks.map(\.revision) == [Int64(widget.resourceVersion)])
        #expect(other.bookmarks.isEmpty)
    }

    @Test func initialEventsEndWithABookmark() async throws {
        let world = try await World()
        try await world.create(widget: Widget.make("w"))
        let (recorder, handle) = try await world.watch("default/widgets") {
            ($0.sendsInitialEvents, $0.resourceVersionMatch, $0.allowsBookmarks) = (true, "NotOlderThan", true)
        }
        #expect(recorder.changes == ["ADDED w"])
        #expect(recorder.bookmarks.map(\.endsInitialEvents) == [true])
        let error = try await failure { try await world.watch("default/widgets") { $0.sendsInitialEvents = true } }
        #expect(error.code == 422)
        handle.cancel()
    }

    @Test func nothingComesAfterCancelAndEndIsSaidOnce() async throws {
        let world = try await World()
        let (cancelled, handle) = try await world.watch("default/widgets")
        let (dropped, _) = try await world.watch("default/widgets")
        let (kept, last) = try await world.watch("default/widgets")
        handle.cancel()
        handle.cancel()
        try await world.create(widget: Widget.make("w"))
        try await kept.wait(for: 1)
        #expect(cancelled.seen.isEmpty && dropped.seen.isEmpty)
        await world.registry.shutdown()
        #expect(kept.end == .some(nil) && cancelled.end == nil)
        withExtendedLifetime(last) {}
    }

    @Test func watchersShareOneEncoding() async throws {
        let world = try await World()
        let target = try world.target("default/widgets")
        let start = try await world.store.revision
        var handles: [WatchHandle] = []
        let counter = Counter()
        for index in 0..<10 {
            var options = WatchOptions()
            options.resourceVersion = "\(start)"
            if index % 2 == 1 { options.labelSelector = "!none" }
            handles.append(
                try await world.registry.watch(target, options) { delivery in
                    guard case .events(let events) = delivery else { return }
                    for event in events {
                        _ = event.payload("json") { () -> Int in counter.add(\.made) }
                        _ = counter.add(\.got)
                    }
                })
        }
        try await world.create(widget: Widget.make("w"))
        try await eventually("ten deliveries") { counter.value(\.got) == 10 }
        #expect(counter.value(\.made) == 1)
        withExtendedLifetime(handles) {}
    }
}

private final class Counter: Sendable {
    struct Values {
        var made = 0
        var got = 0
    }
    private let values = Mutex(Values())
    func add(_ path: WritableKeyPath<Values, Int>) -> Int {
        values.withLock { values in
            values[keyPath: path] += 1
            return values[keyPath: path]
        }
    }
    func value(_ path: WritableKeyPath<Values, Int>) -> Int { values.withLock { $0[keyPath: path] } }
}
