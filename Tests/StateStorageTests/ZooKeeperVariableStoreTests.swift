import ClusterBase
import ClusterPorts
import Foundation
import TestSupport
import Testing
import ZooKeeper

@testable import StateStorage

@Suite struct ZooKeeperVariableStoreTests {
    private func client(_ server: ZooKeeperServer, _ credentials: ZooKeeperURL.Credentials? = nil) -> ZooKeeperClient {
        ZooKeeperClient(servers: [server.address], credentials: credentials, sessionTimeout: .seconds(4))
    }

    private static func uniquePath() -> String { "/state-\(UUID().uuidString.prefix(8))/variables" }

    @Test func keepsTheContract() async throws {
        let server = try await ZooKeeperServer.shared()
        let path = Self.uniquePath()
        let (one, two) = (client(server), client(server))
        try await variableStoreContract(
            ZooKeeperVariableStore(client: one, path: path),
            others: [ZooKeeperVariableStore(client: two, path: path), ZooKeeperVariableStore(client: one, path: path)])
        await one.close()
        await two.close()
    }

    @Test func batchesAreBoundedByThePacket() async throws {
        let client = client(try await ZooKeeperServer.shared())
        let store = ZooKeeperVariableStore(client: client, path: Self.uniquePath())
        let half = [UInt8](repeating: 1, count: 600_000)
        let refused = await failure {
            try await store.commit([.put(name: "a", value: half), .put(name: "b", value: half)])
        }
        #expect(refused?.code == .limitExceeded)
        let largest = [UInt8](repeating: 2, count: 1_000_000)
        _ = try await store.commit([.put(name: String(repeating: "n", count: 255), value: largest)])
        // Gathered batches that do not fit together go one after the other.
        try await withThrowingTaskGroup(of: Void.self) { group in
            for index in 0..<12 { group.addTask { _ = try await store.commit([.put(name: "h\(index)", value: half)]) } }
            try await group.waitForAll()
        }
        #expect(try await store.readAll(prefix: "h").map(\.value.count) == Array(repeating: 600_000, count: 12))
        await client.close()
    }

    @Test func manySmallBatchesShareTransactions() async throws {
        let client = client(try await ZooKeeperServer.shared())
        let path = Self.uniquePath()
        let store = ZooKeeperVariableStore(client: client, path: path)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for index in 0..<1_000 {
                group.addTask { _ = try await store.commit([.put(name: "n/\(index)", value: bytes("\(index)"))]) }
            }
            try await group.waitForAll()
        }
        #expect(try await store.readAll(prefix: "n/").count == 1_000)
        let transactions = try await client.get(path).stat.version
        #expect(transactions < 500, "1,000 commits took \(transactions) transactions")
        await client.close()
    }

    @Test func onlyTheOwnerWrites() async throws {
        let server = try await ZooKeeperServer.shared()
        let path = Self.uniquePath()
        let (owner, other) = (client(server, .init(text: "owner:secret")), client(server))
        let mine = ZooKeeperVariableStore(client: owner, path: path)
        _ = try await mine.commit([.put(name: "a/b", value: [1])])
        let theirs = ZooKeeperVariableStore(client: other, path: path)
        #expect(try await theirs.readAll(prefix: "").map(\.name) == ["a/b"])
        #expect(await failure { try await theirs.commit([.put(name: "a/b", value: [2])]) }?.code == .forbidden)
        #expect(await failure { try await theirs.commit([.put(name: "c", value: [2])]) }?.code == .forbidden)
        #expect(try await mine.readAll(prefix: "").map(\.value) == [[1]])
        await owner.close()
        await other.close()
    }

    @Test func namesSurviveTheirNodes() {
        for name in ["a", "a/b", "%", "%2F", "..", ".", "a.b", "/", "é🧀", "a%/.b", "\u{e000}x", "x y"] {
            let node = ZooKeeperNames.node(name)
            #expect(!node.contains("/") && node != "." && node != "..")
            #expect(ZooKeeperNames.variable(node) == name)
        }
        for foreign in ["a%", "a%2", "a%2f", "%41", "%ZZ", "%FF"] { #expect(ZooKeeperNames.variable(foreign) == nil) }
    }

    /// Writers go on through a server's kill and restart and through a lost session: what was acknowledged is there.
    @Test(arguments: [false, true])
    func whatWasAcknowledgedSurvivesTheServer(losingTheSession: Bool) async throws {
        let server = try ZooKeeperServer(tick: .milliseconds(losingTheSession ? 100 : 500))
        defer { server.kill() }
        try await server.start()
        let client = ZooKeeperClient(
            servers: [server.address], sessionTimeout: losingTheSession ? .milliseconds(500) : .seconds(10))
        let store = ZooKeeperVariableStore(client: client, path: "/registry")
        let progress = Progress()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for worker in 0..<4 {
                group.addTask { try await self.write(to: store, worker: worker, progress) }
            }
            try await eventually("first writes", holds: { await progress.isAt(least: 5) })
            server.kill()
            try await eventually("trouble noticed", holds: { await progress.failures > 0 })
            if losingTheSession { try await eventually("session lost", holds: { client.lostSessions > 0 }) }
            try await server.start()
            let soFar = await progress.lowest
            try await eventually("writes go on", holds: { await progress.isAt(least: soFar + 5) })
            await progress.stop()
            try await group.waitForAll()
        }
        #expect((client.lostSessions > 0) == losingTheSession)
        let fresh = ZooKeeperClient(servers: [server.address])
        let found = try await ZooKeeperVariableStore(client: fresh, path: "/registry").readAll(prefix: "w/")
        for variable in found {
            let stored = try #require(Int(String(decoding: variable.value, as: UTF8.self)))
            #expect(stored >= (await progress.acknowledged[variable.name] ?? 0))
        }
        #expect(found.count == 4)
        await fresh.close()
        await client.close()
    }

    private actor Progress {
        private(set) var acknowledged: [String: Int] = [:]
        private(set) var failures = 0
        private(set) var isStopped = false
        var lowest: Int { acknowledged.values.min() ?? 0 }

        func isAt(least count: Int) -> Bool { acknowledged.count == 4 && lowest >= count }
        func acknowledge(_ name: String, _ count: Int) { acknowledged[name] = count }
        func fail() { failures += 1 }
        func stop() { isStopped = true }
    }

    private func write(to store: ZooKeeperVariableStore, worker: Int, _ progress: Progress) async throws {
        let name = "w/\(worker)"
        var count = 0
        while !(await progress.isStopped), !Task.isCancelled {
            count += 1
            do {
                _ = try await store.commit([.put(name: name, value: bytes("\(count)"))])
                await progress.acknowledge(name, count)
            } catch {
                #expect((error as? ClusterError)?.code == .unavailable, "\(error)")
                await progress.fail()
                try await Task.sleep(for: .milliseconds(20))
            }
        }
    }
}
