import ClusterBase
import Foundation
import HTTPTransport
import TestSupport
import Testing

extension Integration {
    /// Each mistake gets the documented answer, and nothing else is disturbed.
    @Suite struct BadInput {
        private enum Part { case master, agent, marathon }

        private struct Mistake {
            var part: Part
            var path: String
            var body: String
            var status: Int
            var words: String

            init(_ part: Part, _ path: String, _ body: String, _ status: Int, _ words: String) {
                (self.part, self.path, self.body, self.status, self.words) = (part, path, body, status, words)
            }
        }

        private static let scheduler = "/api/v1/scheduler"
        private static let mistakes = [
            Mistake(.master, scheduler, "{", 400, "Failed to parse body into JSON"),
            Mistake(.master, scheduler, "[]", 400, "Failed to parse body into JSON"),
            Mistake(.master, scheduler, #"{"type":"NOPE"}"#, 400, "Expecting 'type' to be present"),
            Mistake(.master, scheduler, #"{"type":"SUBSCRIBE"}"#, 400, "Expecting 'subscribe' to be present"),
            Mistake(
                .master, scheduler, #"{"type":"SUBSCRIBE","subscribe":{"framework_info":{"user":"root"}}}"#, 400,
                "subscribe.framework_info.name"),
            Mistake(
                .master, scheduler, #"{"type":"TEARDOWN","framework_id":{"value":"x"}}"#, 400,
                "Framework cannot be found"),
            Mistake(.master, "/api/v1", #"{"type":"NOPE"}"#, 400, "Expecting 'type' to be present"),
            Mistake(.agent, "/api/v1", #"{"type":"NOPE"}"#, 400, "Expecting 'type' to be present"),
            Mistake(.agent, "/api/v1/executor", "{", 400, "Failed to parse body into JSON"),
            Mistake(
                .agent, "/api/v1/executor",
                #"{"type":"SUBSCRIBE","framework_id":{"value":"x"},"executor_id":{"value":"y"},"subscribe":{}}"#, 400,
                "Framework cannot be found"),
            Mistake(.marathon, "/v2/apps", "{", 400, "Invalid JSON"),
            Mistake(.marathon, "/v2/apps", "{}", 422, "error.path.missing"),
            Mistake(.marathon, "/v2/apps", #"{"id":"a"}"#, 422, "/"),
            Mistake(.marathon, "/v2/apps", #"{"id":"a","cmd":"run","cpus":"1"}"#, 422, "/cpus"),
            Mistake(.marathon, "/v2/apps", #"{"id":"A B","cmd":"run"}"#, 422, "/id"),
            Mistake(.marathon, "/v2/apps", #"{"id":"bystander","cmd":"run"}"#, 409, "already exists"),
        ]

        @Test func wrongRequestsAreAnsweredAndForgotten() async throws {
            try await withTestScope("bad-requests") { scope in
                let cluster = try await LocalCluster.start(in: scope, arguments: ["--stop-tasks"])
                let (master, agent) = (
                    try JSONClient(cluster.master, in: scope), try JSONClient(cluster.agents[0], in: scope)
                )
                let marathonURL = try #require(cluster.marathon)
                let marathon = try JSONClient(marathonURL, in: scope)
                let bystander = try await Bystander.post(marathon)
                func client(_ part: Part) -> JSONClient {
                    switch part {
                    case .master: master
                    case .agent: agent
                    case .marathon: marathon
                    }
                }
                for mistake in Self.mistakes {
                    let answer = try await client(mistake.part).send(.post, mistake.path, mistake.body)
                    #expect(answer.status == mistake.status, "\(mistake): \(answer.text)")
                    #expect(answer.text.contains(mistake.words), "\(mistake): \(answer.text)")
                    if mistake.part == .marathon { #expect(answer.json["message"]?.string != nil, "\(answer.text)") }
                }
                let garbage = try await master.send(
                    .post, Self.scheduler, "\u{7f}\u{7f}", headers: ["Content-Type": "application/x-protobuf"])
                #expect(garbage.status == 400 && garbage.text == "Failed to parse body into Call protobuf")
                let other = try await master.send(
                    .post, Self.scheduler, "x", headers: ["Content-Type": "text/plain"])
                #expect(other.status == 415)
                #expect(try await master.send(.get, Self.scheduler).status == 405)
                #expect(try await marathon.send(.get, "/v2/nothing").status == 404)

                // Beyond its bound every part answers 413; an app that no store could hold is refused before that.
                let large = try scope.directory.write(String(repeating: " ", count: 34 << 20), to: "large")
                for url in [cluster.master + "/api/v1", cluster.agents[0] + "/api/v1", marathonURL + "/v2/apps"] {
                    #expect(try await status(posting: large, to: url, scope) == "413", "\(url)")
                }
                let value = String(repeating: "x", count: 600_000)
                let heavy = try await marathon.send(
                    .post, "/v2/apps", #"{"id":"heavy","cmd":"run","env":{"A":"\#(value)"}}"#)
                #expect(heavy.status == 422)
                #expect(heavy.json["details"]?[0]?["errors"]?[0]?.string?.contains("must not take more than") == true)

                try await bystander.expectUndisturbed(marathon)
                let state = try await master.get("/state")
                #expect(state["activated_slaves"]?.integer == 1)
                // Marathon and Kubernetes.
                #expect(state["frameworks"]?.array?.count == 2 && state["completed_frameworks"]?.array?.isEmpty == true)
                #expect(try await cluster.process.terminate() == .exited(0))
            }
        }

        @Test func tasksThatCannotRunSayWhy() async throws {
            try await withTestScope("bad-tasks") { scope in
                let engine = try await DockerEngine.shared()
                let cluster = try await LocalCluster.start(
                    in: scope, arguments: ["--docker-socket", engine.socket, "--stop-tasks"])
                let marathon = try JSONClient(try #require(cluster.marathon), in: scope)
                let bystander = try await Bystander.post(marathon)
                let docker = #""container":{"type":"DOCKER","docker":{"image":"127.0.0.1:1/none:1"}}"#
                let value = String(repeating: "x", count: 200_000)
                let apps = [
                    ("no-image", #""cmd":"sleep 9",\#(docker)"#, "127.0.0.1:1/none"),
                    ("no-user", #""cmd":"sleep 9","user":"nobody-at-all""#, "user 'nobody-at-all' does not exist"),
                    ("no-file", #""cmd":"sleep 9","fetch":[{"uri":"/no/such/file"}]"#, "/no/such/file"),
                    ("crash", #""cmd":"exit 3""#, "Command exited with status 3"),
                    ("no-room", #""cmd":"sleep 9","env":{"A":"\#(value)"}"#, "Argument list too long"),
                ]
                for (id, fields, _) in apps {
                    let posted = try await marathon.send(
                        .post, "/v2/apps", #"{"id":"\#(id)","cpus":0.1,"mem":32,\#(fields)}"#)
                    #expect(posted.status == 201, "\(posted.text)")
                }
                for (id, _, words) in apps {
                    let message = try await eventually("the failure of \(id) is told", within: .seconds(30)) {
                        try await marathon.get("/v2/apps/\(id)")["app"]?["lastTaskFailure"]?["message"]?.string
                    }
                    #expect(message.contains(words), "\(id): \(message)")
                }
                try await bystander.expectUndisturbed(marathon)
                #expect(try await cluster.process.terminate() == .exited(0))
                try await eventually("no task is left") { Bystander.processes(below: scope.directory.path).isEmpty }
            }
        }

        /// A subscriber that dies is noticed; others do not wait.
        @Test func aVanishedSubscriberIsNoticed() async throws {
            try await withTestScope("subscribers") { scope in
                let cluster = try await LocalCluster.start(in: scope, arguments: ["--stop-tasks"])
                let marathon = try JSONClient(try #require(cluster.marathon), in: scope)
                let master = try JSONClient(cluster.master, in: scope)
                let bystander = try await Bystander.post(marathon)
                let subscribe = #"{"type":"SUBSCRIBE","subscribe":{"framework_info":{"user":"root","name":"gone"}}}"#
                let curl = try scope.start(
                    "/usr/bin/curl",
                    [
                        "-sN", "-X", "POST", "-H", "Content-Type: application/json", "-d", subscribe,
                        cluster.master + Self.scheduler,
                    ])
                try await eventually("the subscription") { curl.output().contains("SUBSCRIBED") }
                #expect(try await frameworks(master).contains("gone"))
                try await curl.kill()
                try await eventually("the framework is removed") { try await !frameworks(master).contains("gone") }
                try await bystander.expectUndisturbed(marathon)
            }
        }

        /// The status that curl gets; it reads an answer that comes before all is sent.
        private func status(posting file: String, to url: String, _ scope: TestScope) async throws -> String {
            let curl = try scope.start(
                "/usr/bin/curl",
                [
                    "-s", "-o", "/dev/null", "-w", "%{http_code}", "-H", "Content-Type: application/json",
                    "--data-binary", "@" + file, url,
                ])
            _ = try await curl.waitForExit()
            return curl.output()
        }

        private func frameworks(_ master: JSONClient) async throws -> [String] {
            (try await master.get("/state")["frameworks"]?.array ?? []).compactMap { $0["name"]?.string }
        }
    }
}
