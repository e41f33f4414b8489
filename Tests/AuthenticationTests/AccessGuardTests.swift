import AccessControl
import Authentication
import ClusterBase
import HTTPTransport
import Testing

/// Routes behind realms and rules.
struct AccessGuardTests {
    private let basic = BasicAuthenticator(CredentialTable([Credential(principal: "ann", secret: Array("pw:1".utf8))]))
    private let key: WebTokenKey

    init() throws { key = try WebTokenKey([7]) }

    private func service(
        _ authenticator: (any HTTPAuthenticator)?, rules: AccessRules? = nil,
        action: (AccessAction, AccessObject)? = nil
    ) -> HTTPService {
        let guarded = AccessGuard(
            authenticator.map { ["realm-a": $0] } ?? [:], rules: rules, now: { Instant(nanoseconds: 0) })
        let open = Route(.get, "/open") { .text("\($0.principal?.description ?? "nobody")") }
        let closed = Route(.get, "/closed") { .text("\($0.principal?.description ?? "nobody")") }
        let direct = Route.direct(.get, "/direct") { $1.send(.text("\($0.principal?.description ?? "nobody")")) }
        return HTTPService(routes: [
            guarded.guarding(open, RouteAccess(realm: nil)),
            guarded.guarding(closed, RouteAccess(realm: "realm-a", action)),
            guarded.guarding(direct, RouteAccess(realm: "realm-a", action)),
        ])
    }

    private func get(_ path: String, _ authorization: String? = nil, of service: HTTPService) async -> HTTPResponse {
        await service.respond(
            to: HTTPRequest(.get, path, headers: authorization.map { ["Authorization": $0] } ?? [:]))
    }

    private func text(_ response: HTTPResponse) -> String {
        if case .bytes(let bytes) = response.body { String(decoding: bytes, as: UTF8.self) } else { "" }
    }

    private func authorization(_ principal: String, _ secret: String) -> String {
        Credential(principal: principal, secret: Array(secret.utf8)).basicAuthorization
    }

    @Test(arguments: ["/closed", "/direct"])
    func whoIsUnknownIsChallenged(_ path: String) async {
        let service = service(basic)
        for field in [nil, "Basic", "Basic !", authorization("ann", "pw"), authorization("bob", "pw:1"), "Bearer x"] {
            let response = await get(path, field, of: service)
            #expect(response.status == .unauthorized)
            #expect(response.headers["www-authenticate"] == #"Basic realm="realm-a""#)
            #expect(text(response) == "401 Unauthorized.")
        }
    }

    @Test(arguments: ["/closed", "/direct"])
    func whoIsKnownComesInByName(_ path: String) async {
        let response = await get(path, authorization("ann", "pw:1"), of: service(basic))
        #expect(response.status == .ok)
        #expect(text(response) == "ann")
    }

    @Test func openRoutesAskNobody() async {
        #expect(await get("/open", "Basic !", of: service(basic)).status == .ok)
        #expect(text(await get("/closed", authorization("ann", "no"), of: service(nil))) == "nobody")
    }

    @Test func severalAuthenticatorsChallengeTogether() async {
        let service = service(CombinedAuthenticator([basic, TokenAuthenticator(key)]))
        let response = await get("/closed", of: service)
        #expect(response.headers["www-authenticate"] == #"Basic realm="realm-a", Bearer realm="realm-a""#)
        #expect(text(await get("/closed", authorization("ann", "pw:1"), of: service)) == "ann")
        let token = key.token(["eid": "e", "fid": "f"])
        #expect(text(await get("/closed", "Bearer " + token, of: service)) == "eid=e,fid=f")
    }

    @Test func aTokenWithASubjectHasAName() async {
        let token = key.token(["sub": "ann"])
        #expect(text(await get("/closed", "bearer " + token, of: service(TokenAuthenticator(key)))) == "ann")
    }

    @Test func aBadTokenIsToldWhatIsWrong() async {
        let service = service(TokenAuthenticator(key))
        let response = await get("/closed", "Bearer a.b", of: service)
        let field = response.headers["www-authenticate"] ?? ""
        #expect(field.hasPrefix(#"Bearer realm="realm-a", error="invalid_token""#))
        #expect(await get("/closed", "Bearer " + key.token([:]), of: service).status == .unauthorized)
    }

    @Test func whoIsKnownAndNotAllowedIsForbidden() async throws {
        let document = """
            {"view_flags": [{"principals": {"values": ["bob"]}, "flags": {"type": "ANY"}},
                            {"principals": {"type": "ANY"}, "flags": {"type": "NONE"}}]}
            """
        let rules = try AccessRules(document: JSONValue(parsing: document))
        let service = service(basic, rules: rules, action: (.viewFlags, .any))
        let response = await get("/closed", authorization("ann", "pw:1"), of: service)
        #expect(response.status == .forbidden)
        #expect(text(response) == "403 Forbidden.")
        #expect(await get("/closed", of: service).status == .unauthorized)
    }

    @Test func rulesCountWithoutRealmsToo() async throws {
        let document = #"{"view_flags": [{"principals": {"type": "ANY"}, "flags": {"type": "NONE"}}]}"#
        let rules = try AccessRules(document: JSONValue(parsing: document))
        #expect(await get("/closed", of: service(nil, rules: rules, action: (.viewFlags, .any))).status == .forbidden)
    }
}
