import ClusterBase
import ClusterModel
import MasterCore
import ResourceModel
import Testing

struct AgentTests {
    static let resources: Resources = [.scalar("cpus", 4), .scalar("mem", 1024)]

    @Test func admissionIsRecordedBeforeTheAgentIsTold() {
        var core = MasterCore(configuration: .init(), master: MasterWorld.info, seed: 1, now: .epoch)
        _ = core.step(.recovered(RegistrySnapshot()), now: .epoch)
        let info = AgentInfo(hostname: "h", port: 5051, resources: AgentTests.resources)
        let outcome = core.step(
            .agentSpoke(pid: "slave(1)@10.0.0.1:5051", .register(MasterWorld.registration(info))), now: .epoch)
        var admitted = info
        admitted.id = "m-S0"
        #expect(outcome.records == [.putAgent(admitted)])
        #expect(
            outcome.effects == [
                .link(pid: "slave(1)@10.0.0.1:5051"),
                .sendAgent(pid: "slave(1)@10.0.0.1:5051", .registered("m-S0", pingTimeout: .seconds(75))),
            ])
    }

    @Test func aRepeatedRegistrationGetsTheSameIdAndNoRecord() {
        var world = MasterWorld()
        world.register("a1", AgentTests.resources)
        let before = world.records.count
        let effects = world.register("a1", AgentTests.resources)
        #expect(world.messages(in: effects) == [.registered("m-S0", pingTimeout: .seconds(75))])
        #expect(world.records.count == before)
    }

    @Test func aNewAgentAtTheAddressOfADisconnectedOneReplacesIt() {
        var world = TaskLifecycleTests.running(.partitionAware)
        world.breakLink("a1")
        let effects = world.register("a1", AgentTests.resources)
        let status = world.statuses(in: effects).first
        #expect(status?.state == .lost && status?.reason == .agentRemoved)
        #expect(world.core.state.agents.map(\.id) == ["m-S1"])
        #expect(world.records.contains(.deleteAgent("m-S0")))
        #expect(world.counter("slave_removals/reason_registered") == 1)
        #expect(world.violations.isEmpty)
    }

    @Test(arguments: [true, false]) func fiveMissedPingsMakeAnAgentUnreachable(isAware: Bool) throws {
        var world = TaskLifecycleTests.running(isAware ? .partitionAware : [])
        let effects = world.wait(.seconds(95))
        let pings = world.messages(in: effects).filter { $0 == .ping(connected: true) }
        #expect(pings.count == 5)
        let status = try #require(world.statuses(in: effects).first)
        #expect(status.state == (isAware ? .unreachable : .lost) && status.reason == .agentRemoved)
        #expect(status.message == "Agent a1 is unreachable: health check timed out" && status.uuid == nil)
        #expect(world.events(in: effects).contains(.failure(agent: "m-S0", executor: nil, status: nil)))
        let unreachable = try #require(world.core.state.unreachableAgents.first)
        #expect(world.records.suffix(2) == [.deleteAgent("m-S0"), .putUnreachable("m-S0", since: unreachable.since)])
        #expect(world.core.state.frameworks.first?.unreachableTasks.map(\.id) == ["t1"])
        #expect(world.violations.isEmpty)
    }

    @Test func pongsKeepAnAgent() {
        var world = TaskLifecycleTests.running()
        for _ in 0..<20 {
            world.wait(.seconds(14))
            world.say("a1", .pong)
        }
        #expect(world.core.state.agents.count == 1)
    }

    @Test(arguments: [true, false]) func anUnreachableAgentComesBackWithItsTasks(isAware: Bool) throws {
        var world = TaskLifecycleTests.running(isAware ? .partitionAware : [])
        let task = try #require(world.core.state.frameworks.first?.tasks.first)
        world.wait(.seconds(95))
        world.subscribe("g")
        let refused = world.launch("f", [world.task("t1", on: "a1")])
        #expect(world.statuses(in: refused).map(\.reason) == [.invalidOffers])
        let effects = world.reregister("a1", tasks: [task], of: ["f"])
        let status = try #require(world.statuses(in: effects).first)
        #expect(status.state == .running && status.reason == .agentReregistered && status.uuid == nil)
        #expect(world.core.state.frameworks.first?.unreachableTasks.isEmpty == true)
        #expect(world.core.state.frameworks.first?.tasks.map(\.state) == [.running])
        #expect(world.core.state.agents.first?.usedResources.cpus == Scalar(1))
        #expect(world.records.last == .deleteUnreachable("m-S0") && world.violations.isEmpty)
    }

    @Test func completedFrameworksAreShutDownOnAgentsThatComeBack() throws {
        var world = TaskLifecycleTests.running()
        let task = try #require(world.core.state.frameworks.first?.tasks.first)
        world.wait(.seconds(95))
        world.call("f", .teardown)
        let effects = world.reregister("a1", tasks: [task], of: ["f"])
        #expect(world.messages(in: effects).contains(.shutdownFramework("m-0000")))
        #expect(world.core.state.agents.first?.usedResources.isEmpty == true)
    }

    @Test func anAgentThatMovedIsShutDown() {
        var world = MasterWorld()
        world.register("a1", AgentTests.resources)
        world.agents["a1"]?.pid = "slave(1)@10.0.0.9:5051"
        #expect(
            world.messages(in: world.reregister("a1")) == [
                .shutdown("Agent came back with another IP address or host name")
            ])
        world.agents["a1"]?.pid = "slave(1)@10.0.0.1:6000"
        #expect(world.messages(in: world.reregister("a1")).count == 1)
        #expect(world.core.state.agents.first?.pid == "slave(1)@10.0.0.1:6000" && world.violations.isEmpty)
    }

    @Test func goneAgentsMayNotReturn() {
        var world = MasterWorld(RegistrySnapshot(gone: [.init(id: "x", since: .epoch)]))
        world.agents["a1"] = .init(
            info: AgentInfo(id: "x", hostname: "a1", port: 1, resources: AgentTests.resources),
            pid: "slave(1)@10.0.0.1:1")
        #expect(world.messages(in: world.reregister("a1")) == [.shutdown("Agent has been marked gone")])
    }

    @Test func aDisconnectedAgentHasTenMinutes() {
        var world = TaskLifecycleTests.running()
        world.breakLink("a1")
        #expect(world.offers("f").isEmpty)
        for _ in 0..<45 {
            world.wait(.seconds(13))
            world.say("a1", .pong)
        }
        #expect(world.core.state.agents.first?.isConnected == false)
        let words = world.statuses(in: world.wait(.seconds(20))).first?.message
        #expect(words == "Agent a1 is unreachable: agent did not re-register within 10mins after disconnecting")
    }

    @Test func recoveredAgentsThatStayAwayBecomeUnreachable() {
        let agents = (0..<4).map { AgentInfo(id: AgentID("s\($0)"), hostname: "h", port: 1, resources: []) }
        var world = MasterWorld(RegistrySnapshot(agents: agents)) {
            $0.agentRemovalRateLimit = .init(count: 1, period: .seconds(60))
        }
        world.subscribe("f")
        world.wait(.seconds(600))
        #expect(world.core.state.unreachableAgents.map(\.id) == ["s0"])
        let effects = world.wait(.seconds(180))
        #expect(world.core.state.recoveredAgents.isEmpty && world.counter("recovery_slave_removals") == 4)
        #expect(world.events(in: effects).filter { if case .failure = $0 { true } else { false } }.count == 3)
    }

    @Test func tooManyMissingAgentsStopTheMaster() {
        let agents = (0..<4).map { AgentInfo(id: AgentID("s\($0)"), hostname: "h", port: 1, resources: []) }
        var world = MasterWorld(RegistrySnapshot(agents: agents)) { $0.recoveryAgentRemovalLimit = 0.5 }
        let text = "4 of the registry's agents did not come back, more than the limit of 50%"
        #expect(world.wait(.seconds(601)).contains(.exit(text)))
    }

    @Test func unregisteringLosesTasksForEveryone() {
        var world = TaskLifecycleTests.running(.partitionAware)
        let status = world.statuses(in: world.say("a1", .unregister("m-S0"))).first
        #expect(status?.state == .lost && status?.reason == .agentRemoved)
        #expect(world.core.state.agents.isEmpty && world.counter("slave_removals/reason_unregistered") == 1)
        #expect(world.counter("task_lost/source_master/reason_slave_removed") == 1)
    }

    @Test func oldRegistryEntriesAreForgotten() {
        var world = MasterWorld(RegistrySnapshot(unreachable: [.init(id: "x", since: .epoch)])) {
            $0.registryMaxAgentAge = .seconds(1000)
        }
        world.wait(.seconds(900))
        #expect(world.core.state.unreachableAgents.count == 1)
        world.wait(.seconds(900))
        #expect(world.core.state.unreachableAgents.isEmpty && world.records.last == .deleteUnreachable("x"))
    }

    @Test func beforeRecoveryAgentsAreNotHeard() {
        var core = MasterCore(configuration: .init(), master: MasterWorld.info, seed: 1, now: .epoch)
        let info = AgentInfo(hostname: "h", port: 1, resources: [])
        let outcome = core.step(
            .agentSpoke(pid: "slave(1)@1.1.1.1:1", .register(MasterWorld.registration(info))), now: .epoch)
        #expect(outcome.effects.isEmpty && outcome.records.isEmpty)
        #expect(core.metrics.contains { $0.name == "master/dropped_messages" && $0.value == 1 })
    }
}
