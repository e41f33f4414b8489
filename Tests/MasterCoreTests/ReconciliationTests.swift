import ClusterBase
import ClusterModel
import MasterCore
import ResourceModel
import Testing

/// What RECONCILE answers about tasks that the master has (upstream's `reconciliation_tests`).
struct ReconciliationTests {
    private func answers(_ world: inout MasterWorld, _ queries: [TaskQuery]) -> [TaskStatus] {
        world.statuses(in: world.call("f", .reconcile(queries)))
    }

    private let named = [TaskQuery(taskID: "t1", agentID: "m-S0")]

    /// What the framework believes does not matter: it is told the latest state, and which agent.
    @Test func aKnownTaskIsToldWithItsAgent() {
        var world = TaskLifecycleTests.running()
        for queries in [named, [TaskQuery(taskID: "t1")], [TaskQuery(taskID: "t1", agentID: "m-S9")], []] {
            let statuses = answers(&world, queries)
            #expect(statuses.map(\.state) == [.running] && statuses.first?.agentID == "m-S0")
            #expect(statuses.first?.source == .master && statuses.first?.reason == .reconciliation)
            #expect(statuses.first?.uuid == nil, "there is nothing to acknowledge")
        }
    }

    @Test func anEndThatIsNotAcknowledgedIsTold() {
        var world = TaskLifecycleTests.running()
        world.update("a1", "f", "t1", .finished, uuid: 2)
        #expect(answers(&world, named).map(\.state) == [.finished])
        #expect(answers(&world, []).map(\.state) == [.finished])
    }

    @Test func anEndThatIsAcknowledgedIsForgotten() {
        var world = TaskLifecycleTests.running(.partitionAware)
        world.update("a1", "f", "t1", .finished, uuid: 2)
        world.call("f", .acknowledge(agent: "m-S0", task: "t1", uuid: world.uuid(2)))
        #expect(answers(&world, []).isEmpty)
        #expect(answers(&world, named).map(\.state) == [.gone])
    }

    /// Updates that wait for an acknowledgement come first: the answer does not run ahead of them.
    @Test func answersDoNotRunAheadOfUpdates() {
        var world = TaskLifecycleTests.running()
        world.update("a1", "f", "t1", .running, uuid: 2, latest: .failed)
        #expect(answers(&world, named).map(\.state) == [.running])
        world.update("a1", "f", "t1", .failed, uuid: 3)
        #expect(answers(&world, named).map(\.state) == [.failed])
    }

    @Test func severalTasksAreAnsweredInTheOrderOfTheQuestions() {
        var world = TaskLifecycleTests.running(.partitionAware)
        world.wait(.seconds(2))
        world.launch("f", [world.task("t2", on: "a1")], refuse: 0)
        let statuses = answers(
            &world,
            [TaskQuery(taskID: "x", agentID: "m-S0"), TaskQuery(taskID: "t2"), TaskQuery(taskID: "t1")])
        #expect(statuses.map(\.taskID) == ["x", "t2", "t1"])
        #expect(statuses.map(\.state) == [.gone, .staging, .running])
    }

    /// A new master says nothing of tasks on agents that may still come back, and knows them once they are.
    @Test func agentsThatAreAwaitedAreNotAnsweredFor() throws {
        let first = TaskLifecycleTests.running(.partitionAware)
        let task = try #require(first.core.state.frameworks.first?.tasks.first)
        var world = first.failover()
        world.subscribe("f")
        #expect(answers(&world, named).isEmpty && answers(&world, [TaskQuery(taskID: "t1")]).isEmpty)
        world.reregister("a1", tasks: [task], of: ["f"])
        #expect(answers(&world, named).map(\.state) == [.running])
    }

    @Test func othersTasksAreUnknown() {
        var world = TaskLifecycleTests.running()
        world.subscribe("g", FrameworkInfo(user: "u", name: "g", capabilities: .partitionAware))
        let statuses = world.statuses(in: world.call("g", .reconcile(named + [TaskQuery(taskID: "t1")])))
        #expect(statuses.map(\.state) == [.gone, .unknown])
        #expect(world.statuses(in: world.call("g", .reconcile([]))).isEmpty)
    }
}
