import ClusterBase
import ClusterModel
import MasterCore
import ResourceModel
import Testing

struct TaskLifecycleTests {
    static func running(
        _ capabilities: FrameworkCapabilities = [], checkpoint: Bool = true,
        configure: (inout MasterConfiguration) -> Void = { _ in }
    ) -> MasterWorld {
        var world = MasterWorld(configure: configure)
        world.register("a1", [.scalar("cpus", 4), .scalar("mem", 1024)])
        let info = FrameworkInfo(
            user: "u", name: "f", failoverTimeout: .seconds(600), checkpoint: checkpoint, capabilities: capabilities)
        world.subscribe("f", info)
        world.launch("f", [world.task("t1", on: "a1")], refuse: 0)
        world.update("a1", "f", "t1", .running, uuid: 1)
        return world
    }

    func record(_ world: MasterWorld) -> TaskRecord? { world.core.state.frameworks.first?.tasks.first }

    @Test func aTaskIsForgottenWhenItsEndIsAcknowledgedByTheRightUUID() throws {
        var world = TaskLifecycleTests.running()
        #expect(record(world)?.state == .running)
        world.update("a1", "f", "t1", .finished, uuid: 2)
        let agent = try #require(world.core.state.agents.first)
        #expect(agent.usedResources.isEmpty, "resources are free at the end, not at its acknowledgement")
        let id = agent.id
        let first = world.call("f", .acknowledge(agent: id, task: "t1", uuid: world.uuid(1)))
        #expect(world.messages(in: first) == [.acknowledge(id, "m-0000", "t1", uuid: world.uuid(1))])
        #expect(record(world)?.state == .finished)
        world.call("f", .acknowledge(agent: id, task: "t1", uuid: world.uuid(2)))
        #expect(record(world) == nil)
        #expect(world.core.state.frameworks.first?.completedTasks.map(\.state) == [.finished])
        #expect(world.violations.isEmpty)
    }

    @Test func latestStateFreesResourcesWhileOlderUpdatesWait() {
        var world = TaskLifecycleTests.running()
        world.update("a1", "f", "t1", .running, uuid: 3, latest: .failed)
        #expect(record(world)?.state == .failed && record(world)?.statusUpdateState == .running)
        #expect(world.core.state.agents.first?.usedResources.isEmpty == true)
        #expect(world.counter("tasks_failed") == 1)
        world.update("a1", "f", "t1", .failed, uuid: 4)
        #expect(world.counter("tasks_failed") == 1, "one end is counted once")
    }

    @Test func statusesAreCollapsedBoundedAndWithoutData() {
        var world = TaskLifecycleTests.running { $0.maxStatusesPerTask = 3 }
        for turn in UInt64(10)..<20 { world.update("a1", "f", "t1", turn % 2 == 0 ? .starting : .running, uuid: turn) }
        #expect(record(world)?.statuses.map(\.state) == [.running, .starting, .running])
        world.update("a1", "f", "t1", .running, uuid: 21)
        #expect(record(world)?.statuses.count == 3 && record(world)?.statuses.last?.uuid == world.uuid(21))
    }

    @Test func completedTasksAreBounded() {
        var world = TaskLifecycleTests.running { $0.maxCompletedTasksPerFramework = 2 }
        world.update("a1", "f", "t1", .finished, uuid: nil)
        for id in ["t2", "t3", "t4"] {
            world.wait(.seconds(6))
            world.launch("f", [world.task(TaskID(id), on: "a1")], refuse: 0)
            world.update("a1", "f", TaskID(id), .finished, uuid: nil)
        }
        #expect(world.core.state.frameworks.first?.completedTasks.map(\.id) == ["t3", "t4"])
    }

    @Test func strangersCannotUpdateTasks() {
        var world = TaskLifecycleTests.running()
        world.register("a2", [.scalar("cpus", 1)])
        let status = TaskStatus(taskID: "t1", state: .failed, agentID: world.agents["a1"]?.id)
        let update = StatusUpdate(
            frameworkID: "m-0000", agentID: world.agents["a1"]?.id, status: status, timestamp: world.now,
            uuid: world.uuid(9))
        #expect(world.statuses(in: world.say("a2", .statusUpdate(update))).isEmpty)
        #expect(record(world)?.state == .running && world.counter("invalid_status_updates") == 1)
    }

    @Test func killsAreRepeatedAndRememberedForTheAgentsReturn() throws {
        var world = TaskLifecycleTests.running()
        let policy = KillPolicy(gracePeriod: .seconds(9))
        let expected = MasterMessage.killTask("m-0000", "t1", policy)
        #expect(world.messages(in: world.call("f", .kill("t1", agent: nil, policy: policy))) == [expected])
        #expect(world.messages(in: world.call("f", .kill("t1", agent: "m-S9", policy: nil))).isEmpty)
        world.breakLink("a1")
        #expect(world.messages(in: world.call("f", .kill("t1", agent: nil, policy: policy))).isEmpty)
        let task = try #require(record(world))
        #expect(world.messages(in: world.reregister("a1", tasks: [task], of: ["f"])).contains(expected))
    }

    @Test func killOfAnUnknownTaskIsAReconciliation() {
        var world = TaskLifecycleTests.running(.partitionAware)
        let status = world.statuses(in: world.call("f", .kill("x", agent: "m-S0", policy: nil))).first
        #expect(status?.state == .gone && status?.reason == .reconciliation)
        #expect(status?.message == "Reconciliation: Task is unknown to the agent" && status?.uuid == nil)
    }

