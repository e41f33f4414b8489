internal import ClusterBase
internal import ClusterModel
internal import HTTPTransport
internal import MarathonCore
internal import MarathonModel

/// Answers requests about tasks (spec `marathon` §1.2, §1.7, §1.9).
struct TaskHandlers: Sendable {
    let backend: any MarathonBackend

    @Sendable func listOfApp(_ request: HTTPRequest) async throws -> HTTPResponse {
        let id = request.appID
        let isWildcard = id.segments.last == "*"
        let records = await backend.view { core, _ in
            core.allApps.filter { isWildcard ? $0.spec.id.isBelow(id.parent) : $0.spec.id == id }
                .map { ($0.spec, core.instances(of: $0.spec.id)) }
        }
        if records.isEmpty {
            throw isWildcard ? APIError(.notFound, "Group '\(id.parent)' does not exist") : APIError(.unknownApp(id))
        }
        if request.wantsText { return TaskRendering.text(records) }
        try request.requireJSONAccepted()
        return .json([
            "tasks": .array(
                records.flatMap { spec, instances in
                    TaskRendering.tasks(instances, of: spec, withServicePorts: false)
                })
        ])
    }

    @Sendable func list(_ request: HTTPRequest) async throws -> HTTPResponse {
        let records = await backend.view { core, _ in
            core.allApps.map { ($0.spec, core.instances(of: $0.spec.id)) }
        }
        if request.wantsText { return TaskRendering.text(records) }
        try request.requireJSONAccepted()
        let words = request.query.values("status") + request.query.values("status[]")
        let states: [TaskState] = words.compactMap { ["running": .running, "staging": .staging][$0] }
        return .json([
            "tasks": .array(
                records.flatMap { spec, instances in
                    TaskRendering.tasks(
                        instances.filter { states.isEmpty || states.contains($0.condition.taskState) }, of: spec,
                        withServicePorts: true)
                })
        ])
    }

    @Sendable func killOfApp(_ request: HTTPRequest) async throws -> HTTPResponse {
        let answer = try await backend.submit(
            .kill(
                .app(request.appID, host: request.query["host"]), try request.killMode(), force: request.flag("force")))
        return try await killed(answer, key: "tasks")
    }

    @Sendable func killOne(_ request: HTTPRequest) async throws -> HTTPResponse {
        let task = TaskID(request.captures["task"] ?? "")
        let answer = try await backend.submit(
            .kill(.task(task, of: request.appID), try request.killMode(), force: request.flag("force")))
        return try await killed(answer, key: "task")
    }

    @Sendable func killMany(_ request: HTTPRequest) async throws -> HTTPResponse {
        guard let ids = try request.jsonObject()["ids"]?.array?.map(\.string) as? [String] else {
            throw APIError(
                .unprocessable, "Invalid JSON", details: [["path": "/ids", "errors": ["error.path.missing"]]])
        }
        let answer = try await backend.submit(
            .kill(.tasks(ids.map { TaskID($0) }), try request.killMode(), force: request.flag("force")))
        return try await killed(answer, key: "tasks")
    }

    private func killed(_ answer: CommandAnswer, key: String) async throws -> HTTPResponse {
        switch answer {
        case .changed(let receipt, _): return .deployment(receipt)
        case .killed(let instances):
            let specs = await backend.view { core, _ in
                Dictionary(core.allApps.map { ($0.spec.id, $0.spec) }) { first, _ in first }
            }
            let tasks = instances.flatMap { instance in
                specs[instance.app].map { TaskRendering.tasks([instance], of: $0, withServicePorts: false) } ?? []
            }
            if key == "task" { return .json(["task": tasks.first ?? .object(JSONObject())]) }
            return .json(["tasks": .array(tasks)])
        case .created, .done: throw APIError.unexpected
        }
    }
}
