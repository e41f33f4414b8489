import ClusterBase
import ClusterModel
import ClusterPorts
import HTTPTransport
import Libprocess
import ResourceModel
import StateStorage
import TestSupport
import Testing

/// What operators read, over real sockets.
@Suite struct MasterEndpointsTests {
    @Test func aMasterAnswersWithoutBeingAsked() async throws {
        try await withTestScope { scope in
            let master = try await MasterFixture.start(in: scope).leads()
            #expect(try await master.client.send(.get, "/health").status == 200)
            let version = try await master.client.get("/version")["version"]?.string
            #expect(version?.split(separator: ".").compactMap { Int($0) }.count == 3)
            let state = try await master.client.get("/master/state")
            #expect(state["id"]?.string == master.info.id)
            #expect(state["leader"]?.string == master.info.pid)
            #expect(state["slaves"]?.array?.isEmpty == true)
            let redirect = try await master.client.send(.get, "/redirect")
            #expect(redirect.status == 307)
            let metrics = try await master.client.get("/metrics/snapshot")
            #expect(metrics["master/elected"]?.double == 1)
            #expect(metrics["system/cpus_total"]?.double ?? 0 >= 1)
            let text = try await master.client.send(.get, "/metrics").text
            #expect(text.contains("roost_master_elected 1\n"))
            let jsonp = try await master.client.send(.get, "/version?jsonp=show")
            #expect(jsonp.text.hasPrefix("show({"))
        }
    }

    @Test func agentsAndFrameworksAreShown() async throws {
        try await withTestScope { scope in
            let master = try await MasterFixture.start(in: scope).leads()
            let agent = try await ScriptedAgent.start(
                for: master.info, resources: "cpus:2;mem:1024;disk(prod):64", in: scope)
            let id = try await agent.registeredID()
            let scheduler = try await ScriptedScheduler.subscribe(
                to: master, FrameworkInfo(user: "root", name: "shown", roles: ["prod"]), in: scope)
            let framework = try await scheduler.frameworkID()
            _ = try await scheduler.wait("an offer") { if case .offers(let offers) = $0 { offers.first } else { nil } }

            let state = try await master.client.get("/state")
            let shown = try #require(state["slaves"]?[0])
            #expect(shown["id"]?.string == id.value)
            #expect(shown["pid"]?.string == agent.pid.description)
            #expect(shown["resources"]?["cpus"]?.double == 2)
            #expect(shown["reserved_resources"]?["prod"]?["disk"]?.double == 64)
            #expect(shown["offered_resources"]?["mem"]?.double == 1024)
            #expect(state["frameworks"]?[0]?["role"]?.string == "prod")
            #expect(state["frameworks"]?[0]?["offers"]?.array?.count == 1)
            #expect(state["frameworks"]?[0]?["offer_holding"]?["ended"]?.integer == 0)
            #expect(state["frameworks"]?[0]?["offer_holding"]?["oldest_time"]?.double ?? 0 > 0)
            #expect(try await master.client.get("/metrics/snapshot")["master/oldest_offer_secs"]?.double ?? 0 > 0)
            let summary = try await master.client.get("/state-summary")
            #expect(summary["frameworks"]?[0]?["TASK_RUNNING"]?.integer == 0)
            let roles = try await master.client.get("/roles")["roles"]?.array ?? []
            #expect(roles.first { $0["name"]?.string == "prod" }?["frameworks"]?[0]?.string == framework.value)
            #expect(try await master.client.get("/tasks")["tasks"]?.array?.isEmpty == true)
            #expect(try await master.client.send(.get, "/tasks?limit=x").status == 400)

            try await operatorCalls(master, agent: id, framework: framework)
            for (form, text) in [
                ("", "Missing 'frameworkId' query parameter in the request body"),
                ("frameworkId=x", "No framework found with specified ID"),
            ] {
                let refused = try await master.client.send(
                    .post, "/teardown", form, headers: ["Content-Type": "application/x-www-form-urlencoded"])
                #expect(refused.status == 400 && refused.text == text)
            }
            let gone = try await master.client.send(
                .post, "/teardown", "frameworkId=\(framework.value)",
                headers: ["Content-Type": "application/x-www-form-urlencoded"])
            #expect(gone.status == 200, "\(gone.text)")
            try await eventually("the framework is completed") {
                try await master.client.get("/frameworks")["completed_frameworks"]?.array?.count == 1
            }
        }
    }

