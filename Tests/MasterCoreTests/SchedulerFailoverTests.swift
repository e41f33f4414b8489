import ClusterBase
import ClusterModel
import MasterCore
import ResourceModel
import Testing

/// Schedulers and masters that are replaced while tasks run (upstream's `fault_tolerance_tests`,
/// `http_fault_tolerance_tests`, `teardown_tests`).
struct SchedulerFailoverTests {
    /// The streams that got an event.
    private func streams(in effects: [MasterEffect], _ isWanted: (SchedulerEvent) -> Bool) -> [StreamToken] {
        effects.compactMap { effect in
            if case .send(let stream, let event) = effect, isWanted(event) { stream } else { nil }
        }
    }

    @Test func theNewSchedulerGetsWhatIsSaidFromNowOn() throws {
        var world = TaskLifecycleTests.running()
        let old = try #require(world.schedulers["f"]?.stream)
        world.subscribe("f")
        let new = try #require(world.schedulers["f"]?.stream)
        #expect(old != new)
        let update = world.update("a1", "f", "t1", .finished, uuid: 2)
        #expect(streams(in: update) { if case .update = $0 { true } else { false } } == [new])
        let message = world.say("a1", .executorMessage("m-S0", "m-0000", "e", data: [3]))
        #expect(streams(in: message) { if case .message = $0 { true } else { false } } == [new])
        let down = world.call("f", .message(agent: "m-S0", executor: "e", data: [4]))
        #expect(world.messages(in: down) == [.frameworkMessage("m-S0", "m-0000", "e", data: [4])])
    }

    /// What came while nobody listened is not kept: the agent sends it again until it is acknowledged.
    @Test func anUpdateForNobodyIsSentAgainByTheAgent() {
        var world = TaskLifecycleTests.running()
        world.close("f")
        #expect(world.events(in: world.update("a1", "f", "t1", .finished, uuid: 2)).isEmpty)
        #expect(world.core.state.frameworks.first?.tasks.map(\.state) == [.finished])
        world.subscribe("f")
        #expect(world.statuses(in: world.update("a1", "f", "t1", .finished, uuid: 2)).map(\.state) == [.finished])
        #expect(world.counter("tasks_finished") == 1, "one end is counted once")
    }

    @Test func aFrameworkThatStaysAwayEndsWithItsTasks() {
        var world = TaskLifecycleTests.running()
        world.close("f")
        #expect(world.messages(in: world.wait(.seconds(50))).allSatisfy { if case .ping = $0 { true } else { false } })
        #expect(world.core.state.frameworks.first?.tasks.map(\.state) == [.running])
        var effects: [MasterEffect] = []
        for _ in 0..<50 {
            world.say("a1", .pong)
            effects += world.wait(.seconds(14))
        }
        #expect(world.messages(in: effects).contains(.shutdownFramework("m-0000")))
        #expect(world.core.state.frameworks.isEmpty)
        #expect(world.core.state.completedFrameworks.first?.completedTasks.map(\.state) == [.killed])
        #expect(world.core.state.agents.first?.usedResources.isEmpty == true && world.violations.isEmpty)
    }

    @Test func callsOfNobodyChangeNothing() {
        var world = TaskLifecycleTests.running()
        world.schedulers["x"] = .init(
            info: FrameworkInfo(id: "m-0007", user: "u", name: "x"), stream: StreamToken(77), streamID: "s")
        #expect(world.messages(in: world.call("x", .kill("t1", agent: nil, policy: nil))).isEmpty)
        world.close("f")
        #expect(world.messages(in: world.call("f", .kill("t1", agent: nil, policy: nil))).isEmpty)
        #expect(world.core.state.frameworks.first?.tasks.map(\.state) == [.running])
    }

    // MARK: The next master

    /// Agents bring the framework back; it may describe itself anew when it subscribes.
    @Test func theNextMasterTakesTheNewestDescription() throws {
        let first = TaskLifecycleTests.running()
        let task = try #require(first.core.state.frameworks.first?.tasks.first)
        var world = first.failover()
        world.reregister("a1", tasks: [task], of: ["f"])
        let recovered = try #require(world.core.state.frameworks.first)
        #expect(recovered.isRecovered && !recovered.isConnected && recovered.tasks.map(\.state) == [.running])
        #expect(world.core.state.agents.first?.usedResources.cpus == Scalar(1))
        world.schedulers["f"]?.info.name = "renamed"
        world.schedulers["f"]?.info.webuiURL = "http://new"
        let effects = world.subscribe("f")
        let info = try #require(world.core.state.frameworks.first?.info)
        #expect(info.id == "m-0000" && info.name == "renamed" && info.webuiURL == "http://new")
        #expect(world.messages(in: effects).contains(.updateFramework(info)))
        #expect(world.core.state.frameworks.first?.tasks.map(\.id) == ["t1"] && world.violations.isEmpty)
    }

    /// The scheduler is back before its agent is.
    @Test func theNextMasterLearnsOfTasksAfterTheirFramework() throws {
        let first = TaskLifecycleTests.running()
        let task = try #require(first.core.state.frameworks.first?.tasks.first)
        var world = first.failover()
        world.subscribe("f")
        #expect(world.core.state.frameworks.first?.tasks.isEmpty == true)
        let effects = world.reregister("a1", tasks: [task], of: ["f"])
        #expect(world.statuses(in: effects).isEmpty, "nothing happened to the task")
        #expect(world.core.state.frameworks.first?.tasks.map(\.state) == [.running])
        let offered = world.offers("f").reduce(Scalar.zero) { $0 + $1.resources.cpus }
        #expect(offered == Scalar(3) && world.violations.isEmpty)
    }

    @Test func operatorsEndAFrameworkThatOnlyAgentsKnow() throws {
        let first = TaskLifecycleTests.running()
        let task = try #require(first.core.state.frameworks.first?.tasks.first)
        var world = first.failover()
        world.reregister("a1", tasks: [task], of: ["f"])
        let request = RequestToken(77)
        let effects = world.step(.teardownRequested(request, "m-0000"))
        #expect(effects.contains(.respond(request, .ok)))
        #expect(world.messages(in: effects) == [.shutdownFramework("m-0000")])
        #expect(world.core.state.frameworks.isEmpty && world.core.state.agents.first?.usedResources.isEmpty == true)
        let again = world.subscribe("f")
        #expect(world.events(in: again) == [.error("Framework has been removed")] && world.violations.isEmpty)
    }

    /// An executor outlives its tasks and both masters, and is told apart from one that ended.
    @Test func executorsWithoutTasksAreTakenOver() throws {
        var first = TaskLifecycleTests.running()
        let executor = ExecutorInfo(
            id: "e", frameworkID: "m-0000", command: CommandInfo(value: "run"), resources: [.scalar("cpus", 1)])
        var world = first.failover()
        let side = try #require(world.agents["a1"])
        let info = try #require(world.schedulers["f"]?.info)
        let inventory = AgentInventory(executors: [executor], tasks: [], frameworks: [info])
        world.say("a1", .reregister(MasterWorld.registration(side.info), inventory))
        #expect(world.core.state.agents.first?.usedResources.cpus == Scalar(1))
        #expect(world.core.state.agents.first?.executors.map(\.id) == ["e"])
        // It ended while the agent was away: the agent does not report it any more.
        world.reregister("a1", of: ["f"])
        #expect(world.core.state.agents.first?.usedResources.isEmpty == true)
        #expect(world.core.state.frameworks.first?.executors.isEmpty == true && world.violations.isEmpty)
        first.close("f")
    }
}
