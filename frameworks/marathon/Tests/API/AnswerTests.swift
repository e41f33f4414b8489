import ClusterBase
import ClusterModel
import HTTPTransport
import MarathonModel
import Testing

@testable import MarathonAPI
@testable import MarathonCore

@Test func createdAppIsAnsweredAsUpstreamDoes() async throws {
    let backend = MemoryBackend()
    let response = await backend.send(.post, "/v2/apps", seedApp)
    #expect(response.status == .created)
    #expect(response.headers["Location"] == "/web-app")
    let id = try #require(response.headers["Marathon-Deployment-Id"])
    let app = response.json
    #expect(app["deployments"] == [["id": .string(id)]])
    #expect(app["tasksRunning"] == 0 && app["tasks"] == nil && app["version"]?.string != nil)
    #expect(app["container"]?["portMappings"]?[0]?["servicePort"] == 0)
    let stored = await backend.send(.get, "/v2/apps/web-app").json["app"]
    #expect(stored?["container"]?["portMappings"]?[0]?["servicePort"] == 10_000)
    #expect(stored?["version"] == app["version"] && stored?["tasks"] == [])
    let deployments = await backend.send(.get, "/v2/deployments").json
    #expect(deployments[0]?["id"] == .string(id))
    #expect(deployments[0]?["affectedApps"] == ["/web-app"])
    #expect(deployments[0]?["currentStep"] == 2 && deployments[0]?["totalSteps"] == 2)
    #expect(deployments[0]?["currentActions"]?[0]?["action"] == "ScaleApplication")
}

