import AgentService
import ClusterBase
import ClusterModel
import ClusterPorts
import Foundation
import HTTPTransport
import MesosProtocol
import ResourceModel
import TestSupport
import Testing

@Suite struct EndpointTests {
    @Test func registersFast() async throws {
        try await withTestScope { scope in
            let master = try await ScriptedMaster.start(scope)
            let began = ContinuousClock.now
            let agent = try await AgentFixture.run(scope, master, FakeContainerizer(), scope.directory.path("work"))
            try await eventually("the agent is registered", every: .milliseconds(1)) {
                await agent.service.agentID != nil
            }
            print("registered after \(ContinuousClock.now - began)")
            _ = try await master.hears("UpdateSlaveMessage") { if case .update = $0 { true } else { nil } }
        }
    }

    @Test func answersPings() async throws {
        try await withTestScope { scope in
            let fixture = try await AgentFixture.start(scope)
            fixture.master.send(.ping(connected: true), to: fixture.agent.pid, from: "slave-observer(1)")
            _ = try await fixture.master.hears("a pong") { if case .pong = $0 { true } else { nil } }
        }
    }

    @Test func stateShowsWhatRuns() async throws {
        try await withTestScope { scope in
            let fixture = try await AgentFixture.start(scope)
            let spec = try await fixture.run("t1")
            for path in ["/state", "/slave(1)/state"] {
                let state = try await fixture.json(path)
                #expect(state["id"]?.string == "scripted-S0")
                #expect(state["pid"]?.string == fixture.agent.pid)
                #expect(state["resources"]?["cpus"]?.integer == 8)
                let capabilities = state["capabilities"]?.array?.compactMap(\.string) ?? []
                #expect(Set(capabilities).isSuperset(of: ["RESIZE_VOLUME", "AGENT_OPERATION_FEEDBACK"]))
                #expect(state["unreserved_resources_allocated"]?["mem"]?.integer == 64)
                let executor = state["frameworks"]?[0]?["executors"]?[0]
                #expect(executor?["id"]?.string == "t1")
                #expect(executor?["container"]?.string == spec.id.value)
                #expect(executor?["directory"]?.string == spec.sandbox)
                #expect(executor?["tasks"]?[0]?["state"]?.string == "TASK_RUNNING")
                #expect(executor?["tasks"]?[0]?["executor_id"]?.string == "")
            }
            let containers = try await fixture.json("/containers")
            #expect(containers[0]?["container_id"]?.string == spec.id.value)
            #expect(containers[0]?["statistics"]?["mem_rss_bytes"]?.integer == 3 << 20)
            let statistics = try await fixture.json("/monitor/statistics")
            #expect(statistics[0]?["statistics"]?["cpus_user_time_secs"]?.double == 1)
            #expect(try await fixture.metric("slave/tasks_running") == 1)
            #expect(try await fixture.metric("slave/cpus_used") == 1)
            #expect(try await fixture.json("/version")["version"]?.string == "1.12.0")
        }
    }

