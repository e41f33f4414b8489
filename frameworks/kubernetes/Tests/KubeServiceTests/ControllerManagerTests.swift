import ClusterBase
import HTTPTransport
import KubeClient
import KubeCore
import KubeModel
import KubeService
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(2))) struct ControllerManagerTests {
    private func configuration(_ cluster: TestCluster, _ identity: String, releases: Bool = true)
        -> ControllerManagerConfiguration
    {
        var configuration = ControllerManagerConfiguration(server: cluster.url)
        configuration.identity = identity
        configuration.releasesLease = releases
        configuration.leaseTiming = LeaseTiming(
            duration: .seconds(8), renewDeadline: .seconds(6), retryPeriod: .milliseconds(200))
        return configuration
    }

    /// Whether controllers work: a dependent of nobody goes.
    private func collects(_ cluster: TestCluster, _ name: String) async throws {
        var ghost = try await cluster.createMap(name + "-ghost")
        ghost.uid = "00000000-0000-4000-8000-000000000000"
        try await cluster.createMap(name, owner: ghost)
        try await cluster.waitForEnd(.configMaps, ObjectKey(namespace: "default", name))
    }

    @Test(arguments: [true, false]) func oneOfTwoLeadsAndTheOtherTakesOver(releases: Bool) async throws {
        try await TestCluster.with(controllers: false) { (cluster) async throws in
            let one = ControllerManager(configuration(cluster, "one", releases: releases), logger: .quiet)
            let two = ControllerManager(configuration(cluster, "two", releases: releases), logger: .quiet)
            let first = Task { try await one.run() }
            #expect(try await cluster.holder("") == "one")
            let second = Task { try await two.run() }
            try await collects(cluster, "a")
            #expect(await one.isLeading)
            #expect(await !two.isLeading)
            #expect(await two.metrics.isEmpty)

            first.cancel()
            _ = await first.result
            #expect(try await cluster.holder("one") == "two")
            try await collects(cluster, "b")
            let lease = try await cluster.client.get(.leases, TestCluster.lease)
            #expect(lease.integer("spec", "leaseTransitions").map { $0 >= 1 } == true)
            second.cancel()
            _ = await second.result
        }
    }

    @Test func leaderThatLosesItsLeaseEnds() async throws {
        try await TestCluster.with(controllers: false) { (cluster) async throws in
            let manager = ControllerManager(configuration(cluster, "one"), logger: .quiet)
            let running = Task { try await manager.run() }
            _ = try await cluster.holder("")
            try await eventually("the lease to be taken away", within: .seconds(10)) {
                var lease = try await cluster.client.get(.leases, TestCluster.lease)
                lease["spec", "holderIdentity"] = "thief"
                return (try? await cluster.client.update(.leases, lease)) != nil
            }
            await #expect(throws: (any Error).self) { try await running.value }
            #expect(await !manager.isLeading)
        }
    }

    @Test func nothingIsDoneWhenNothingChanges() async throws {
        try await TestCluster.with(controllers: false) { (cluster) async throws in
            var settings = ControllerManagerConfiguration(server: cluster.url)
            settings.electsLeader = false
            let manager = ControllerManager(settings, logger: .quiet)
            let running = Task { try await manager.run() }
            try await collects(cluster, "a")
            let before = try await eventually("the controllers to come to rest", every: .milliseconds(200)) {
                let metrics = await manager.metrics
                try await Task.sleep(for: .milliseconds(200))
                return await manager.metrics == metrics ? metrics : nil
            }
            let revision = try await cluster.client.list(.namespaces).resourceVersion
            try await Task.sleep(for: .milliseconds(500))
            #expect(await manager.metrics == before)
            #expect(try await cluster.client.list(.namespaces).resourceVersion == revision)
            running.cancel()
            try await running.value
        }
    }

    @Test func informersGoOnOverARestartOfTheServer() async throws {
        let directory = try TemporaryDirectory("kube")
        let (path, port) = (directory.path, try FreePort.next())
        let story = InformerTests.Story()
        var following: Task<Void, Never>?
        var client: KubeClient?
        try await TestCluster.with(workDirectory: path, port: port, controllers: false) { (cluster) async throws in
            let own = try KubeClient(KubeClientConfiguration(server: cluster.url))
            let informer = Informer(
                own, .configMaps, selection: ObjectSelection(namespace: "default"), logger: .quiet)
            (client, following) = (own, Task { await informer.run { await story.tell($0) } })
            _ = try await story.told(1)
            try await cluster.createMap("a")
            _ = try await story.told(2)
        }
        try await TestCluster.with(workDirectory: path, port: port, controllers: false) { (cluster) async throws in
            try await cluster.createMap("b")
            try await cluster.client.delete(.configMaps, ObjectKey(namespace: "default", "a"))
            let words = try await story.told(4)
            #expect(words.map { $0.prefix { $0 != "@" } } == [".", "+a", "+b", "-a"])
        }
        following?.cancel()
        await following?.value
        await client?.shutdown()
    }

    @Test func aManagerTellsHowItsControllersDo() async throws {
        try await TestCluster.with(controllers: false) { (cluster) async throws in
            let manager = ControllerManager(configuration(cluster, "one"), logger: .quiet)
            try await withTestScope("manager") { scope in
                let server = HTTPServer(HTTPServerConfiguration(), service: manager.endpoints, logger: .quiet)
                let http = try JSONClient("http://\(try await server.start())", in: scope)
                scope.onExit { await server.stop() }
                #expect(try await http.send(.get, "/healthz").text == "ok")
                #expect(try await http.send(.get, "/metrics").text.contains("leader_election_master_status 0"))
                let running = Task { try await manager.run() }
                scope.onExit {
                    running.cancel()
                    _ = await running.result
                }
                try await collects(cluster, "a")
                let metrics = try await http.send(.get, "/metrics").text
                #expect(metrics.contains("leader_election_master_status 1"))
                #expect(metrics.contains("workqueue_depth{name=\""))
            }
        }
    }
}
