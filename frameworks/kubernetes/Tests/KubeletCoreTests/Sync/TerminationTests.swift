import ClusterBase
import KubeModel
import KubeletCore
import Testing

/// The end of a pod (spec `kubernetes/04` §4.6).
struct TerminationTests {
    private func kills(_ plan: PodPlan) -> [ContainerKill] {
        plan.steps.joined().compactMap { if case .killContainer(let kill) = $0 { kill } else { nil } }
    }

    private func planned(_ bench: inout NodeBench) -> PodPlan {
        bench.sync.observe(bench.runtime)
        bench.plan = bench.sync.plan(now: bench.now)
        bench.flush()
        return bench.plan
    }

    @Test func allContainersAreStoppedAtOnceThenTheSandboxThenVolumes() {
        var bench = NodeBench(pod(["c", "d"]))
        bench.settle()
        bench.events = []
        let interrupts = bench.edit { $0.beginDeletion(grace: 7) }
        #expect(interrupts)
        let plan = planned(&bench)
        #expect(plan.steps.count == 1)
        #expect(kills(plan).map(\.grace) == [.seconds(7), .seconds(7)])
        #expect(plan.stage == .terminating)
        #expect(bench.events == ["Killing Stopping container d", "Killing Stopping container c"])
        bench.settle()
        #expect(bench.actions.suffix(2) == [.stopSandbox(id: "s1"), .unmountVolumes])
        #expect(bench.plan.stage == .terminated)
        #expect(bench.reason("c") == "Error")
        bench.sync.report(.objectGone, now: bench.now)
        bench.settle()
        #expect(bench.plan.stage == .gone)
        #expect(bench.runtime.containers.isEmpty)
        #expect(bench.runtime.sandboxes.isEmpty)
    }

    @Test func theHookRunsOnceWithThePortAndHostFilledIn() {
        let hook: JSONValue = ["httpGet": ["path": "bye", "port": "web"]]
        var bench = NodeBench(
            pod {
                $0.editContainer {
                    $0["ports"] = [["name": "web", "containerPort": 8080]]
                    $0["lifecycle", "preStop"] = hook
                }
            })
        bench.settle()
        bench.edit { $0.beginDeletion() }
        let first = kills(planned(&bench)).first
        guard case .http(let request)? = first?.preStop else {
            Issue.record("no hook in \(bench.plan)")
            return
        }
        #expect(request.path == "/bye")
        #expect(request.port == .integer(8080))
        #expect(request.host == "172.17.0.1")
        // Given up and planned again, as when the grace period shrinks.
        let interrupts = bench.edit { $0.beginDeletion(grace: 5) }
        #expect(interrupts)
        let second = kills(planned(&bench)).first
        #expect(second?.preStop == nil)
        #expect(second?.grace == .seconds(5))
        #expect(bench.events.count { $0.hasPrefix("Killing") } == 1)
    }

    @Test func aHookBeforeTheStopThatFailsIsToldOnly() {
        var bench = NodeBench(
            pod { $0.editContainer { $0["lifecycle", "preStop", "exec", "command"] = ["bye"] } })
        bench.settle()
        let id = bench.running("c")?.id ?? ""
        bench.edit { $0.beginDeletion() }
        _ = planned(&bench)
        bench.events = []
        bench.sync.report(.hookFailed(.preStop, containerID: id, name: "c", "exit code 1"), now: bench.now)
        bench.settle()
        #expect(
            bench.events == [
                "FailedPreStopHook Exec lifecycle hook ([bye]) for Container \"c\" in Pod \"p_default(u-1)\" failed - "
                    + "error: exit code 1"
            ])
        #expect(bench.plan.stage == .terminated)
    }

    @Test(arguments: [(30, 10, 20), (30, 29, 2), (30, 90, 2), (0, 0, 2)])
    func theHooksTimeCountsAndTwoSecondsRemain(_ grace: Int, _ spent: Int, _ rest: Int) {
        let kill = ContainerKill(id: "c1", name: "c", grace: .seconds(grace), preStop: nil)
        #expect(kill.remainingGrace(hookTook: .seconds(spent)) == .seconds(rest))
    }

    @Test func noHookRunsWithoutAGracePeriod() {
        var bench = NodeBench(
            pod { $0.editContainer { $0["lifecycle", "preStop", "exec", "command"] = ["bye"] } })
        bench.settle()
        bench.edit { $0.beginDeletion(grace: 0) }
        #expect(kills(planned(&bench)).first?.preStop == nil)
    }

    @Test func aPodWhoseObjectVanishedEndsWithinTwoSeconds() {
        var bench = NodeBench(pod())
        bench.settle()
        let interrupts = bench.sync.stop(.removed)
        #expect(interrupts)
        #expect(kills(planned(&bench)).map(\.grace) == [.seconds(2)])
        #expect(bench.plan.stage == .removing)
        bench.settle()
        #expect(bench.plan.stage == .gone)
        #expect(bench.runtime.containers.isEmpty)
    }

    @Test func aReleasedPodEndsByItsOwnGrace() {
        var bench = NodeBench(pod { $0["spec", "terminationGracePeriodSeconds"] = 12 })
        bench.settle()
        _ = bench.sync.stop(.released)
        #expect(kills(planned(&bench)).map(\.grace) == [.seconds(12)])
        bench.settle()
        #expect(bench.plan.stage == .terminated)
        let (weaker, stronger) = (bench.sync.stop(.released), bench.sync.stop(.removed))
        #expect(!weaker)
        #expect(stronger)
    }

    @Test func aPodThatNeverStartedGoesAtOnce() {
        var bench = NodeBench(pod())
        bench.edit { $0.beginDeletion() }
        bench.settle()
        #expect(bench.actions == [.unmountVolumes])
        #expect(bench.plan.stage == .terminated)
    }

    @Test func aContainerThatCannotBeStoppedIsTriedAgain() {
        var bench = NodeBench(pod())
        bench.settle()
        bench.edit { $0.beginDeletion() }
        guard let kill = kills(planned(&bench)).first else {
            Issue.record("no kill")
            return
        }
        bench.sync.report(.killFailed(kill, "engine is away"), now: bench.now)
        let waiting = planned(&bench)
        #expect(waiting.isEmpty)
        #expect(waiting.wakeAt == UnixTime(seconds: 1_010))
        let words = "failed to \"KillContainer\" for \"c\" with KillContainerError: \"engine is away\""
        #expect(bench.events.last == "FailedKillPod error killing pod: " + words)
        bench.pass(10)
        #expect(bench.plan.stage == .terminated)
    }

    @Test func anOrphanIsRemovedWithWhatItLeft() {
        var bench = NodeBench(pod(["c"], initial: ["i"]))
        bench.settle()
        bench.end("i", 0)
        // All that is known of it are its names.
        bench.sync = PodSync(PodView(pod([])), now: bench.now)
        _ = bench.sync.stop(.removed)
        bench.settle()
        #expect(bench.plan.stage == .gone)
        #expect(bench.runtime.containers.isEmpty)
        #expect(bench.runtime.sandboxes.isEmpty)
    }

    @Test func nothingIsStartedOrCheckedOnceAPodIsToGo() {
        var bench = NodeBench(
            pod { $0.editContainer { $0["livenessProbe"] = ["exec": ["command": ["true"]]] } })
        bench.settle()
        bench.edit { $0.beginDeletion() }
        #expect(bench.sync.dueProbes(now: bench.now).isEmpty)
        #expect(bench.sync.nextProbe() == nil)
        bench.pass(120)
        #expect(bench.startCount == 1)
    }
}
