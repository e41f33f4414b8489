import ClusterBase
import Containers
import Foundation
import HTTPTransport
import KubeModel
import KubeNode
import KubeRuntime
import KubeletCore
import Synchronization
import TestSupport
import Testing

/// The changes that a runtime tells, kept as they come.
private final class Changes: Sendable {
    private let seen = Mutex<[String?]>([])
    private let task = Mutex<Task<Void, Never>?>(nil)

    init(_ runtime: DockerPodRuntime) {
        let changes = runtime.changes()
        task.withLock { task in
            task = Task { [weak self] in
                for await change in changes { self?.seen.withLock { $0.append(change) } }
            }
        }
    }

    deinit { task.withLock { $0?.cancel() } }

    var all: [String?] { seen.withLock { $0 } }
}

struct ChangeTests {
    @Test func startsAndEndsAreToldByPod() async throws {
        try await withRuntime { fixture in
            let changes = Changes(fixture.runtime)
            let foreign = try await RuntimeFixture.open(fixture.scope)
            let pod = try await fixture.pod()
            let other = try await foreign.pod()
            try await eventually("the sandbox's start") { changes.all == [pod.config.uid] }
            let id = try await pod.run("exit 0")
            _ = try await pod.exit(id)
            try await eventually("start and end of the container") { changes.all.count >= 3 }
            #expect(changes.all.allSatisfy { $0 == pod.config.uid })
            #expect(other.config.uid != pod.config.uid)
        }
    }

    @Test func anotherRuntimeOfTheSameOwnerFindsEverythingAgain() async throws {
        try await withRuntime { fixture in
            let pod = try await fixture.pod()
            let running = try await pod.run("a", "sleep 1000")
            let ended = try await pod.run("b", "exit 4")
            _ = try await pod.exit(ended)
            let before = try await fixture.runtime.pods()
            let second = try fixture.another()
            #expect(try await second.pods() == before)
            #expect(before.first?.containers.map(\.id).sorted() == [running, ended].sorted())
            #expect(try await second.execute(running, ["true"], timeout: .seconds(20), limit: 10).code == 0)
            // Another agent's pods are nobody else's business.
            let foreign = try await RuntimeFixture.open(fixture.scope)
            #expect(try await foreign.runtime.pods().isEmpty)
            #expect(try await foreign.runtime.pod(uid: pod.config.uid) == nil)
        }
    }

    @Test func anEngineThatGoesAndComesIsToldAndSurvived() async throws {
        try await withTestScope("engine") { scope in
            let engine = try OwnEngine(scope)
            try await engine.start()
            var options = DockerPodOptions(owner: ["roost.agent": "restart"])
            options.socket = engine.socket
            let runtime = try DockerPodRuntime(options, logger: RuntimeFixture.logger)
            let changes = Changes(runtime)
            #expect(try await runtime.version().version.isEmpty == false)
            var config = SandboxConfig(key: ObjectKey(namespace: "default", "web"), uid: "u-1")
            config.usesHostNetwork = true
            let sandbox = try await runtime.startSandbox(config)
            try await eventually("the sandbox's start") { changes.all.contains("u-1") }
            // The pause program serves as a container's too.
            var container = ContainerConfig(key: config.key, uid: config.uid, name: "main")
            container.image = "roost/pause:1"
            container.sandboxID = sandbox.id
            let id = try await runtime.createContainer(container)
            try await runtime.startContainer(id)
            let names = try await runtime.images().flatMap(\.names)
            #expect(names == ["roost/pause:1"])

            try await engine.stop()
            let failure = await #expect(throws: RuntimeFailure.self) { _ = try await runtime.pods() }
            #expect(failure?.kind == .unavailable)
            for attempt in [
                { _ = try await runtime.version() }, { try await runtime.startContainer(id) },
                { _ = try await runtime.usage(id) },
            ] as [@Sendable () async throws -> Void] {
                let failure = await #expect(throws: RuntimeFailure.self) { try await attempt() }
                #expect(failure?.kind == .unavailable)
            }
            #expect(!changes.all.contains(nil))

            try await engine.start()
            try await eventually("the news that the engine is back") { changes.all.contains(nil) }
            let pod = try #require(try await runtime.pods().first)
            #expect(pod.sandboxes.map(\.isReady) == [false])
            guard case .exited = pod.containers.first?.state else {
                Issue.record("still \(String(describing: pod.containers.first?.state))")
                return
            }
            config.attempt = 1
            let next = try await runtime.startSandbox(config)
            #expect(try await runtime.pod(uid: "u-1")?.sandboxes.map(\.id) == [next.id, sandbox.id])
            for id in [id, next.id, sandbox.id] { try await runtime.removeContainer(id) }
            #expect(try await runtime.pods().isEmpty)
            try await engine.stop()
        }
    }

    @Test func manyPodsCostOneRequest() async throws {
        try await withRuntime { fixture in
            let pods = try await withThrowingTaskGroup(of: (TestPod, Duration).self) { group in
                for number in 0..<20 {
                    group.addTask {
                        let start = ContinuousClock.now
                        let pod = try await fixture.pod("web-\(number)")
                        _ = try await pod.run("sleep 1000")
                        return (pod, ContinuousClock.now - start)
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            let times = pods.map(\.1).sorted()
            print("20 pods at once: fastest \(times[0]), slowest \(times[19])")
            #expect(try await fixture.runtime.pods().count == 20)
            let start = ContinuousClock.now
            #expect(try await fixture.runtime.pods().count == 20)
            print("listing them again: \(ContinuousClock.now - start)")
            let alone = ContinuousClock.now
            _ = try await fixture.pod("alone").run("sleep 1000")
            print("one pod alone: \(ContinuousClock.now - alone)")
        }
    }
}

/// An engine that a test may stop: in namespaces of its own, for it takes away the bridge of others and leaves mounts.
private final class OwnEngine: Sendable {
    let socket: String
    private let scope: TestScope
    private let process = Mutex<ChildProcess?>(nil)

    init(_ scope: TestScope) throws {
        self.scope = scope
        socket = scope.directory.path("docker.sock")
    }

    func start() async throws {
        let directory = scope.directory
        let process = try scope.start(
            "/usr/bin/unshare",
            [
                "--net", "--mount", "/usr/sbin/dockerd", "--bridge", "none", "--iptables=false", "-H",
                "unix://\(socket)",
                "-p", directory.path("dockerd.pid"), "--data-root", directory.path("data"), "--exec-root",
                directory.path("exec"),
            ], name: "dockerd-\(UUID().uuidString)")
        self.process.withLock { $0 = process }
        let client = DockerEngineClient(socket: socket, http: try HTTPClientPool())
        try await eventually("dockerd answers", within: .seconds(60), every: .milliseconds(50)) {
            guard process.isRunning else { throw TestError("dockerd ended: \(process.tails)") }
            return (try? await client.ping()) != nil
        }
    }

    func stop() async throws {
        _ = try await process.withLock { $0 }?.terminate(within: .seconds(30))
    }
}
