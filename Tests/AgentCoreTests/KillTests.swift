import ClusterBase
import ClusterModel
import Testing

@testable import AgentCore

@Suite struct KillTests {
    @Test func killSendsKillingThenStopsWithTheRightGrace() {
        var world = AgentWorld.registered()
        let container = world.running(AgentWorld.commandTask { $0.killPolicy = KillPolicy(gracePeriod: .seconds(7)) })
        world.fromMaster(.killTask(AgentWorld.frameworkID, "t1", nil))
        #expect(world.updates.map(\.status.state) == [.killing])
        #expect(world.effects.contains(.stopContainer(container, grace: .seconds(7))))
        world.fromMaster(.killTask(AgentWorld.frameworkID, "t1", KillPolicy(gracePeriod: .seconds(1))))
        #expect(world.effects.contains(.stopContainer(container, grace: .seconds(1))))
        world.step(.containerExited(container, ContainerExit(.signalled(15))))
        let updates = world.acknowledgeAll()
        #expect(updates.map(\.status.state) == [.killing, .killed])
        #expect(updates.last?.status.message == "Command terminated with signal Terminated")
    }

    @Test func frameworksThatDoNotKnowKillingAreNotToldOfIt() {
        var world = AgentWorld.registered()
        world.fromMaster(
            .runTask(AgentWorld.framework(capabilities: []), AgentWorld.commandTask(), launchExecutor: true))
        let container = world.launches[0].id
        world.step(.containerLaunched(container, ContainerStart(pid: 1)))
        _ = world.acknowledgeAll()
        world.fromMaster(.killTask(AgentWorld.frameworkID, "t1", nil))
        #expect(world.updates.isEmpty)
        #expect(world.effects.contains(.stopContainer(container, grace: .seconds(3))))
    }

    @Test func killDuringLaunchEndsTheContainerWhenItAppears() {
        var world = AgentWorld.registered()
        world.fromMaster(.runTask(AgentWorld.framework(), AgentWorld.commandTask(), launchExecutor: true))
        let container = world.launches[0].id
        world.fromMaster(.killTask(AgentWorld.frameworkID, "t1", nil))
        #expect(world.effects.contains(.destroyContainer(container)))
        world.effects.removeAll { $0 == .destroyContainer(container) }
        world.step(.containerLaunched(container, ContainerStart(pid: 1)))
        #expect(world.effects.contains(.destroyContainer(container)))
        world.step(.containerExited(container, ContainerExit(.signalled(9))))
        let updates = world.acknowledgeAll()
        #expect(updates.map(\.status.state) == [.starting, .killed])
        #expect(updates.last?.status.reason == .taskKilledDuringLaunch)
    }

    @Test func killOfAnUnknownTaskOfAKnownFrameworkIsAnswered() {
        var world = AgentWorld.registered()
        _ = world.running()
        world.fromMaster(.killTask(AgentWorld.frameworkID, "nope", nil))
        #expect(world.updates.last?.status.state == .dropped)
        #expect(world.updates.last?.status.reason == .executorTerminated)
    }

    @Test func killOfAQueuedTaskShutsTheUselessExecutorDown() {
        var world = AgentWorld.registered()
        world.fromMaster(.runTask(AgentWorld.framework(), AgentWorld.executorTask("t1"), launchExecutor: true))
        let container = world.launches[0].id
        world.step(.containerLaunched(container, ContainerStart(pid: 1)))
        world.fromMaster(.killTask(AgentWorld.frameworkID, "t1", nil))
        #expect(world.updates.map(\.status.state) == [.killed])
        #expect(world.updates.first?.status.reason == .taskKilledDuringLaunch)
        #expect(world.effects.contains(.destroyContainer(container)))
    }

    @Test func executorsAreHandedTheKill() {
        var world = AgentWorld.registered()
        let (stream, _) = world.subscribedExecutor()
        let policy = KillPolicy(gracePeriod: .seconds(9))
        world.fromMaster(.killTask(AgentWorld.frameworkID, "t1", policy))
        #expect(world.effects.contains(.sendExecutor(stream, .kill("t1", policy: policy))))
    }