    @Test(arguments: [WireFormat.json, .protobuf])
    func operatorCallsAnswer(format: WireFormat) async throws {
        try await withTestScope { scope in
            let fixture = try await AgentFixture.start(scope)
            _ = try await fixture.run("t1")
            for (name, key) in [
                ("GET_HEALTH", "get_health"), ("GET_VERSION", "get_version"), ("GET_STATE", "get_state"),
                ("GET_FRAMEWORKS", "get_frameworks"), ("GET_EXECUTORS", "get_executors"), ("GET_TASKS", "get_tasks"),
                ("GET_AGENT", "get_agent"), ("GET_CONTAINERS", "get_containers"), ("GET_METRICS", "get_metrics"),
                ("GET_FLAGS", "get_flags"), ("GET_OPERATIONS", "get_operations"),
                ("GET_RESOURCE_PROVIDERS", "get_resource_providers"), ("GET_LOGGING_LEVEL", "get_logging_level"),
            ] {
                let answer = try await fixture.client.send(
                    ClientRequest(
                        .post, fixture.agent.url("/api/v1"),
                        headers: ["Content-Type": "application/json", "Accept": format.contentType],
                        body: Array("{\"type\":\"\(name)\",\"get_metrics\":{}}".utf8)))
                #expect(answer.status == .ok, "\(name): \(answer.text)")
                #expect(answer.headers["content-type"] == format.contentType)
                guard format == .json else { continue }
                let json = try JSONValue(parsing: answer.body)
                #expect(json["type"]?.string == name)
                #expect(json[key] != nil, "\(name)")
            }
            let unsupported = try await fixture.client.send(
                ClientRequest(
                    .post, fixture.agent.url("/api/v1"), headers: ["Content-Type": "application/json"],
                    body: Array(#"{"type":"PRUNE_IMAGES"}"#.utf8)))
            #expect(unsupported.status == .notImplemented)
        }
    }

    @Test func filesAreServedAndNothingOutside() async throws {
        try await withTestScope { scope in
            let fixture = try await AgentFixture.start(scope)
            let spec = try await fixture.run("t1")
            try Data("hello sandbox".utf8).write(to: URL(fileURLWithPath: spec.sandbox + "/stdout"))
            try FileManager.default.createSymbolicLink(
                atPath: spec.sandbox + "/leak", withDestinationPath: "/etc/hostname")
            let latest = "/frameworks/scripted-0000/executors/t1/runs/latest"
            for base in [spec.sandbox, latest] {
                let list = try await fixture.json("/files/browse?path=\(base)")
                let entry = list.array?.first { $0["path"]?.string?.hasSuffix("/stdout") == true }
                #expect(entry?["size"]?.integer == 13)
                #expect(entry?["mode"]?.string?.hasPrefix("-rw") == true)
                let part = try await fixture.json("/files/read?path=\(base)/stdout&offset=6&length=7")
                #expect(part["data"]?.string == "sandbox" && part["offset"]?.integer == 6)
            }
            let size = try await fixture.json("/files/read?path=\(latest)/stdout")
            #expect(size["data"]?.string == "" && size["offset"]?.integer == 13)
            let download = try await fixture.get("/files/download?path=\(latest)/stdout")
            #expect(download.text == "hello sandbox")
            #expect(download.headers["content-disposition"]?.contains("stdout") == true)
            #expect(try await fixture.get("/files/browse").status == .badRequest)
            #expect(try await fixture.get("/files/read?path=\(latest)/stdout&offset=-2").status == .badRequest)
            #expect(try await fixture.get("/files/download?path=\(latest)").status == .badRequest)
            for path in [
                "/etc/passwd", "\(spec.sandbox)/../../../../../../../../etc/passwd",
                "\(fixture.workDirectory)/meta/boot_id", "\(latest)/none",
            ] {
                #expect(try await fixture.get("/files/read?path=\(path)").status == .notFound, "\(path)")
            }
            #expect(try await fixture.get("/files/read?path=\(latest)/leak").status == .badRequest)
            let roots = try await fixture.json("/files/debug")
            #expect(roots[latest]?.string == spec.sandbox)
        }
    }

    @Test func resourcesAreDetectedUnlessNamed() throws {
        let resources = try AgentServiceConfiguration.resources(
            text: "cpus:2;ports:[]", cpus: 8, memory: 1000, disk: 500)
        #expect(resources.cpus.value == 2)
        #expect(resources.memory.value == 1000)
        #expect(resources.ports.isEmpty)
        let all = try AgentServiceConfiguration.resources(text: "", cpus: 8, memory: 1000, disk: 500)
        #expect(all.ports.description == "[31000-32000]")
        #expect(throws: ClusterError.self) {
            try AgentServiceConfiguration.resources(text: "cpus:x", cpus: 8, memory: 1, disk: 1)
        }
    }

    @Test func operatorsListAndReadFilesAndChangeWhatIsLogged() async throws {
        try await withTestScope { scope in
            let fixture = try await AgentFixture.start(scope)
            let spec = try await fixture.run("t1")
            try Data("hello sandbox".utf8).write(to: URL(fileURLWithPath: spec.sandbox + "/stdout"))
            let list = try await fixture.operatorCall(
                "{\"type\":\"LIST_FILES\",\"list_files\":{\"path\":\"\(spec.sandbox)\"}}")
            let entry = list["list_files"]?["file_infos"]?.array?.first {
                $0["path"]?.string == spec.sandbox + "/stdout"
            }
            #expect(entry?["size"]?.integer == 13)
            let read = try await fixture.operatorCall(
                """
                {"type":"READ_FILE","read_file":{"path":"\(spec.sandbox)/stdout","offset":6,"length":4}}
                """)
            #expect(read["read_file"]?["size"]?.integer == 13)
            #expect(read["read_file"]?["data"]?.string == Data("sand".utf8).base64EncodedString())
            let missing = try await fixture.operatorAnswer(
                #"{"type":"READ_FILE","read_file":{"path":"/etc/passwd","offset":0}}"#)
            #expect(missing.status == .notFound)

            let change = try await fixture.operatorAnswer(
                """
                {"type":"SET_LOGGING_LEVEL","set_logging_level":{"level":1,"duration":{"nanoseconds":60000000000}}}
                """)
            #expect(change.status == .ok)
            let level = try await fixture.operatorCall(#"{"type":"GET_LOGGING_LEVEL"}"#)
            #expect(level["get_logging_level"]?["level"]?.integer == 1)
            #expect(try await fixture.get("/logging/toggle").text == "1\n")
        }
    }

    @Test func drainingShowsUntilTheLastTaskEnded() async throws {
        try await withTestScope { scope in
            var fixture = try await AgentFixture.start(scope)
            // A container that does not end by itself: the agent finds it running after its restart.
            let spec = try await fixture.run("t1")
            await fixture.containers.ignoreStops()
            fixture.send(.drain(DrainConfig(maxGracePeriod: .seconds(5), markGone: true)))
            let file = fixture.workDirectory + "/meta/slaves/scripted-S0/drain.config"
            try await eventually("the agent drains") { try await fixture.json("/state")["drain_config"] != nil }
            #expect(fixture.exists(file))
            try await fixture.restart()
            try await eventually("the agent drains again") {
                (try? await fixture.json("/state"))?["drain_config"] != nil
            }
            let state = try await fixture.json("/state")
            #expect(state["drain_config"]?["mark_gone"]?.bool == true)
            #expect(state["estimated_drain_start_time_seconds"]?.double ?? 0 > 0)
            let agent = try await fixture.operatorCall(#"{"type":"GET_AGENT"}"#)
            #expect(
                agent["get_agent"]?["drain_config"]?["max_grace_period"]?["nanoseconds"]?.integer == 5_000_000_000)
            await fixture.containers.end(spec.id, .signalled(9))
            let last = try await fixture.master.acknowledge("t1", upTo: .goneByOperator, agent: fixture.agent.pid)
            #expect(last.status.reason == .agentDraining)
            try await eventually("the agent is drained") { !fixture.exists(file) }
            #expect(try await fixture.json("/state")["drain_config"] == nil)
        }
    }
}
