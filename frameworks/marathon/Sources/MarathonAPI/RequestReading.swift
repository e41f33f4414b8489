internal import ClusterBase
internal import HTTPTransport
internal import MarathonCore
internal import MarathonModel

extension HTTPRequest {
    /// A query flag: `true` in any case; anything else is false (spec `marathon` §0).
    func flag(_ name: String, default value: Bool = false) -> Bool {
        query[name].map { $0.lowercased() == "true" } ?? value
    }

    /// The app a path names; empty segments do not count.
    var appID: PathID { PathID("/" + (captures["id"] ?? "")) }

    var origin: CommandOrigin { CommandOrigin(client: remoteAddress ?? "", uri: path) }

    /// The body as JSON; 415 for another type, 400 when it is none.
    func jsonBody() throws -> JSONValue {
        if let type = headers["content-type"], !type.lowercased().hasPrefix("application/json") {
            throw APIError(.unsupportedMediaType, "Unsupported Media Type")
        }
        do {
            return try JSONValue(parsing: body)
        } catch {
            throw APIError(.badRequest, "Invalid JSON", details: .string("\(error)"))
        }
    }

    func jsonObject() throws -> JSONObject {
        guard let object = try jsonBody().object else {
            throw APIError(.badRequest, "Please specify data in JSON format", details: "an object is expected")
        }
        return object
    }

    /// Refuses clients that do not take JSON.
    func requireJSONAccepted() throws {
        if !accept.allows(.json) { throw APIError(.notAcceptable, "Not Acceptable") }
    }

    /// Whether the client wants the plain-text form of a list.
    var wantsText: Bool { !accept.allows(.json) && accept.allows("text/plain") }

    /// What is to be added to apps: the words of `embed` without their prefix.
    var embeds: Set<String> {
        Set(
            query.values("embed").map { word in
                for prefix in ["group.apps.", "apps.", "app."] where word.hasPrefix(prefix) {
                    return String(word.dropFirst(prefix.count))
                }
                return word
            })
    }

    func killMode() throws -> KillMode {
        let (scale, wipe) = (flag("scale"), flag("wipe"))
        if scale, wipe { throw APIError(.badRequest, "You cannot use scale and wipe at the same time.") }
        return scale ? .scale : wipe ? .wipe : .relaunch
    }
}

extension HTTPResponse {
    static func json(_ value: JSONValue, status: HTTPStatus = .ok) -> HTTPResponse {
        .json(value.bytes, status: status)
    }

    /// The answer to a change that started a deployment.
    static func deployment(_ receipt: DeploymentReceipt, status: HTTPStatus = .ok) -> HTTPResponse {
        var response = HTTPResponse.json(
            ["version": .string(receipt.version.description), "deploymentId": .string(receipt.id)], status: status)
        response.headers["Marathon-Deployment-Id"] = receipt.id
        return response
    }
}
