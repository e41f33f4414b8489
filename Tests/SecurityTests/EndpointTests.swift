import AccessControl
import AgentService
import Authentication
import ClusterBase
import HTTPTransport
import MasterCore
import MasterService
import TestSupport
import Testing

/// Realms and rules at the endpoints of master and agents.
@Suite struct EndpointTests {
    private func header(_ principal: String, _ secret: String) -> HeaderFields {
        ["Authorization": Credential(principal: principal, secret: Array(secret.utf8)).basicAuthorization]
    }

    private static func guardEverything(_ configuration: inout MasterServiceConfiguration) {
        for realm in MasterRealm.allCases {
            configuration.security.authenticators[realm] = BasicAuthenticator(SecuredMaster.credentials)
        }
    }

    @Test func everyRouteIsInItsRealm() async throws {
        try await withTestScope { scope in
            let master = try await SecuredMaster.start(in: scope, change: Self.guardEverything)
            for path in ["/health", "/version", "/redirect", "/", "/system/stats.json"] {
                #expect(try await master.client.send(.get, path).status != 401, "\(path)")
            }
            let guarded: [(RequestMethod, String, String)] = [
                (.get, "/state", "readonly"), (.get, "/master/state", "readonly"), (.get, "/flags", "readonly"),
                (.get, "/slaves", "readonly"), (.get, "/frameworks", "readonly"), (.get, "/tasks", "readonly"),
                (.get, "/roles", "readonly"), (.get, "/state-summary", "readonly"),
                (.get, "/metrics/snapshot", "readonly"), (.get, "/metrics", "readonly"),
                (.get, "/weights", "readwrite"), (.get, "/quota", "readwrite"), (.put, "/weights", "readwrite"),
                (.post, "/teardown", "readwrite"), (.post, "/api/v1", "readwrite"),
                (.post, "/master/api/v1", "readwrite"), (.post, "/api/v1/scheduler", "scheduler"),
                (.post, "/master/api/v1/scheduler", "scheduler"),
            ]
            for (method, path, realm) in guarded {
                let body = method == .get ? nil : "{}"
                let answer = try await master.client.send(method, path, body)
                #expect(answer.status == 401, "\(path)")
                #expect(answer.headers["www-authenticate"] == "Basic realm=\"mesos-master-\(realm)\"", "\(path)")
                #expect(answer.text == "401 Unauthorized.", "\(path)")
                let wrong = try await master.client.send(method, path, body, headers: header("operator", "no"))
                #expect(wrong.status == 401, "\(path)")
                let right = try await master.client.send(method, path, body, headers: SecuredMaster.operatorHeader)
                #expect(right.status != 401, "\(path)")
            }
        }
    }

    @Test func realmsAreGuardedApart() async throws {
        try await withTestScope { scope in
            let master = try await SecuredMaster.start(in: scope) {
                $0.security.authenticators[.readwrite] = BasicAuthenticator(SecuredMaster.credentials)
            }
            #expect(try await master.client.send(.get, "/state").status == 200)
            #expect(try await master.client.send(.post, "/teardown", "frameworkId=x").status == 401)
        }
    }

    @Test func aTokenWithoutANameIsForAgentsOnly() async throws {
        try await withTestScope { scope in
            let key = try WebTokenKey([1, 2, 3])
            let master = try await SecuredMaster.start(in: scope) { configuration in
                let either = CombinedAuthenticator([
                    BasicAuthenticator(SecuredMaster.credentials), TokenAuthenticator(key),
                ])
                configuration.security.authenticators[.readonly] = either
            }
            let bearer: HeaderFields = ["Authorization": "Bearer " + key.token(["cid": "c"])]
            let answer = try await master.client.send(.get, "/state", headers: bearer)
            #expect(answer.status == 403)
            #expect(answer.text.hasPrefix("The request's authenticated principal contains claims, but no value string"))
            let named: HeaderFields = ["Authorization": "Bearer " + key.token(["sub": "operator"])]
            #expect(try await master.client.send(.get, "/state", headers: named).status == 200)
        }
    }

