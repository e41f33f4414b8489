import ClusterBase
import Foundation
import GRDB
import Synchronization
import TestSupport
import Testing

@testable import KubeStore

@Suite(.timeLimit(.minutes(2))) struct SQLiteStoreTests {
    @Test func synchronisesFully() async throws {
        try await withTestScope { scope in
            let store = try SQLiteStore(path: scope.directory.path("objects.db"))
            try await store.put("/a", "x")
            let mode = try await store.file.writer.writeWithoutTransaction {
                try Int.fetchOne($0, sql: "PRAGMA synchronous")
            }
            #expect(mode == 2)
            await store.close()
        }
    }

    @Test func revisionsAreNeverUsedAgain() async throws {
        try await withTestScope { scope in
            let path = scope.directory.path("objects.db")
            var store = try SQLiteStore(path: path)
            try await store.put("/a", "x")
            let last = try await store.put("/a", nil)
            try await store.compact(before: last)
            await store.close()
            store = try SQLiteStore(path: path)
            #expect(try await store.list("") == StorePage(values: [], revision: last, remaining: 0))
            #expect(try await store.put("/a", "y") == last + 1)
            #expect(
                await refusal { try await store.list("", at: last - 1) }
                    == .compacted(requested: last - 1, oldest: last))
            await store.close()
        }
    }

    @Test func historyAndTimesToLiveSurviveARestart() async throws {
        try await withTestScope { scope in
            let path = scope.directory.path("objects.db")
            let clock = TestClock()
            var store = try SQLiteStore(path: path, options: StoreOptions(clock: clock.now))
            try await store.put("/a", "1", timeToLive: 60)
            let last = try await store.put("/b", "2")
            await store.close()
            clock.advance(.seconds(61))
            store = try SQLiteStore(path: path, options: StoreOptions(clock: clock.now))
            let watch = try await RecordedWatch(store, "/", after: 1)
            // Nobody asks for it: what ended while the store was away goes when it opens.
            let record = await watch.recorder.until { $0.events.count == 3 }
            #expect(record.events.map(\.key) == ["/a", "/b", "/a"])
            #expect(record.events.last?.revision == last + 1)
            await store.close()
        }
    }

    @Test func compactionGivesSpaceBackToTheFile() async throws {
        try await withTestScope { scope in
            let store = try SQLiteStore(path: scope.directory.path("objects.db"))
            for round in 0..<300 { try await store.put("/a", "\(round)") }
            try await store.put("/b", "x")
            try await store.put("/b", nil)
            let rows = { try await store.readers.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM change") } }
            #expect(try await rows() == 302)
            try await store.compact(before: try await store.revision)
            #expect(try await rows() == 1)
            await store.close()
        }
    }

    @Test func manyCommitsShareTransactions() async throws {
        try await withTestScope { scope in
            let store = try SQLiteStore(path: scope.directory.path("objects.db"))
            try await withThrowingTaskGroup(of: Void.self) { group in
                for index in 0..<2_000 {
                    group.addTask { _ = try await store.commit([.create(key: "/\(index)", value: [1])]) }
                }
                try await group.waitForAll()
            }
            let transactions = store.writer.withLock { $0.transactions }
            #expect(transactions < 1_000, "2,000 commits took \(transactions) transactions")
            #expect(try await store.list("").values.count == 2_000)
            await store.close()
        }
    }

    @Test func whatCannotWaitIsRefused() async throws {
        try await withTestScope { scope in
            let store = try SQLiteStore(
                path: scope.directory.path("objects.db"), options: StoreOptions(waitingCommits: 4))
            // The writer is held up, so that commits gather.
            let gate = DispatchSemaphore(value: 0)
            store.queue.async { gate.wait() }
            let outcomes = await withTaskGroup(of: StoreError?.self) { group in
                for index in 0..<10 {
                    group.addTask { await refusal { try await store.commit([.create(key: "/\(index)", value: [])]) } }
                }
                var outcomes: [StoreError?] = []
                for await outcome in group {
                    outcomes.append(outcome)
                    if outcomes.count == 6 { gate.signal() }
                }
                return outcomes
            }
            #expect(outcomes.count { $0 == .unavailable("too many commits wait for the disk") } == 6)
            #expect(try await store.list("").values.count == 4)
            await store.close()
        }
    }

    @Test func acceptedCommitsAreWrittenOnClose() async throws {
        try await withTestScope { scope in
            let path = scope.directory.path("objects.db")
            let store = try SQLiteStore(path: path)
            let written = await withTaskGroup(of: Bool.self) { group in
                for index in 0..<500 {
                    group.addTask {
                        (try? await store.commit([.create(key: "/\(index)", value: [1])])) != nil
                    }
                }
                group.addTask {
                    await store.close()
                    return false
                }
                return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
            }
            let again = try SQLiteStore(path: path)
            #expect(try await again.list("").values.count == written)
            await again.close()
        }
    }

    @Test func aLongHistoryIsCaughtUpInPieces() async throws {
        try await withTestScope { scope in
            let path = scope.directory.path("objects.db")
            var store = try SQLiteStore(path: path)
            for part in 0..<6 {
                _ = try await store.commit((0..<300).map { .create(key: "/\(part)/\($0)", value: [1]) })
            }
            await store.close()
            store = try SQLiteStore(path: path)
            let last = try await store.put("/last", "x")
            let watch = try await RecordedWatch(store, "/", after: 1)
            let events = await watch.events(upTo: last)
            #expect(events.map(\.revision) == (2...7).flatMap { Array(repeating: $0, count: 300) } + [8])
            // Two transactions fill a piece; none is cut in two.
            #expect(watch.recorder.record.batches == 4)
            await store.close()
        }
    }

    @Test func aWatchWhoseHistoryIsForgottenUnderItEnds() async throws {
        try await withTestScope { scope in
            let path = scope.directory.path("objects.db")
            var store = try SQLiteStore(path: path)
            for round in 0..<5 { try await store.put("/a", "\(round)") }
            await store.close()
            store = try SQLiteStore(path: path)
            // The readers are held up, so that the watch is still behind when its history goes.
            let gate = DispatchSemaphore(value: 0)
            for _ in store.file.readers { store.readers.run { _ in gate.wait() } }
            let watch = try await RecordedWatch(store, "/", after: 2)
            try await store.compact(before: 5)
            for _ in store.file.readers { gate.signal() }
            let record = await watch.recorder.until { $0.end != nil }
            #expect(record.end == .some(.compacted(requested: 2, oldest: 5)))
            #expect(record.events.isEmpty)
            await store.close()
        }
    }

    // MARK: Files that are not right

    @Test func refusesWhatIsNoStore() async throws {
        try await withTestScope { scope in
            let text = try scope.directory.write(String(repeating: "no database\n", count: 1_000), to: "text")
            let folder = try scope.directory.makeDirectory("folder")
            for path in [text, scope.directory.path("none/objects.db"), folder] {
                #expect { try SQLiteStore(path: path) } throws: { names($0, path) }
            }
            #expect(try String(contentsOfFile: text, encoding: .utf8).hasPrefix("no database"))
        }
    }

    @Test(arguments: ["PRAGMA user_version = 2", "PRAGMA application_id = 0"])
    func refusesOtherFormats(change: String) async throws {
        try await withTestScope { scope in
            let path = scope.directory.path("objects.db")
            await (try SQLiteStore(path: path)).close()
            let file = try DatabaseQueue(path: path)
            try await file.writeWithoutTransaction { try $0.execute(sql: change) }
            try file.close()
            #expect { try SQLiteStore(path: path) } throws: { names($0, path) }
        }
    }

    @Test func refusesADamagedFile() async throws {
        try await withTestScope { scope in
            let path = scope.directory.path("objects.db")
            let store = try SQLiteStore(path: path)
            for index in 0..<100 { try await store.put("/\(index)", String(repeating: "x", count: 1_000)) }
            await store.close()
            var bytes = try Data(contentsOf: scope.directory.url("objects.db"))
            bytes.replaceSubrange(100..<4_096, with: Data(repeating: 0xaa, count: 3_996))
            try bytes.write(to: scope.directory.url("objects.db"))
            #expect { try SQLiteStore(path: path) } throws: { names($0, path) }
        }
    }

    @Test func onlyOneStoreOpensAFile() async throws {
        try await withTestScope { scope in
            let path = scope.directory.path("objects.db")
            let store = try SQLiteStore(path: path)
            #expect { try SQLiteStore(path: path) } throws: { names($0, path) }
            await store.close()
            await (try SQLiteStore(path: path)).close()
        }
    }

    private func names(_ error: any Error, _ path: String) -> Bool {
        guard let error = error as? ClusterError else { return false }
        return error.code == .system && error.message.contains(path)
    }
}
