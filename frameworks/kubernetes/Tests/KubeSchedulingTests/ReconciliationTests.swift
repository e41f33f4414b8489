import ClusterBase
import ClusterModel
import KubeCore
import KubeModel
import KubeScheduling
import Testing

/// What a scheduler does about tasks of an earlier life, and after interruptions.
@Suite struct ReconciliationTests {
    private func launched(_ name: String, task: String, node: String = "a") -> KubeObject {
        var pod = pod(name, spec: #"{"nodeName":"\#(node)"}"#)
        pod.setAnnotation("k8s.mesosphere.io/bindingHost", node)
        pod.setAnnotation("k8s.mesosphere.io/taskId", task)
        pod.setAnnotation("k8s.mesosphere.io/slaveId", "a")
        return pod
    }

    @Test func tasksAreKnownFromThePodsAndAskedFor() {
        let stage = Stage(objects: [(.pods, launched("x", task: "t2")), (.pods, launched("y", task: "t1"))])
        #expect(stage.effects.reconciliations == [["t1", "t2"]])
        #expect(stage.scheduler.taskReports.map(\.pod.name) == ["x", "y"])
    }

    @Test func unansweredTasksAreAskedForAgainAfterGrowingWaits() {
        var stage = Stage(objects: [(.pods, launched("x", task: "t1")), (.pods, launched("y", task: "t2"))])
        stage.update("t1", .running)
        stage.wait(.milliseconds(1_100))
        #expect(stage.take().reconciliations == [["t1", "t2"], ["t2"]])
        stage.wait(.seconds(2))
        #expect(stage.take().reconciliations == [["t2"]])
        stage.wait(.seconds(3))
        #expect(stage.take().reconciliations.isEmpty)
        stage.update("t2", .running)
        stage.wait(.seconds(7))
        #expect(stage.take().reconciliations.isEmpty)
    }

    @Test func afterAWhileAllTasksAreAskedFor() {
        var stage = Stage()
        stage.wait(.seconds(14))
        #expect(stage.take().reconciliations.isEmpty)
        stage.wait(.seconds(2))
        #expect(stage.take().reconciliations == [[]])
        stage.wait(.seconds(290))
        #expect(stage.take().reconciliations == [[]])
    }

    @Test func boundPodWhoseTaskNobodyKnowsIsLaunchedAgain() {
        var stage = Stage(objects: [(.pods, launched("x", task: "t1"))])
        stage.update("t1", .unknown, reason: .reconciliation, source: .master)
        stage.offer("a")
        stage.answerPatches()
        #expect(stage.take().launches.map(\.name) == ["x.default.pod"])
    }

    @Test func taskThatBelongsToNoPodIsKilled() {
        var stage = Stage()
        stage.update("stranger", .running, reason: .reconciliation, source: .master)
        #expect(stage.take().kills.isEmpty)
        stage.wait(.seconds(6))
        #expect(stage.take().kills == ["stranger"])
    }

    @Test func taskWhosePodTurnsUpIsNotKilled() {
        var stage = Stage()
        stage.update("t1", .running)
        stage.wait(.seconds(1))
        stage.add(launched("x", task: "t1"))
        stage.wait(.seconds(10))
        #expect(stage.take().kills.isEmpty)
    }

    @Test func endedStrangersAndSweepsAreNoConcern() {
        var stage = Stage()
        stage.update("old", .finished)
        stage.update("sweep.1", .running)
        stage.wait(.seconds(10))
        #expect(stage.take().kills.isEmpty)
    }

    @Test func interruptionVoidsOffersAndAsksForTasks() {
        var stage = Stage()
        let task = stage.run(pod("web"))
        stage.offer("a")
        _ = stage.take()
        stage.give(.disconnected)
        #expect(stage.scheduler.heldOffers == 0)
        stage.add(pod("next"))
        #expect(stage.take().calls.isEmpty)
        stage.wait(.seconds(2))
        stage.subscribe()
        #expect(stage.take().reconciliations == [[task]])
        stage.offer("a", executors: ["k8sm-executor"])
        #expect(stage.take().places == ["next": "a"])
    }

    @Test func launchLostInAnInterruptionIsRepeated() {
        var stage = Stage()
        let task = stage.run(pod("web"))
        stage.give(.disconnected)
        stage.subscribe()
        stage.update(task, .dropped, reason: .reconciliation, source: .master)
        stage.offer("a")
        stage.answerPatches()
        #expect(stage.take().launches.count == 1)
    }

    @Test func suppressionEndsWithASubscriptionInNeed() {
        var stage = Stage()
        stage.wait(.seconds(3))
        stage.give(.disconnected)
        stage.add(pod("web"))
        _ = stage.take()
        stage.subscribe()
        #expect(stage.take().revivals == 1)
    }

    @Test func operatorsMayAskWithACooldown() {
        var stage = Stage(objects: [(.pods, launched("x", task: "t1"))])
        stage.wait(.seconds(20))
        _ = stage.take()
        stage.give(.command(.reconcileExplicitly))
        #expect(stage.take().reconciliations == [["t1"]])
        stage.update("t1", .running)
        stage.give(.command(.reconcileImplicitly))
        #expect(stage.take().reconciliations.isEmpty)
        stage.wait(.milliseconds(15_100))
        #expect(stage.take().reconciliations == [[]])
    }

    @Test func messagesGoToEveryExecutor() {
        var stage = Stage(objects: [(.pods, launched("x", task: "t1"))])
        stage.offer("b", executors: ["k8sm-executor"], ip: "10.0.0.2")
        stage.offer("c", ip: "10.0.0.3")
        _ = stage.take()
        stage.give(.command(.kamikaze))
        stage.give(.command(.upgrade(program: "/new/roost")))
        let messages = stage.take().calls.compactMap { call -> String? in
            guard case .message(let agent, let executor, let data) = call else { return nil }
            return "\(agent) \(executor) \(String(decoding: data, as: UTF8.self))"
        }
        #expect(
            messages == [
                "a k8sm-executor kamikaze", "b k8sm-executor kamikaze", "a k8sm-executor upgrade:/new/roost",
                "b k8sm-executor upgrade:/new/roost",
            ])
    }
}
