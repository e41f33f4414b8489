import Foundation
import KubeStore
import TestSupport
import Testing

/// What was acknowledged is there after a kill, and a full disk harms nothing.
@Suite(.timeLimit(.minutes(2))) struct DurabilityTests {
    /// A process that writes with 64 clients until it is killed.
    @Test(arguments: [1, 20, 60, 150, 300])
    func whatWasAcknowledgedSurvivesAKill(milliseconds: Int) async throws {
        let directory = try TemporaryDirectory("kill")
        let path = directory.path
        await #expect(processExitsWith: .signal(SIGKILL)) {
            [path = path as String, milliseconds = milliseconds as Int] in
            try await KilledWriter.run(directory: path, killAfter: milliseconds)
        }
        let acknowledged = try KilledWriter.acknowledged(directory: path)
        let store = try SQLiteStore(path: path + "/objects.db")
        let values = try await store.list("/").values
        let found = Dictionary(uniqueKeysWithValues: values.map { ($0.key, $0) })
        #expect(!acknowledged.isEmpty)
        for (key, revision) in acknowledged {
            let stored = try #require(found[key], "\(key) is gone")
            #expect(stored.modRevision >= revision, "\(key)")
        }
        // Each transaction writes a pair: half of one is never there.
        for value in values where value.key.hasSuffix("/left") {
            #expect(found[value.key.dropLast(4) + "right"]?.modRevision == value.modRevision)
        }
        // History has no gap, and no revision is given a second time.
        let last = try await store.put("/after", "x")
        #expect(last > acknowledged.values.max() ?? 0)
        let watch = try await RecordedWatch(store, "/", after: 1)
        let events = await watch.events(upTo: last)
        #expect(Set(events.map(\.revision)) == Set(2...last))
        await store.close()
    }

    @Test(.enabled(if: geteuid() == 0, "mounts a small file system"))
    func aFullDiskRefusesAndHarmsNothing() async throws {
        try await withTestScope { scope in
            let mount = try scope.directory.makeDirectory("small")
            let mounted = try scope.start("mount", ["-t", "tmpfs", "-o", "size=1m", "tmpfs", mount])
            #expect(try await mounted.waitForExit().isSuccess)
            scope.onExit {
                guard let unmount = try? ChildProcess("umount", ["-l", mount]) else { return }
                _ = try? await unmount.waitForExit()
            }
            let store = try SQLiteStore(path: mount + "/objects.db")
            let watch = try await RecordedWatch(store, "/", after: 1)
            let value = [UInt8](repeating: 1, count: 50_000)
            var written = 0
            var refused: StoreError?
            while refused == nil, written < 100 {
                let key = "/\(written)"
                refused = await refusal { try await store.commit([.create(key: key, value: value)]) }
                if refused == nil { written += 1 }
            }
            guard case .unavailable(let reason)? = refused else {
                Issue.record("a disk of one megabyte was never full")
                return
            }
            #expect(reason.contains(mount))
            #expect(written > 0)
            let before = try await store.list("/")
            #expect(before.values.count == written)
            #expect(store.peek("/\(written)") != .absent || written == 0)
            let more = try scope.start("mount", ["-o", "remount,size=8m", mount])
            #expect(try await more.waitForExit().isSuccess)
            let revision = try await store.commit([.create(key: "/after", value: value)])
            #expect(revision == before.revision + 1)
            #expect(await watch.events(upTo: revision).map(\.revision) == Array(2...revision))
            await store.close()
            let again = try SQLiteStore(path: mount + "/objects.db")
            #expect(try await again.list("/").values.count == written + 1)
            await again.close()
        }
    }
}

/// Writes pairs of keys from many clients and notes each acknowledged revision, until it kills itself.
enum KilledWriter {
    static func run(directory: String, killAfter milliseconds: Int) async throws {
        let store = try SQLiteStore(path: directory + "/objects.db")
        let log = open(directory + "/acknowledged", O_WRONLY | O_CREAT | O_APPEND, 0o644)
        try await write(store, client: 0, round: 0, log)
        Thread.detachNewThread {
            usleep(UInt32(milliseconds) * 1_000)
            kill(getpid(), SIGKILL)
        }
        await withTaskGroup(of: Void.self) { group in
            for client in 1...64 {
                group.addTask {
                    var round = 0
                    while (try? await write(store, client: client, round: round, log)) != nil { round += 1 }
                }
            }
        }
    }

    private static func write(_ store: SQLiteStore, client: Int, round: Int, _ log: Int32) async throws {
        let value = Array(String(repeating: "\(round) ", count: 200).utf8)
        let keys = ["/\(client)/\(round / 3)/left", "/\(client)/\(round / 3)/right"]
        let old = try await store.get(keys[0])?.modRevision
        let revision = try await store.commit(
            keys.map { key in
                old.map { .update(key: key, value: value, expected: $0) } ?? .create(key: key, value: value)
            })
        let line = Array("\(keys[0]) \(revision)\n".utf8)
        _ = Foundation.write(log, line, line.count)
    }

    /// The last acknowledged revision of each key.
    static func acknowledged(directory: String) throws -> [String: Int64] {
        var result: [String: Int64] = [:]
        for line in try String(contentsOfFile: directory + "/acknowledged", encoding: .utf8).split(separator: "\n") {
            let parts = line.split(separator: " ")
            guard parts.count == 2, let revision = Int64(parts[1]) else { continue }
            result[String(parts[0])] = max(revision, result[String(parts[0])] ?? 0)
        }
        return result
    }
}
