import ClusterBase
import KubeClient
import KubeModel
import KubeNode
import KubeletCore
import TestSupport
import Testing

/// Pods from launch to end.
@Suite struct PodLifeTests {
    @Test func aLaunchedPodRuns() async throws {
        try await TestNode.with { node in
            let pod = try await node.run("web")
            _ = try await node.waitFor(.running, "web")
            let shown = try await node.waitForPhase("web", "Running")
            #expect(node.states("web") == [.starting, .running])
            #expect(node.outcomes.map(\.message) == ["create-binding-success", "pod-running:web_default"])
            #expect(shown.text("status", "podIP") == "127.0.0.1")
            #expect(shown.text("status", "hostIP") == "127.0.0.1")
            #expect(shown.condition("Ready") == "True")
            #expect(shown.containerStatus("c").text("containerID").hasPrefix("docker://container"))
            #expect(try await node.waitForEvent("web", "Started").text("message") == "Started container c")
            #expect(await node.volumes.mountedPods() == [pod.uid])
        }
    }

    @Test func aPodThatIsOnlyBoundIsLeftAlone() async throws {
        try await TestNode.with { node in
            _ = try await node.createPod("bound")
            try await node.run("launched")
            _ = try await node.waitFor(.running, "launched")
            #expect(await node.runtime.runningNames.count == 1)
            #expect(try await node.kubelet.podCount == 1)
        }
    }

    /// The rows of S-21 for one container that ends.
    @Test(arguments: [
        ("Never", 0, "Succeeded", PodOutcome.State.finished), ("Never", 1, "Failed", .failed),
        ("OnFailure", 0, "Succeeded", .finished),
    ]) func aPodEndsForGood(policy: String, code: Int, phase: String, state: PodOutcome.State) async throws {
        try await TestNode.with { node in
            await node.runtime.add("job", .exit(Int32(code)))
            try await node.run("job", restartPolicy: policy, containers: [["name": "c", "image": "job"]])
            _ = try await node.waitFor(state, "job")
            let pod = try await node.waitForPhase("job", phase)
            #expect(pod.containerStatus("c").integer("state", "terminated", "exitCode") == Int64(code))
            #expect(await node.runtime.runningNames.isEmpty)
            #expect(try await node.kubelet.podCount == 0)
        }
    }

    @Test func aCrashingContainerIsRestartedWithGrowingDelays() async throws {
        try await TestNode.with(speed: 100) { node in
            await node.runtime.add("crash", .exit(3))
            try await node.run("crash", containers: [["name": "c", "image": "crash"]])
            let pod = try await node.waitForPod("crash", "was restarted three times") { $0.restarts("c") >= 3 }
            #expect(pod.text("status", "phase") == "Running")
            let waiting = try await node.waitForPod("crash", "waits") {
                $0.containerStatus("c").text("state", "waiting", "reason") == "CrashLoopBackOff"
            }
            #expect(waiting.containerStatus("c").integer("lastState", "terminated", "exitCode") == 3)
            let message = waiting.containerStatus("c").text("state", "waiting", "message")
            #expect(message.hasPrefix("back-off "))
            #expect(message.contains("restarting failed container=c pod=crash_default("))
        }
    }

    @Test func deletionRunsTheGraceAndRemovesTheObject() async throws {
        try await TestNode.with { node in
            await node.runtime.add("slow", .run(ignoresStop: true))
            try await node.run("web", grace: 20, containers: [["name": "c", "image": "slow"]])
            _ = try await node.waitFor(.running, "web")
            try await node.delete("web")
            try await node.waitForPodEnd("web")
            let outcome = try await node.waitFor(.finished, "web")
            #expect(outcome.message == "pod-deleted")
            #expect(await node.runtime.log.contains("stop c 20"))
            try await eventually("nothing is left") { await node.runtime.isEmpty }
            #expect(await node.volumes.mountedPods().isEmpty)
            _ = try await node.waitForEvent("web", "Killing")
        }
    }

    @Test func aForcedDeletionKillsWithinTwoSeconds() async throws {
        try await TestNode.with { node in
            await node.runtime.add("slow", .run(ignoresStop: true))
            try await node.run("web", containers: [["name": "c", "image": "slow"]])
            _ = try await node.waitFor(.running, "web")
            try await node.delete("web", grace: 0)
            _ = try await node.waitFor(.finished, "web")
            try await eventually("it was given two seconds") { await node.runtime.log.contains("stop c 2") }
            try await eventually("nothing is left") { await node.runtime.isEmpty }
        }
    }

