import ClusterBase
import ClusterModel
import FrameworkSDK
import HTTPTransport
import KubeClient
import KubeCore
import KubeModel
import KubeScheduler
import TestSupport
import Testing

/// The framework's life: registration, its id, take-over, removal.
@Suite struct FrameworkTests {
    @Test func itRegistersAsKubernetesAndKeepsItsID() async throws {
        try await SchedulerWorld.with { world in
            let scheduler = try await world.scheduler()
            let info = try #require(world.pool.subscriptions.first)
            #expect(info.name == "Kubernetes")
            #expect(info.user == "root")
            #expect(info.checkpoint)
            #expect(info.failoverTimeout > .seconds(4_000_000_000))
            #expect(info.webuiURL == "http://127.0.0.1:\(scheduler.port)")
            #expect(info.isPartitionAware)
            let id = try #require(world.pool.subscribed.first)
            #expect(try await world.keptID() == id.value)

            #expect(await scheduler.stop() == nil)
            #expect(try await world.keptID() == id.value)
            _ = try await world.scheduler()
            #expect(world.pool.subscribed == [id])
            #expect(world.pool.subscriptions.last?.id == id)
        }
    }

    @Test func itSubscribesAgainWithTheSameIDWhenTheMasterGoes() async throws {
        try await SchedulerWorld.with { world in
            _ = try await world.scheduler()
            let id = world.pool.subscribed
            world.pool.disconnect()
            try await eventually("a second subscription") {
                world.pool.subscriptions.count == 2 && world.pool.subscribed == id
            }
        }
    }

    @Test func aRemovedFrameworkBeginsAnewUnderAnotherID() async throws {
        try await SchedulerWorld.with { world in
            _ = try await world.scheduler()
            let old = try #require(world.pool.subscribed.first)
            world.pool.removeFrameworks()
            try await eventually("another framework") { world.pool.subscribed.first.map { $0 != old } ?? false }
            let new = try #require(world.pool.subscribed.first)
            try await eventually("its id is kept") { try await world.keptID() == new.value }
        }
    }

    @Test func aFrameworkRemovedWhileNobodyWatchedBeginsAnewToo() async throws {
        try await SchedulerWorld.with { world in
            let first = try await world.scheduler()
            let old = try #require(world.pool.subscribed.first)
            await first.stop()
            world.pool.removeFrameworks()
            _ = try await world.scheduler()
            #expect(world.pool.subscribed.first != old)
        }
    }