    @Test func aFrameworkMayOnlyHaveItsOwnPrincipal() async throws {
        try await withTestScope { scope in
            let master = try await SecuredMaster.start(in: scope, change: Self.guardEverything)
            let body = """
                {"type": "SUBSCRIBE", "subscribe": {"framework_info":
                  {"user": "u", "name": "f", "principal": "operator", "roles": ["*"]}}}
                """
            var headers = header("dev", "dev-secret")
            headers["Accept"] = "application/json"
            let answer = try await master.client.send(.post, "/api/v1/scheduler", body, headers: headers)
            #expect(answer.status == 400)
            #expect(
                answer.text
                    == "Failed to validate scheduler::Call: Authenticated principal 'dev' does not match principal "
                    + "'operator' set in `FrameworkInfo`")
        }
    }

    @Test func flagsAndMetricsAreForThoseWhoMay() async throws {
        try await withTestScope { scope in
            let document = """
                {"view_flags": [{"principals": {"values": ["operator"]}, "flags": {"type": "ANY"}},
                                {"principals": {"type": "ANY"}, "flags": {"type": "NONE"}}],
                 "get_endpoints": [{"principals": {"values": ["operator"]}, "paths": {"type": "ANY"}},
                                   {"principals": {"type": "ANY"}, "paths": {"values": []}},
                                   {"principals": {"type": "ANY"}, "paths": {"type": "NONE"}}],
                 "teardown_frameworks": [{"principals": {"type": "ANY"}, "framework_principals": {"type": "NONE"}}]}
                """
            let rules = try AccessRules(document: JSONValue(parsing: document))
            let master = try await SecuredMaster.start(in: scope) { configuration in
                Self.guardEverything(&configuration)
                configuration.core.access = rules
            }
            let dev = header("dev", "dev-secret")
            for path in ["/flags", "/metrics/snapshot", "/metrics"] {
                let answer = try await master.client.send(.get, path, headers: dev)
                #expect(answer.status == 403, "\(path)")
                #expect(answer.text == "403 Forbidden.", "\(path)")
                let allowed = try await master.client.send(.get, path, headers: SecuredMaster.operatorHeader)
                #expect(allowed.status == 200, "\(path)")
            }
            for call in ["GET_FLAGS", "GET_METRICS"] {
                let body = #"{"type":"\#(call)","\#(call.lowercased())":{}}"#
                #expect(try await master.client.send(.post, "/api/v1", body, headers: dev).status == 403, "\(call)")
                let allowed = try await master.client.send(
                    .post, "/api/v1", body, headers: SecuredMaster.operatorHeader)
                #expect(allowed.status == 200, "\(call)")
            }
        }
    }

    @Test func callsBeyondTheCapacityAreDropped() async throws {
        try await withTestScope { scope in
            let limits = RateLimits(shared: .init(rate: 0.001, capacity: 0))
            let master = try await SecuredMaster.start(in: scope) { $0.rateLimits = limits }
            let body = #"{"type": "REVIVE", "framework_id": {"value": "x"}}"#
            let first = try await master.client.send(.post, "/api/v1/scheduler", body)
            #expect(first.status == 400)
            let second = try await master.client.send(.post, "/api/v1/scheduler", body)
            #expect(second.status == 429)
            #expect(second.text == "Message mesos.scheduler.Call dropped: capacity(0) exceeded")
        }
    }

    @Test func anExecutorsTokenIsForExecutorsOnly() async throws {
        try await withTestScope { scope in
            let master = try await SecuredMaster.start(in: scope)
            let key = try WebTokenKey([1, 2, 3])
            let agent = try await SecuredAgent.start(
                in: scope, with: master.info, credential: SecuredMaster.agentCredential
            ) { configuration in
                let either = CombinedAuthenticator([
                    BasicAuthenticator(SecuredMaster.credentials), TokenAuthenticator(key),
                ])
                configuration.security.authenticators = [
                    .readonly: either, .readwrite: either, .executor: TokenAuthenticator(key),
                ]
            }
            let client = try JSONClient("http://\(agent.address)", in: scope)
            try await eventually("the agent serves") { try await client.send(.get, "/health").status == 200 }
            let executor: HeaderFields = [
                "Authorization": "Bearer " + key.token(["fid": "f", "eid": "e", "cid": "c"])
            ]
            for path in ["/state", "/flags", "/files/browse?path=/", "/slave(1)/containers"] {
                #expect(try await client.send(.get, path, headers: executor).status == 403, "\(path)")
            }
            let call = #"{"type":"GET_VERSION"}"#
            #expect(try await client.send(.post, "/api/v1", call, headers: executor).status == 403)
            let named: HeaderFields = ["Authorization": "Bearer " + key.token(["sub": "operator"])]
            #expect(try await client.send(.get, "/flags", headers: named).status == 200)
        }
    }

    @Test func agentsGuardTheirRealmsToo() async throws {
        try await withTestScope { scope in
            let master = try await SecuredMaster.start(in: scope)
            let key = try WebTokenKey([1, 2, 3])
            let agent = try await SecuredAgent.start(
                in: scope, with: master.info, credential: SecuredMaster.agentCredential
            ) { configuration in
                let basic = BasicAuthenticator(SecuredMaster.credentials)
                configuration.security.authenticators = [
                    .readonly: basic, .readwrite: basic, .executor: TokenAuthenticator(key),
                ]
            }
            let client = try JSONClient("http://\(agent.address)", in: scope)
            try await eventually("the agent serves") { try await client.send(.get, "/health").status == 200 }
            for path in ["/state", "/slave(1)/state", "/flags", "/containers", "/files/browse"] {
                let answer = try await client.send(.get, path)
                #expect(answer.status == 401, "\(path)")
                #expect(answer.headers["www-authenticate"] == #"Basic realm="mesos-agent-readonly""#, "\(path)")
            }
            let operators = try await client.send(.post, "/api/v1", "{}")
            #expect(operators.headers["www-authenticate"] == #"Basic realm="mesos-agent-readwrite""#)
            #expect(try await client.send(.get, "/flags", headers: SecuredMaster.operatorHeader).status == 200)

            let call = """
                {"type": "SUBSCRIBE", "framework_id": {"value": "f"}, "executor_id": {"value": "e"}, "subscribe": {}}
                """
            let nobody = try await client.send(.post, "/api/v1/executor", call)
            #expect(nobody.status == 401)
            #expect(nobody.headers["www-authenticate"] == #"Bearer realm="mesos-agent-executor""#)
            func send(_ token: String) async throws -> JSONClient.Answer {
                try await client.send(
                    .post, "/api/v1/executor", call,
                    headers: ["Authorization": "Bearer " + token, "Accept": "application/json"])
            }
            let other = try await send(key.token(["fid": "g", "eid": "e", "cid": "c"]))
            #expect(other.status == 403)
            #expect(other.text.contains("'fid' claim with the framework ID f"))
            let stranger = try await send(key.token(["fid": "f", "eid": "d", "cid": "c"]))
            #expect(stranger.text.contains("'eid' claim with the executor ID e"))
            #expect(try await send(key.token(["fid": "f", "eid": "e", "cid": "c"])).status == 400)
            let forged = try WebTokenKey([9]).token(["fid": "f", "eid": "e", "cid": "c"])
            #expect(try await send(forged).status == 401)
        }
    }
}
