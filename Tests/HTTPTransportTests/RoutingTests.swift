import ClusterBase
import HTTPTransport
import Testing

private func named(_ method: RequestMethod, _ pattern: String, prefix: Bool = false) -> Route {
    .direct(method, pattern, prefix: prefix) { request, reply in
        let captures = request.captures.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        reply.send(.text(([pattern] + captures + (prefix ? [request.subpath] : [])).joined(separator: " ")))
    }
}

private let service = HTTPService(routes: [
    named(.get, "/v2/apps"), named(.post, "/v2/apps"), named(.get, "/v2/apps/{id...}"),
    named(.put, "/v2/apps/{id...}"), named(.get, "/v2/apps/{id...}/tasks"),
    named(.get, "/v2/apps/{id...}/versions/{version}"), named(.get, "/state"), named(.post, "/api/v1", prefix: true),
    named(.post, "/api/v1/scheduler"), named(.any, "/flex"), named(.get, "/files/{name}/read"),
])

private func answer(_ method: RequestMethod, _ target: String) async -> String {
    let response = await service.respond(to: HTTPRequest(method, target))
    guard case .bytes(let bytes) = response.body else { return "\(response.status.code)" }
    return response.status == .ok ? String(decoding: bytes, as: UTF8.self) : "\(response.status.code)"
}

@Test(arguments: [
    ("/v2/apps", "/v2/apps"), ("/v2/apps/", "/v2/apps"), ("//v2//apps", "/v2/apps"),
    ("/v2/apps/a/b?x=1", "/v2/apps/{id...} id=a/b"), ("/v2/apps/%2Fa%2Fb", "/v2/apps/{id...} id=/a/b"),
    ("/v2/apps/a/b/tasks", "/v2/apps/{id...}/tasks id=a/b"), ("/v2/apps/tasks", "/v2/apps/{id...} id=tasks"),
    ("/v2/apps/a/versions/7", "/v2/apps/{id...}/versions/{version} id=a version=7"),
    ("/files/a%20b/read", "/files/{name}/read name=a b"), ("/state", "/state"), ("/%73tate", "/state"),
    ("/state/more", "404"), ("/v2", "404"), ("/", "404"), ("", "404"), ("/STATE", "404"),
])
func theMostSpecificRouteAnswers(target: String, expected: String) async {
    #expect(await answer(.get, target) == expected)
}

@Test func prefixRoutesAnswerSubpathsByLongestMatch() async {
    #expect(await answer(.post, "/api/v1") == "/api/v1 ")
    #expect(await answer(.post, "/api/v1/operator/x") == "/api/v1 operator/x")
    #expect(await answer(.post, "/api/v1/scheduler") == "/api/v1/scheduler")
    #expect(await answer(.post, "/api/v10") == "404")
}

@Test(arguments: ["/state/../state", "/..", "/state/..hidden", "/%2e%2e/state", "/v2/apps/a%2F..%2Fb", "/api/v1/../x"])
func pathsThatClimbAreNotFound(target: String) async {
    #expect(await answer(.get, target) == "404")
    #expect(await answer(.post, target) == "404")
}

@Test func aKnownPathWithAnotherMethodIs405() async {
    let response = await service.respond(to: HTTPRequest(.get, "/api/v1/scheduler"))
    #expect(response.status == 405)
    #expect(response.headers["Allow"] == "POST")
    guard case .bytes(let bytes) = response.body else { Issue.record("no body"); return }
    #expect(
        String(decoding: bytes, as: UTF8.self)
            == "405 Method Not Allowed. Expecting one of { 'POST' }, but received 'GET'.")
    #expect(await service.respond(to: HTTPRequest(.delete, "/v2/apps")).headers["Allow"] == "GET, POST")
    #expect(await service.respond(to: HTTPRequest(.delete, "/v2/apps/x")).headers["Allow"] == "GET, PUT")
    #expect(await service.respond(to: HTTPRequest(.get, "/api/v1/operator")).status == 405)
    #expect(await answer(.delete, "/flex") == "/flex")
    #expect(await answer(.head, "/state") == "/state")
}

