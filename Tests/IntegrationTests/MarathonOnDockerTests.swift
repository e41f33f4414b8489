import ClusterBase
import HTTPTransport
import TestSupport
import Testing

extension Integration {
    /// The seeds' first job: an app by REST, in real containers, kept running.
    @Suite struct MarathonOnDocker {
        /// F-05 but for the program: busybox' `httpd` instead of Python's server.
        private let app = """
            { "id": "web-app", "cmd": "httpd -f -p 8080 -h /etc", "cpus": 0.1, "mem": 32.0, "instances": 1,
              "container": { "type": "DOCKER",
                "docker": { "image": "roost-test-busybox", "network": "BRIDGE",
                  "portMappings": [ { "containerPort": 8080, "hostPort": 0 } ] } } }
            """

        @Test func anAppServesScalesHealsAndGoes() async throws {
            try await withTestScope("marathon-docker") { scope in
                let engine = try await DockerEngine.shared()
                let cluster = try await LocalCluster.start(
                    in: scope, arguments: ["--docker-socket", engine.socket, "--stop-tasks"])
                let marathon = try JSONClient(try #require(cluster.marathon), in: scope)
                let posted = try await marathon.send(
                    .post, "/v2/apps", app.replacing("roost-test-busybox", with: engine.image))
                #expect(posted.status == 201, "\(posted.text)")
                #expect(posted.json["id"]?.string == "/web-app")

                let first = try await runningTasks(marathon, 1)
                for task in first { try await expectServes(task, scope) }

                let scaled = try await marathon.send(.put, "/v2/apps/web-app", #"{"instances": 3}"#)
                #expect(scaled.status == 200, "\(scaled.text)")
                let three = try await runningTasks(marathon, 3)
                #expect(three.contains { $0["id"]?.string == first[0]["id"]?.string })
                for task in three { try await expectServes(task, scope) }

                // One container dies by another's hand; another takes its place.
                let victims = try await containers(engine)
                #expect(victims.count == 3)
                try await engine.call(.post, "/containers/\(victims[0])/kill")
                let healed = try await runningTasks(marathon, 3) { tasks in
                    tasks.contains { task in !three.contains { $0["id"] == task["id"] } }
                }
                for task in healed { try await expectServes(task, scope) }

                let deleted = try await marathon.send(.delete, "/v2/apps/web-app")
                #expect(deleted.status == 200)
                try await eventually("no container is left") {
                    try await containers(engine).isEmpty
                }
                try await eventually("the app is gone") {
                    try await marathon.send(.get, "/v2/apps/web-app").status == 404
                }
            }
        }

        private func runningTasks(
            _ marathon: JSONClient, _ count: Int, where isRight: ([JSONValue]) -> Bool = { _ in true }
        ) async throws -> [JSONValue] {
            try await eventually("\(count) running tasks", within: .seconds(60)) {
                let tasks = try await marathon.get("/v2/apps/web-app/tasks")["tasks"]?.array ?? []
                let running = tasks.filter { $0["state"]?.string == "TASK_RUNNING" }
                return running.count == count && tasks.count == count && isRight(tasks) ? running : nil
            }
        }

        /// The running containers of agents, by id.
        private func containers(_ engine: DockerEngine) async throws -> [String] {
            let list = try JSONValue(parsing: try await engine.call(.get, "/containers/json"))
            return (list.array ?? []).filter { container in
                container["Names"]?.array?.contains { $0.string?.hasPrefix("/mesos-") == true } == true
            }.compactMap { $0["Id"]?.string }
        }

        private func expectServes(_ task: JSONValue, _ scope: TestScope) async throws {
            let port = try #require(task["ports"]?[0]?.integer)
            #expect((31_000...32_000).contains(port))
            let web = try JSONClient("http://127.0.0.1:\(port)", in: scope)
            try await eventually("port \(port) serves") { (try? await web.send(.get, "/").status) != nil }
        }
    }
}

/// Tests of the whole product; one after the other, for they share the machine.
@Suite(.serialized) enum Integration {}
