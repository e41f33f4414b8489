internal import ClusterBase
internal import KubeModel
internal import KubeRegistry
internal import KubeStore
internal import TestSupport
internal import Testing

/// Random writers against what lists and watches tell.
@Suite struct RandomisedTests {
    private static let names = (0..<8).map { "w\($0)" }
    private static let colors = ["red", "blue", "green"]

    private static func step(_ world: World, _ random: inout SeededRandom) async {
        let name = names[random.below(names.count)]
        let color = colors[random.below(colors.count)]
        let path = "default/widgets/" + name
        // Refusals (409, 404) are part of the game.
        switch random.below(8) {
        case 0, 1:
            _ = try? await world.create(
                widget: Widget.make(
                    name, color: color, labels: ["color": color], finalizers: random.chance(0.2) ? ["a.b/c"] : []))
        case 2: _ = try? await world.update(path, Widget.make(name, color: color, labels: ["color": color]))
        case 3: _ = try? await world.patch(path, .merge(["metadata": ["labels": ["color": .string(color)]]]))
        case 4: _ = try? await world.patch(path, .merge(["metadata": ["finalizers": .null]]))
        case 5: _ = try? await world.patch(path + "/status", .merge(["status": ["phase": .string(color)]]))
        case 6: _ = try? await world.create("default/widgets", Widget.make(name, color: color), dryRun: true)
        default: _ = try? await world.delete(path)
        }
    }

    @Test(arguments: 1...8)
    func watchersEndWithWhatListsShow(_ seed: UInt64) async throws {
        let world = try await World(seed: seed) { $0.recentEvents = seed % 2 == 0 ? 20_000 : 3 }
        let start = "\(try await world.store.revision)"
        var watches: [(selector: String, Recorder, WatchHandle)] = []
        func watch(_ selector: String, from revision: String) async throws {
            let (recorder, handle) = try await world.watch("default/widgets", from: revision) {
                $0.labelSelector = selector
            }
            watches.append((selector, recorder, handle))
        }
        for selector in ["", "color=red", "color!=red"] { try await watch(selector, from: start) }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for writer in 0..<4 {
                group.addTask {
                    var random = SeededRandom(seed: seed &* 100 &+ UInt64(writer))
                    for _ in 0..<60 { await Self.step(world, &random) }
                }
            }
            for _ in 0..<3 {
                try await watch("color=red", from: "")
                try await watch("", from: start)
            }
            try await group.waitForAll()
        }
        let last = try await world.create(widget: Widget.make("zz-last", labels: ["color": "red"]))
        try await world.create(widget: Widget.make("zz-last-blue", labels: ["color": "blue"]))
        for (selector, recorder, handle) in watches {
            let final = selector == "color!=red" ? "zz-last-blue" : "zz-last"
            try await eventually("the last event of \(selector)") { recorder.seen.contains { $0.name == final } }
            handle.cancel()
            try check(recorder, against: try await world.list("default/widgets") { $0.labelSelector = selector }, last)
        }
    }

    /// Folds what a watcher saw and compares it with a list.
    private func check(_ recorder: Recorder, against list: ListResult, _ last: KubeObject) throws {
        #expect(!recorder.overlapped)
        var state: [String: KubeObject] = [:]
        var initial = true
        var previous: Int64 = 0
        for (seen, tree) in zip(recorder.seen, recorder.trees) {
            // What exists at the start comes by name, everything after that in strict order.
            initial = initial && seen.change == "ADDED" && state[seen.name] == nil
            if !initial { #expect(seen.revision > previous) }
            previous = max(previous, seen.revision)
            switch seen.change {
            case "ADDED":
                #expect(state[seen.name] == nil, "added once")
                state[seen.name] = tree
            case "MODIFIED":
                #expect(state[seen.name] != nil, "known before it is modified")
                state[seen.name] = tree
            default: #expect(state.removeValue(forKey: seen.name) != nil, "known before it is deleted")
            }
        }
        var listed: [String: KubeObject] = [:]
        for object in list.items { listed[try object.tree().name] = try object.tree() }
        #expect(state.filter { !$0.key.hasPrefix("zz") } == listed.filter { !$0.key.hasPrefix("zz") })
    }
}
