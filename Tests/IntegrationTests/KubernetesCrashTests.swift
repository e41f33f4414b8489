import ClusterBase
import Foundation
import KubeClient
import KubeModel
import Synchronization
import TestSupport
import Testing

extension Integration {
    /// The API server killed under load, over and over: what was acknowledged is there, and watches go on where they
    /// were.
    @Suite struct KubernetesCrash {
        private static let maps = ResourceKind(.v1, "ConfigMap", plural: "configmaps")

        /// A client that takes a dead server for an end.
        private func client(_ server: KubernetesServer) throws -> KubeClient {
            var configuration = KubeClientConfiguration(server: server.url)
            configuration.retries = 0
            return try KubeClient(configuration)
        }

        @Test func killingTheServerAHundredTimesLosesNothing() async throws {
            let rounds = ProcessInfo.processInfo.environment["ROUNDS"].flatMap { Int($0) } ?? 100
            try await withTestScope("kube-crash") { scope in
                var random = SeededRandom(seed: 3)
                let (ledger, log) = (Ledger(), WatchLog())
                for round in 0..<rounds {
                    let server = try await KubernetesServer.start(
                        in: scope, workDirectory: scope.directory.path("store"), arguments: ["--quiet"])
                    let client = try client(server)
                    let enough = ledger.acknowledged + Int.random(in: 10...60, using: &random)
                    await withTaskGroup { group in
                        group.addTask { await log.follow(client, Self.maps) }
                        group.addTask {
                            await withTaskGroup { writers in
                                for writer in 0..<8 {
                                    writers.addTask {
                                        await ledger.write(client, Self.maps, round: round, writer: writer)
                                    }
                                }
                            }
                            ledger.giveUp()
                        }
                        group.addTask {
                            await ledger.reached(enough)
                            try? await server.process.kill()
                        }
                    }
                    await client.shutdown()
                }
                let server = try await KubernetesServer.start(
                    in: scope, workDirectory: scope.directory.path("store"), arguments: ["--quiet"])
                let client = try client(server)
                _ = try await client.create(Self.maps, Ledger.map("fence", 0))
                let following = Task { await log.follow(client, Self.maps) }
                try await eventually("the watch has seen everything", within: .seconds(30)) { log.has("fence") }
                let found = try await client.list(Self.maps, ObjectSelection(namespace: "default")).objects
                ledger.check(found, rounds: rounds)
                log.check(found)
                following.cancel()
                await client.shutdown()
            }
        }
    }
}

/// What the writers were told.
private final class Ledger: Sendable {
    private struct State {
        var created: [String: String] = [:]
        var counters: [String: (told: Int64, tried: Int64)] = [:]
        var waiting: (count: Int, CheckedContinuation<Void, Never>)?
        var acknowledged = 0
    }

    private let state = Mutex(State())

    var acknowledged: Int { state.withLock { $0.acknowledged } }

    static func map(_ name: String, _ count: Int64) -> KubeObject {
        var object = KubeObject(["data": ["count": .string("\(count)")]])
        (object.name, object.namespace) = (name, "default")
        return object
    }

    /// Creates objects and counts in one of its own until the server is gone.
    func write(_ client: KubeClient, _ kind: ResourceKind, round: Int, writer: Int) async {
        let counter = "counter-\(writer)"
        for number in 0..<100_000 {
            do {
                let name = "r\(round)-w\(writer)-\(number)"
                let created = try await client.create(kind, Self.map(name, 0))
                acknowledge { $0.created[name] = created.resourceVersion }
                try await count(client, kind, counter)
            } catch {
                return
            }
        }
    }

    private func count(_ client: KubeClient, _ kind: ResourceKind, _ name: String) async throws {
        let key = ObjectKey(namespace: "default", name)
        do {
            let stored = try await client.get(kind, key)
            let next = (Int64(stored.text("data", "count")) ?? 0) + 1
            state.withLock { $0.counters[name, default: (0, 0)].tried = next }
            var object = Self.map(name, next)
            object.resourceVersion = stored.resourceVersion
            _ = try await client.update(kind, object)
            acknowledge { $0.counters[name, default: (0, 0)].told = next }
        } catch let error as APIError where error.code == 404 {
            _ = try await client.create(kind, Self.map(name, 0))
        }
    }

