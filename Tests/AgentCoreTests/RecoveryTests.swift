import ClusterBase
import ClusterModel
import ResourceModel
import Testing

@testable import AgentCore

@Suite struct RecoveryTests {
    @Test func runningCommandTasksAreAdoptedUntouched() {
        var world = AgentWorld.registered()
        let container = world.running()
        world.restart(findings: [container: .running(ContainerStart(pid: 42))])
        #expect(world.launches.isEmpty)
        #expect(!world.effects.contains(.destroyContainer(container)))
        guard case .recoverContainers(let traces)? = world.effects.first else {
            Issue.record("\(world.effects)")
            return
        }
        #expect(traces.map(\.id) == [container])
        #expect(world.core.phase == .disconnected, "command tasks hold nothing up")
        world.register()
        #expect(world.updates.isEmpty)
        world.step(.containerExited(container, ContainerExit(.exited(0))))
        #expect(world.acknowledgeAll().map(\.status.state) == [.finished])
    }

    @Test func exitsWhileTheAgentWasAwayAreReported() {
        var world = AgentWorld.registered()
        let container = world.running()
        world.restart(findings: [container: .ended(ContainerExit(.exited(5)))])
        #expect(world.effects.contains(.forgetContainer(container)))
        world.register()
        world.fromMaster(.updateFramework(AgentWorld.framework()))
        let updates = world.acknowledgeAll()
        #expect(updates.map(\.status.state) == [.failed])
        #expect(updates.first?.status.message == "Command exited with status 5")
        #expect(world.core.frameworks.isEmpty)
    }

    @Test func unacknowledgedUpdatesAreSentAgain() {
        var world = AgentWorld.registered()
        world.fromMaster(.runTask(AgentWorld.framework(), AgentWorld.commandTask(), launchExecutor: true))
        let container = world.launches[0].id
        world.step(.containerLaunched(container, ContainerStart(pid: 1)))
        world.step(.containerExited(container, ContainerExit(.exited(0))))
        let first = world.updates.first?.uuid
        world.restart()
        world.step(.masterDetected(AgentWorld.master))
        world.advance(.milliseconds(5))
        world.fromMaster(.reregistered(AgentWorld.agentID, pingTimeout: .seconds(75), unknownTasks: []))
        #expect(world.updates.first?.uuid == first)
        #expect(world.updates.first?.latestState == .finished)
        #expect(world.acknowledgeAll().map(\.status.state) == [.starting, .running, .finished])
    }

    @Test func aTaskThatNeverStartedIsDropped() {
        var world = AgentWorld.registered()
        world.fromMaster(.runTask(AgentWorld.framework(), AgentWorld.commandTask(), launchExecutor: true))
        _ = world.acknowledgeAll()
        world.restart()
        world.register()
        world.fromMaster(.updateFramework(AgentWorld.framework()))
        let update = world.acknowledgeAll().last
        #expect(update?.status.state == .dropped)
        #expect(update?.status.reason == .agentRestarted)
    }

    @Test func aTaskFoundRunningBeforeItWasSaidIsReportedRunning() {
        var world = AgentWorld.registered()
        world.fromMaster(.runTask(AgentWorld.framework(), AgentWorld.commandTask(), launchExecutor: true))
        let container = world.launches[0].id
        _ = world.acknowledgeAll()
        world.restart(findings: [container: .running(ContainerStart(pid: 42))])
        world.step(.masterDetected(AgentWorld.master))
        world.advance(.milliseconds(5))
        world.fromMaster(.reregistered(AgentWorld.agentID, pingTimeout: .seconds(75), unknownTasks: []))
        #expect(world.acknowledgeAll().map(\.status.state) == [.running])
    }

    @Test func healthChecksGoOnAfterARestart() {
        var world = AgentWorld.registered()
        let check = HealthCheck(probe: .tcp(port: 80), delay: .seconds(1), interval: .seconds(1))
        let container = world.running(AgentWorld.commandTask { $0.healthCheck = check })
        world.restart(findings: [container: .running(ContainerStart(pid: 42))])
        world.advance(.seconds(2))
        #expect(world.effects.contains { if case .runProbe = $0 { true } else { false } })
    }

