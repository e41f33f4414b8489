import ClusterBase
import ClusterModel
import MasterCore
import ResourceModel
import Testing

/// Draining, deactivating and reactivating agents (spec `mesos/06` §6.13).
struct DrainingTests {
    static let resources: Resources = [.scalar("cpus", 4), .scalar("mem", 1024)]
    static let info = MasterInfo(
        id: "m", ip: "10.0.0.100", port: 5050, hostname: "master", version: "1.11.0",
        capabilities: ["AGENT_UPDATE", "AGENT_DRAINING", "QUOTA_V2"])

    /// An agent that can drain, with a running task of a connected framework.
    static func running(_ capabilities: FrameworkCapabilities = .partitionAware) -> MasterWorld {
        TaskLifecycleTests.running(capabilities)
    }

    static func drain(_ id: AgentID = "m-S0", grace: Duration? = nil, gone: Bool = false) -> OperatorRequest {
        .drain(id, DrainConfig(maxGracePeriod: grace, markGone: gone))
    }

    static func end(_ world: inout MasterWorld) -> [MasterEffect] {
        world.update("a1", "f", "t1", .killed, uuid: 2)
        return world.call("f", .acknowledge(agent: "m-S0", task: "t1", uuid: world.uuid(2)))
    }

    @Test func aDrainingAgentIsTakenOutOfUseAndTold() throws {
        var world = Self.running()
        let offer = try #require(world.offers("f").first)
        let (reply, effects) = world.operate(Self.drain(grace: .seconds(30)))
        #expect(reply == .ok)
        #expect(world.rescinded(in: effects) == [offer.id])
        let config = DrainConfig(maxGracePeriod: .seconds(30))
        #expect(world.orders(in: effects) == [.drain(config)])
        #expect(
            world.records.suffix(2) == [
                .putDeactivation("m-S0", DrainInfo(config: config)), .putCapability("AGENT_DRAINING"),
            ])
        world.wait(.seconds(60))
        let view = try #require(world.core.state.agent("m-S0"))
        #expect(!view.isActive && view.isConnected && view.isDeactivated && view.taskCount == 1)
        #expect(view.drainInfo == DrainInfo(config: config) && view.drainStarted == .epoch)
        #expect(world.offers("f").isEmpty && world.violations.isEmpty)
        #expect(world.counter("slaves_active") == 0 && world.counter("slaves_inactive") == 1)
    }

    @Test func anAgentIsDrainedWhenItsLastTaskIsAcknowledged() throws {
        var world = Self.running()
        world.operate(Self.drain())
        world.update("a1", "f", "t1", .killed, uuid: 2)
        #expect(world.core.state.agent("m-S0")?.drainInfo?.state == .draining)
        world.call("f", .acknowledge(agent: "m-S0", task: "t1", uuid: world.uuid(2)))
        #expect(world.core.state.agent("m-S0")?.drainInfo?.state == .drained)
        #expect(world.records.last == .putDeactivation("m-S0", DrainInfo(state: .drained, config: DrainConfig())))
        #expect(world.core.state.agent("m-S0")?.isActive == false && world.violations.isEmpty)
    }

    @Test func anEmptyAgentIsDrainedAtOnce() {
        var world = MasterWorld()
        world.register("a1", Self.resources)
        #expect(world.operate(Self.drain()).reply == .ok)
        #expect(world.core.state.agent("m-S0")?.drainInfo?.state == .drained)
    }

    @Test func aDrainedAgentIsMarkedGoneIfThatIsWanted() {
        var world = Self.running()
        world.operate(Self.drain(gone: true))
        let effects = Self.end(&world)
        #expect(world.orders(in: effects).last == .shutdown("Agent has been marked gone"))
        #expect(world.core.state.agents.isEmpty && world.registry.gone.map(\.id) == ["m-S0"])
        #expect(world.registry.deactivations.isEmpty && world.registry.minimumCapabilities.isEmpty)
        #expect(world.messages(in: world.reregister("a1")) == [.shutdown("Agent has been marked gone")])
        #expect(world.violations.isEmpty)
    }

    @Test func whatCannotBeDrainedIsRefused() {
        var world = MasterWorld()
        #expect(world.operate(Self.drain("x")).reply == .refused(status: 400, text: "Unknown agent"))
        #expect(world.operate(.deactivate("x")).reply == .refused(status: 400, text: "Unknown agent"))
        #expect(world.operate(.reactivate("x")).reply == .refused(status: 400, text: "Agent is not deactivated"))
        let side = MasterWorld.AgentSide(
            info: AgentInfo(hostname: "old", port: 1, resources: Self.resources), pid: "slave(1)@10.0.0.7:1")
        world.step(
            .agentSpoke(
                pid: side.pid, .register(AgentRegistration(info: side.info, version: "1.8.0", capabilities: []))))
        #expect(
            world.operate(Self.drain()).reply
                == .refused(status: 400, text: "Agent m-S0 is not capable of draining"))
        world.register("a1", Self.resources)
        #expect(
            world.operate(Self.drain("m-S1", grace: .seconds(-1))).reply
                == .refused(status: 400, text: "'DrainAgent.max_grace_period' must not be negative"))
        let machine = MachineID(hostname: "A1", ip: "10.0.0.1")
        let window = MaintenanceWindow(machines: [machine], unavailability: .init(start: .epoch))
        world.operate(.updateSchedule(MaintenanceSchedule(windows: [window])))
        #expect(
            world.operate(Self.drain("m-S1")).reply
                == .refused(
                    status: 400, text: "Agent m-S1 is part of a maintenance schedule under Machine A1 (10.0.0.1)"))
        #expect(world.registry.deactivations.isEmpty && world.registry.minimumCapabilities.isEmpty)
    }

    @Test func aDrainingAgentCannotBeReactivatedADrainedOneCan() throws {
        var world = Self.running()
        world.operate(Self.drain())
        #expect(
            world.operate(.reactivate("m-S0")).reply
                == .refused(status: 400, text: "Agent is still in the DRAINING state"))
        _ = Self.end(&world)
        let (reply, effects) = world.operate(.reactivate("m-S0"))
        #expect(reply == .ok && world.core.state.agent("m-S0")?.drainInfo == nil)
        #expect(world.events(in: effects).contains { if case .offers = $0 { true } else { false } })
        #expect(world.records.suffix(2) == [.deleteDeactivation("m-S0"), .deleteCapability("AGENT_DRAINING")])
        #expect(world.violations.isEmpty)
    }

    @Test func aDeactivatedAgentKeepsItsTasksAndStaysSoWhenItIsBack() throws {
        var world = Self.running()
        let task = try #require(world.core.state.frameworks.first?.tasks.first)
        let (reply, effects) = world.operate(.deactivate("m-S0"))
        #expect(reply == .ok && world.rescinded(in: effects).count == 1 && world.orders(in: effects).isEmpty)
        world.breakLink("a1")
        world.reregister("a1", tasks: [task], of: ["f"])
        world.wait(.seconds(5))
        let view = try #require(world.core.state.agent("m-S0"))
        #expect(view.isConnected && !view.isActive && view.taskCount == 1 && world.offers("f").isEmpty)
        #expect(view.drainInfo == nil && world.violations.isEmpty)
        world.operate(.reactivate("m-S0"))
        #expect(!world.offers("f").isEmpty)
    }

    @Test func aDisconnectedAgentIsActiveAgainOnlyWhenItIsBack() {
        var world = Self.running()
        world.operate(.deactivate("m-S0"))
        world.breakLink("a1")
        #expect(world.operate(.reactivate("m-S0")).reply == .ok)
        #expect(world.offers("f").isEmpty && world.core.state.agent("m-S0")?.isActive == false)
        world.reregister("a1", of: ["f"])
        #expect(world.core.state.agent("m-S0")?.isActive == true && !world.offers("f").isEmpty)
    }

    @Test func drainingGoesOnUnderTheNextMaster() throws {
        var world = Self.running()
        let task = try #require(world.core.state.frameworks.first?.tasks.first)
        world.operate(Self.drain(grace: .seconds(9)))
        var next = world.failover()
        #expect(next.effects.contains { if case .exit = $0 { true } else { false } })
        next = MasterWorld(world.registry, seed: 2, master: Self.info)
        (next.agents, next.schedulers) = (world.agents, world.schedulers)
        let effects = next.reregister("a1", tasks: [task], of: ["f"])
        #expect(next.orders(in: effects).contains(.drain(DrainConfig(maxGracePeriod: .seconds(9)))))
        #expect(next.core.state.agent("m-S0")?.isActive == false)
        next.subscribe("f")
        #expect(next.offers("f").isEmpty)
        _ = Self.end(&next)
        #expect(next.core.state.agent("m-S0")?.drainInfo?.state == .drained && next.violations.isEmpty)
    }

    @Test func aRecoveredAgentCanBeDrainedBeforeItIsBack() {
        var world = MasterWorld()
        world.register("a1", Self.resources)
        var next = world.failover()
        #expect(next.operate(Self.drain()).reply == .ok)
        let effects = next.reregister("a1")
        #expect(next.orders(in: effects).contains(.drain(DrainConfig())))
        #expect(next.core.state.agent("m-S0")?.drainInfo?.state == .drained)
    }

    @Test func anUnreachableAgentIsDrainedWhenItIsBack() throws {
        var world = Self.running()
        let task = try #require(world.core.state.frameworks.first?.tasks.first)
        world.wait(.seconds(95))
        #expect(world.core.state.unreachableAgents.count == 1)
        #expect(world.operate(Self.drain()).reply == .ok)
        #expect(world.registry.deactivations.map(\.id) == ["m-S0"])
        let effects = world.reregister("a1", tasks: [task], of: ["f"])
        #expect(world.orders(in: effects).contains(.drain(DrainConfig())))
        #expect(world.core.state.agent("m-S0")?.drainInfo?.state == .draining)
        _ = Self.end(&world)
        #expect(world.core.state.agent("m-S0")?.drainInfo?.state == .drained && world.violations.isEmpty)
    }

    @Test func aDrainingAgentThatIsLostIsStillDrainingWhenItIsBack() {
        var world = Self.running()
        world.operate(Self.drain())
        world.wait(.seconds(95))
        #expect(world.core.state.unreachableAgents.count == 1 && world.registry.deactivations.count == 1)
        world.reregister("a1")
        #expect(world.core.state.agent("m-S0")?.isDeactivated == true && world.violations.isEmpty)
    }

    @Test func anAgentThatMayHaveOperationsIsDrainedOnlyAfterItSaidWhich() {
        var world = MasterWorld()
        world.register("a1", Self.resources)
        world.operate(.deactivate("m-S0"))
        world.breakLink("a1")
        world.operate(Self.drain())
        guard let side = world.agents["a1"] else { return }
        var registration = MasterWorld.registration(side.info)
        registration.capabilities.append("RESOURCE_PROVIDER")
        world.operate(Self.drain())
        world.say("a1", .reregister(registration, AgentInventory(tasks: [], frameworks: [])))
        world.operate(Self.drain())
        #expect(world.core.state.agent("m-S0")?.drainInfo?.state == .draining)
        world.say("a1", .update("m-S0", resourceVersion: nil))
        #expect(world.core.state.agent("m-S0")?.drainInfo?.state == .drained)
    }

    @Test func anAgentThatUnregistersIsForgottenWithItsDraining() {
        var world = Self.running()
        world.operate(Self.drain())
        world.say("a1", .unregister("m-S0"))
        #expect(world.registry.deactivations.isEmpty && world.registry.minimumCapabilities.isEmpty)
    }

    @Test func theFrameworkThatGoesLeavesItsAgentsDrained() {
        var world = Self.running()
        world.operate(Self.drain())
        world.call("f", .teardown)
        #expect(world.core.state.agent("m-S0")?.drainInfo?.state == .drained)
    }
}
