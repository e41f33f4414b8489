internal import ClusterBase
internal import HTTPTransport
internal import MarathonCore
internal import MarathonModel

/// An answer that is an error: status and body (spec `marathon` §1.1).
struct APIError: Error {
    var status: HTTPStatus
    var body: JSONObject

    init(_ status: HTTPStatus, _ message: String) {
        (self.status, body) = (status, ["message": .string(message)])
    }

    /// An error with its details.
    init(_ status: HTTPStatus, _ message: String, details: JSONValue) {
        self.init(status, message)
        body["details"] = details
    }

    /// The one table from refusals to answers.
    init(_ error: MarathonError) {
        switch error {
        case .appExists(let id): self.init(.conflict, "An app with id [\(id)] already exists.")
        case .unknownApp(let id): self.init(.notFound, "App '\(id)' does not exist")
        case .unknownVersion(let id, let version):
            self.init(.notFound, "App '\(id)' does not exist in version \(version)")
        case .unknownTask(let id): self.init(.notFound, "Task '\(id)' does not exist")
        case .unknownDeployment(let id): self.init(.notFound, "DeploymentPlan \(id) does not exist")
        case .notQueued(let id): self.init(.notFound, "Application \(id) not found in tasks queue.")
        case .locked(let ids):
            self.init(
                .conflict,
                "App is locked by one or more deployments. Override with the option '?force=true'. "
                    + "View details at '/v2/deployments/<DEPLOYMENT_ID>'.")
            body["deployments"] = .array(ids.map { ["id": .string($0)] })
        case .tooManyDeployments(let limit):
            self.init(
                .forbidden,
                "Max number (\(limit)) of running deployments is reached. Wait for one to finish, cancel one, or raise "
                    + "--max_running_deployments.")
        case .spec(let error):
            let isMalformed = error.kind == .malformed
            self.init(
                .unprocessable, isMalformed ? "Invalid JSON" : "Object is not valid",
                details: .array(
                    error.problems.map { problem in
                        ["path": .string(problem.path), "errors": .array(problem.errors.map(JSONValue.string))]
                    }))
        case .badRequest(let message): self.init(.badRequest, message)
        case .unprocessable(let message): self.init(.unprocessable, message)
        }
    }

    /// Whatever a handler threw.
    static func rendering(_ error: any Error) -> APIError {
        switch error {
        case let error as APIError: error
        case let error as MarathonError: APIError(error)
        case let error as ClusterError: APIError(ErrorTable.status(of: error.code), error.message)
        default: APIError(.internalServerError, "Internal error")
        }
    }

    var response: HTTPResponse { .json(JSONValue.object(body).bytes, status: status) }
}
