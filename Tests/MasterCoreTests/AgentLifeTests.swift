import ClusterBase
import ClusterModel
import MasterCore
import ResourceModel
import Testing

/// Agents that are gone, that are removed at a limited rate, that come back, and that may not come.
struct AgentLifeTests {
    static let resources: Resources = [.scalar("cpus", 4), .scalar("mem", 1024)]

    static func failures(_ effects: [MasterEffect], in world: MasterWorld) -> Int {
        world.events(in: effects).count { if case .failure = $0 { true } else { false } }
    }

    // MARK: Gone

    @Test(arguments: [true, false]) func aGoneAgentLosesItsTasksForGood(isAware: Bool) throws {
        var world = TaskLifecycleTests.running(isAware ? .partitionAware : [])
        let (reply, effects) = world.operate(.markGone("m-S0"))
        #expect(reply == .ok)
        let status = try #require(world.statuses(in: effects).first)
        #expect(status.state == (isAware ? .goneByOperator : .lost))
        #expect(status.reason == (isAware ? .agentRemovedByOperator : .agentRemoved) && status.uuid == nil)
        #expect(status.message == "Agent has been marked gone")
        #expect(world.orders(in: effects) == [.shutdown("Agent has been marked gone")])
        #expect(Self.failures(effects, in: world) == 1)
        #expect(world.core.state.frameworks.first?.completedTasks.map(\.state) == [status.state])
        #expect(world.counter(isAware ? "tasks_gone_by_operator" : "tasks_lost") == 1)
        #expect(world.registry.gone.map(\.id) == ["m-S0"] && world.registry.agents.isEmpty)
        let repeated = world.operate(.markGone("m-S0"))
        #expect(repeated.reply == .ok && repeated.effects.count == 1)
        #expect(world.messages(in: world.reregister("a1")) == [.shutdown("Agent has been marked gone")])
        #expect(world.core.state.agents.isEmpty && world.violations.isEmpty)
    }

    @Test(arguments: [true, false]) func theTasksOfAnUnreachableAgentEndWhenItIsGone(isAware: Bool) throws {
        var world = TaskLifecycleTests.running(isAware ? .partitionAware : [])
        world.wait(.seconds(95))
        let (reply, effects) = world.operate(.markGone("m-S0"))
        let status = try #require(world.statuses(in: effects).first)
        #expect(reply == .ok && status.state == (isAware ? .goneByOperator : .lost))
        let framework = try #require(world.core.state.frameworks.first)
        #expect(framework.unreachableTasks.isEmpty && framework.completedTasks.map(\.state) == [status.state])
        #expect(world.core.state.unreachableAgents.isEmpty && world.registry.unreachable.isEmpty)
        #expect(world.registry.gone.map(\.id) == ["m-S0"])
        let asked = world.call("f", .reconcile([TaskQuery(taskID: "t1", agentID: "m-S0")]))
        #expect(world.statuses(in: asked).map(\.state) == [isAware ? .goneByOperator : .lost])
    }

    @Test func aRecoveredAgentThatIsGoneIsNotAwaited() {
        var world = MasterWorld()
        world.register("a1", Self.resources)
        var next = world.failover()
        next.subscribe("f")
        let (reply, effects) = next.operate(.markGone("m-S0"))
        #expect(reply == .ok && Self.failures(effects, in: next) == 1)
        #expect(next.core.state.recoveredAgents.isEmpty && next.registry.agents.isEmpty)
        next.wait(.seconds(700))
        #expect(next.core.state.unreachableAgents.isEmpty && next.counter("recovery_slave_removals") == 0)
        #expect(next.failover().messages(in: next.reregister("a1")) == [.shutdown("Agent has been marked gone")])
    }

    @Test func anAgentThatNobodyKnowsCannotBeGone() {
        var world = MasterWorld()
        #expect(world.operate(.markGone("x")).reply == .refused(status: 404, text: "Agent 'x' not found"))
    }

    // MARK: Rate limit

