import ClusterBase
import ClusterModel
import ResourceModel
import Testing

@testable import AgentCore

@Suite struct DrainTests {
    private static func stop(_ effect: AgentEffect) -> Duration? {
        if case .stopContainer(_, let grace) = effect { grace } else { nil }
    }

    /// What the task asks for, the bound, and what it gets, in seconds; 0 = nothing is said.
    @Test(arguments: [(0, 0, 3), (60, 0, 60), (0, 5, 5), (60, 5, 5), (2, 5, 2)])
    func tasksAreKilledWithinTheBound(own: Int, bound: Int, expected: Int) {
        func seconds(_ count: Int) -> Duration? { count == 0 ? nil : .seconds(count) }
        var world = AgentWorld.registered()
        _ = world.running(AgentWorld.commandTask { $0.killPolicy = KillPolicy(gracePeriod: seconds(own)) })
        let effects = world.fromMaster(.drain(DrainConfig(maxGracePeriod: seconds(bound))))
        #expect(effects.compactMap(Self.stop) == [.seconds(expected)])
        #expect(world.updates.map(\.status.state) == [.killing])
        #expect(world.updates.first?.status.reason == .agentDraining)
    }

    @Test func executorsAreToldAndQueuedTasksEnd() {
        var world = AgentWorld.registered()
        let (stream, _) = world.subscribedExecutor()
        world.fromMaster(
            .runTask(
                AgentWorld.framework(),
                AgentWorld.commandTask("t2") {
                    ($0.command, $0.executor) = (nil, ExecutorInfo(id: "e2", command: CommandInfo(value: "./e")))
                }, launchExecutor: true))
        world.effects = []
        let effects = world.fromMaster(.drain(DrainConfig(maxGracePeriod: .seconds(7))))
        #expect(effects.contains(.sendExecutor(stream, .kill("t1", policy: KillPolicy(gracePeriod: .seconds(7))))))
        #expect(world.updates.first { $0.status.taskID == "t2" }?.status.state == .killed)
    }

    @Test func launchesAreRefusedUntilNothingIsLeft() {
        var world = AgentWorld.registered()
        let container = world.running()
        world.fromMaster(.drain(DrainConfig()))
        #expect(world.disk.recovered().drain == DrainConfig())
        world.effects = []
        world.fromMaster(.runTask(AgentWorld.framework(), AgentWorld.commandTask("t2"), launchExecutor: true))
        world.fromMaster(.runTask(AgentWorld.framework(), AgentWorld.executorTask("t3"), launchExecutor: true))
        let refused = world.updates.filter { $0.status.taskID != "t1" }
        #expect(refused.map(\.status.state) == [.dropped, .dropped])
        #expect(refused.map(\.status.reason) == [.agentDraining, .agentDraining])
        #expect(
            world.messages.contains(.exitedExecutor(AgentWorld.agentID, AgentWorld.frameworkID, "e1", status: -1)))
        world.step(.containerExited(container, ContainerExit(.signalled(15))))
        #expect(world.core.drain != nil, "the end has not been acknowledged")
        world.advance(.seconds(10))
        _ = world.acknowledgeAll()
        #expect(world.core.drain == nil)
        #expect(world.disk.recovered().drain == nil)
        _ = world.running(AgentWorld.commandTask("t4"))
        #expect(world.core.frameworks.first?.executors.first?.tasks.first?.state == .running)
    }

    @Test func operationsAreWaitedFor() {
        var world = AgentWorld.registered()
        world.apply(.reserve([AgentWorld.reserved("cpus", 1)]), 1)
        world.fromMaster(.drain(DrainConfig()))
        #expect(world.core.drain != nil)
        world.acknowledgeOperations()
        #expect(world.core.drain == nil)
    }

    @Test func anIdleAgentHasNothingToDrain() {
        var world = AgentWorld.registered()
        world.fromMaster(.drain(DrainConfig(markGone: true)))
        #expect(world.core.drain == nil)
        #expect(world.disk.recovered().drain == nil)
    }

    @Test(arguments: [true, false])
    func tasksOfAnAgentToBeGivenUpAreGone(isPartitionAware: Bool) {
        var world = AgentWorld.registered()
        world.fromMaster(
            .runTask(
                AgentWorld.framework(capabilities: isPartitionAware ? [.partitionAware] : []), AgentWorld.commandTask(),
                launchExecutor: true))
        let container = world.launches[0].id
        world.step(.containerLaunched(container, ContainerStart(pid: 1)))
        _ = world.acknowledgeAll()
        world.fromMaster(.drain(DrainConfig(markGone: true)))
        world.step(.containerExited(container, ContainerExit(.signalled(15))))
        let last = world.acknowledgeAll().last?.status
        #expect(last?.state == (isPartitionAware ? .goneByOperator : .killed))
        #expect(last?.reason == .agentDraining)
    }

    @Test func drainingGoesOnAfterARestart() {
        var world = AgentWorld.registered()
        let container = world.running()
        world.fromMaster(.drain(DrainConfig(maxGracePeriod: .seconds(9))))
        _ = world.takeUpdates()
        world.restart(findings: [container: .running(ContainerStart(pid: 42))])
        #expect(world.core.drain?.config == DrainConfig(maxGracePeriod: .seconds(9)))
        #expect(world.effects.compactMap(Self.stop).last == .seconds(9))
        world.register()
        world.step(.containerExited(container, ContainerExit(.signalled(15))))
        _ = world.acknowledgeAll()
        world.advance(.seconds(20))
        _ = world.acknowledgeAll()
        #expect(world.core.drain == nil)
    }

    @Test func tasksOfAnExecutorKeepTheirOwnGraceAfterARestart() throws {
        var world = AgentWorld.registered()
        var task = AgentWorld.executorTask("t1")
        task.killPolicy = KillPolicy(gracePeriod: .seconds(2))
        world.fromMaster(.runTask(AgentWorld.framework(), task, launchExecutor: true))
        let container = try #require(world.launches.first).id
        world.step(.containerLaunched(container, ContainerStart(pid: 7)))
        _ = world.call("e1", .subscribe(unacknowledgedTasks: [], unacknowledgedUpdates: []))
        world.restart(findings: [container: .running(ContainerStart(pid: 7))])
        let (stream, _) = world.call("e1", .subscribe(unacknowledgedTasks: [task], unacknowledgedUpdates: []))
        world.register()
        let effects = world.fromMaster(.drain(DrainConfig(maxGracePeriod: .seconds(60))))
        #expect(effects.contains(.sendExecutor(stream, .kill("t1", policy: nil))))
    }

    @Test func whatEndedWhileTheAgentWasAwayEndsTheDraining() {
        var world = AgentWorld.registered()
        let container = world.running()
        world.fromMaster(.drain(DrainConfig()))
        world.restart(findings: [container: .ended(ContainerExit(.signalled(15)))])
        world.register()
        world.advance(.seconds(60))
        _ = world.acknowledgeAll()
        #expect(world.core.drain == nil)
        #expect(world.disk.recovered().drain == nil)
    }
}