    @Test func anotherFrameworksIDEndsTheScheduler() async throws {
        try await SchedulerWorld.with { world in
            let scheduler = try await world.scheduler { $0.frameworkIDInterval = .milliseconds(20) }
            var map = try #require(try await world.find(.configMaps, "k8sm-framework", in: "kube-system"))
            map["data", "Kubernetes"] = "somebody-else"
            _ = try await world.client.update(.configMaps, map)
            let error = try #require(
                try await within(.seconds(30), "the end") { await scheduler.end() } as? ClusterError)
            #expect(error.code == .conflict)
            #expect(error.message.contains("somebody-else"))
            #expect(try await world.keptID() == "somebody-else")
        }
    }

    @Test func anIDThatSomebodyRemovedIsPutBack() async throws {
        try await SchedulerWorld.with { world in
            _ = try await world.scheduler { $0.frameworkIDInterval = .milliseconds(20) }
            let id = try #require(world.pool.subscribed.first)
            try await world.client.delete(.configMaps, ObjectKey(namespace: "kube-system", "k8sm-framework"))
            try await eventually("it is back") { try await world.keptID() == id.value }
        }
    }

    @Test func withoutFailoverNoIDIsKept() async throws {
        try await SchedulerWorld.with { world in
            let first = try await world.scheduler()
            #expect(try await !world.keptID().isEmpty)
            await first.stop()
            _ = try await world.scheduler { $0.failoverTimeout = .zero }
            #expect(try await world.keptID().isEmpty)
            #expect(world.pool.subscriptions.last?.id == nil)
            #expect(world.pool.subscriptions.last?.failoverTimeout == .zero)
        }
    }

    @Test func frameworksOfSeveralNamesDoNotMeet() async throws {
        try await SchedulerWorld.with { world in
            _ = try await world.scheduler()
            _ = try await world.scheduler { $0.frameworkName = "Other one" }
            let map = try #require(try await world.find(.configMaps, "k8sm-framework", in: "kube-system"))
            #expect(map.strings("data").map(\.key).sorted() == ["Kubernetes", "Other_one"])
            #expect(Set(map.strings("data").map(\.value)).count == 2)
        }
    }

    @Test func aStandbyTakesOverWithTheFrameworkWhenTheLeaderEnds() async throws {
        try await SchedulerWorld.with { world in
            let leader = try await world.scheduler { $0.electsLeader = true }
            let id = world.pool.subscribed
            let standby = try await world.scheduler(ready: false) {
                $0.electsLeader = true
                $0.leaseTiming = .init(
                    duration: .seconds(2), renewDeadline: .seconds(1), retryPeriod: .milliseconds(20))
            }
            #expect(try await standby.metric("scheduler_leader") == 0)
            #expect(try await standby.http.send(.get, "/debug/registry/tasks").status == 503)
            #expect(world.pool.subscriptions.count == 1)
            #expect(await leader.stop() == nil)
            try await within(.seconds(30), "the standby leads") { try await standby.service.ready() }
            try await eventually("the same framework is back") { world.pool.subscribed == id }
            #expect(try await standby.metric("scheduler_leader") == 1)
        }
    }

    @Test func aLeaderWhoseLeaseIsTakenStopsAndStandsBy() async throws {
        try await SchedulerWorld.with { world in
            let timing = LeaseTimes.short
            let scheduler = try await world.scheduler {
                $0.electsLeader = true
                $0.leaseTiming = timing
            }
            var lease = try #require(try await world.find(.leases, "kube-scheduler", in: "kube-system"))
            try await eventually("the lease is taken") {
                lease = try #require(try await world.find(.leases, "kube-scheduler", in: "kube-system"))
                lease["spec", "holderIdentity"] = "thief"
                do { _ = try await world.client.update(.leases, lease) } catch let error as APIError
                    where error.code == 409
                {
                    return false
                }
                return true
            }
            try await eventually("it stands by") { try await scheduler.metric("scheduler_leader") == 0 }
            // Nobody renews the thief's lease.
            try await eventually("it leads again") { try await scheduler.metric("scheduler_leader") == 1 }
            let kept = try await world.keptID()
            try await eventually("the same framework is back") {
                world.pool.subscriptions.count >= 2 && world.pool.subscribed.map(\.value) == [kept]
            }
            #expect(Set(world.pool.subscriptions.compactMap(\.id).map(\.value)) == [kept])
        }
    }

    @Test func itWaitsForAnAPIServerThatIsAway() async throws {
        let port = try FreePort.next()
        try await withTestScope("away") { scope in
            let pool = try await ScriptedPool.start(in: scope)
            let client = try KubeClient(KubeClientConfiguration(server: "http://127.0.0.1:\(port)"))
            scope.onExit { await client.shutdown() }
            var configuration = SchedulerConfiguration(
                server: "http://127.0.0.1:\(port)", master: pool.source)
            configuration.port = 0
            configuration.electsLeader = false
            configuration.client.retries = 0
            let service = SchedulerService(configuration, logger: .quiet)
            try await service.start()
            let running = Task { try await service.run() }
            scope.onExit {
                running.cancel()
                _ = await running.result
            }
            // Without the API nobody knows which framework this is.
            try await Task.sleep(for: .milliseconds(100))
            #expect(pool.calls.isEmpty)
            _ = try await SchedulerWorld.startPlane(in: scope, port: port)
            try await within(.seconds(30), "the scheduler is ready") { try await service.ready() }
            #expect(pool.subscribed.count == 1)
        }
    }
}