@Test func runningTaskIsShown() async throws {
    let backend = MemoryBackend()
    _ = await backend.send(.post, "/v2/apps", seedApp)
    await backend.play { world in
        world.connect()
        world.run(world.offer())
    }
    let app = await backend.send(.get, "/v2/apps/web-app?embed=app.taskStats").json["app"]
    #expect(app?["tasksRunning"] == 1 && app?["tasksStaged"] == 0 && app?["deployments"] == [])
    #expect(app?["taskStats"]?["totalSummary"]?["stats"]?["counts"]?["running"] == 1)
    let task = try #require(app?["tasks"]?[0])
    #expect(task["host"] == "agent1" && task["state"] == "TASK_RUNNING" && task["appId"] == "/web-app")
    #expect(task["startedAt"]?.string != nil && task["slaveId"] == "agent1-id" && task["servicePorts"] == [])
    let port = try #require(task["ports"]?[0]?.integer)
    let listed = await backend.send(.get, "/v2/tasks").json["tasks"]?[0]
    #expect(listed?["servicePorts"] == [10_000])
    let text = await backend.send(.get, "/v2/tasks", headers: ["Accept": "text/plain"])
    #expect(text.text == "web-app\t10000\tagent1:\(port)\t\n")
    let id = try #require(task["id"]?.string)
    let killed = await backend.send(.delete, "/v2/apps//web-app/tasks/\(id)")
    #expect(killed.json["task"]?["id"] == .string(id))
    let scaled = await backend.send(.post, "/v2/tasks/delete?scale=true", #"{"ids":["\#(id)"]}"#)
    #expect(scaled.json["deploymentId"]?.string == scaled.headers["Marathon-Deployment-Id"])
}

struct BadRequest: Sendable {
    var method: RequestMethod
    var target: String
    var body: String
    var status: HTTPStatus
    var answer: String
}

@Test(arguments: [
    BadRequest(
        method: .post, target: "/v2/apps", body: #"{"id":"#, status: 400, answer: #"{"message":"Invalid JSON""#),
    BadRequest(
        method: .post, target: "/v2/apps", body: "[]", status: 400,
        answer: #"{"message":"Please specify data in JSON format""#),
    BadRequest(
        method: .post, target: "/v2/apps", body: #"{"cmd":"run"}"#, status: 422,
        answer: #"{"message":"Invalid JSON","details":[{"path":"/id","errors":["error.path.missing"]}]}"#),
    BadRequest(
        method: .post, target: "/v2/apps", body: #"{"id":"/a/tasks","cmd":"run"}"#, status: 422,
        answer: #"{"message":"Object is not valid","details":[{"path":"/id","#),
    BadRequest(
        method: .post, target: "/v2/apps", body: #"{"id":"/there","cmd":"run"}"#, status: 409,
        answer: #"{"message":"An app with id [/there] already exists."}"#),
    BadRequest(
        method: .put, target: "/v2/apps/there", body: #"{"instances":7}"#, status: 409,
        answer:
            #"{"message":"App is locked by one or more deployments. Override with the option '?force=true'. "#
            + #"View details at '/v2/deployments/<DEPLOYMENT_ID>'.","deployments":[{"id":""#
    ),
    BadRequest(
        method: .get, target: "/v2/apps/none", body: "", status: 404,
        answer: #"{"message":"App '/none' does not exist"}"#),
    BadRequest(
        method: .delete, target: "/v2/apps/none", body: "", status: 404,
        answer: #"{"message":"App '/none' does not exist"}"#),
    BadRequest(
        method: .get, target: "/v2/apps/there/versions/yesterday", body: "", status: 422,
        answer: #"{"message":"Invalid timestamp provided 'yesterday'. Expecting ISO-8601 datetime string."}"#),
    BadRequest(
        method: .get, target: "/v2/apps?label=a%3D%3D", body: "", status: 422,
        answer: #"{"message":"The label selector 'a==' cannot be parsed"}"#),
    BadRequest(
        method: .delete, target: "/v2/apps/there/tasks?scale=true&wipe=true", body: "", status: 400,
        answer: #"{"message":"You cannot use scale and wipe at the same time."}"#),
    BadRequest(
        method: .post, target: "/v2/tasks/delete", body: #"{"ids":["nonsense"]}"#, status: 400,
        answer: #"{"message":"Invalid task id 'nonsense'."}"#),
    BadRequest(
        method: .delete, target: "/v2/queue/none/delay", body: "", status: 404,
        answer: #"{"message":"Application /none not found in tasks queue."}"#),
    BadRequest(
        method: .get, target: "/v2/nothing", body: "", status: 404, answer: #"{"message":"URI not found"}"#),
    BadRequest(
        method: .post, target: "/v2/info", body: "", status: 405, answer: #"{"message":"Method Not Allowed"}"#),
])
func badRequestsGetUpstreamsWords(request: BadRequest) async {
    let backend = MemoryBackend()
    _ = await backend.send(.post, "/v2/apps", #"{"id":"/there","cmd":"run"}"#)
    let response = await backend.send(request.method, request.target, request.body)
    #expect(response.status == request.status)
    #expect(response.text.hasPrefix(request.answer), "\(response.text)")
}

@Test func otherMediaTypesAreRefused() async {
    let backend = MemoryBackend()
    let form = await backend.send(
        .post, "/v2/apps", seedApp, headers: ["Content-Type": "application/x-www-form-urlencoded"])
    #expect(form.status == .unsupportedMediaType)
    let xml = await backend.send(.get, "/v2/apps", headers: ["Accept": "application/xml"])
    #expect(xml.status == .notAcceptable)
    #expect(await backend.send(.get, "/ping", headers: ["Accept": "application/json"]).text == "\"pong\"")
    #expect(await backend.send(.get, "/ping", headers: [:]).text == "pong")
}

@Test func appsAreFiltered() async {
    let backend = MemoryBackend()
    _ = await backend.send(.post, "/v2/apps", #"{"id":"/one","cmd":"Alpha","labels":{"tier":"web"}}"#)
    _ = await backend.send(.post, "/v2/apps", #"{"id":"/group/two","cmd":"beta"}"#)
    func ids(_ target: String, _ key: String = "apps") async -> [String] {
        await backend.send(.get, target).json[key]?.array?.compactMap { $0["id"]?.string } ?? []
    }
    #expect(await ids("/v2/apps") == ["/group/two", "/one"])
    #expect(await ids("/v2/apps?cmd=alpha") == ["/one"])
    #expect(await ids("/v2/apps?id=TWO") == ["/group/two"])
    #expect(await ids("/v2/apps?label=tier%3D%3Dweb") == ["/one"])
    #expect(await ids("/v2/apps/group/*", "*") == ["/group/two"])
}

@Test func queueTellsWhyAnAppWaits() async throws {
    let backend = MemoryBackend()
    _ = await backend.send(.post, "/v2/apps", #"{"id":"/big","cmd":"run it","cpus":12345,"instances":5}"#)
    await backend.play { world in
        world.connect()
        world.offer()
    }
    let item = try #require(await backend.send(.get, "/v2/queue").json["queue"]?[0])
    #expect(item["count"] == 5 && item["app"]?["id"] == "/big")
    #expect(item["delay"] == ["timeLeftSeconds": 0, "overdue": true])
    let reasons = try #require(item["processedOffersSummary"]?["rejectSummaryLastOffers"]?.array)
    #expect(reasons.map { $0["reason"]?.string } == RejectReason.allCases.map(\.rawValue))
    #expect(reasons[4] == ["reason": "InsufficientCpus", "declined": 1, "processed": 1])
    #expect(reasons[5]["processed"] == 0)
}

@Test func eventsAreFramedForEveryClient() async throws {
    let backend = MemoryBackend()
    let response = await backend.send(
        .get, "/v2/events?event_type=deployment_info", headers: ["Accept": "text/event-stream"])
    #expect(response.headers["Content-Type"] == "text/event-stream")
    #expect(await backend.streams.first?.types == ["deployment_info"])
    _ = await backend.send(.post, "/v2/apps", seedApp)
    let notices = await backend.play { world in
        world.connect()
        world.run(world.offer())
        return world.notices
    }
    let events = notices.map { StreamEvent($0, at: .epoch) }
    #expect(
        events.map(\.type) == [
            "group_change_success", "deployment_info", "api_post_event", "deployment_step_success", "deployment_info",
            "instance_changed_event", "scheduler_registered_event", "instance_changed_event", "status_update_event",
            "instance_changed_event", "deployment_step_success", "deployment_success",
        ])
    let status = try #require(events.first { $0.type == "status_update_event" })
    #expect(status.fields["taskStatus"] == "TASK_RUNNING" && status.fields["appId"] == "/web-app")
    let frame = String(decoding: status.frame, as: UTF8.self)
    #expect(frame.hasPrefix("event: status_update_event\r\ndata: {") && frame.hasSuffix("}\r\n\r\n"))
    let success = try #require(events.last)
    #expect(success.fields["plan"]?["original"] == nil)
}