    @Test func aKillUnderWayIsFinished() {
        var world = AgentWorld.registered()
        let container = world.running()
        world.fromMaster(.killTask(AgentWorld.frameworkID, "t1", nil))
        _ = world.acknowledgeAll()
        world.restart(findings: [container: .running(ContainerStart(pid: 42))])
        #expect(world.effects.contains(.stopContainer(container, grace: .seconds(3))))
        world.step(.containerExited(container, ContainerExit(.signalled(15))))
        world.register()
        world.fromMaster(.updateFramework(AgentWorld.framework()))
        #expect(world.acknowledgeAll().map(\.status.state) == [.killed])
    }

    @Test func executorsHaveTheirTimeToSubscribeAgain() {
        var world = AgentWorld.registered()
        let (_, container) = world.subscribedExecutor()
        _ = world.call("e1", .update(world.status("t1", .running, uuid: 1)))
        _ = world.acknowledgeAll()
        world.restart(findings: [container: .running(ContainerStart(pid: 7))])
        #expect(world.core.phase == .recovering)
        let (request, refused) = world.call("e1", .message([1]))
        #expect(refused == [.respond(request, .unavailable("Agent has not finished recovery"))])
        let finished = world.status("t1", .finished, uuid: 2)
        let (stream, effects) = world.call(
            "e1", .subscribe(unacknowledgedTasks: [], unacknowledgedUpdates: [finished]))
        #expect(effects.contains { if case .sendExecutor(stream, .subscribed) = $0 { true } else { false } })
        #expect(effects.contains(.sendExecutor(stream, .acknowledged("t1", uuid: UniqueID(high: 2, low: 2)))))
        #expect(world.core.phase == .disconnected, "recovery is over when nobody is waited for")
        world.step(.masterDetected(AgentWorld.master))
        world.advance(.milliseconds(5))
        world.fromMaster(.reregistered(AgentWorld.agentID, pingTimeout: .seconds(75), unknownTasks: []))
        #expect(world.acknowledgeAll().map(\.status.state) == [.finished])
    }

    @Test func executorsThatDoNotComeBackAreDestroyed() {
        var world = AgentWorld.registered()
        let (_, container) = world.subscribedExecutor()
        _ = world.call("e1", .update(world.status("t1", .running, uuid: 1)))
        _ = world.acknowledgeAll()
        world.restart(findings: [container: .running(ContainerStart(pid: 7))])
        world.advance(.milliseconds(1900))
        #expect(world.core.phase == .recovering)
        world.advance(.milliseconds(200))
        #expect(world.core.phase == .disconnected)
        #expect(world.effects.contains(.destroyContainer(container)))
        world.step(.containerExited(container, ContainerExit(.signalled(9))))
        world.register()
        world.fromMaster(.updateFramework(AgentWorld.framework()))
        let status = world.acknowledgeAll().last?.status
        #expect(status?.state == .gone)
        #expect(status?.reason == .executorReregistrationTimeout)
    }

    @Test func tasksLostOnTheWayToAnExecutorAreDropped() {
        var world = AgentWorld.registered()
        let (_, container) = world.subscribedExecutor()
        world.fromMaster(.runTask(AgentWorld.framework(), AgentWorld.executorTask("t2"), launchExecutor: false))
        world.restart(findings: [container: .running(ContainerStart(pid: 7))])
        _ = world.call(
            "e1", .subscribe(unacknowledgedTasks: [AgentWorld.executorTask("t1")], unacknowledgedUpdates: []))
        world.step(.masterDetected(AgentWorld.master))
        world.advance(.milliseconds(5))
        world.fromMaster(.reregistered(AgentWorld.agentID, pingTimeout: .seconds(75), unknownTasks: []))
        let updates = world.acknowledgeAll()
        #expect(updates.map(\.status.taskID) == ["t2"])
        #expect(updates.first?.status.reason == .agentRestarted)
    }

