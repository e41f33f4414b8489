import ClusterBase
import KubeModel
import KubeletCore
import Testing

/// Pods that a kubelet finds when it starts again.
struct AdoptionTests {
    @Test(arguments: ["Always", "OnFailure", "Never"])
    func runningContainersAreLeftAlone(_ policy: String) {
        var bench = NodeBench(pod(["c", "d"], initial: ["i"], restart: policy))
        bench.settle()
        bench.end("i", 0)
        bench.pass(60)
        let (before, count) = (bench.status, bench.actions.count)
        bench.events = []
        bench.restart()
        bench.sync.observe(bench.runtime)
        let plan = bench.sync.plan(now: bench.now)
        #expect(plan.isEmpty)
        #expect(plan.mountsVolumes)
        bench.settle()
        #expect(bench.actions.count == count)
        #expect(bench.events.isEmpty)
        #expect(bench.status == before)
        #expect(bench.sync.statusPatch(now: bench.now) == nil)
    }

    @Test func theyAreLeftAloneWithoutARecordedStatus() {
        var bench = NodeBench(pod(["c"], initial: ["i"]))
        bench.settle()
        bench.end("i", 0)
        let count = bench.actions.count
        var bare = bench.sync.view.object
        bare["status"] = nil
        bench.restart(at: bare)
        bench.settle()
        #expect(bench.actions.count == count)
        #expect(bench.phase == "Running")
    }

    @Test func whatEndedMeanwhileIsStartedByThePolicy() {
        var bench = NodeBench(pod(restart: "OnFailure"))
        bench.settle()
        let run = bench.running("c")
        let place = bench.recorded
        bench.exit(id: run?.id ?? "", code: 2)
        bench.restart(at: place)
        bench.settle()
        #expect(bench.running("c")?.attempt == 1)
        #expect(bench.restarts("c") == 1)
        #expect(bench.container("c").integer("lastState", "terminated", "exitCode") == 2)
    }

    @Test func anEndedPodStaysEnded() {
        var bench = NodeBench(pod(restart: "Never"))
        bench.settle()
        bench.end("c", 0)
        let place = bench.recorded
        bench.runtime.containers = []
        bench.runtime.sandboxes = []
        bench.restart(at: place)
        bench.pass(60)
        #expect(bench.startCount == 1)
        #expect(bench.phase == "Succeeded")
        #expect(bench.plan.stage == .ended)
    }

    @Test(arguments: [("Always", "Running"), ("OnFailure", "Running"), ("Never", "Failed")])
    func containersThatWereTakenAwayCountAsFailed(_ policy: String, _ phase: String) {
        for isNewKubelet in [false, true] {
            var bench = NodeBench(pod(restart: policy))
            bench.settle()
            let place = bench.recorded
            bench.runtime.containers = []
            if isNewKubelet { bench.restart(at: place) }
            bench.settle()
            #expect(bench.phase == phase)
            #expect(bench.startCount == (policy == "Never" ? 1 : 2))
            let ended = policy == "Never" ? "state" : "lastState"
            #expect(bench.container("c").text(ended, "terminated", "reason") == "ContainerStatusUnknown")
            #expect(bench.container("c").integer(ended, "terminated", "exitCode") == 137)
            #expect(bench.restarts("c") == (policy == "Never" ? 0 : 1))
        }
    }

    @Test func readinessIsKnownAgain() {
        let probe: JSONValue = ["exec": ["command": ["true"]], "periodSeconds": 10]
        var bench = NodeBench(
            pod {
                $0.editContainer { container in
                    for member in ["readinessProbe", "startupProbe"] { container[member] = probe }
                }
            })
        bench.settle()
        for _ in 0..<2 {
            for run in bench.sync.dueProbes(now: bench.now) { bench.sync.report(.success, of: run, now: bench.now) }
        }
        #expect(bench.container("c").flag("ready"))
        bench.restart()
        bench.settle()
        #expect(bench.container("c").flag("ready"))
        #expect(bench.container("c").flag("started"))
        // The first check is put off by half a period.
        #expect(bench.sync.nextProbe() == UnixTime(seconds: 1_005))
    }

    @Test func aDeletionGoesOn() {
        var bench = NodeBench(pod())
        bench.settle()
        bench.edit { $0.beginDeletion() }
        bench.restart()
        bench.settle()
        #expect(bench.plan.stage == .terminated)
        #expect(bench.running("c") == nil)
    }

    @Test func aNewImageReplacesThatContainerOnly() {
        for policy in ["Always", "Never"] {
            var bench = NodeBench(pod(["c", "d"], restart: policy))
            bench.settle()
            let other = bench.running("d")?.id
            bench.edit { $0.editContainer { $0["image"] = "busybox:2" } }
            bench.settle()
            #expect(bench.running("c")?.image == "busybox:2")
            #expect(bench.restarts("c") == 1)
            #expect(bench.running("d")?.id == other)
            #expect(bench.phase == "Running")
            #expect(bench.events.contains("Killing Container c definition changed, will be restarted"))
        }
    }

    @Test func defaultsThatAppearInTheSpecificationReplaceNothing() {
        var bench = NodeBench(pod())
        bench.settle()
        let count = bench.actions.count
        bench.edit { $0.editContainer { $0["resources"] = ["limits": ["cpu": "250m", "memory": "64Mi"]] } }
        bench.settle()
        #expect(bench.actions.count == count)
    }
}
