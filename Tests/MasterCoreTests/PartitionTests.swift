import ClusterBase
import ClusterModel
import MasterCore
import ResourceModel
import Testing

/// Agents that the master cannot reach for a while, and what happened there meanwhile (upstream's `partition_tests`).
struct PartitionTests {
    /// One running task; then its agent is unreachable.
    private static func parted(_ capabilities: FrameworkCapabilities) -> (world: MasterWorld, task: TaskRecord?) {
        var world = TaskLifecycleTests.running(capabilities)
        let task = world.core.state.frameworks.first?.tasks.first
        world.wait(.seconds(95))
        return (world, task)
    }

    @Test(arguments: [true, false]) func aTaskThatEndedMeanwhileIsNotRevived(isAware: Bool) throws {
        var (world, known) = Self.parted(isAware ? .partitionAware : [])
        var task = try #require(known)
        (task.state, task.statusUpdateState, task.statusUpdateUUID) = (.finished, .finished, world.uuid(7))
        let effects = world.reregister("a1", tasks: [task], of: ["f"])
        #expect(world.statuses(in: effects).isEmpty, "the agent tells the end itself")
        #expect(world.core.state.agents.first?.usedResources.isEmpty == true)
        let told = world.statuses(in: world.update("a1", "f", "t1", .finished, uuid: 7))
        #expect(told.map(\.state) == [.finished])
        let id = try #require(world.agents["a1"]?.id)
        world.call("f", .acknowledge(agent: id, task: "t1", uuid: world.uuid(7)))
        let framework = try #require(world.core.state.frameworks.first)
        #expect(framework.tasks.isEmpty && framework.unreachableTasks.isEmpty)
        #expect(framework.completedTasks.map(\.id) == ["t1"] && world.violations.isEmpty)
    }

    @Test func whatAnUnreachableAgentSaysIsNotPassedOn() {
        var (world, _) = Self.parted(.partitionAware)
        let update = world.update("a1", "f", "t1", .failed, uuid: 9)
        #expect(world.statuses(in: update).isEmpty && world.counter("invalid_status_updates") == 1)
        let exit = world.say("a1", .exitedExecutor("m-S0", "m-0000", "t1", status: 0))
        #expect(world.events(in: exit).isEmpty)
        let message = world.say("a1", .executorMessage("m-S0", "m-0000", "t1", data: [1]))
        #expect(world.events(in: message).isEmpty)
        #expect(world.messages(in: update + exit + message).isEmpty, "it is not sent away either")
        #expect(world.core.state.frameworks.first?.unreachableTasks.map(\.state) == [.unreachable])
    }

    @Test func aTaskThatHadEndedKeepsItsEnd() {
        var world = TaskLifecycleTests.running(.partitionAware)
        world.update("a1", "f", "t1", .finished, uuid: 2)
        world.wait(.seconds(95))
        let framework = world.core.state.frameworks.first
        #expect(framework?.tasks.isEmpty == true && framework?.unreachableTasks.isEmpty == true)
        #expect(framework?.completedTasks.map(\.state) == [.finished])
        #expect(world.counter("tasks_unreachable") == 0 && world.violations.isEmpty)
    }

    @Test func anAgentMayBeLostAgain() throws {
        var (world, known) = Self.parted(.partitionAware)
        let task = try #require(known)
        world.reregister("a1", tasks: [task], of: ["f"])
        let effects = world.wait(.seconds(95))
        #expect(world.statuses(in: effects).map(\.state) == [.unreachable])
        let moves = world.records.compactMap { record -> String? in
            switch record {
            case .putUnreachable: "lost"
            case .deleteUnreachable: "back"
            default: nil
            }
        }
        #expect(moves == ["lost", "back", "lost"] && world.core.state.unreachableAgents.count == 1)
    }

    /// An agent that only lost sight of the master loses nothing, whatever its frameworks understand.
    @Test(arguments: [true, false]) func anAgentThatNobodyMissedLosesNothing(isAware: Bool) throws {
        var world = TaskLifecycleTests.running(isAware ? .partitionAware : [])
        let task = try #require(world.core.state.frameworks.first?.tasks.first)
        let effects = world.reregister("a1", tasks: [task], of: ["f"])
        #expect(world.statuses(in: effects).isEmpty)
        #expect(world.messages(in: effects).first == .reregistered("m-S0", pingTimeout: .seconds(75), unknownTasks: []))
        #expect(!world.messages(in: effects).contains { if case .killTask = $0 { true } else { false } })
        #expect(world.core.state.frameworks.first?.tasks.map(\.state) == [.running])
        #expect(world.core.state.agents.first?.usedResources.cpus == Scalar(1) && world.violations.isEmpty)
    }

    @Test(arguments: [true, false]) func aFrameworkThatWasAwayAsksWhatBecameOfItsTask(isAware: Bool) {
        var world = TaskLifecycleTests.running(isAware ? .partitionAware : [])
        world.close("f")
        let lost = world.wait(.seconds(95))
        #expect(world.events(in: lost).isEmpty, "nobody is there to be told")
        world.subscribe("f")
        let query = TaskQuery(taskID: "t1", agentID: "m-S0")
        let statuses = world.statuses(in: world.call("f", .reconcile([query, TaskQuery(taskID: "t1")])))
        #expect(statuses.map(\.state) == Array(repeating: isAware ? .unreachable : .lost, count: 2))
        #expect(statuses.allSatisfy { $0.reason == .reconciliation && $0.unreachableTime != nil })
        #expect(world.statuses(in: world.call("f", .reconcile([]))).isEmpty)
    }

    @Test func theSameAfterTheNextMasterTookOver() {
        let (first, _) = Self.parted(.partitionAware)
        var world = first.failover()
        world.subscribe("f")
        let statuses = world.statuses(in: world.call("f", .reconcile([TaskQuery(taskID: "t1", agentID: "m-S0")])))
        #expect(statuses.map(\.state) == [.unreachable])
    }

    @Test func whatAFrameworkThatEndedLeftThereIsShutDown() throws {
        var world = TaskLifecycleTests.running(.partitionAware)
        let task = try #require(world.core.state.frameworks.first?.tasks.first)
        world.wait(.seconds(95))
        world.close("f")
        world.wait(.seconds(600))
        #expect(world.core.state.completedFrameworks.map(\.id) == ["m-0000"])
        #expect(world.core.state.completedFrameworks.first?.completedTasks.map(\.id) == ["t1"])
        let effects = world.reregister("a1", tasks: [task], of: ["f"])
        #expect(world.messages(in: effects).contains(.shutdownFramework("m-0000")))
        #expect(world.core.state.frameworks.isEmpty && world.violations.isEmpty)
    }

    /// The registry forgets an agent in the moment in which it comes back.
    @Test func anAgentThatComesBackWhileOthersAreForgottenIsKept() {
        let lost = ["s1", "s2", "s3"].map { RegistrySnapshot.Dated(id: AgentID($0), since: .epoch) }
        var world = MasterWorld(RegistrySnapshot(unreachable: lost)) { $0.registryMaxAgentCount = 1 }
        world.wait(.seconds(899))
        world.agents["s1"] = .init(
            info: AgentInfo(id: "s1", hostname: "s1", port: 5051, resources: [.scalar("cpus", 1)]),
            pid: "slave(1)@10.0.0.1:5051")
        world.reregister("s1")
        world.wait(.seconds(1))
        #expect(world.core.state.unreachableAgents.map(\.id) == ["s3"])
        #expect(world.core.state.agents.map(\.id) == ["s1"] && world.violations.isEmpty)
    }
}