    private func operatorCalls(_ master: MasterFixture, agent: AgentID, framework: FrameworkID) async throws {
        func call(_ type: String, _ payload: String = "") async throws -> JSONValue {
            let answer = try await master.client.send(.post, "/api/v1", #"{"type":"\#(type)"\#(payload)}"#)
            #expect(answer.status == 200, "\(type): \(answer.text)")
            #expect(answer.json["type"]?.string == type)
            return answer.json
        }
        #expect(try await call("GET_HEALTH")["get_health"]?["healthy"]?.bool == true)
        #expect(try await call("GET_VERSION")["get_version"]?["version_info"]?["version"]?.string == "1.12.0")
        let agents = try await call("GET_AGENTS")["get_agents"]?["agents"]?.array
        #expect(agents?.first?["agent_info"]?["id"]?["value"]?.string == agent.value)
        let frameworks = try await call("GET_FRAMEWORKS")["get_frameworks"]?["frameworks"]?.array
        #expect(frameworks?.first?["framework_info"]?["id"]?["value"]?.string == framework.value)
        _ = try await call("GET_TASKS")
        _ = try await call("GET_EXECUTORS")
        _ = try await call("GET_ROLES")
        _ = try await call("GET_METRICS", #","get_metrics":{}"#)
        _ = try await call("GET_FLAGS")
        _ = try await call("GET_MASTER")
        #expect(try await call("GET_STATE")["get_state"]?["get_agents"]?["agents"]?.array?.count == 1)
        let unknown = try await master.client.send(.post, "/api/v1", #"{"type":"UNKNOWN"}"#)
        #expect(unknown.status == 501)
        let operatorPath = try await master.client.send(.post, "/api/v1/operator", #"{"type":"GET_HEALTH"}"#)
        #expect(operatorPath.status == 200)
    }

    @Test func aStandbyRedirectsAndAnOrphanSaysSo() async throws {
        try await withTestScope { scope in
            let leader = MasterInfo(
                id: "other", ip: "127.0.0.1", port: 5999, hostname: "lead.example", version: "1.12.0")
            let election = ScriptedElection()
            let master = try await MasterFixture.start(in: scope, election: (election, election))
            try await eventually("the master knows of no leader") {
                let orphan = try await master.client.send(.get, "/state")
                return orphan.status == 503 && orphan.text == "No leader elected"
            }
            election.announce(leader)
            let redirect = try await eventually("a redirect") {
                let answer = try await master.client.send(.get, "/state?x=1")
                return answer.status == 307 ? answer : nil
            }
            #expect(redirect.status == 307)
            let call = try await master.call("{}")
            #expect(call.status == 307)
            #expect(try await master.client.send(.get, "/health").status == 200)
        }
    }

    @Test func admittedAgentsAreInTheRegistryOfTheNextMaster() async throws {
        let store = MemoryVariableStore()
        let id = try await withTestScope { scope in
            let master = try await MasterFixture.start(in: scope, store: store).leads()
            let agent = try await ScriptedAgent.start(for: master.info, resources: "cpus:1;mem:64", in: scope)
            return try await agent.registeredID()
        }
        try await withTestScope { scope in
            let master = try await MasterFixture.start(in: scope, store: store).leads()
            let state = try await master.client.get("/state")
            #expect(state["recovered_slaves"]?[0]?["id"]?.string == id.value)
        }
    }

    @Test func aStoreThatFailsMakesTheMasterStepDown() async throws {
        try await withTestScope { scope in
            let store = MemoryVariableStore()
            let master = try await MasterFixture.start(in: scope, store: store).leads()
            store.inject(.unavailable)
            _ = try await ScriptedAgent.start(for: master.info, resources: "cpus:1;mem:64", in: scope)
            try await eventually("the master is gone") { await master.client.poll("/health") == nil }
        }
    }
}

/// An election whose outcome the test announces.
final class ScriptedElection: LeaderContender, LeaderDetector, Candidacy {
    private let stream: AsyncThrowingStream<MasterInfo?, any Error>
    private let continuation: AsyncThrowingStream<MasterInfo?, any Error>.Continuation

    init() { (stream, continuation) = AsyncThrowingStream.makeStream() }

    func announce(_ leader: MasterInfo?) { continuation.yield(leader) }
    func contend(_ info: MasterInfo) async throws -> any Candidacy { self }
    func leaders() -> AsyncThrowingStream<MasterInfo?, any Error> { stream }
    func lost() async { try? await Task.sleep(for: .seconds(3600)) }
    func withdraw() async { continuation.finish() }
}
