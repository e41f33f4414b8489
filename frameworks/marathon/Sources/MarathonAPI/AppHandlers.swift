internal import ClusterBase
internal import HTTPTransport
internal import MarathonCore
internal import MarathonModel

/// Answers requests about apps and deployments (spec `marathon` §1.2, §1.7).
struct AppHandlers: Sendable {
    let backend: any MarathonBackend

    @Sendable func list(_ request: HTTPRequest) async throws -> HTTPResponse {
        try request.requireJSONAccepted()
        let query = request.query
        var selector: LabelSelector?
        if let text = query["label"] {
            guard let parsed = LabelSelector(parsing: text) else {
                throw APIError(.unprocessable, "The label selector '\(text)' cannot be parsed")
            }
            selector = parsed
        }
        let (cmd, id) = (query["cmd"]?.lowercased(), query["id"]?.lowercased())
        let embeds = request.embeds.union(["counts", "deployments"])
        let apps = await backend.view { [selector] core, now in
            core.allApps.filter { record in
                let spec = record.spec
                return (cmd.map { (spec.cmd ?? "").lowercased().contains($0) } ?? true)
                    && (id.map { spec.id.description.lowercased().contains($0) } ?? true)
                    && (selector?.matches(spec.labels) ?? true)
            }.map { AppRendering(core: core, now: now, embeds: embeds).json($0) }
        }
        return .json(["apps": .array(apps)])
    }

    @Sendable func create(_ request: HTTPRequest) async throws -> HTTPResponse {
        let body = try request.jsonObject()
        let answer = try await backend.submit(
            .createApp(body, force: request.flag("force"), origin: request.origin))
        guard case .created(let spec, let receipt) = answer else { throw APIError.unexpected }
        var app = spec.json
        for key in ["tasksStaged", "tasksRunning", "tasksHealthy", "tasksUnhealthy"] { app[key] = 0 }
        app["deployments"] = [["id": .string(receipt.id)]]
        var response = HTTPResponse.json(.object(app), status: .created)
        response.headers["Location"] = spec.id.description
        response.headers["Marathon-Deployment-Id"] = receipt.id
        return response
    }

    @Sendable func updateAll(_ request: HTTPRequest) async throws -> HTTPResponse {
        guard let elements = try request.jsonBody().array, let bodies = elements.map(\.object) as? [JSONObject] else {
            throw APIError(
                .badRequest, "Please specify data in JSON format", details: "an array of objects is expected")
        }
        let isPatch = request.method == .patch
        let answer = try await backend.submit(
            .updateApps(
                bodies, isPartial: isPatch || request.flag("partialUpdate", default: true), mayCreate: !isPatch,
                force: request.flag("force")))
        return try changed(answer)
    }

    @Sendable func get(_ request: HTTPRequest) async throws -> HTTPResponse {
        try request.requireJSONAccepted()
        let id = request.appID
        if id.segments.last == "*" { return try await listBelow(id.parent, request) }
        let embeds = request.embeds.union(["counts", "tasks", "lastTaskFailure", "deployments"])
        let app = await backend.view { core, now in
            core.app(id).map { AppRendering(core: core, now: now, embeds: embeds).json($0) }
        }
        guard let app else { throw MarathonError.unknownApp(id) }
        return .json(["app": app])
    }

    private func listBelow(_ group: PathID, _ request: HTTPRequest) async throws -> HTTPResponse {
        let embeds = request.embeds.union(["counts", "tasks", "lastTaskFailure", "deployments"])
        let apps = await backend.view { core, now in
            core.allApps.filter { $0.spec.id.isBelow(group) }.map {
                AppRendering(core: core, now: now, embeds: embeds).json($0)
            }
        }
        if apps.isEmpty, !group.isRoot { throw APIError(.notFound, "Group '\(group)' does not exist") }
        return .json(["*": .array(apps)])
    }

    @Sendable func update(_ request: HTTPRequest) async throws -> HTTPResponse {
        let isPatch = request.method == .patch
        let answer = try await backend.submit(
            .updateApp(
                request.appID, try request.jsonObject(),
                isPartial: isPatch || request.flag("partialUpdate", default: true), mayCreate: !isPatch,
                force: request.flag("force"), origin: request.origin))
        var response = try changed(answer)
        if response.status == .created { response.headers["Location"] = request.appID.description }
        return response
    }

    @Sendable func delete(_ request: HTTPRequest) async throws -> HTTPResponse {
        try changed(
            await backend.submit(.deleteApp(request.appID, force: request.flag("force", default: true))))
    }

    @Sendable func restart(_ request: HTTPRequest) async throws -> HTTPResponse {
        try changed(await backend.submit(.restartApp(request.appID, force: request.flag("force"))))
    }

    @Sendable func versions(_ request: HTTPRequest) async throws -> HTTPResponse {
        let id = request.appID
        guard let record = await backend.view({ core, _ in core.app(id) }) else { throw MarathonError.unknownApp(id) }
        return .json(["versions": .array(record.versions.reversed().map { .string($0.version.description) })])
    }

    @Sendable func version(_ request: HTTPRequest) async throws -> HTTPResponse {
        let (id, text) = (request.appID, request.captures["version"] ?? "")
        guard let version = Timestamp(parsing: text) else {
            throw APIError(
                .unprocessable, "Invalid timestamp provided '\(text)'. Expecting ISO-8601 datetime string.")
        }
        guard let record = await backend.view({ core, _ in core.app(id) }) else { throw MarathonError.unknownApp(id) }
        guard let spec = record.versions.last(where: { $0.version == version }) else {
            throw MarathonError.unknownVersion(id, text)
        }
        return .json(.object(spec.json))
    }

    // MARK: Deployments

    @Sendable func deployments(_ request: HTTPRequest) async throws -> HTTPResponse {
        try request.requireJSONAccepted()
        return .json(.array(await backend.view { core, _ in core.runningDeployments.map(DeploymentRendering.json) }))
    }

    @Sendable func cancelDeployment(_ request: HTTPRequest) async throws -> HTTPResponse {
        let answer = try await backend.submit(
            .cancelDeployment(request.captures["id"] ?? "", force: request.flag("force")))
        if case .done = answer { return .accepted }
        return try changed(answer)
    }

    private func changed(_ answer: CommandAnswer) throws -> HTTPResponse {
        guard case .changed(let receipt, let isNew) = answer else { throw APIError.unexpected }
        return .deployment(receipt, status: isNew ? .created : .ok)
    }
}

extension APIError {
    static var unexpected: APIError {
        APIError(.internalServerError, "The command was answered otherwise than it must be")
    }
}
