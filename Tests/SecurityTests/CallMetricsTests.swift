import AccessControl
import Authentication
import ClusterBase
import ClusterModel
import HTTPTransport
import MasterService
import TestSupport
import Testing

/// What is counted of principals and of those that prove who they are (spec `mesos/10`).
@Suite struct CallMetricsTests {
    @Test func droppedCallsAreReceivedAndNotProcessed() async throws {
        try await withTestScope { scope in
            let limits = RateLimits(limits: ["dev": .init(rate: 0.001, capacity: 0)])
            let master = try await SecuredMaster.start(in: scope) {
                $0.rateLimits = limits
                $0.security.authenticators[.scheduler] = BasicAuthenticator(SecuredMaster.credentials)
            }
            let secret = Credential(principal: "dev", secret: Array("dev-secret".utf8))
            let headers: HeaderFields = [
                "Authorization": secret.basicAuthorization, "Content-Type": "application/json",
                "Accept": "application/json",
            ]
            let pool = try HTTPClientPool()
            scope.onExit { await pool.shutdown() }
            let path = "http://127.0.0.1:\(master.info.port)/api/v1/scheduler"
            let subscribe = #"{"type": "SUBSCRIBE", "subscribe": {"framework_info": {"user": "u", "name": "f"}}}"#
            let stream = try await pool.stream(
                ClientRequest(.post, path, headers: headers, body: Array(subscribe.utf8)))
            #expect(stream.status == .ok)
            let id = try await eventually("the framework is known") {
                let answer = try await master.client.send(.get, "/frameworks").json
                return answer["frameworks"]?[0]?["id"]?.string
            }
            let revive = #"{"type": "REVIVE", "framework_id": {"value": "\#(id)"}}"#
            // Without its stream's id the call is refused, and counts as one that was looked at.
            #expect(try await master.client.send(.post, "/api/v1/scheduler", revive, headers: headers).status == 400)
            for _ in 0..<2 {
                let answer = try await master.client.send(.post, "/api/v1/scheduler", revive, headers: headers)
                #expect(answer.status == 429)
            }
            let metrics = try await master.client.send(.get, "/metrics/snapshot").json
            #expect(metrics["frameworks/dev/messages_processed"]?.double == 2)
            #expect(metrics["frameworks/dev/messages_received"]?.double == 4)
        }
    }

    @Test func attemptsToAuthenticateAreCounted() async throws {
        try await withTestScope { scope in
            let master = try await SecuredMaster.start(in: scope)
            _ = try await SecuredAgent.start(in: scope, with: master.info, credential: SecuredMaster.agentCredential)
            try await eventually("the agent is registered") { try await master.agents() == 1 }
            let metrics = try await master.client.send(.get, "/metrics/snapshot").json
            #expect((metrics["master/messages_authenticate"]?.double ?? 0) >= 1)
        }
    }
}