    /// Agents that fall silent all at once under a limit of one per minute.
    static func silent(_ count: Int) -> MasterWorld {
        var world = MasterWorld { $0.agentRemovalRateLimit = .init(count: 1, period: .seconds(60)) }
        world.subscribe("f")
        for number in 1...count { world.register("a\(number)", resources) }
        world.wait(.seconds(91))
        return world
    }

    @Test func silentAgentsAreRemovedOneByOne() {
        var world = Self.silent(3)
        #expect(world.core.state.unreachableAgents.count == 1)
        #expect(world.counter("slave_unreachable_scheduled") == 3 && world.counter("slave_unreachable_completed") == 1)
        world.wait(.seconds(60))
        #expect(world.core.state.unreachableAgents.count == 2)
        world.wait(.seconds(60))
        #expect(world.core.state.unreachableAgents.count == 3)
        #expect(world.counter("slave_unreachable_completed") == 3 && world.counter("slave_unreachable_canceled") == 0)
        #expect(world.counter("slave_removals") == 3 && world.counter("slave_removals/reason_unhealthy") == 3)
        #expect(world.violations.isEmpty)
    }

    @Test func anAgentThatAnswersIsNotRemovedAndTheNextTakesItsTurn() throws {
        var world = Self.silent(4)
        let waiting = world.core.state.agents.map(\.info.hostname)
        let back = try #require(waiting.first)
        world.say(back, .pong)
        #expect(world.counter("slave_unreachable_canceled") == 1)
        for _ in 0..<12 {
            world.wait(.seconds(10))
            world.say(back, .pong)
        }
        #expect(world.core.state.unreachableAgents.count == 3, "two more in two minutes")
        #expect(world.core.state.agents.map(\.info.hostname) == [back])
        #expect(world.counter("slave_unreachable_completed") == 3 && world.violations.isEmpty)
    }

    @Test func anAgentThatRegistersAgainIsNotRemoved() throws {
        var world = Self.silent(2)
        let back = try #require(world.core.state.agents.first?.info.hostname)
        world.reregister(back)
        #expect(world.counter("slave_unreachable_canceled") == 1)
        for _ in 0..<10 {
            world.wait(.seconds(10))
            world.say(back, .pong)
        }
        #expect(world.core.state.agents.map(\.info.hostname) == [back])
    }

    @Test func recoveredAgentsThatComeWhileTheyWaitAreKept() {
        var world = MasterWorld()
        for number in 1...3 { world.register("a\(number)", Self.resources) }
        var next = world.failover { $0.agentRemovalRateLimit = .init(count: 1, period: .seconds(60)) }
        next.wait(.seconds(601))
        #expect(next.core.state.unreachableAgents.map(\.id) == ["m-S0"])
        next.reregister("a2")
        #expect(next.counter("slave_unreachable_canceled") == 1)
        next.wait(.seconds(60))
        #expect(next.core.state.unreachableAgents.map(\.id) == ["m-S0", "m-S2"])
        #expect(next.core.state.agents.map(\.id) == ["m-S1"] && next.counter("recovery_slave_removals") == 2)
        #expect(next.counter("slave_unreachable_scheduled") == 3 && next.violations.isEmpty)
    }

    @Test func recoveredAgentsThatAreGoneTakeNobodysTurn() {
        var world = MasterWorld()
        for number in 1...3 { world.register("a\(number)", Self.resources) }
        var next = world.failover { $0.agentRemovalRateLimit = .init(count: 1, period: .seconds(60)) }
        next.wait(.seconds(601))
        #expect(next.operate(.markGone("m-S1")).reply == .ok)
        #expect(next.counter("slave_unreachable_canceled") == 1)
        next.wait(.seconds(60))
        #expect(next.core.state.unreachableAgents.map(\.id) == ["m-S0", "m-S2"] && next.violations.isEmpty)
    }

    // MARK: Coming and coming back

    struct Refused: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let version: String
        let change: @Sendable (inout AgentInfo) -> Void

