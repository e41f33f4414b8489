import AccessControl
import ClusterBase
import ClusterModel
import MasterCore
import ResourceModel
import Testing

/// What principals may do to a master.
struct AccessTests {
    private func world(_ rules: String) throws -> MasterWorld {
        let access = try AccessRules(document: JSONValue(parsing: rules))
        return MasterWorld { $0.access = access }
    }

    private func reply(_ effects: [MasterEffect]) -> CallReply? {
        effects.lazy.compactMap { if case .respond(_, let reply) = $0 { reply } else { nil } }.first
    }

    private let forbidden = CallReply.refused(status: 403, text: "403 Forbidden.")

    @Test func aFrameworkRegistersInTheRolesItMayHave() throws {
        var world = try world(
            """
            {"register_frameworks": [
              {"principals": {"values": ["p"]}, "roles": {"values": ["a", "b/%"]}},
              {"principals": {"type": "ANY"}, "roles": {"type": "NONE"}}]}
            """)
        func events(_ roles: [String], _ principal: String?, _ claimed: String? = nil) -> [SchedulerEvent] {
            let info = FrameworkTests.info { info in
                (info.roles, info.capabilities, info.principal) = (roles, .multiRole, claimed)
            }
            return world.events(in: world.subscribe("f", info, principal: principal))
        }
        func isRefused(_ events: [SchedulerEvent], _ roles: String) -> Bool {
            events == [.error("Not authorized to register framework  with roles { \(roles) }")]
        }
        #expect(isRefused(events(["c"], "p"), "c"))
        #expect(isRefused(events(["b", "a"], "p"), "a, b"))
        #expect(isRefused(events(["a"], "q"), "a"))
        #expect(isRefused(events(["a"], nil), "a"))
        guard case .subscribed? = events(["a", "b/c"], "p").first else {
            Issue.record("refused what it may have")
            return
        }
        // Where nobody is authenticated, the principal a framework claims is believed, as upstream does.
        guard case .subscribed? = events(["a"], nil, "p").first else {
            Issue.record("refused a claimed principal")
            return
        }
    }