    @Test func shutdownOfAnExecutorTurnsIntoDestructionAfterItsGrace() {
        var world = AgentWorld.registered()
        let (stream, container) = world.subscribedExecutor()
        world.fromMaster(.shutdownExecutor(AgentWorld.frameworkID, "e1"))
        #expect(world.effects.contains(.sendExecutor(stream, .shutdown)))
        world.effects = []
        world.advance(.seconds(4))
        #expect(world.effects.isEmpty)
        world.advance(.seconds(2))
        #expect(world.effects.contains(.destroyContainer(container)))
    }

    @Test func shutdownOfAFrameworkEndsAllAndForgetsItsUpdates() {
        var world = AgentWorld.registered()
        let first = world.running(AgentWorld.commandTask("c1"))
        let second = world.running(AgentWorld.commandTask("c2"))
        world.fromMaster(.shutdownFramework(AgentWorld.frameworkID))
        world.effects = []
        for container in [first, second] { world.step(.containerExited(container, ContainerExit(.signalled(15)))) }
        #expect(world.updates.isEmpty)
        #expect(world.core.frameworks.isEmpty)
        #expect(world.core.completedFrameworks.count == 1)
        #expect(world.core.state.streams.isEmpty)
    }

    @Test func healthCheckKillsAfterConsecutiveFailuresOutsideTheGracePeriod() {
        var world = AgentWorld.registered()
        let check = HealthCheck(
            probe: .http(scheme: "http", port: 80, path: "/"), delay: .seconds(1), interval: .seconds(2),
            consecutiveFailures: 2, gracePeriod: .seconds(4))
        let container = world.running(AgentWorld.commandTask(docker: true) { $0.healthCheck = check })
        func probes(_ world: AgentWorld) -> [ProbeID] {
            world.effects.compactMap { if case .runProbe(let id, _) = $0 { id } else { nil } }
        }
        var states: [Bool?] = []
        for answer in [500, 200, 500, 404] {
            world.effects = []
            world.advance(.seconds(3))
            guard let id = probes(world).first else {
                Issue.record("no probe")
                return
            }
            if case .runProbe(_, let request)? = world.effects.first(where: {
                if case .runProbe = $0 { true } else { false }
            }) {
                #expect(request.address == "172.17.0.2")
            }
            world.step(.probeEnded(id, .answered(status: answer)))
            states += world.acknowledgeAll().map(\.status.isHealthy)
        }
        #expect(
            states == [true, false, false, false], "the first failure is excused; the last pair is update and KILLING")
        world.effects = []
        world.step(.containerExited(container, ContainerExit(.signalled(15))))
        #expect(world.updates.last?.status.state == .killed)
        #expect(world.updates.last?.status.isHealthy == false)
    }

    @Test func checksReportChangesOnly() {
        var world = AgentWorld.registered()
        let check = CheckInfo(probe: .command(CommandInfo(value: "true")), delay: .seconds(1), interval: .seconds(1))
        world.fromMaster(
            .runTask(AgentWorld.framework(), AgentWorld.commandTask { $0.check = check }, launchExecutor: true))
        world.step(.containerLaunched(world.launches[0].id, ContainerStart(pid: 1)))
        #expect(world.acknowledgeAll().last?.status.checkStatus == .command(exitCode: nil))
        var seen: [CheckStatus?] = []
        for code: Int32 in [0, 0, 1, 1, 0] {
            world.effects = []
            world.advance(.seconds(2))
            let id = world.effects.compactMap { if case .runProbe(let id, _) = $0 { id } else { nil } }.first
            world.step(.probeEnded(id ?? ProbeID(0), .exited(code)))
            seen += world.acknowledgeAll().map(\.status.checkStatus)
        }
        #expect(seen == [.command(exitCode: 0), .command(exitCode: 1), .command(exitCode: 0)])
    }
}