        init(
            _ name: String, version: String = "1.11.0",
            _ change: @escaping @Sendable (inout AgentInfo) -> Void = { _ in }
        ) {
            (testDescription, self.version, self.change) = (name, version, change)
        }
    }

    static let refused: [Refused] = [
        Refused("no version", version: ""), Refused("old", version: "0.28.2"),
        Refused("words", version: "one.two.three"),
        Refused("short", version: "1.9"), Refused("no host name") { $0.hostname = "" },
        Refused("fault domain") { $0.domain = FaultDomain(region: "r", zone: "z") },
        Refused("ten megabytes of attributes") { info in
            info.attributes = [Attribute(name: "rack", value: .text(String(repeating: "x", count: 10_000_000)))]
        },
    ]

    @Test(arguments: refused) func agentsThatCannotBeWorkedWithAreNotAdmitted(refused: Refused) {
        var world = MasterWorld()
        var info = AgentInfo(hostname: "a1", port: 1, resources: Self.resources)
        refused.change(&info)
        let pid = "slave(1)@10.0.0.1:1"
        let registration = AgentRegistration(info: info, version: refused.version, capabilities: [])
        let before = world.records.count
        #expect(world.step(.agentSpoke(pid: pid, .register(registration))).isEmpty)
        info.id = "old-S1"
        let again = AgentRegistration(info: info, version: refused.version, capabilities: [])
        #expect(
            world.step(.agentSpoke(pid: pid, .reregister(again, AgentInventory(tasks: [], frameworks: [])))).isEmpty)
        #expect(world.core.state.agents.isEmpty && world.records.count == before)
        #expect(world.counter("dropped_messages") == 2)
    }

    @Test func agentsWithoutADomainAreRefusedWhereOneIsRequired() {
        var world = MasterWorld { $0.requireAgentDomain = true }
        #expect(world.register("a1", Self.resources).isEmpty && world.core.state.agents.isEmpty)
    }

    @Test func anAgentThatTheRegistryForgotIsAdmittedAgain() {
        var world = MasterWorld()
        world.agents["a1"] = .init(
            info: AgentInfo(id: "old-S7", hostname: "a1", port: 5051, resources: Self.resources),
            pid: "slave(1)@10.0.0.1:5051")
        world.reregister("a1")
        #expect(world.core.state.agents.map(\.id) == ["old-S7"] && world.registry.agents.map(\.id) == ["old-S7"])
    }

    @Test func aRecoveredAgentWithoutChangesIsNotWrittenAgain() {
        var world = MasterWorld()
        world.register("a1", Self.resources)
        var next = world.failover()
        let before = next.records.count
        next.reregister("a1")
        #expect(next.records.count == before && next.core.state.agents.count == 1)
    }

    @Test func anAgentMayComeBackWithOtherAttributesDomainAndPort() throws {
        var world = TaskLifecycleTests.running()
        let task = try #require(world.core.state.frameworks.first?.tasks.first)
        let old = try #require(world.offers("f").first)
        world.agents["a1"]?.info.attributes = [Attribute(name: "rack", value: .text("b"))]
        world.agents["a1"]?.info.port = 6000
        world.agents["a1"]?.pid = "slave(1)@10.0.0.1:6000"
        let effects = world.reregister("a1", tasks: [task], of: ["f"])
        #expect(world.rescinded(in: effects) == [old.id])
        let offer = try #require(world.offers("f").first)
        #expect(offer.attributes == [Attribute(name: "rack", value: .text("b"))] && offer.port == 6000)
        #expect(world.registry.agents.first?.port == 6000 && world.core.state.agents.first?.taskCount == 1)
        #expect(world.violations.isEmpty)
    }

    // MARK: The registry's age and size

    @Test func unreachableAgentsBeyondTheCountAreForgottenOldestFirst() {
        let old = (0..<5).map { RegistrySnapshot.Dated(id: AgentID("s\($0)"), since: Instant(seconds: Double(5 - $0))) }
        let gone = old.map { RegistrySnapshot.Dated(id: AgentID("g\($0.id)"), since: $0.since) }
        var world = MasterWorld(RegistrySnapshot(unreachable: old, gone: gone)) { $0.registryMaxAgentCount = 2 }
        world.wait(.seconds(899))
        #expect(world.core.state.unreachableAgents.count == 5)
        world.wait(.seconds(2))
        #expect(world.core.state.unreachableAgents.map(\.id) == ["s0", "s1"])
        let forgotten = world.records.filter { if case .deleteGone = $0 { true } else { false } }
        #expect(forgotten == [.deleteGone("gs4"), .deleteGone("gs3"), .deleteGone("gs2")])
    }

    @Test func aForgottenAgentTakesItsTasksAndItsDrainingWithIt() {
        var world = TaskLifecycleTests.running(.partitionAware) { $0.registryMaxAgentAge = .seconds(1000) }
        world.wait(.seconds(95))
        world.operate(.deactivate("m-S0"))
        #expect(world.core.state.frameworks.first?.unreachableTasks.count == 1)
        world.wait(.seconds(1800))
        #expect(world.core.state.unreachableAgents.isEmpty && world.registry.deactivations.isEmpty)
        #expect(world.core.state.frameworks.first?.unreachableTasks.isEmpty == true)
        let asked = world.call("f", .reconcile([TaskQuery(taskID: "t1", agentID: "m-S0")]))
        #expect(world.statuses(in: asked).map(\.state) == [.unknown])
        world.reregister("a1")
        #expect(world.core.state.agent("m-S0")?.isActive == true)
    }

    // MARK: What the registry says

    @Test func aMasterThatCannotDoWhatTheRegistryNeedsStops() {
        let world = MasterWorld(RegistrySnapshot(minimumCapabilities: ["QUOTA_V2", "AGENT_DRAINING", "FUTURE"]))
        let text = "Master is missing the following minimum capabilities: AGENT_DRAINING, FUTURE, QUOTA_V2"
        #expect(world.effects.contains(.exit(text)))
        let able = MasterWorld(RegistrySnapshot(minimumCapabilities: ["QUOTA_V2"]), master: DrainingTests.info)
        #expect(!able.effects.contains { if case .exit = $0 { true } else { false } })
    }

    @Test func quotasNeedAMasterThatKnowsThem() {
        var world = MasterWorld()
        world.register("a1", Self.resources)
        world.change(.updateQuota([QuotaConfig(role: "r", limits: ["cpus": 1])], force: false))
        #expect(world.registry.minimumCapabilities == ["QUOTA_V2"])
        world.change(.updateQuota([QuotaConfig(role: "r")], force: false))
        #expect(world.registry.minimumCapabilities.isEmpty)
    }

    @Test func anAgentOnItsWayBetweenTwoListsIsInTheLaterOne() {
        let agents = ["s0", "s1"].map { AgentInfo(id: AgentID($0), hostname: "h", port: 1, resources: []) }
        let world = MasterWorld(
            RegistrySnapshot(
                agents: agents, unreachable: [.init(id: "s0", since: .epoch), .init(id: "s2", since: .epoch)],
                gone: [.init(id: "s1", since: .epoch), .init(id: "s2", since: .epoch)]))
        #expect(world.core.state.recoveredAgents.isEmpty)
        #expect(world.core.state.unreachableAgents.map(\.id) == ["s0"])
        #expect(
            world.records.suffix(3) == [.deleteAgent("s0"), .deleteAgent("s1"), .deleteUnreachable("s2")])
    }

    // MARK: Clocks

    /// The core's time never goes back; a clock that jumps ahead makes due what was waiting, once.
    @Test func aClockThatJumpsDoesNoHarm() {
        var world = TaskLifecycleTests.running(.partitionAware)
        world.wait(.seconds(30))
        world.say("a1", .pong)
        world.now = Instant(nanoseconds: -5_000_000_000)
        world.say("a1", .pong)
        #expect(world.core.state.agents.count == 1 && world.violations.isEmpty)
        world.now = Instant(seconds: 1_000_000)
        world.step(.ticked)
        world.say("a1", .pong)
        #expect(world.core.state.agents.count == 1, "one missed ping is not five")
        world.operate(.markGone("m-S0"))
        #expect(world.registry.gone.map(\.since) == [Instant(seconds: 1_000_000)])
        let ahead = RegistrySnapshot(unreachable: [.init(id: "s0", since: .init(nanoseconds: .max))])
        var next = MasterWorld(ahead)
        next.wait(.seconds(1000))
        #expect(next.core.state.unreachableAgents.map(\.id) == ["s0"])
    }
}
