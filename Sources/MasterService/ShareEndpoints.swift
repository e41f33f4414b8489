internal import ClusterBase
internal import ClusterModel
internal import HTTPTransport
internal import MasterCore
internal import MesosProtocol

/// `/quota` and `/weights` (spec `mesos/08` §8.1, `mesos/06` §6.5, §6.6).
struct ShareEndpoints: Sendable {
    let endpoints: MasterEndpoints

    var routes: [Route] {
        [
            Route(.get, "/quota", quotas), Route.direct(.post, "/quota", setQuota),
            Route.direct(.delete, "/quota", prefix: true, removeQuota), Route(.get, "/weights", weights),
            Route.direct(.put, "/weights", updateWeights),
        ]
    }

    @Sendable private func quotas(_ request: HTTPRequest) async throws -> HTTPResponse {
        if let refusal = endpoints.refusalUnlessLeading(request) { return refusal }
        let state = try await endpoints.driver.read { $0.state }
        return .json(endpoints.quotas(state, for: request).encoded(as: .json), for: request)
    }

    @Sendable private func weights(_ request: HTTPRequest) async throws -> HTTPResponse {
        if let refusal = endpoints.refusalUnlessLeading(request) { return refusal }
        let state = try await endpoints.driver.read { $0.state }
        let list = endpoints.weights(state, for: request).map {
            ["role": .string($0.role), "weight": .double($0.weight)] as JSONValue
        }
        return .json(JSONValue.array(list).bytes, for: request)
    }

    @Sendable private func setQuota(_ request: HTTPRequest, _ reply: Reply) {
        guard let reply = endpoints.leading(request, reply) else { return }
        func refuse(_ verb: String, _ problem: String) {
            reply.send(.error(.badRequest, "Failed to \(verb) set quota request JSON '\(request.text)': \(problem)"))
        }
        do { _ = try JSONValue(parsing: request.body) } catch { return refuse("parse", Self.words(error)) }
        do {
            let quota = try QuotaRequest(decoding: request.body, as: .json)
            change(.setQuota(quota), request, reply)
        } catch { refuse("validate", "\(error)") }
    }

    @Sendable private func removeQuota(_ request: HTTPRequest, _ reply: Reply) {
        guard let reply = endpoints.leading(request, reply) else { return }
        // As upstream names it: below the process, whether the client did or not.
        let path = "/master/quota" + (request.subpath.isEmpty ? "" : "/" + request.subpath)
        guard !request.subpath.isEmpty else {
            let text = "Failed to parse remove quota request for path '\(path)': expected 3 tokens, found 2 tokens"
            return reply.send(.error(.badRequest, text))
        }
        change(.removeQuota(role: request.subpath, path: path), request, reply)
    }

    @Sendable private func updateWeights(_ request: HTTPRequest, _ reply: Reply) {
        guard let reply = endpoints.leading(request, reply) else { return }
        func refuse(_ what: String, _ problem: String) {
            reply.send(.error(.badRequest, "Failed to \(what) '\(request.text)': \(problem)"))
        }
        do {
            guard try JSONValue(parsing: request.body).array != nil else {
                return refuse("parse update weights request JSON", "Expecting a JSON array")
            }
        } catch { return refuse("parse update weights request JSON", Self.words(error)) }
        do {
            change(.updateWeights(try WeightList.decode(request.body)), request, reply)
        } catch { refuse("convert weights JSON array to protobuf", "\(error)") }
    }

    private func change(_ change: ShareChange, _ request: HTTPRequest, _ reply: Reply) {
        endpoints.driver.post(answering: reply) {
            .shareChangeRequested($0, change, principal: request.principal?.value)
        }
    }

    private static func words(_ error: any Error) -> String { (error as? ClusterError)?.message ?? "\(error)" }
}
