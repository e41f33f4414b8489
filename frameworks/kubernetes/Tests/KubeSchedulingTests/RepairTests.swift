import ClusterBase
import ClusterModel
import KubeCore
import KubeModel
import KubeScheduling
import ResourceModel
import Testing

/// Either half of a placement that gets lost is repaired, on the same node.
@Suite struct RepairTests {
    private func bound(_ name: String, node: String = "a", cpu: String = "500m") -> KubeObject {
        pod(name, cpu: cpu, spec: #"{"nodeName":"\#(node)"}"#)
    }

    /// A stage on which pods run on agent `a`, and their tasks.
    private func running(_ names: [String], settings: SchedulingSettings = Stage.settings) -> (Stage, [TaskID]) {
        var stage = Stage(settings, objects: [(.nodes, node("a"))])
        for name in names { stage.add(pod(name)) }
        stage.offer("a")
        stage.answerBindings()
        let tasks = stage.take().launches.map(\.id)
        for (name, task) in zip(names, tasks) {
            var object = bound(name)
            object.setAnnotation("k8s.mesosphere.io/taskId", task.value)
            object.setAnnotation("k8s.mesosphere.io/slaveId", "a")
            stage.give(.object(.changed(object, from: pod(name)), .pods))
            stage.update(task, .running)
        }
        _ = stage.take()
        return (stage, tasks)
    }

    @Test func launchThatIsLostIsRepeatedOnTheSameNodeUnderAnotherTask() {
        var (stage, tasks) = running(["web"])
        stage.update(tasks[0], .lost, reason: .invalidOffers, source: .master)
        stage.offer("b", ip: "10.0.0.2")
        #expect(stage.take().writes.isEmpty)
        stage.offer("a")
        stage.answerPatches()
        let launches = stage.take().launches
        #expect(launches.map(\.agentID) == ["a"])
        #expect(launches.first?.id != tasks[0])
    }

    @Test(arguments: [TaskState.gone, .lost, .failed])
    func endOfAnExecutorIsNoEndOfItsPods(state: TaskState) {
        var (stage, tasks) = running(["one", "two", "three"])
        stage.give(.event(.failure(agent: "a", executor: "k8sm-executor", status: 9)))
        for task in tasks { stage.update(task, state, reason: .executorTerminated, source: .agent) }
        stage.offer("a")
        stage.answerPatches()
        let accepts = stage.take().accepts
        #expect(accepts.map(\.tasks.count) == [3])
        // The new executor is charged again.
        #expect(accepts.first?.tasks.first?.executor?.resources.cpus.value == 0.25)
        #expect(stage.effects.deletions.isEmpty)
    }

    @Test func newTaskIsWrittenDownBeforeItIsLaunched() {
        var (stage, tasks) = running(["web"])
        stage.update(tasks[0], .gone, reason: .executorTerminated, source: .agent)
        stage.offer("a")
        let patches = stage.take().writes
        #expect(stage.take().accepts.isEmpty)
        guard case .patch(.pods, _, let tree, "") = patches.first else {
            Issue.record("no annotations written")
            return
        }
        let written = tree["metadata"]?["annotations"]?["k8s.mesosphere.io/taskId"]?.string
        stage.give(.written(Outcome(patches[0], .done)))
        #expect(stage.take().launches.map(\.id.value) == [written])
    }

    @Test func annotationsThatFailAreWrittenAgain() {
        var (stage, tasks) = running(["web"])
        stage.update(tasks[0], .gone, reason: .executorTerminated, source: .agent)
        stage.offer("a")
        stage.give(.written(Outcome(stage.take().writes[0], .failed(.unavailable("away")))))
        stage.wait(.milliseconds(900))
        #expect(stage.take().writes.isEmpty)
        stage.wait(.milliseconds(200))
        stage.offer("a")
        stage.answerPatches()
        #expect(stage.take().launches.count == 1)
    }

    @Test func executorThatDiesAgainAndAgainIsGivenTime() {
        var (stage, tasks) = running(["web"])
        var task = tasks[0]
        var pauses: [Int] = []
        for _ in 0..<5 {
            stage.update(task, .gone, reason: .executorTerminated, source: .agent)
            var ticks = 0
            var launched: [TaskInfo] = []
            while launched.isEmpty, ticks < 300 {
                stage.offer("a")
                stage.answerPatches()
                launched = stage.take().launches
                if launched.isEmpty {
                    ticks += 1
                    stage.wait(.milliseconds(100))
                }
            }
            task = launched.first?.id ?? "none"
            pauses.append((ticks + 9) / 10)
        }
        #expect(pauses == [0, 1, 2, 4, 8])
    }

    @Test func podThatCannotBeLaunchedAgainIsDeletedAfterTheGrace() {
        var (stage, tasks) = running(["web"])
        stage.update(tasks[0], .gone, reason: .executorTerminated, source: .agent)
        stage.wait(.seconds(299))
        #expect(stage.take().deletions.isEmpty)
        stage.wait(.seconds(2))
        let writes = stage.take().writes
        guard case .delete(.pods, let key, let request) = writes.first else {
            Issue.record("not deleted")
            return
        }
        #expect(key.name == "web")
        #expect(request.gracePeriodSeconds == 0)
        #expect(request.uid == "uid-web")
    }

    @Test func deletionThatFailsIsTriedAgain() {
        var (stage, tasks) = running(["web"])
        stage.update(tasks[0], .goneByOperator, source: .master)
        let write = stage.take().writes[0]
        stage.give(.written(Outcome(write, .failed(.unavailable("away")))))
        stage.wait(.seconds(5))
        #expect(stage.take().deletions == ["web"])
    }

    @Test func agentThatIsGoneForGoodLosesItsPodsAtOnce() {
        var (stage, tasks) = running(["web"])
        stage.update(tasks[0], .goneByOperator, source: .master)
        #expect(stage.take().deletions == ["web"])
    }

    @Test func agentOutOfReachKeepsItsPods() {
        var (stage, tasks) = running(["web"])
        stage.update(tasks[0], .unreachable, reason: .agentRemoved, source: .master)
        stage.give(.event(.failure(agent: "a", executor: nil, status: nil)))
        stage.wait(.seconds(1_000))
        #expect(stage.take().deletions.isEmpty)
        stage.update(tasks[0], .running, reason: .agentReregistered, source: .master)
        #expect(stage.take().kills.isEmpty)
        #expect(stage.scheduler.taskReports.map(\.state) == ["TASK_RUNNING"])
    }

    @Test func podDeletedWhileItsAgentIsOutOfReachIsKilledWhenThatIsBack() {
        var (stage, tasks) = running(["web"])
        stage.update(tasks[0], .unreachable, source: .master)
        stage.give(.object(.deleted(bound("web")), .pods))
        #expect(stage.take().kills == tasks)
        stage.wait(.seconds(1))
        _ = stage.take()
        stage.update(tasks[0], .running, reason: .agentReregistered, source: .master)
        #expect(stage.take().kills == tasks)
    }

    @Test func deletedPodIsKilledUntilItsTaskEnds() {
        var (stage, tasks) = running(["web"])
        stage.give(.object(.deleted(bound("web")), .pods))
        #expect(stage.take().kills == tasks)
        stage.wait(.seconds(30))
        #expect(stage.take().kills.count >= 2)
        stage.update(tasks[0], .killed)
        stage.wait(.seconds(300))
        #expect(stage.take().kills.isEmpty)
        #expect(stage.scheduler.taskReports.isEmpty)
    }

    @Test func nodeThatEndsAPodItselfIsNotTold() {
        var (stage, tasks) = running(["web"])
        var going = bound("web")
        going.deletionTimestamp = "2026-01-01T00:00:00Z"
        stage.give(.object(.changed(going, from: bound("web")), .pods))
        stage.give(.object(.deleted(going), .pods))
        #expect(stage.take().kills.isEmpty)
        stage.update(tasks[0], .finished)
        stage.wait(.seconds(100))
        #expect(stage.take().kills.isEmpty)
    }

    @Test func nodeThatDoesNotTellOfAnEndIsTold() {
        var (stage, tasks) = running(["web"])
        var going = bound("web")
        going.deletionTimestamp = "2026-01-01T00:00:00Z"
        stage.give(.object(.changed(going, from: bound("web")), .pods))
        stage.give(.object(.deleted(going), .pods))
        stage.wait(.seconds(2))
        #expect(stage.take().kills == tasks)
    }

    @Test func graceBeginsAnewWithEachLoss() {
        var (stage, tasks) = running(["web"])
        stage.wait(.seconds(290))
        stage.update(tasks[0], .gone, reason: .executorTerminated, source: .agent)
        stage.wait(.seconds(280))
        #expect(stage.take().deletions.isEmpty)
        stage.wait(.seconds(21))
        #expect(stage.take().deletions == ["web"])
    }

    @Test func killNobodyAskedForDeletesThePod() {
        var (stage, tasks) = running(["web"])
        stage.update(tasks[0], .killed)
        #expect(stage.take().deletions == ["web"])
    }

    @Test func failedPodIsLeftAsItsNodeReportsIt() {
        var (stage, tasks) = running(["web"])
        var failed = bound("web")
        failed["status", "phase"] = "Failed"
        stage.give(.object(.changed(failed, from: bound("web")), .pods))
        stage.update(tasks[0], .failed)
        stage.offer("a")
        stage.wait(.seconds(1_000))
        let effects = stage.take()
        #expect(effects.deletions.isEmpty && effects.accepts.isEmpty)
    }

    @Test func podWhoseEndIsNeverReportedIsDeletedAfterTheGrace() {
        var (stage, tasks) = running(["web"])
        stage.update(tasks[0], .finished)
        stage.wait(.seconds(301))
        #expect(stage.take().deletions == ["web"])
    }

    @Test(arguments: ["containers-disappeared", "kubelet-pod-launch-failed", "launch-task-failed"])
    func podThatItsNodeGaveUpIsDeleted(message: String) {
        var (stage, tasks) = running(["web"])
        stage.update(tasks[0], .failed, message: message)
        #expect(stage.take().deletions == ["web"])
    }

    @Test func taskTheMasterRefusesIsTold() {
        var (stage, tasks) = running(["web"])
        stage.update(tasks[0], .error, reason: .taskInvalid, message: "too much", source: .master)
        #expect(stage.effects.complaints == ["Task \(tasks[0]) was refused by the master: too much"])
        stage.offer("a")
        stage.answerPatches()
        #expect(stage.take().launches.count == 1)
    }

    @Test func boundPodThatIsDeletedBeforeItsLaunchIsNobodysButOurs() {
        var stage = Stage()
        stage.add(bound("own"))
        var going = bound("own")
        going.deletionTimestamp = "2026-01-01T00:00:00Z"
        stage.give(.object(.changed(going, from: bound("own")), .pods))
        #expect(stage.take().deletions == ["own"])
    }

    @Test func executorThatLeftNothingToLaunchIsFollowedByASweep() throws {
        var (stage, tasks) = running(["web"])
        stage.give(.object(.deleted(bound("web")), .pods))
        stage.give(.event(.failure(agent: "a", executor: "k8sm-executor", status: 9)))
        stage.update(tasks[0], .gone, reason: .executorTerminated, source: .agent)
        _ = stage.take()
        stage.offer("a")
        let task = try #require(stage.take().launches.first)
        #expect(String(decoding: task.data, as: UTF8.self) == #"{"kind":"Sweep"}"#)
        #expect(task.executor?.id == "k8sm-executor")
        #expect(task.resources.description == "cpus:0.01; mem:32")
        stage.update(task.id, .finished)
        stage.offer("a", executors: ["k8sm-executor"])
        stage.wait(.seconds(5))
        #expect(stage.take().launches.isEmpty)
        #expect(stage.scheduler.isSuppressed)
    }

    @Test func executorThatLeftInPeaceNeedsNoSweep() {
        var (stage, tasks) = running(["web"])
        stage.give(.object(.deleted(bound("web")), .pods))
        stage.update(tasks[0], .killed)
        stage.give(.event(.failure(agent: "a", executor: "k8sm-executor", status: 0)))
        _ = stage.take()
        stage.offer("a")
        stage.wait(.seconds(3))
        #expect(stage.take().launches.isEmpty)
    }

    @Test func sweepIsGivenUpInTheEnd() {
        var (stage, tasks) = running(["web"])
        stage.give(.object(.deleted(bound("web")), .pods))
        stage.give(.event(.failure(agent: "a", executor: "k8sm-executor", status: 9)))
        stage.update(tasks[0], .gone, reason: .executorTerminated, source: .agent)
        stage.wait(.seconds(301))
        stage.give(.tick)
        stage.wait(.seconds(2))
        #expect(stage.scheduler.isSuppressed)
    }

    @Test func mirrorsOfStaticPodsAreIgnored() {
        var stage = Stage()
        var mirror = bound("static")
        mirror.setAnnotation("kubernetes.io/config.mirror", "x")
        stage.add(mirror)
        stage.offer("a")
        stage.wait(.seconds(400))
        let effects = stage.take()
        #expect(effects.writes.isEmpty && effects.accepts.isEmpty)
    }
}
