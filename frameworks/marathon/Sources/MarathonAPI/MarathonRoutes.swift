internal import ClusterBase
public import HTTPTransport

/// The API's route table (spec `marathon` §1).
public enum MarathonRoutes {
    /// What an HTTP server serves for a Marathon.
    public static func service(_ backend: any MarathonBackend) -> HTTPService {
        let answer = Answering(backend: backend)
        return HTTPService(
            routes: routes(backend),
            fallback: .async { _ in answer.dressed(APIError(.notFound, "URI not found").response) },
            errorRenderer: { answer.dressed(APIError.rendering($0).response) })
    }

    /// The rows, then one row per path that answers other methods with 405.
    static func routes(_ backend: any MarathonBackend) -> [Route] {
        let answer = Answering(backend: backend)
        let rows = table(backend)
        let routes = rows.map { row in
            Route(row.method, row.pattern) { request in answer.dressed(try await row.handle(request)) }
        }
        // Below an app's id only some methods have a meaning of their own; others address an app with a longer id.
        let closed = rows.map(\.pattern).filter { !$0.contains("...}/") }
        return routes
            + Set(closed).sorted().map { pattern in
                Route(.any, pattern) { _ in
                    answer.dressed(APIError(.methodNotAllowed, "Method Not Allowed").response)
                }
            }
    }

    struct Row: Sendable {
        var method: RequestMethod
        var pattern: String
        var handle: @Sendable (HTTPRequest) async throws -> HTTPResponse

        init(
            _ method: RequestMethod, _ pattern: String,
            _ handle: @escaping @Sendable (HTTPRequest) async throws -> HTTPResponse
        ) {
            (self.method, self.pattern, self.handle) = (method, pattern, handle)
        }

        /// Method and pattern.
        var id: String { "\(method) \(pattern)" }
    }

    static func table(_ backend: any MarathonBackend) -> [Row] {
        let apps = AppHandlers(backend: backend)
        let tasks = TaskHandlers(backend: backend)
        let system = SystemHandlers(backend: backend)
        return [
            Row(.get, "/v2/apps", apps.list),
            Row(.post, "/v2/apps", apps.create),
            Row(.put, "/v2/apps", apps.updateAll),
            Row(.patch, "/v2/apps", apps.updateAll),
            Row(.get, "/v2/apps/{id...}", apps.get),
            Row(.put, "/v2/apps/{id...}", apps.update),
            Row(.patch, "/v2/apps/{id...}", apps.update),
            Row(.delete, "/v2/apps/{id...}", apps.delete),
            Row(.post, "/v2/apps/{id...}/restart", apps.restart),
            Row(.get, "/v2/apps/{id...}/versions", apps.versions),
            Row(.get, "/v2/apps/{id...}/versions/{version}", apps.version),
            Row(.get, "/v2/apps/{id...}/tasks", tasks.listOfApp),
            Row(.delete, "/v2/apps/{id...}/tasks", tasks.killOfApp),
            Row(.delete, "/v2/apps/{id...}/tasks/{task}", tasks.killOne),
            Row(.get, "/v2/tasks", tasks.list),
            Row(.post, "/v2/tasks/delete", tasks.killMany),
            Row(.get, "/v2/deployments", apps.deployments),
            Row(.delete, "/v2/deployments/{id}", apps.cancelDeployment),
            Row(.get, "/v2/queue", system.queue),
            Row(.delete, "/v2/queue/{id...}/delay", system.resetDelay),
            Row(.get, "/v2/info", system.info),
            Row(.get, "/v2/leader", system.leader),
            Row(.get, "/v2/events", system.events),
            Row(.get, "/ping", system.ping),
            Row(.get, "/metrics", system.metrics),
        ]
    }
}

/// Puts on every answer what clients expect on every answer.
struct Answering: Sendable {
    let backend: any MarathonBackend

    func dressed(_ response: HTTPResponse) -> HTTPResponse {
        var response = response
        response.headers["Cache-Control"] = "no-cache, no-store, must-revalidate"
        response.headers["Pragma"] = "no-cache"
        response.headers["Expires"] = "0"
        response.headers["X-Marathon-Leader"] = "http://\(backend.info.address)"
        response.headers["X-Frame-Options"] = "DENY"
        response.headers["X-XSS-Protection"] = "1; mode=block"
        return response
    }
}
