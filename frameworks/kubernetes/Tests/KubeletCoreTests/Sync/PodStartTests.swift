import ClusterBase
import KubeCore
import KubeModel
import KubeletCore
import Testing

/// The start of a pod (spec `kubernetes/04` §4.4).
struct PodStartTests {
    private func names(_ bench: NodeBench) -> [String] {
        bench.actions.map { action in
            switch action {
            case .startSandbox(let attempt): "sandbox \(attempt)"
            case .startContainer(let start): "\(start.container.name) \(start.attempt)"
            case .killContainer(let kill): "kill \(kill.name)"
            case .removeContainer(_, let name): "remove \(name)"
            case .stopSandbox: "stop"
            case .removeSandbox: "remove sandbox"
            case .unmountVolumes: "unmount"
            }
        }
    }

    @Test func nothingIsPlannedBeforeTheRuntimeWasLookedAt() {
        var bench = NodeBench(pod())
        let plan = bench.sync.plan(now: bench.now)
        #expect(plan.isEmpty)
        #expect(!plan.mountsVolumes)
    }

    @Test func theSandboxComesFirstThenContainersInOrder() {
        var bench = NodeBench(pod(["a", "b"]))
        bench.sync.observe(nil)
        let first = bench.sync.plan(now: bench.now)
        #expect(first.steps == [[.startSandbox(attempt: 0)]])
        #expect(first.mountsVolumes)
        bench.settle()
        #expect(names(bench) == ["sandbox 0", "a 0", "b 0"])
        #expect(
            bench.events == [
                "Pulled Container image \"busybox\" already present on machine", "Created Created container a",
                "Started Started container a", "Pulled Container image \"busybox\" already present on machine",
                "Created Created container b", "Started Started container b",
            ])
        #expect(bench.status.text("podIP") == "172.17.0.1")
    }

    @Test func eventsNameTheContainer() {
        var bench = NodeBench(pod(["a"], initial: ["i"]))
        bench.sync.observe(nil)
        let event = PodEvent(.normal, "Created", "Created container i", about: bench.sync.view.initContainers.first)
        let note = event.note(about: bench.sync.view.object)
        #expect(note.regarding.text("fieldPath") == "spec.initContainers{i}")
        #expect(note.regarding.text("name") == "p")
        #expect(note.reason == "Created")
    }

    @Test func initContainersRunOneAfterTheOther() {
        var bench = NodeBench(pod(["c"], initial: ["i", "j"]))
        bench.settle()
        #expect(names(bench) == ["sandbox 0", "i 0"])
        #expect(bench.reason("c") == "PodInitializing")
        #expect(bench.condition("Initialized").text("status") == "False")
        #expect(bench.condition("Initialized").text("message") == "containers with incomplete status: [i j]")
        bench.end("i", 0)
        #expect(names(bench).last == "j 0")
        #expect(bench.phase == "Pending")
        #expect(bench.condition("Initialized").text("message") == "containers with incomplete status: [j]")
        bench.end("j", 0)
        #expect(names(bench).last == "c 0")
        #expect(bench.phase == "Running")
        #expect(bench.condition("Initialized").text("status") == "True")
        #expect(bench.container("i").flag("ready"))
        #expect(bench.reason("i") == "Completed")
    }

    @Test func aFailedInitContainerIsTriedAgainUnlessThePolicySaysNever() {
        var bench = NodeBench(pod(["c"], initial: ["i"], restart: "OnFailure"))
        bench.settle()
        bench.end("i", 1)
        #expect(names(bench) == ["sandbox 0", "i 0", "i 1"])
        bench.end("i", 1)
        bench.pass(5)
        #expect(bench.reason("i") == "CrashLoopBackOff")
        #expect(bench.phase == "Pending")
        bench.pass(5)
        #expect(names(bench).contains("i 2"))

        var never = NodeBench(pod(["c"], initial: ["i"], restart: "Never"))
        never.settle()
        never.end("i", 1)
        #expect(never.phase == "Failed")
        #expect(never.plan.stage == .ended)
        #expect(names(never) == ["sandbox 0", "i 0", "stop", "unmount"])
    }

    @Test func initContainersThatAreDoneStayDone() {
        var bench = NodeBench(pod(["c"], initial: ["i"]))
        bench.settle()
        bench.end("i", 0)
        bench.end("c", 1)
        #expect(names(bench) == ["sandbox 0", "i 0", "c 0", "c 1"])
        // Even when somebody takes the dead container away.
        bench.runtime.containers.removeAll { $0.name == "i" }
        bench.end("c", 1)
        bench.pass(30)
        #expect(bench.actions.count { $0.starts("i") } == 1)
        #expect(bench.phase == "Running")
    }

    @Test func aDeadSandboxIsReplacedAndEverythingInIt() {
        var bench = NodeBench(pod(["c"], initial: ["i"]))
        bench.settle()
        bench.end("i", 0)
        bench.changeSandbox("s1") { ($0.isReady, $0.address) = (false, "") }
        bench.settle()
        #expect(
            names(bench) == [
                "sandbox 0", "i 0", "c 0", "kill c", "sandbox 1", "i 1",
            ])
        #expect(bench.events.contains("SandboxChanged Pod sandbox changed, it will be killed and re-created."))
        bench.end("i", 0)
        #expect(bench.running("c")?.attempt == 1)
        #expect(bench.status.text("podIP") == "172.17.0.4")
    }

    @Test(arguments: [("Always", true), ("OnFailure", true), ("Never", false)])
    func aDeadSandboxIsNotReplacedWhereContainersMustNotRunAgain(_ policy: String, _ again: Bool) {
        var bench = NodeBench(pod(["c", "d"], restart: policy))
        // A good end on being stopped must not be taken for the end of the work.
        bench.stopCodes = ["c": 0, "d": 0]
        bench.settle()
        bench.changeSandbox("s1") { $0.isReady = false }
        bench.pass(60)
        #expect((bench.running("c") != nil) == again)
        #expect((bench.running("d") != nil) == again)
        #expect(bench.phase == (again ? "Running" : "Succeeded"))
        #expect(bench.startCount == (again ? 4 : 2))
    }

    @Test func aPodThatMustNotStartAgainFailsWhenItsSandboxDiesMidway() {
        var bench = NodeBench(pod(["c", "d"], restart: "Never"))
        bench.startFailures["d"] = StartFailure(.createConfig, "secret \"s\" not found")
        bench.settle()
        bench.changeSandbox("s1") { $0.isReady = false }
        bench.pass(120)
        #expect(bench.phase == "Failed")
        #expect(bench.plan.stage == .ended)
    }

    @Test func aSandboxThatCannotBeMadeIsTriedAgainLater() {
        var bench = NodeBench(pod())
        bench.sandboxError = "no space"
        bench.settle()
        #expect(bench.events == ["FailedCreatePodSandBox Failed to create pod sandbox: no space"])
        #expect(bench.plan.wakeAt == UnixTime(seconds: 1_010))
        #expect(bench.reason("c") == "ContainerCreating")
        bench.sandboxError = nil
        bench.pass(10)
        #expect(bench.phase == "Running")
    }

    @Test func volumesThatAreMissingHoldThePodUp() {
        var bench = NodeBench(pod())
        bench.volumeError = "secret \"s\" not found"
        bench.settle()
        #expect(bench.startCount == 0)
        #expect(bench.runtime.sandboxes.isEmpty)
        #expect(bench.events == ["FailedMount MountVolume.SetUp failed for volume \"v\" : secret \"s\" not found"])
        #expect(bench.plan.wakeAt == UnixTime(microseconds: 1_000_500_000))
        bench.pass(2)
        // At 0.5 s and 1.5 s.
        #expect(bench.events.count == 3)
        bench.volumeError = nil
        bench.pass(4)
        #expect(bench.phase == "Running")
    }

    @Test(arguments: [
        (StartFailure.Reason.createConfig, "Failed Error: x"), (.create, "Failed Error: x"), (.run, "Failed Error: x"),
        (.imageInspect, "InspectFailed Failed to inspect image \"busybox\": x"),
    ])
    func aStartThatFailsIsToldAndTriedAgain(_ reason: StartFailure.Reason, _ event: String) {
        var bench = NodeBench(pod(["c", "d"]))
        bench.startFailures["c"] = StartFailure(reason, "x")
        bench.settle()
        #expect(bench.reason("c") == reason.rawValue)
        #expect(bench.container("c").text("state", "waiting", "message") == "x")
        #expect(bench.events.contains(event))
        #expect(bench.running("d") != nil)
        #expect(bench.phase == (reason == .run ? "Running" : "Pending"))
        bench.startFailures = [:]
        bench.pass(10)
        #expect(bench.running("c") != nil)
        #expect(bench.reason("c") == "")
    }

    @Test func aContainerThatWasMadeAndNeverStartedIsMadeAnewWithoutCounting() {
        var bench = NodeBench(pod())
        bench.sync.observe(nil)
        bench.plan = bench.sync.plan(now: bench.now)
        bench.carryOut()
        bench.plan = bench.sync.plan(now: bench.now)
        guard case .startContainer(let start)? = bench.plan.steps.first?.first else {
            Issue.record("no start in \(bench.plan)")
            return
        }
        _ = bench.create(start)
        bench.restart()
        bench.settle()
        #expect(names(bench) == ["sandbox 0", "remove c", "c 0"])
        #expect(bench.restarts("c") == 0)
    }

    @Test func aHookAfterTheStartThatFailsEndsTheContainer() {
        var bench = NodeBench(
            pod { $0.editContainer { $0["lifecycle", "postStart", "exec", "command"] = ["touch", "/x"] } })
        bench.hookFailures["c"] = "exit code 1"
        bench.settle()
        #expect(
            bench.events.contains(
                "FailedPostStartHook Exec lifecycle hook ([touch /x]) for Container \"c\" in Pod \"p_default(u-1)\" "
                    + "failed - error: exit code 1"))
        #expect(bench.events.contains("Killing FailedPostStartHook"))
        #expect(bench.running("c") == nil)
        bench.pass(5)
        #expect(bench.reason("c") == "CrashLoopBackOff")
        bench.hookFailures = [:]
        bench.pass(5)
        #expect(bench.running("c") != nil)
    }

    @Test func aRejectedPodFailsAndNothingOfItIsStarted() {
        var bench = NodeBench(pod())
        _ = bench.sync.stop(.rejected(reason: "NodePorts", message: "Predicate NodePorts failed"))
        bench.settle()
        #expect(bench.plan.stage == .ended)
        #expect(bench.startCount == 0)
        #expect(bench.phase == "Failed")
        #expect(bench.status.text("reason") == "NodePorts")
        #expect(bench.status.text("message") == "Pod Predicate NodePorts failed")
        #expect(bench.events == ["NodePorts Predicate NodePorts failed"])
        #expect(bench.status["containerStatuses"] == nil)
    }

    @Test func aPodFailsWhenItsTimeIsOver() {
        var bench = NodeBench(pod { $0["spec", "activeDeadlineSeconds"] = 90 })
        bench.settle()
        bench.pass(89)
        #expect(bench.phase == "Running")
        #expect(bench.plan.wakeAt == UnixTime(seconds: 1_090))
        bench.pass(1)
        #expect(bench.phase == "Failed")
        #expect(bench.status.text("reason") == "DeadlineExceeded")
        #expect(bench.status.text("message") == "Pod was active on the node longer than the specified deadline")
        #expect(bench.running("c") == nil)
        #expect(bench.plan.stage == .ended)
    }

    @Test func volumesAreBroughtUpToDateEveryMinuteWhereTheyCanChange() {
        var bench = NodeBench(pod { $0["spec", "volumes"] = [["name": "v", "secret": ["secretName": "s"]]] })
        bench.settle()
        #expect(bench.plan.wakeAt == UnixTime(seconds: 1_060))
        bench.now = UnixTime(seconds: 1_060)
        bench.sync.observe(bench.runtime)
        let plan = bench.sync.plan(now: bench.now)
        #expect(plan.mountsVolumes)
        #expect(plan.isEmpty)
    }

    @Test func volumesFollowLabelsAtOnce() {
        let volumes: JSONValue = [["name": "v", "downwardAPI": ["items": []]]]
        var bench = NodeBench(pod { $0["spec", "volumes"] = volumes })
        bench.settle()
        _ = bench.sync.update(PodView(pod { $0["spec", "volumes"] = volumes }))
        #expect(!bench.sync.plan(now: bench.now).mountsVolumes)
        _ = bench.sync.update(
            PodView(
                pod {
                    $0["spec", "volumes"] = volumes
                    $0["metadata", "labels"] = ["tier": "front"]
                }))
        #expect(bench.sync.plan(now: bench.now).mountsVolumes)
        bench.settle()
        #expect(!bench.sync.plan(now: bench.now).mountsVolumes)
    }
}

extension PodAction {
    /// Whether it starts a container of a name.
    fileprivate func starts(_ name: String) -> Bool {
        if case .startContainer(let start) = self { start.container.name == name } else { false }
    }
}
