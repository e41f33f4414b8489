import ClusterBase
import ClusterModel
import HTTPTransport
import MesosProtocol
import ResourceModel
import TestSupport
import Testing

@testable import MasterService

/// What the endpoints of the state say, small and large, and that many readers share the work.
@Suite struct StateTests {
    @Test func aLargeStateIsStreamedAndWhole() async throws {
        try await withTestScope { scope in
            let master = try await MasterFixture.start(in: scope).leads()
            let crowd = Crowd()
            try await crowd.arrive(at: master, in: scope)
            let answer = try await master.client.send(.get, "/state")
            #expect(answer.headers["transfer-encoding"] == "chunked")
            let state = answer.json
            #expect(state["slaves"]?.array?.count == crowd.agents)
            #expect(state["activated_slaves"]?.integer == Int64(crowd.agents))
            let frameworks = state["frameworks"]?.array ?? []
            #expect(frameworks.count == crowd.frameworks)
            #expect(Set(frameworks.flatMap(tasks)).count == crowd.agents * crowd.frameworks * crowd.tasksPerFramework)
            try check(framework: try #require(frameworks.first { $0["id"]?.string == "framework-0" }), crowd)
            try check(agent: try #require(state["slaves"]?.array?.first { $0["id"]?.string == "agent-7" }))
            // One endpoint's idea of a thing is the other's.
            let alone = try await master.client.get("/frameworks?framework_id=framework-1")
            #expect(alone["frameworks"]?.array?.count == 1)
            let same = try #require(frameworks.first { $0["id"]?.string == "framework-1" })
            #expect(tasks(try #require(alone["frameworks"]?[0])) == tasks(same))
            let jsonp = try await master.client.send(.get, "/state?jsonp=show")
            #expect(jsonp.text == "show(\(answer.text));")
            #expect(jsonp.headers["content-type"] == "text/javascript")
            try await checkOthers(master, crowd)
        }
    }

    private func tasks(_ framework: JSONValue) -> [String] {
        (framework["tasks"]?.array ?? []).compactMap { $0["id"]?.string }
    }

    private func check(framework: JSONValue, _ crowd: Crowd) throws {
        let task = try #require(framework["tasks"]?.array?.first { $0["id"]?.string == "task-3-0-1" })
        let expected = """
            {"id":"task-3-0-1","name":"name","framework_id":"framework-0","executor_id":"executor",\
            "slave_id":"agent-3",\
            "state":"TASK_RUNNING","resources":{"cpus":0.25,"gpus":0,"mem":5,"disk":0,"ports":"[31001-31001]"},\
            "role":"role-0","statuses":[{"state":"TASK_RUNNING","timestamp":1500000000.25,"healthy":true}],\
            "user":"carol","labels":[{"key":"key0","value":"value \\"0\\""},{"key":"key1","value":"value \\"1\\""},\
            {"key":"key2","value":"value \\"2\\""}]}
            """
        #expect(task.text == expected)
        // 200 agents with four tasks of 0.25 CPUs and 5 MB and an executor of 0.1 and 32 MB each.
        #expect(framework["used_resources"]?["cpus"]?.double == 220)
        #expect(framework["resources"]?["mem"]?.double == 10_400)
        #expect(framework["executors"]?.array?.count == crowd.agents)
        #expect(framework["executors"]?[0]?["command"]?["value"]?.string == "true")
        #expect(framework["roles"]?[0]?.string == "role-0")
        #expect(framework["recovered"]?.bool == true)
        #expect(framework["unregistered_time"]?.integer == 0)
        #expect(framework["offers"]?.array?.isEmpty == true)
    }

    private func check(agent: JSONValue) throws {
        #expect(agent["attributes"]?["rack"]?.string == "r0")
        #expect(agent["resources"]?["ports"]?.string == "[31000-32000]")
        #expect(agent["used_resources"]?["cpus"]?.double == 3.3)
        #expect(agent["unreserved_resources"]?["mem"]?.integer == 10_240)
        #expect(agent["deactivated"]?.bool == false)
        #expect(agent["capabilities"]?.array?.count == 3)
    }

    private func checkOthers(_ master: MasterFixture, _ crowd: Crowd) async throws {
        let summary = try await master.client.get("/state-summary")
        let perAgent = Int64(crowd.frameworks * crowd.tasksPerFramework)
        #expect(summary["slaves"]?.array?.allSatisfy { $0["TASK_RUNNING"]?.integer == perAgent } == true)
        #expect(summary["slaves"]?[0]?["framework_ids"]?.array?.count == crowd.frameworks)
        #expect(summary["frameworks"]?[0]?["slave_ids"]?.array?.count == crowd.agents)
        let page = try await master.client.get("/tasks?limit=7&offset=3&order=asc&framework_id=framework-2")
        #expect(page["tasks"]?.array?.count == 7)
        #expect(page["tasks"]?.array?.allSatisfy { $0["framework_id"]?.string == "framework-2" } == true)
        let one = try await master.client.get("/slaves?slave_id=agent-5")["slaves"]
        #expect(one?.array?.count == 1)
        #expect(one?[0]?["used_resources_full"]?[0]?["allocation_info"]?["role"]?.string == "role-0")
        #expect(try await master.client.get("/slaves")["slaves"]?.array?.count == crowd.agents)
    }

    /// The operator's answers, composed of parts, are what the generic mapping makes of the whole.
    @Test func operatorsGetTheSameInBothFormats() async throws {
        try await withTestScope { scope in
            let master = try await MasterFixture.start(in: scope).leads()
            func answers(_ type: String) async throws -> (JSONValue, JSONValue) {
                let json = try await master.client.send(.post, "/api/v1", #"{"type":"\#(type)"}"#)
                #expect(json.status == 200)
                let binary = try await master.client.send(
                    .post, "/api/v1", #"{"type":"\#(type)"}"#, headers: ["Accept": "application/x-protobuf"])
                let generic = try JSONTranscoder.json(
                    fromWire: binary.body, message: .named("mesos.v1.master.Response"))
                return (json.json, try JSONValue(parsing: generic))
            }
            let types = ["GET_STATE", "GET_TASKS", "GET_EXECUTORS", "GET_FRAMEWORKS", "GET_AGENTS"]
            for type in types {
                let (json, generic) = try await answers(type)
                #expect(json.text == generic.text, "empty \(type)")
            }
            let crowd = Crowd()
            try await crowd.arrive(at: master, in: scope)
            for type in types {
                let (json, generic) = try await answers(type)
                #expect(json["type"]?.string == type)
                #expect(json.text == generic.text, "\(type)")
            }
            let state = try await answers("GET_STATE").0["get_state"]
            let tasks = crowd.agents * crowd.frameworks * crowd.tasksPerFramework
            #expect(state?["get_tasks"]?["tasks"]?.array?.count == tasks)
            #expect(state?["get_agents"]?["agents"]?.array?.count == crowd.agents)
        }
    }

    @Test func manyReadersShareRenderings() async throws {
        try await withTestScope { scope in
            let master = try await MasterFixture.start(in: scope).leads()
            try await Crowd(agents: 400).arrive(at: master, in: scope)
            let texts = try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<24 {
                    group.addTask { try await master.client.send(.get, "/state").json["slaves"]?.array?.count ?? 0 }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(texts == Array(repeating: 400, count: 24))
            let metrics = try await master.client.get("/metrics/snapshot")
            #expect(metrics["master/http_cache_hits"]?.double ?? 0 > 0)
            #expect(metrics["master/tasks_running"]?.double == 4_800)
        }
    }
}