    @Test func afterARebootNothingIsLookedForAndTheIDIsKept() {
        var world = AgentWorld.registered()
        _ = world.running()
        world.restart(hasRebooted: true)
        #expect(world.effects.contains(.recoverContainers([])))
        #expect(world.core.info.id == AgentWorld.agentID)
        world.register()
        world.fromMaster(.updateFramework(AgentWorld.framework()))
        let update = world.acknowledgeAll().last
        #expect(update?.status.state == .failed)
        #expect(update?.status.reason == .executorTerminated)
    }

    @Test func aChangedDescriptionStopsTheAgentUnlessTheMachineWasRebooted() {
        var world = AgentWorld.registered()
        let other = AgentInfo(hostname: "host", port: 5051, resources: [.scalar("cpus", 2)])
        var changed = AgentCore(configuration: world.configuration, info: other, seed: 1, now: world.now)
        let outcome = changed.step(.recovered(world.disk.recovered()), now: world.now)
        guard case .exit(let reason, isFailure: true)? = outcome.effects.last else {
            Issue.record("\(outcome)")
            return
        }
        #expect(reason.contains("resources were") && reason.contains("/w/meta/slaves/latest"))
        var rebooted = AgentCore(configuration: world.configuration, info: other, seed: 1, now: world.now)
        _ = rebooted.step(.recovered(world.disk.recovered(hasRebooted: true)), now: world.now)
        #expect(rebooted.info.id == nil)
        world.effects = []
    }

    @Test func tasksWithoutCheckpointsAreNotRecovered() {
        var world = AgentWorld.registered()
        _ = world.running(checkpoint: false)
        world.restart()
        #expect(world.effects.first == .recoverContainers([]), "the containerizer removes what is not listed")
        #expect(world.core.frameworks.isEmpty)
    }

    @Test func groupsAreAdoptedTaskByTask() {
        var world = AgentWorld.registered()
        let executor = ExecutorInfo(kind: .default, id: "pod")
        let tasks = ["a", "b"].map { AgentWorld.commandTask(TaskID($0)) }
        world.fromMaster(.runTaskGroup(AgentWorld.framework(), executor, tasks, launchExecutor: true))
        let plans = world.launches
        for plan in plans { world.step(.containerLaunched(plan.id, ContainerStart(pid: 1))) }
        _ = world.acknowledgeAll()
        world.advance(.seconds(11))
        _ = world.acknowledgeAll()
        world.restart(findings: [
            plans[0].id: .running(ContainerStart(pid: 1)), plans[1].id: .ended(ContainerExit(.exited(0))),
        ])
        world.register()
        world.fromMaster(.updateFramework(AgentWorld.framework()))
        #expect(world.acknowledgeAll().map(\.status.state) == [.finished])
        #expect(world.core.frameworks.first?.executors.first?.tasks.map(\.id) == ["a"])
    }

    @Test func directoriesOfEndedRunsGoAfterAWeekOrEarlierWhenTheDiskFills() {
        var world = AgentWorld.registered()
        let container = world.running()
        world.step(.containerExited(container, ContainerExit(.exited(0))))
        _ = world.acknowledgeAll()
        world.advance(.seconds(86_400))
        #expect(!world.effects.contains { if case .removeDirectory = $0 { true } else { false } })
        world.step(.diskMeasured(usedFraction: 0.85))
        let removed = world.effects.compactMap { if case .removeDirectory(let path) = $0 { path } else { nil } }
        #expect(removed.contains("/w/slaves/m-S0/frameworks/m-0000/executors/t1"))
        #expect(removed.contains("/w/meta/slaves/m-S0/frameworks/m-0000"))

        var patient = AgentWorld.registered()
        let other = patient.running()
        patient.step(.containerExited(other, ContainerExit(.exited(0))))
        _ = patient.acknowledgeAll()
        patient.advance(.seconds(604_801))
        #expect(patient.effects.contains { if case .removeDirectory = $0 { true } else { false } })
    }
}
