import ClusterBase
import ClusterModel
import HTTPTransport
import KubeClient
import KubeCore
import KubeModel
import KubeScheduler
import ResourceModel
import TestSupport
import Testing

/// Pods that come onto agents.
@Suite struct PlacementTests {
    @Test func aPodIsBoundAndLaunchedAsATask() async throws {
        try await SchedulerWorld.with { world in
            _ = try await world.scheduler()
            try await world.pod("web", cpu: "500m", memory: "256Mi")
            let task = try #require(try await world.tasks(1).first)
            let pod = try await world.bound("web")
            #expect(pod.text("spec", "nodeName") == "agent-1")
            let annotations = Dictionary(
                uniqueKeysWithValues: pod.strings("metadata", "annotations").map { ($0.key, $0.value) })
            #expect(annotations[PoolNames.bindingHost] == "agent-1")
            #expect(annotations[PoolNames.task] == task.id.value)
            #expect(annotations[PoolNames.agent] == "agent-id-1")
            #expect(annotations[PoolNames.executor] == task.executor?.id.value)
            #expect(annotations[PoolNames.offer]?.isEmpty == false)
            #expect(task.name == "web.default.pod")
            #expect(task.id.value.hasPrefix("pod."))
            #expect(task.resources.cpus == Scalar(0.5))
            #expect(task.resources.memory == Scalar(256))
            let copy = KubeObject(try JSONValue(parsing: task.data))
            #expect(copy?.kind == "Pod")
            #expect(copy?.uid == pod.uid)
        }
    }