    @Test func aShorterGraceCutsARunningEndShort() async throws {
        try await TestNode.with { node in
            await node.runtime.add("slow", .run(ignoresStop: true))
            try await node.run("web", grace: 3_000, containers: [["name": "c", "image": "slow"]])
            _ = try await node.waitFor(.running, "web")
            try await node.delete("web")
            try await eventually("the stop began") { await node.runtime.log.contains("stop c 3000") }
            try await node.delete("web", grace: 5)
            try await node.waitForPodEnd("web")
            #expect(await node.runtime.log.contains("stop c 5"))
        }
    }

    @Test func aKilledTaskEndsItsPod() async throws {
        try await TestNode.with { node in
            try await node.run("web")
            _ = try await node.waitFor(.running, "web")
            try await node.kubelet.kill(taskID: "web")
            let outcome = try await node.waitFor(.killed, "web")
            #expect(outcome.message == "task-killed")
            try await node.waitForPodEnd("web")
            try await eventually("nothing is left") { await node.runtime.isEmpty }
        }
    }

    @Test func aLaunchOfADeletedPodEndsAtOnce() async throws {
        try await TestNode.with { node in
            let pod = try await node.createPod("gone")
            try await node.delete("gone", grace: 0)
            try await node.kubelet.launch(pod, taskID: "t")
            #expect(try await node.waitFor(.finished, "t").message == "pod-deleted")
            #expect(await node.runtime.isEmpty)
        }
    }

    @Test func aDeletedPodThatWasNeverLaunchedGoes() async throws {
        try await TestNode.with { node in
            _ = try await node.createPod("web")
            try await node.delete("web")
            try await node.waitForPodEnd("web")
        }
    }

    @Test func limitsComeFromTheTaskAndTheRestFromTheServer() async throws {
        try await TestNode.with { node in
            var pod = try await node.createPod("web")
            pod["spec", "containers"] = [
                ["name": "c", "image": "other", "resources": ["limits": ["cpu": "250m", "memory": "64Mi"]]]
            ]
            try await node.kubelet.launch(pod, taskID: "web")
            _ = try await node.waitFor(.running, "web")
            let config = try #require(await node.runtime.config(of: "c"))
            #expect(config.image.hasPrefix("busybox"))
            #expect(config.limits.memory == 64 << 20)
        }
    }

    @Test func initContainersRunBeforeTheOthers() async throws {
        try await TestNode.with { node in
            await node.runtime.add("setup", .exit(0))
            try await node.run(
                "web", spec: ["initContainers": [["name": "i1", "image": "setup"], ["name": "i2", "image": "setup"]]])
            _ = try await node.waitFor(.running, "web")
            #expect(await node.runtime.log.filter { $0.hasPrefix("start") } == ["start i1", "start i2", "start c"])
            let pod = try await node.waitForPhase("web", "Running")
            #expect(pod.condition("Initialized") == "True")
        }
    }

    @Test func anImageChangeReplacesTheContainer() async throws {
        try await TestNode.with { node in
            await node.runtime.add("newer")
            let pod = try await node.run("web")
            _ = try await node.waitFor(.running, "web")
            _ = try await node.client.patch(
                .pods, pod.key, .strategic, ["spec": ["containers": [["name": "c", "image": "newer"]]]])
            let changed = try await node.waitForPod("web", "runs the new image") {
                $0.restarts("c") == 1 && $0.containerStatus("c")["state", "running"] != nil
            }
            #expect(changed.containerStatus("c").text("image").hasPrefix("newer"))
        }
    }

    @Test func outOfMemoryShows() async throws {
        try await TestNode.with { node in
            try await node.run("web", restartPolicy: "Never")
            _ = try await node.waitFor(.running, "web")
            await node.runtime.end("c", code: 137, outOfMemory: true)
            let pod = try await node.waitForPhase("web", "Failed")
            #expect(pod.containerStatus("c").text("state", "terminated", "reason") == "OOMKilled")
            _ = try await node.waitFor(.failed, "web")
        }
    }

    @Test func shutdownEndsAllPodsWithinTheGrace() async throws {
        // Slow enough for a busy machine: half of the time is left when the grace is over.
        try await TestNode.with(speed: 4) { node in
            await node.runtime.add("slow", .run(ignoresStop: true))
            for name in ["a", "b"] {
                try await node.run(name, grace: 600, containers: [["name": .string(name), "image": "slow"]])
                _ = try await node.waitFor(.running, name)
            }
            try await node.kubelet.shutdown(grace: .seconds(40))
            for name in ["a", "b"] {
                #expect(node.states(name).last == .killed)
                #expect(await node.runtime.log.contains("stop \(name) 40"))
            }
            #expect(await node.runtime.isEmpty)
        }
    }
}