    private func acknowledge(_ note: (inout State) -> Void) {
        state.withLock { state -> CheckedContinuation<Void, Never>? in
            note(&state)
            state.acknowledged += 1
            guard let waiting = state.waiting, state.acknowledged >= waiting.count else { return nil }
            state.waiting = nil
            return waiting.1
        }?.resume()
    }

    /// Ends the wait: nobody writes any more.
    func giveUp() {
        state.withLock { state in
            defer { state.waiting = nil }
            return state.waiting?.1
        }?.resume()
    }

    /// Waits until so many writes were acknowledged, or nobody writes any more.
    func reached(_ count: Int) async {
        await withCheckedContinuation { continuation in
            let isThere = state.withLock { state -> Bool in
                if state.acknowledged >= count { return true }
                state.waiting = (count, continuation)
                return false
            }
            if isThere { continuation.resume() }
        }
    }

    func check(_ found: [KubeObject], rounds: Int) {
        let byName = Dictionary(uniqueKeysWithValues: found.map { ($0.name, $0) })
        let state = state.withLock { ($0.created, $0.counters) }
        for (name, version) in state.0 where byName[name]?.resourceVersion != version {
            Issue.record("\(name) was acknowledged at \(version) and is at \(byName[name]?.resourceVersion ?? "none")")
        }
        for (name, count) in state.1 {
            let stored = byName[name].flatMap { Int64($0.text("data", "count")) } ?? -1
            #expect(stored >= count.told && stored <= count.tried, "\(name): \(stored), told \(count.told)")
        }
        #expect(state.0.count > 5 * rounds)
    }
}

/// What a watch saw, across all servers.
private final class WatchLog: Sendable {
    private struct State {
        var last = ""
        var seen: [String: String] = [:]
        var faults: [String] = []
    }

    private let state = Mutex(State())

    func has(_ name: String) -> Bool { state.withLock { $0.seen[name] != nil } }

    /// Follows from where the last watch stood until the server is gone.
    func follow(_ client: KubeClient, _ kind: ResourceKind) async {
        let from = state.withLock { $0.last }
        do {
            let selection = ObjectSelection(namespace: "default")
            if from.isEmpty {
                let list = try await client.list(kind, selection)
                state.withLock { state in
                    state.last = list.resourceVersion
                    for object in list.objects { state.seen[object.name] = object.resourceVersion }
                }
            }
            let start = state.withLock { $0.last }
            for try await event in try await client.watch(kind, selection, from: start) { take(event) }
        } catch {
            return
        }
    }

    private func take(_ event: WatchEvent) {
        state.withLock { state in
            switch event {
            case .added(let object):
                if state.seen[object.name] != nil { state.faults.append("\(object.name) was added twice") }
                note(object, &state)
            case .modified(let object):
                if state.seen[object.name] == nil { state.faults.append("\(object.name) was never added") }
                note(object, &state)
            case .bookmark(let version): state.last = version
            case .deleted(let object): state.faults.append("\(object.name) was deleted")
            case .failed(let error): state.faults.append(error.message)
            }
        }
    }

    private func note(_ object: KubeObject, _ state: inout State) {
        let (before, now) = (Int64(state.last) ?? 0, Int64(object.resourceVersion) ?? 0)
        if now <= before { state.faults.append("\(object.name): \(now) after \(before)") }
        state.last = object.resourceVersion
        state.seen[object.name] = object.resourceVersion
    }

    func check(_ found: [KubeObject]) {
        let (seen, faults) = state.withLock { ($0.seen, $0.faults) }
        #expect(faults.isEmpty, "\(faults.prefix(5))")
        let stored = Dictionary(uniqueKeysWithValues: found.map { ($0.name, $0.resourceVersion) })
        #expect(seen == stored)
    }
}