    @Test func theExecutorIsStartedAsWasAskedFor() async throws {
        try await SchedulerWorld.with { world in
            _ = try await world.scheduler {
                $0.executor.clusterDNS = "10.10.10.10"
                $0.executor.proxyMode = "userspace"
                $0.executor.suicideTimeout = .seconds(1_200)
                $0.executor.passedThrough = [.init("root-dir", "/var/lib/pods")]
            }
            try await world.pod("web")
            let executor = try #require(try await world.tasks(1).first?.executor)
            #expect(executor.name == "KubernetesExecutor")
            #expect(executor.source == "kubernetes")
            #expect(executor.resources.cpus == Scalar(0.25))
            #expect(executor.resources.memory == Scalar(128))
            let command = try #require(executor.command)
            #expect(command.value == "/opt/roost")
            #expect(!command.isShell)
            #expect(command.uris.isEmpty)
            #expect(Array(command.arguments.prefix(3)) == ["/opt/roost", "km", "executor"])
            for argument in [
                "--api-servers=\(world.url)", "--cluster-dns=10.10.10.10", "--cluster-domain=cluster.local",
                "--run-proxy=true", "--proxy-mode=userspace", "--suicide-timeout=20m0s", "--root-dir=/var/lib/pods",
                "--hostname-override=agent-1",
            ] { #expect(command.arguments.contains(argument), "\(command.arguments)") }
        }
    }

    @Test func anExecutorThatAgentsLackIsFetchedFromTheScheduler() async throws {
        try await SchedulerWorld.with { world in
            let scheduler = try await world.scheduler { $0.executor.program = .served }
            try await world.pod("web")
            let command = try #require(try await world.tasks(1).first?.executor?.command)
            #expect(command.value == "./km")
            #expect(Array(command.arguments.prefix(2)) == ["./km", "executor"])
            #expect(command.uris.map(\.value) == ["http://127.0.0.1:\(scheduler.port)/km"])
            #expect(command.uris.first?.isExecutable == true)
        }
    }

    @Test func manyPodsShareOneAccept() async throws {
        try await SchedulerWorld.with { world in
            for number in 0..<12 { try await world.pod("web-\(number)") }
            _ = try await world.scheduler()
            try await world.tasks(12)
            #expect(world.pool.launches.map(\.count).max() ?? 0 > 1, "\(world.pool.launches.map(\.count))")
            #expect(world.pool.launches.count <= 3, "\(world.pool.launches.map(\.count))")
            #expect(Set(world.pool.tasks.map(\.id)).count == 12)
        }
    }

    @Test func atRestNoOffersAreHeld() async throws {
        try await SchedulerWorld.with(agents: 3) { world in
            let scheduler = try await world.scheduler()
            try await eventually("offers are handed back") {
                world.pool.isSuppressed && world.pool.openOffers == 0
            }
            try await world.pod("web")
            try await world.tasks(1)
            try await eventually("offers are handed back again") {
                world.pool.isSuppressed && world.pool.openOffers == 0
            }
            #expect(try await scheduler.metric("k8sm_offers_held") == 0)
            #expect(try await scheduler.metric("scheduler_pending_pods") == 0)
            #expect(try await scheduler.metric("k8sm_tasks") == 1)
        }
    }

    @Test func aPodThatFitsNowhereSaysWhyAndIsPlacedWhenItDoes() async throws {
        try await SchedulerWorld.with { world in
            let scheduler = try await world.scheduler()
            try await world.pod("large", cpu: "3")
            try await world.tasks(1)
            try await world.pod("second", cpu: "2")
            let pod = try await eventually("its condition") {
                try await world.find(.pods, "second").flatMap { pod in
                    pod.list("status", "conditions").compactMap { KubeObject($0) }
                        .first { $0.text("type") == "PodScheduled" && $0.text("status") == "False" }
                }
            }
            #expect(pod.text("reason") == "Unschedulable")
            #expect(pod.text("message").contains("Insufficient cpu"), "\(pod.text("message"))")
            try await eventually("an event says it") {
                try await world.client.list(.events).objects.contains {
                    $0.text("reason") == "FailedScheduling" && $0.text("involvedObject", "name") == "second"
                        && $0.text("source", "component") == "default-scheduler"
                }
            }
            #expect(try await scheduler.http.send(.get, "/debug/scheduler/podqueue").text.contains("default/second"))
            try await world.client.delete(
                .pods, ObjectKey(namespace: "default", "large"), DeletionRequest(gracePeriodSeconds: 0))
            try await eventually("the second takes its place") {
                world.pool.tasks.map(\.name) == ["second.default.pod"]
            }
        }
    }

    @Test func aDeletedPodsTaskIsKilled() async throws {
        try await SchedulerWorld.with { world in
            _ = try await world.scheduler()
            try await world.pod("web")
            try await world.tasks(1)
            try await world.client.delete(
                .pods, ObjectKey(namespace: "default", "web"), DeletionRequest(gracePeriodSeconds: 0))
            try await world.tasks(0)
            #expect(world.pool.calls.contains { if case .kill = $0 { true } else { false } })
        }
    }

    @Test func aBindingThatSomebodyElseWroteWins() async throws {
        try await SchedulerWorld.with(agents: 2) { world in
            try await world.pod("web")
            // Bound by somebody else before the scheduler has seen anything else of it.
            var binding = KubeObject(["apiVersion": "v1", "kind": "Binding"])
            (binding.name, binding.namespace) = ("web", "default")
            binding["target"] = ["kind": "Node", "name": "agent-2"]
            _ = try await world.client.create(.pods, binding, subresource: "binding")
            _ = try await world.scheduler()
            let task = try #require(try await world.tasks(1).first)
            #expect(task.agentID == "agent-id-2")
            #expect(try await world.bound("web").text("spec", "nodeName") == "agent-2")
        }
    }

    @Test func launchesAreCounted() async throws {
        try await SchedulerWorld.with { world in
            let scheduler = try await world.scheduler()
            for number in 0..<3 {
                try await eventually("rest") { world.pool.isSuppressed && world.pool.openOffers == 0 }
                try await world.pod("web-\(number)")
                try await world.tasks(number + 1)
            }
            #expect(try await scheduler.metric("k8sm_pod_launch_duration_seconds_count") == 3)
        }
    }
}