    @Test func anUpdateIntoAnotherRoleIsForbidden() throws {
        var world = try world(
            """
            {"register_frameworks": [
              {"principals": {"type": "ANY"}, "roles": {"values": ["a"]}},
              {"principals": {"type": "ANY"}, "roles": {"type": "NONE"}}]}
            """)
        world.subscribe("f", FrameworkTests.info { ($0.roles, $0.capabilities) = (["a"], .multiRole) })
        guard var info = world.schedulers["f"]?.info else { return }
        info.roles = ["b"]
        let reply = reply(world.call("f", .updateFramework(info, suppressedRoles: [])))
        #expect(
            reply == .refused(status: 403, text: "Not authorized to register framework m-0000 with roles { b }"))
    }

    @Test func aTaskRunsAsTheUsersItsPrincipalMayUse() throws {
        var world = try world(
            """
            {"run_tasks": [
              {"principals": {"values": ["p"]}, "users": {"values": ["web"]}},
              {"principals": {"type": "ANY"}, "users": {"type": "NONE"}}]}
            """)
        world.register("a1", [.scalar("cpus", 4), .scalar("mem", 1024)])
        world.subscribe("f", FrameworkTests.info { ($0.user, $0.principal) = ("root", "p") })
        let refused = world.statuses(in: world.launch("f", [world.task("t1", on: "a1")]))
        #expect(refused.map(\.state) == [.error])
        #expect(refused.map(\.reason) == [.taskUnauthorized])
        #expect(refused.first?.message?.contains("under user 'root'") == true)
        world.wait(.seconds(10))
        var task = world.task("t2", on: "a1")
        task.command = CommandInfo(value: "true", user: "web")
        #expect(world.statuses(in: world.launch("f", [task])) == [])
        #expect(world.core.state.frameworks.first?.tasks.map(\.id) == ["t2"])
    }

    @Test func anExecutorRunsAsTheUsersItsPrincipalMayUse() throws {
        var world = try world(
            """
            {"run_tasks": [
              {"principals": {"values": ["p"]}, "users": {"values": ["web"]}},
              {"principals": {"type": "ANY"}, "users": {"type": "NONE"}}]}
            """)
        world.register("a1", [.scalar("cpus", 4), .scalar("mem", 1024), .scalar("disk", 100)])
        world.subscribe("f", FrameworkTests.info { ($0.user, $0.principal) = ("web", "p") })
        var executor = ExecutorInfo(
            kind: .default, id: "e", resources: [.scalar("cpus", 0.1), .scalar("mem", 32), .scalar("disk", 1)])
        executor.command = CommandInfo(user: "root")
        var task = world.task("t", on: "a1")
        task.command = CommandInfo(value: "true", user: "web")
        let effects = world.call(
            "f",
            .accept(
                offers: world.offers("f").map(\.id), operations: [.launchGroup(executor, [task])], filters: Filters()))
        let refused = world.statuses(in: effects)
        #expect(refused.map(\.reason) == [.taskGroupUnauthorized])
        #expect(refused.first?.message?.contains("under user 'root'") == true)
    }

    @Test func frameworksAreEndedByThoseWhoMayEndTheirPrincipals() throws {
        var world = try world(
            """
            {"teardown_frameworks": [
              {"principals": {"values": ["ops"]}, "framework_principals": {"values": ["p"]}},
              {"principals": {"type": "ANY"}, "framework_principals": {"type": "NONE"}}]}
            """)
        world.subscribe("f", FrameworkTests.info { $0.principal = "p" })
        world.subscribe("g", FrameworkTests.info { $0.principal = "q" })
        func teardown(_ id: FrameworkID, _ principal: String?) -> CallReply? {
            reply(world.step(.teardownRequested(RequestToken(world.token()), id, principal: principal)))
        }
        #expect(teardown("m-0000", nil) == forbidden)
        #expect(teardown("m-0001", "ops") == forbidden)
        #expect(world.core.state.frameworks.count == 2)
        #expect(teardown("m-0000", "ops") == .ok)
        #expect(world.core.state.frameworks.count == 1)
    }

    @Test func quotasAndWeightsAreChangedByThoseWhoMay() throws {
        var world = try world(
            """
            {"update_quotas": [
              {"principals": {"values": ["ops"]}, "roles": {"values": ["a"]}},
              {"principals": {"type": "ANY"}, "roles": {"type": "NONE"}}],
             "update_weights": [
              {"principals": {"values": ["ops"]}, "roles": {"values": ["a"]}},
              {"principals": {"type": "ANY"}, "roles": {"type": "NONE"}}]}
            """)
        func change(_ change: ShareChange, _ principal: String?) -> CallReply? {
            reply(world.step(.shareChangeRequested(RequestToken(world.token()), change, principal: principal)))
        }
        let (mine, other) = (QuotaConfig(role: "a", limits: ["cpus": 1]), QuotaConfig(role: "b", limits: ["cpus": 1]))
        #expect(change(.updateQuota([mine], force: false), nil) == forbidden)
        #expect(change(.updateQuota([mine, other], force: false), "ops") == forbidden)
        #expect(change(.removeQuota(role: "b", path: nil), "ops") == forbidden)
        #expect(change(.updateQuota([mine], force: false), "ops") == .ok)
        #expect(world.core.state.quotaConfigs.map(\.role) == ["a"])
        let weights = [RoleWeight(role: "a", weight: 2), RoleWeight(role: "b", weight: 2)]
        #expect(change(.updateWeights(weights), "ops") == forbidden)
        #expect(change(.updateWeights([weights[0]]), "ops") == .ok)
        #expect(world.core.state.roleWeights.map(\.role) == ["a"])
    }

    @Test func agentsMustHaveProvedWhoTheyAre() {
        var world = MasterWorld { $0.requiresAgentAuthentication = true }
        let refused = world.register("a1", [.scalar("cpus", 1)])
        let pid = world.agents["a1"]?.pid ?? ""
        #expect(refused == [.log("Refusing registration of agent at \(pid) because it is not authenticated")])
        #expect(world.core.state.agents.isEmpty)
        world.step(.agentAuthenticated(pid: pid, principal: "agents"))
        world.register("a1", [.scalar("cpus", 1)])
        #expect(world.core.state.agents.count == 1)
        // What it proved is worth nothing once its connection is gone.
        world.breakLink("a1")
        let returned = world.reregister("a1")
        #expect(returned.contains(.log("Refusing registration of agent at \(pid) because it is not authenticated")))
    }

    @Test func whoNeverRegistersIsForgottenAtLast() {
        var world = MasterWorld { $0.requiresAgentAuthentication = true }
        world.register("a1", [.scalar("cpus", 1)])
        let pid = world.agents["a1"]?.pid ?? ""
        world.step(.agentAuthenticated(pid: pid, principal: "agents"))
        world.register("a1", [.scalar("cpus", 1)])
        world.step(.agentAuthenticated(pid: "first@1.2.3.4:5", principal: "agents"))
        for number in 0..<20_000 {
            world.step(.agentAuthenticated(pid: "x\(number)@1.2.3.4:5", principal: "agents"))
        }
        func isKnown(_ pid: String) -> Bool {
            let info = AgentInfo(hostname: "h", port: 5, resources: [.scalar("cpus", 1)])
            let message = AgentMessage.register(AgentRegistration(info: info, version: "1.11.0", capabilities: []))
            let text = "Refusing registration of agent at \(pid) because it is not authenticated"
            return !world.step(.agentSpoke(pid: pid, message)).contains(.log(text))
        }
        #expect(!isKnown("first@1.2.3.4:5"))
        #expect(isKnown("x19999@1.2.3.4:5"))
        #expect(isKnown(pid))
    }

    @Test func agentsRegisterWithWhatTheyMayReserve() throws {
        var world = try world(
            """
            {"reserve_resources": [
              {"principals": {"values": ["agents"]}, "roles": {"values": ["a"]}},
              {"principals": {"type": "ANY"}, "roles": {"type": "NONE"}}]}
            """)
        let reserved: Resources = [
            Resource(name: "cpus", value: .scalar(Scalar(1)), reservations: [.init(kind: .static, role: "a")]),
            .scalar("mem", 64),
        ]
        let effects = world.register("a1", reserved)
        guard case .log(let text)? = effects.first else {
            Issue.record("\(effects)")
            return
        }
        #expect(text.contains("Not authorized to register agent providing resources"))
        #expect(text.hasSuffix("without a principal"))
        world.step(.agentAuthenticated(pid: world.agents["a1"]?.pid ?? "", principal: "agents"))
        world.register("a1", reserved)
        #expect(world.core.state.agents.count == 1)
    }
}
