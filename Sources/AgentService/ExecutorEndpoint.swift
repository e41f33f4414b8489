internal import ClusterBase
internal import ClusterModel
internal import HTTPTransport
internal import MesosProtocol

/// `POST /api/v1/executor`: everything that can be refused without the core is refused here (spec `mesos/04` §4.1).
struct ExecutorEndpoint: Sendable {
    let driver: AgentDriver

    /// Runs on the connection's event loop: the core sees finished calls, in the order of each connection.
    func handle(_ request: HTTPRequest, _ reply: Reply) {
        let format: WireFormat
        switch Self.format(of: request) {
        case .failure(let refusal): return reply.send(refusal.response)
        case .success(let found): format = found
        }
        do {
            let decoded = try ExecutorCodec.decodeCall(request.body, as: format)
            if let principal = request.principal, let denial = Self.denial(of: decoded, to: principal) {
                return reply.send(.error(.forbidden, denial))
            }
            let container = request.principal?.claims["cid"].map { ContainerID($0) }
            guard case .subscribe = decoded.call else {
                return driver.post(decoded, container: container, format: format, reply: reply)
            }
            guard let preferred = request.accept.preferred else { return reply.send(Self.notAcceptable) }
            let answer: WireFormat = preferred == .json ? .json : .protobuf
            driver.post(decoded, container: container, format: answer, reply: reply)
        } catch {
            reply.send(.error(HTTPStatus(error.status), error.message))
        }
    }

    /// Why a call does not go with the claims of its sender's token; nil when it does, but for the container.
    private static func denial(of request: ExecutorRequest, to principal: Principal) -> String? {
        let who = "Authenticated principal '\(principal)' does not contain "
        if principal.claims["fid"] != request.frameworkID.value {
            return who + "an 'fid' claim with the framework ID \(request.frameworkID), which is set in the call"
        }
        if principal.claims["eid"] != request.executorID.value {
            return who + "an 'eid' claim with the executor ID \(request.executorID), which is set in the call"
        }
        return principal.claims["cid"] == nil
            ? who + "a 'cid' claim with the correct active ContainerID" : nil
    }

    struct Refusal: Error {
        let response: HTTPResponse
    }

    static var notAcceptable: HTTPResponse {
        .error(.notAcceptable, "Expecting 'Accept' to allow application/json or application/x-protobuf")
    }

    /// Checks method and content type.
    static func format(of request: HTTPRequest) -> Result<WireFormat, Refusal> {
        guard request.method == .post else {
            return .failure(Refusal(response: .methodNotAllowed([.post], received: request.method)))
        }
        guard let contentType = request.headers["content-type"] else {
            return .failure(Refusal(response: .error(.badRequest, "Expecting 'Content-Type' to be present")))
        }
        guard let format = WireFormat(contentType: contentType) else {
            let text = "Expecting 'Content-Type' of application/json or application/x-protobuf"
            return .failure(Refusal(response: .error(.unsupportedMediaType, text)))
        }
        return .success(format)
    }
}
