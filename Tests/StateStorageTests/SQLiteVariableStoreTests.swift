import ClusterBase
import ClusterPorts
import Foundation
import TestSupport
import Testing

@testable import StateStorage

@Suite struct SQLiteVariableStoreTests {
    @Test func keepsTheContract() async throws {
        try await withTestScope { scope in
            let path = scope.directory.path("state.db")
            let store = try SQLiteVariableStore(path: path)
            try await variableStoreContract(store, others: [SQLiteVariableStore(path: path)])
            try await store.close()
        }
    }

    @Test func synchronisesFully() async throws {
        try await withTestScope { scope in
            let store = try SQLiteVariableStore(path: scope.directory.path("state.db"))
            #expect(try await store.synchronousMode() == 2)
            _ = try await store.commit([.put(name: "a", value: [1])])
            #expect(try await store.synchronousMode() == 2)
        }
    }

    @Test func findsItsDataAgain() async throws {
        try await withTestScope { scope in
            let path = scope.directory.path("state.db")
            var store = try SQLiteVariableStore(path: path)
            let version = try await store.commit([.put(name: "a", value: [1])])[0]
            try await store.close()
            #expect(await failure { try await store.commit([.put(name: "a", value: [2])]) }?.code == .unavailable)
            #expect(await failure { try await store.readAll(prefix: "") }?.code == .unavailable)
            store = try SQLiteVariableStore(path: path)
            #expect(try await store.readAll(prefix: "") == [Variable(name: "a", value: [1], version: version)])
            #expect(try await store.commit([.put(name: "b", value: [])])[0].number > version.number)
        }
    }

    @Test func refusesWhatIsNoStore() async throws {
        try await withTestScope { scope in
            let text = try scope.directory.write(String(repeating: "no database\n", count: 100), to: "text")
            for path in [text, scope.directory.path("none/state.db"), scope.directory.path] {
                #expect { try SQLiteVariableStore(path: path) } throws: { ($0 as? ClusterError)?.code == .system }
            }
            #expect(try String(contentsOfFile: text, encoding: .utf8).hasPrefix("no database"))
        }
    }

    @Test func manyCommitsShareTransactions() async throws {
        try await withTestScope { scope in
            let store = try SQLiteVariableStore(path: scope.directory.path("state.db"))
            try await withThrowingTaskGroup(of: Void.self) { group in
                for index in 0..<3_000 {
                    group.addTask { _ = try await store.commit([.put(name: "n/\(index)", value: bytes("\(index)"))]) }
                }
                try await group.waitForAll()
            }
            #expect(try await store.readAll(prefix: "n/").count == 3_000)
            #expect(store.transactions < 1_500, "3,000 commits took \(store.transactions) transactions")
        }
    }

    /// A process that writes until it is killed: what it was told is durable must be there afterwards.
    @Test(arguments: [5, 60, 250])
    func whatWasAcknowledgedSurvivesAKill(milliseconds: Int) async throws {
        let directory = try TemporaryDirectory("kill")
        let path = directory.path
        await #expect(processExitsWith: .signal(SIGKILL)) {
            [path = path as String, milliseconds = milliseconds as Int] in
            try await KilledWriter.run(directory: path, killAfter: milliseconds)
        }
        let acknowledged = try KilledWriter.acknowledged(directory: path)
        let store = try SQLiteVariableStore(path: path + "/state.db")
        let found = Dictionary(
            uniqueKeysWithValues: try await store.readAll(prefix: "w/").map {
                ($0.name, String(decoding: $0.value, as: UTF8.self))
            })
        #expect(!acknowledged.isEmpty)
        for (name, value) in acknowledged {
            // A later value may have been written without an answer; an earlier one may not be back.
            let stored = try #require(Int(found[name] ?? ""), "\(name) is gone")
            #expect(stored >= value, "\(name)")
        }
        // Each batch writes a pair: half a batch is never there.
        for (name, value) in found where name.hasSuffix("/left") {
            #expect(found[name.dropLast(4) + "right"] == value)
        }
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
            let store = try SQLiteVariableStore(path: mount + "/state.db")
            let value = [UInt8](repeating: 1, count: 50_000)
            var written = 0
            var refusal: ClusterError.Code?
            while refusal == nil, written < 100 {
                let name = "v\(written)"
                refusal = await failure { try await store.commit([.put(name: name, value: value)]) }?.code
                if refusal == nil { written += 1 }
            }
            #expect(refusal == .system || refusal == .unavailable)
            #expect(written > 0)
            #expect(try await store.readAll(prefix: "v").count == written)
            let more = try scope.start("mount", ["-o", "remount,size=8m", mount])
            #expect(try await more.waitForExit().isSuccess)
            _ = try await store.commit([.put(name: "v-after", value: value)])
            let names = try await store.readAll(prefix: "v").map(\.name)
            #expect(names.count == written + 1)
            try await store.close()
            let again = try SQLiteVariableStore(path: mount + "/state.db")
            #expect(try await again.readAll(prefix: "v").map(\.name) == names)
            try await again.close()
        }
    }
}

/// Writes pairs of variables from several tasks and notes each acknowledged value, until it kills itself.
enum KilledWriter {
    static func run(directory: String, killAfter milliseconds: Int) async throws {
        let store = try SQLiteVariableStore(path: directory + "/state.db")
        let log = open(directory + "/acknowledged", O_WRONLY | O_CREAT | O_APPEND, 0o644)
        _ = try await store.commit([
            .put(name: "w/first/left", value: bytes("0")), .put(name: "w/first/right", value: bytes("0")),
        ])
        note(log, "w/first/left", 0)
        Thread.detachNewThread {
            usleep(UInt32(milliseconds) * 1_000)
            kill(getpid(), SIGKILL)
        }
        await withTaskGroup(of: Void.self) { group in
            for worker in 0..<8 {
                group.addTask {
                    var count = 0
                    while true {
                        count += 1
                        let (left, right) = ("w/\(worker)/left", "w/\(worker)/right")
                        let value = bytes("\(count)")
                        guard
                            (try? await store.commit([.put(name: left, value: value), .put(name: right, value: value)]))
                                != nil
                        else { return }
                        note(log, left, count)
                    }
                }
            }
        }
    }

    private static func note(_ log: Int32, _ name: String, _ value: Int) {
        let line = bytes("\(name) \(value)\n")
        _ = write(log, line, line.count)
    }

    /// The last acknowledged value of each variable.
    static func acknowledged(directory: String) throws -> [String: Int] {
        var result: [String: Int] = [:]
        for line in try String(contentsOfFile: directory + "/acknowledged", encoding: .utf8).split(separator: "\n") {
            let parts = line.split(separator: " ")
            guard parts.count == 2, let value = Int(parts[1]) else { continue }
            result[String(parts[0])] = max(value, result[String(parts[0])] ?? 0)
        }
        return result
    }
}
