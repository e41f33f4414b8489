import AccessControl
import ClusterBase
import ClusterModel
import HTTPTransport
import MasterCore
import MasterService
import MesosProtocol
import TestSupport
import Testing

/// What somebody sees who may see the role `web` and the frameworks of the user `www` alone.
@Suite struct RestrictedViewTests {
    private static let rules = """
        {"view_roles": [
          {"principals": {"type": "ANY"}, "roles": {"values": ["web", "*"]}},
          {"principals": {"type": "ANY"}, "roles": {"type": "NONE"}}],
         "view_frameworks": [
          {"principals": {"type": "ANY"}, "users": {"values": ["www"]}},
          {"principals": {"type": "ANY"}, "users": {"type": "NONE"}}],
         "get_quotas": [
          {"principals": {"type": "ANY"}, "roles": {"values": ["web"]}},
          {"principals": {"type": "ANY"}, "roles": {"type": "NONE"}}],
         "get_maintenance_schedules": [{"principals": {"type": "ANY"}, "machines": {"type": "NONE"}}]}
        """

    private func master(_ scope: TestScope) async throws -> MasterFixture {
        let rules = try AccessRules(document: JSONValue(parsing: Self.rules))
        return try await MasterFixture.start(in: scope) { $0.core.access = rules }.leads()
    }

    private func isHidden(_ text: String, _ place: String) {
        #expect(text.contains("web"), "\(place): \(text)")
        #expect(!text.contains("hush"), "\(place): \(text)")
    }

    @Test func reservationsForHiddenRolesAreLeftOut() async throws {
        try await withTestScope { scope in
            let master = try await master(scope)
            let json = try await ScriptedOperator.subscribe(to: master, as: .json, in: scope)
            try await json.wait("SUBSCRIBED", type: "SUBSCRIBED")
            let agent = try await ScriptedAgent.start(
                for: master.info, resources: "cpus(hush):1;cpus(web):1;cpus:2;mem:512", in: scope)
            let id = try await agent.registeredID()
            for path in ["/state", "/state-summary", "/slaves", "/slaves?slave_id=\(id)", "/registrar(1)/registry"] {
                isHidden(try await master.client.send(.get, path).text, path)
            }
            for call in ["GET_AGENTS", "GET_STATE"] {
                isHidden(try await OperatorRequestTests.call(master, call).text, call)
            }
            let added = try await json.wait("AGENT_ADDED", type: "AGENT_ADDED")
            isHidden(String(decoding: added.bytes, as: UTF8.self), "AGENT_ADDED")
            let later = try await ScriptedOperator.subscribe(to: master, as: .json, in: scope)
            let first = try await later.wait("SUBSCRIBED", type: "SUBSCRIBED")
            isHidden(String(decoding: first.bytes, as: UTF8.self), "SUBSCRIBED")
        }
    }

    @Test func operationsOnHiddenReservationsAreLeftOut() async throws {
        try await withTestScope { scope in
            let master = try await master(scope)
            let agent = try await ScriptedAgent.start(
                for: master.info, resources: "cpus:2;mem:512",
                capabilities: ["MULTI_ROLE", "RESERVATION_REFINEMENT", "RESOURCE_PROVIDER"], in: scope)
            let id = try await agent.registeredID()
            for role in ["web", "hush"] {
                let resource = """
                    {"name":"cpus","type":"SCALAR","scalar":{"value":0.5},\
                    "reservations":[{"type":"DYNAMIC","role":"\(role)"}]}
                    """
                let payload = #"{"agent_id":{"value":"\#(id)"},"resources":[\#(resource)]}"#
                try await OperatorRequestTests.call(master, "RESERVE_RESOURCES", payload, expecting: 202)
            }
            isHidden(try await OperatorRequestTests.call(master, "GET_OPERATIONS").text, "GET_OPERATIONS")
        }
    }

    @Test func theRegistryShowsWhatItsPartsWould() async throws {
        try await withTestScope { scope in
            let master = try await master(scope)
            let weights = #"[{"role":"web","weight":2},{"role":"hush","weight":3}]"#
            #expect(try await master.client.send(.put, "/weights", weights).status == 200)
            for role in ["web", "hush"] {
                let limits = #"{"quota_configs":[{"role":"\#(role)","limits":{"cpus":{"value":1}}}]}"#
                try await OperatorRequestTests.call(master, "UPDATE_QUOTA", limits)
            }
            let schedule = """
                {"windows":[{"machine_ids":[{"hostname":"hush-host"}],\
                "unavailability":{"start":{"nanoseconds":1}}}]}
                """
            #expect(try await master.client.send(.post, "/maintenance/schedule", schedule).status == 200)
            let registry = try await master.client.send(.get, "/registrar(1)/registry")
            isHidden(registry.text, "registry")
            #expect(registry.json["weights"]?.array?.count == 1)
            #expect(registry.json["quota_configs"]?.array?.count == 1)
        }
    }

    @Test func explanationsLeaveOthersOut() async throws {
        try await withTestScope { scope in
            let master = try await master(scope)
            for (user, name) in [("www", "web-framework"), ("root", "hush-framework")] {
                let scheduler = try await ScriptedScheduler.subscribe(
                    to: master, FrameworkInfo(user: user, name: name, roles: ["web"]), in: scope)
                _ = try await scheduler.frameworkID()
            }
            for subject in ["framework=web-framework", "role=web"] {
                let answer = try await master.client.send(.get, "/explain?" + subject)
                #expect(answer.status == 200)
                isHidden(answer.text, subject)
            }
            for subject in ["framework=hush-framework", "role=hush"] {
                #expect(try await master.client.send(.get, "/explain?" + subject).status == 404, "\(subject)")
            }
        }
    }
}
