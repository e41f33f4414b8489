import ClusterBase
import ClusterModel
import HTTPTransport
import KubeClient
import KubeCore
import KubeModel
import KubeScheduler
import KubeService
import TestSupport
import Testing

/// Schedulers, masters and API servers that come and go with pods on the agents.
@Suite struct RecoveryTests {
    @Test func aRestartedSchedulerKeepsItsTasks() async throws {
        try await SchedulerWorld.with(agents: 2) { world in
            let first = try await world.scheduler()
            for number in 0..<6 { try await world.pod("web-\(number)") }
            let before = try await world.tasks(6)
            await first.stop()
            try await world.pod("later")
            let second = try await world.scheduler()
            let after = try await world.tasks(7)
            #expect(Set(before.map(\.id)).isSubset(of: Set(after.map(\.id))))
            try await eventually("all are known") { try await second.metric("k8sm_tasks") == 7 }
            #expect(world.pool.calls.allSatisfy { if case .kill = $0 { false } else { true } })
        }
    }

    @Test func aBoundPodWhoseTaskWasNeverLaunchedIsLaunchedOnItsAgent() async throws {
        try await SchedulerWorld.with(agents: 3) { world in
            try await world.pod("web") { $0["spec", "nodeName"] = "agent-3" }
            _ = try await world.scheduler()
            #expect(try await world.tasks(1).first?.agentID == "agent-id-3")
        }
    }

    @Test func aTaskThatTheMasterLostIsLaunchedAgainOnItsAgent() async throws {
        try await SchedulerWorld.with(agents: 3) { world in
            _ = try await world.scheduler()
            try await world.pod("web")
            let task = try #require(try await world.tasks(1).first)
            let node = try await world.bound("web").text("spec", "nodeName")
            world.pool.end(task.id, .lost, reason: .executorTerminated)
            try await eventually("another task on the same agent") {
                world.pool.tasks.count == 1 && world.pool.tasks.first?.id != task.id
                    && world.pool.tasks.first?.agentID == task.agentID
            }
            let pod = try #require(try await world.find(.pods, "web"))
            #expect(pod.text("spec", "nodeName") == node)
            try await eventually("the pod names its task") {
                try await world.find(.pods, "web")?.text("metadata", "annotations", PoolNames.task)
                    == world.pool.tasks.first?.id.value
            }
        }
    }

    @Test func aRemovedFrameworksPodsAreLaunchedAnew() async throws {
        try await SchedulerWorld.with { world in
            _ = try await world.scheduler()
            try await world.pod("web")
            let task = try #require(try await world.tasks(1).first)
            world.pool.removeFrameworks()
            try await eventually("another task") {
                world.pool.tasks.count == 1 && world.pool.tasks.first?.id != task.id
            }
            #expect(world.pool.tasks.first?.name == task.name)
        }
    }

    @Test func podsWaitWhileTheAPIServerIsAwayAndComeAfterwards() async throws {
        let port = try FreePort.next()
        try await withTestScope("restart") { scope in
            let directory = scope.directory.path("kubernetes")
            func startPlane() async throws -> () async throws -> Void {
                var configuration = KubernetesConfiguration(workDirectory: directory)
                configuration.port = port
                configuration.controllers = nil
                let plane = KubernetesService(configuration, logger: .quiet)
                try await plane.start()
                let running = Task { try await plane.run() }
                scope.onExit {
                    running.cancel()
                    _ = await running.result
                }
                return {
                    running.cancel()
                    try await running.value
                }
            }
            let stop = try await startPlane()
            let url = "http://127.0.0.1:\(port)"
            let client = try KubeClient(KubeClientConfiguration(server: url))
            scope.onExit { await client.shutdown() }
            let world = SchedulerWorld(
                pool: try await ScriptedPool.start(in: scope, agents: 2), client: client, url: url, scope: scope)
            _ = try await world.scheduler()
            for number in 0..<4 { try await world.pod("web-\(number)") }
            let before = try await world.tasks(4)
            try await stop()
            world.pool.disconnect()
            try await eventually("another subscription") { world.pool.subscriptions.count > 1 }
            _ = try await startPlane()
            try await world.pod("later")
            let after = try await world.tasks(5)
            #expect(Set(before.map(\.id)).isSubset(of: Set(after.map(\.id))))
        }
    }

    @Test func twoSchedulersInTurnRunNoPodTwice() async throws {
        try await SchedulerWorld.with(agents: 4) { world in
            let one = try await world.scheduler { $0.electsLeader = true }
            let other = try await world.scheduler(ready: false) {
                $0.electsLeader = true
                $0.leaseTiming = LeaseTimes.short
            }
            async let creation: Void = {
                for number in 0..<60 { try await world.pod("web-\(number)", cpu: "50m", memory: "32Mi") }
            }()
            try await eventually("some run") { world.pool.tasks.count > 10 }
            await one.stop()
            try await creation
            let tasks = try await world.tasks(60)
            #expect(Set(tasks.map(\.name)).count == 60)
            try await eventually("all are known") { try await other.metric("k8sm_tasks") == 60 }
            // Each pod names the one task that runs it.
            for task in tasks {
                let name = String(task.name.prefix { $0 != "." })
                let pod = try #require(try await world.find(.pods, name))
                #expect(pod.text("metadata", "annotations", PoolNames.task) == task.id.value)
            }
        }
    }
}
