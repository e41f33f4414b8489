import AccessControl
import ClusterBase
import ClusterModel
import HTTPTransport
import MasterCore
import MasterService
import MesosProtocol
import ResourceModel
import TestSupport
import Testing

/// What somebody sees of frameworks and tasks who may see those of the user `www` alone (upstream's
/// `master_authorization_tests`, `api_tests`).
@Suite struct HiddenFrameworkTests {
    private static func rule(_ action: String, _ objects: String, _ value: String) -> String {
        #""\#(action)":[{"principals":{"type":"ANY"},"\#(objects)":{"values":["\#(value)"]}},"#
            + #"{"principals":{"type":"ANY"},"\#(objects)":{"type":"NONE"}}]"#
    }

    private func master(_ scope: TestScope) async throws -> MasterFixture {
        let parts = [
            Self.rule("view_frameworks", "users", "www"), Self.rule("view_tasks", "users", "www"),
            Self.rule("view_executors", "users", "www"), Self.rule("view_roles", "roles", "web"),
        ]
        let rules = try AccessRules(document: JSONValue(parsing: "{\(parts.joined(separator: ","))}"))
        return try await MasterFixture.start(in: scope) { $0.core.access = rules }.leads()
    }

    /// A framework of a user with one task that was launched.
    private func runningTask(
        of user: String, named name: String, on agent: ScriptedAgent, _ master: MasterFixture, in scope: TestScope
    ) async throws -> FrameworkID {
        let scheduler = try await ScriptedScheduler.subscribe(
            to: master, FrameworkInfo(user: user, name: name, roles: ["web"]), in: scope)
        let offer = try await scheduler.wait("an offer") { event -> Offer? in
            if case .offers(let offers) = event { offers.first } else { nil }
        }
        let task = TaskInfo(
            name: "\(name)-task", id: TaskID("\(name)-task"), agentID: offer.agentID,
            resources: [.scalar("cpus", 0.5), .scalar("mem", 64)], command: CommandInfo(value: "true"))
        _ = try await scheduler.send(
            .accept(offers: [offer.id], operations: [.launch([task])], filters: Filters(refuseSeconds: 1000)))
        _ = try await agent.wait("RunTask") { message -> TaskID? in
            if case .runTask(_, let sent, _) = message, sent.id == task.id { sent.id } else { nil }
        }
        return try await scheduler.frameworkID()
    }

    @Test func whatOthersRunIsInNoListAndNoEvent() async throws {
        try await withTestScope { scope in
            let master = try await master(scope)
            let watcher = try await ScriptedOperator.subscribe(to: master, as: .json, in: scope)
            try await watcher.wait("SUBSCRIBED", type: "SUBSCRIBED")
            let agent = try await ScriptedAgent.start(for: master.info, resources: "cpus:4;mem:1024", in: scope)
            _ = try await agent.registeredID()
            let hidden = try await runningTask(of: "root", named: "hidden", on: agent, master, in: scope)
            let seen = try await runningTask(of: "www", named: "seen", on: agent, master, in: scope)

            let paths = ["/state", "/state-summary", "/frameworks", "/tasks", "/frameworks?framework_id=\(hidden)"]
            for path in paths + ["/tasks?framework_id=\(hidden)"] {
                let text = try await master.client.send(.get, path).text
                #expect(!text.contains("hidden") && !text.contains(hidden.value), "\(path): \(text)")
                #expect(text.contains(seen.value) == !path.contains("="), "\(path): \(text)")
            }
            for type in ["GET_STATE", "GET_FRAMEWORKS", "GET_TASKS"] {
                let text = try await OperatorRequestTests.call(master, type).text
                #expect(!text.contains("hidden") && text.contains(seen.value), "\(type): \(text)")
            }
            // The event of what is seen comes after all that is hidden.
            try await watcher.wait("TASK_ADDED", type: "TASK_ADDED")
            #expect(watcher.frameworkNames == ["seen"])
            let told = watcher.events.filter { $0["type"]?.string == "TASK_ADDED" }
            #expect(told.compactMap { $0["task_added"]?["task"]?["name"]?.string } == ["seen-task"])
        }
    }

    @Test func weightsOfHiddenRolesAreNotShown() async throws {
        try await withTestScope { scope in
            let master = try await master(scope)
            let weights = #"[{"role":"web","weight":2},{"role":"secret","weight":3}]"#
            #expect(try await master.client.send(.put, "/weights", weights).status == 200)
            #expect(try await master.client.get("/weights").array?.compactMap { $0["role"]?.string } == ["web"])
            let listed = try await OperatorRequestTests.call(master, "GET_WEIGHTS").json["get_weights"]
            #expect(listed?["weight_infos"]?.array?.compactMap { $0["role"]?.string } == ["web"])
            let roles = try await master.client.get("/roles")["roles"]?.array ?? []
            #expect(roles.compactMap { $0["name"]?.string } == ["web"])
        }
    }
}