    @Test func tasksOfUncheckpointedFrameworksAreLostWithTheLink() {
        var world = TaskLifecycleTests.running(.partitionAware, checkpoint: false)
        let status = world.statuses(in: world.breakLink("a1")).first
        #expect(status?.state == .lost && status?.reason == .agentDisconnected && status?.source == .master)
        #expect(record(world) == nil && world.violations.isEmpty)
    }

    @Test func aTaskGivenUpByMistakeIsChargedAndKilledWhenItsAgentStillHasIt() throws {
        var world = TaskLifecycleTests.running(checkpoint: false)
        let task = try #require(record(world))
        world.breakLink("a1")
        let effects = world.reregister("a1", tasks: [task], of: ["f"])
        #expect(world.messages(in: effects).contains(.killTask("m-0000", "t1", nil)))
        #expect(world.core.state.agents.first?.usedResources.cpus == Scalar(1))
        #expect(world.violations.isEmpty)
    }

    @Test func tasksThatTheAgentDoesNotReportAreListedForIt() {
        var world = TaskLifecycleTests.running(.partitionAware)
        let effects = world.reregister("a1", of: ["f"])
        let unknown = FrameworkTasks(frameworkID: "m-0000", taskIDs: ["t1"], isPartitionAware: true)
        #expect(
            world.messages(in: effects).first
                == .reregistered("m-S0", pingTimeout: .seconds(75), unknownTasks: [unknown]))
    }

    @Test func messagesAreRelayedBothWays() {
        var world = TaskLifecycleTests.running()
        let down = world.call("f", .message(agent: "m-S0", executor: "e", data: [1, 2]))
        #expect(world.messages(in: down) == [.frameworkMessage("m-S0", "m-0000", "e", data: [1, 2])])
        let up = world.say("a1", .executorMessage("m-S0", "m-0000", "e", data: [3]))
        #expect(world.events(in: up) == [.message(agent: "m-S0", executor: "e", data: [3])])
        world.call("f", .message(agent: "m-S5", executor: "e", data: []))
        #expect(world.counter("invalid_framework_to_executor_messages") == 1)
    }

    @Test func acknowledgementsToLostAgentsAreDroppedAndCounted() {
        var world = TaskLifecycleTests.running()
        world.breakLink("a1")
        let effects = world.call("f", .acknowledge(agent: "m-S0", task: "t1", uuid: world.uuid(1)))
        #expect(world.messages(in: effects).isEmpty)
        #expect(world.counter("invalid_status_update_acknowledgements") == 1)
    }

    // MARK: Reconciliation

    struct Query: Sendable, CustomTestStringConvertible {
        let agent: AgentID?
        let state: TaskState?
        let message: String
        var testDescription: String { "\(agent?.value ?? "no agent"): \(state?.wireName ?? "no answer")" }
    }

    static let queries = [
        Query(agent: "back", state: .gone, message: "Task is unknown to the agent"),
        Query(agent: "lost", state: .unreachable, message: "Task is unreachable"),
        Query(agent: "gone", state: .goneByOperator, message: "Task is gone"),
        Query(agent: "other", state: .unknown, message: "Task is unknown"),
        Query(agent: "late", state: nil, message: ""), Query(agent: nil, state: nil, message: ""),
    ]

    @Test(arguments: queries, [true, false]) func explicitReconciliation(query: Query, isAware: Bool) {
        let agents = ["back", "late"].map { AgentInfo(id: AgentID($0), hostname: $0 + "1", port: 1, resources: []) }
        var world = MasterWorld(
            RegistrySnapshot(
                agents: agents, unreachable: [.init(id: "lost", since: .epoch)],
                gone: [.init(id: "gone", since: .epoch)]))
        world.agents["back1"] = .init(info: agents[0], pid: "slave(1)@10.0.0.1:1")
        world.reregister("back1")
        world.subscribe("f", FrameworkInfo(user: "u", name: "f", capabilities: isAware ? .partitionAware : []))
        let effects = world.call("f", .reconcile([TaskQuery(taskID: "t", agentID: query.agent)]))
        let status = world.statuses(in: effects).first
        #expect(status?.state == (isAware ? query.state : query.state.map { _ in .lost }))
        #expect(status?.message == (query.state == nil ? nil : "Reconciliation: " + query.message))
        #expect(status?.unreachableTime == (query.agent == "lost" ? .epoch : nil))
        #expect(
            status == nil || (status?.source == .master && status?.reason == .reconciliation && status?.uuid == nil))
    }

    @Test func anUnknownTaskWithoutAgentIsUnknownOnceAllAgentsAreBack() {
        var world = TaskLifecycleTests.running(.partitionAware)
        let effects = world.call("f", .reconcile([TaskQuery(taskID: "x")]))
        #expect(world.statuses(in: effects).map(\.state) == [.unknown])
    }

    @Test func implicitReconciliationTellsTheLastForwardedState() {
        var world = TaskLifecycleTests.running()
        world.update("a1", "f", "t1", .running, uuid: 5, latest: .finished)
        let statuses = world.statuses(in: world.call("f", .reconcile([])))
        #expect(statuses.map(\.state) == [.running] && statuses.first?.message == "Reconciliation: Latest task state")
    }
}
