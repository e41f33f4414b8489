internal import ClusterModel
internal import HTTPTransport
internal import OperatorPages

/// The operator's pages at the master's port (decision D13).
///
/// They stand at the root alone, not below `/master` as the endpoints they read do.
struct PageRoutes: Sendable {
    let leadership: Leadership

    var routes: [Route] {
        [
            Route(.get, "/", index), Route(.get, "/index.html", index),
            Route(.get, "/assets/{name}") { request in
                guard let page = OperatorPages.assets[request.captures["name"] ?? ""] else { return .error(.notFound) }
                return Self.response(page, for: request)
            },
        ]
    }

    /// The page; a standby sends browsers to the leader, for the pages read from where they are.
    ///
    /// Without a leader the page comes from here, says that there is none, and asks again.
    @Sendable private func index(_ request: HTTPRequest) async throws -> HTTPResponse {
        if case .standby(let leader) = leadership.role {
            return .redirect(request, toAuthority: "\(leader.hostname):\(leader.port)")
        }
        return Self.response(OperatorPages.index, for: request)
    }

    static func response(_ page: OperatorPage, for request: HTTPRequest) -> HTTPResponse {
        var headers = HeaderFields(OperatorPages.headers.map { ($0.name, $0.value) } + [("ETag", page.tag)])
        let isKnown = request.headers.list("if-none-match").contains { $0 == page.tag || $0 == "W/" + page.tag }
        if isKnown { return HTTPResponse(.notModified, headers: headers) }
        headers["Content-Type"] = page.type
        return HTTPResponse(.ok, headers: headers, body: .bytes(page.bytes))
    }
}