@Test func aRouteStandsBelowItsProcessToo() async {
    let both = HTTPService(routes: [named(.get, "/state")].alsoUnder("slave(1)"))
    for target in ["/state", "/slave(1)/state", "/slave%281%29/state"] {
        #expect(await both.respond(to: HTTPRequest(.get, target)).status == .ok)
    }
}

@Test func errorsOfHandlersAreRendered() async {
    struct Strange: Error {}
    let routes = [
        Route(.get, "/bad") { _ in throw ClusterError(.invalidArgument, "must not be empty", field: "id") },
        Route(.get, "/strange") { _ in throw Strange() },
    ]
    let plain = HTTPService(routes: routes)
    let bad = await plain.respond(to: HTTPRequest(.get, "/bad"))
    #expect(bad.status == 400)
    if case .bytes(let bytes) = bad.body { #expect(String(decoding: bytes, as: UTF8.self) == "id: must not be empty") }
    #expect(await plain.respond(to: HTTPRequest(.get, "/strange")).status == 500)
    let own = HTTPService(routes: routes, errorRenderer: { _ in HTTPResponse(422) })
    #expect(await own.respond(to: HTTPRequest(.get, "/bad")).status == 422)
}

@Test(
    arguments: [
        ([], MediaType.json), (["*/*"], .json), (["application/x-protobuf"], .protobuf),
        (["application/x-protobuf, application/json;q=0.1"], .json), (["application/json;q=0, */*"], .protobuf),
        (["text/html", "application/*"], .json), (["text/html"], nil), ([""], nil), (["application/json;q=0"], nil),
    ] as [([String], MediaType?)])
func acceptPrefersJSON(values: [String], expected: MediaType?) {
    #expect(AcceptedTypes(values).preferred == expected)
}

@Test func contentTypesAreComparedExactly() {
    #expect(MediaType(contentType: "application/json") == .json)
    #expect(MediaType(contentType: "application/x-protobuf") == .protobuf)
    #expect(MediaType(contentType: "application/json; charset=utf-8") == nil)
    #expect(MediaType(contentType: "Application/JSON") == nil)
}

@Test func queriesAreDecoded() {
    let query = HTTPRequest(.get, "/x?a=1&b=x%20y+z&a=2&flag&%zz=%4").query
    #expect(query["a"] == "1")
    #expect(query.values("a") == ["1", "2"])
    #expect(query["b"] == "x y z")
    #expect(query["flag"] == "")
    #expect(query["%zz"] == "%4")
    #expect(query["c"] == nil)
}

@Test func credentialsAreRead() {
    #expect(
        HTTPRequest(.get, "/", headers: ["Authorization": "Basic dXNlcjpwYTpzcw=="]).credentials
            == .basic(user: "user", password: "pa:ss"))
    #expect(HTTPRequest(.get, "/", headers: ["authorization": "bearer abc"]).credentials == .bearer(token: "abc"))
    for bad in ["Basic", "Basic !!", "Basic dXNlcg==", "Digest x", "Bearer "] {
        #expect(Credentials(authorization: bad) == nil)
    }
}

@Test func jsonpWrapsTheBody() {
    let response = HTTPResponse.json(Array("{}".utf8), for: HTTPRequest(.get, "/state?jsonp=go"))
    #expect(response.headers["content-type"] == "text/javascript")
    if case .bytes(let bytes) = response.body { #expect(String(decoding: bytes, as: UTF8.self) == "go({});") }
    #expect(HTTPResponse.json([], for: HTTPRequest(.get, "/state")).headers["content-type"] == "application/json")
}

@Test func redirectsKeepPathAndQuery() {
    let response = HTTPResponse.redirect(HTTPRequest(.get, "/master/state?x=1"), toAuthority: "host:5050")
    #expect(response.status == 307)
    #expect(response.headers["location"] == "//host:5050/master/state?x=1")
}
