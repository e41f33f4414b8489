import ClusterBase
import KubeClient
import KubeModel
import KubeNode
import TestSupport
import Testing

/// What a kubelet finds when it comes back, and what it removes.
@Suite struct RestartTests {
    @Test func recordedTasksGoOnWithTheirContainers() async throws {
        try await TestNode.with { node in
            try await node.run("web")
            _ = try await node.waitFor(.running, "web")
            let before = await node.runtime.ids(of: "c")
            await node.stop()
            try await node.start()
            #expect(try node.kubelet.recordedTasks.map(\.taskID) == ["web"])
            #expect(try node.kubelet.recordedTasks.first?.outcome == .running)
            try await node.delete("web")
            #expect(try await node.waitFor(.finished, "web").message == "pod-deleted")
            #expect(node.states("web") == [.finished])
            #expect(await node.runtime.log.filter { $0 == "start c" }.count == 1)
            #expect(before.count == 1)
        }
    }

    @Test func aNewExecutorAdoptsThePodsThatAreLaunchedAgain() async throws {
        try await TestNode.with { node in
            let pod = try await node.run("web")
            _ = try await node.waitFor(.running, "web")
            let before = await node.runtime.ids(of: "c")
            await node.stop()
            try await node.start(adopting: false)
            #expect(try await node.kubelet.podCount == 0)
            try await node.kubelet.launch(pod, taskID: "second")
            _ = try await node.waitFor(.running, "second")
            #expect(await node.runtime.ids(of: "c") == before)
            let shown = try await node.waitForPhase("web", "Running")
            #expect(shown.restarts("c") == 0)
        }
    }

    @Test func containersOfPodsThatAreGoneAreRemoved() async throws {
        try await TestNode.with { node in
            try await node.run("gone")
            try await node.run("stays", containers: [["name": "s", "image": "busybox"]])
            _ = try await node.waitFor(.running, "gone")
            _ = try await node.waitFor(.running, "stays")
            await node.stop()
            try await node.delete("gone", grace: 0)
            try await node.start(adopting: false)
            try await eventually("the orphan is removed") { await node.runtime.sandboxCount == 1 }
            // What the API still binds here waits for its launch.
            #expect(await node.runtime.runningNames == ["s"])
            #expect(await node.runtime.containerNames == ["s"])
            #expect(await node.volumes.mountedPods().count == 1)
        }
    }

    @Test func restartCountsSurvive() async throws {
        try await TestNode.with(speed: 100) { node in
            await node.runtime.add("crash", .exit(1))
            try await node.run("crash", containers: [["name": "c", "image": "crash"]])
            let before = try await node.waitForPod("crash", "was restarted") { $0.restarts("c") >= 2 }
            await node.stop()
            try await node.start()
            try await node.waitForPod("crash", "was restarted again") { $0.restarts("c") > before.restarts("c") }
        }
    }

    @Test func anotherTaskForTheSamePodReplacesTheFirst() async throws {
        try await TestNode.with { node in
            let pod = try await node.run("web")
            _ = try await node.waitFor(.running, "web")
            try await node.kubelet.launch(pod, taskID: "other")
            _ = try await node.waitFor(.running, "other")
            #expect(try await node.waitFor(.lost, "web").message == "task-superseded")
            try await node.kubelet.kill(taskID: "other")
            _ = try await node.waitFor(.killed, "other")
            #expect(await node.runtime.log.filter { $0 == "start c" }.count == 1)
        }
    }

    @Test func aPodRunsFromItsTaskWhileTheServerIsAway() async throws {
        try await TestNode.with(isStarted: false) { node in
            let pod = try await node.createPod("web")
            let dead = try KubeClient(KubeClientConfiguration(server: "http://127.0.0.1:1"))
            try await node.start(client: dead)
            try await node.kubelet.launch(pod, taskID: "web")
            _ = try await node.waitFor(.running, "web")
            await node.stop()
            await dead.shutdown()
            try await node.start()
            try await node.waitForPhase("web", "Running")
            #expect(await node.runtime.log.filter { $0 == "start c" }.count == 1)
        }
    }

    @Test func whatOthersWriteIntoTheStatusIsCorrected() async throws {
        try await TestNode.with { node in
            try await node.run("web")
            let pod = try await node.waitForPod("web", "is ready") { $0.condition("Ready") == "True" }
            let conditions = pod.list("status", "conditions").map { condition -> JSONValue in
                guard condition["type"]?.string == "Ready", var tree = KubeObject(condition) else { return condition }
                tree["status"] = "False"
                return tree.value
            }
            _ = try await node.client.patch(
                .pods, pod.key, .merge, ["status": ["conditions": .array(conditions)]], subresource: "status")
            try await node.waitForPod("web", "is ready again") { $0.condition("Ready") == "True" }
        }
    }

    @Test func anEngineThatGoesAwayChangesNothing() async throws {
        try await TestNode.with { node in
            try await node.run("web")
            _ = try await node.waitFor(.running, "web")
            await node.runtime.setDown(true)
            let key = ObjectKey(TestNode.name)
            try await eventually("the node is not ready") {
                try await node.find(.nodes, key)?.condition("Ready") == "False"
            }
            await node.runtime.setDown(false)
            try await eventually("the node is ready") {
                try await node.find(.nodes, key)?.condition("Ready") == "True"
            }
            #expect(await node.runtime.log.filter { $0 == "start c" }.count == 1)
            #expect(node.states("web") == [.starting, .running])
        }
    }
}
