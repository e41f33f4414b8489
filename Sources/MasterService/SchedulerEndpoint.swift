internal import ClusterBase
internal import ClusterModel
internal import Foundation
internal import HTTPTransport
internal import MasterCore
internal import MesosProtocol

/// `POST /api/v1/scheduler`: the checks of spec `mesos/01` §1.1 in their order; the core does rows 12 to 17.
struct SchedulerEndpoint: Sendable {
    let endpoints: MasterEndpoints
    private var driver: MasterDriver { endpoints.driver }

    init(endpoints: MasterEndpoints) { self.endpoints = endpoints }

    /// Runs on the connection's event loop: decoding is spread over the loops, the core sees finished calls.
    func handle(_ request: HTTPRequest, _ reply: Reply) {
        if let refusal = endpoints.refusalUnlessLeading(request) { return reply.send(refusal) }
        switch Self.format(of: request) {
        case .failure(let refusal): reply.send(refusal.response)
        case .success(let format):
            do {
                let decoded = try SchedulerCodec.decodeCall(request.body, as: format)
                dispatch(decoded, request, reply)
            } catch {
                reply.send(.error(HTTPStatus(error.status), error.message))
            }
        }
    }

    struct Refusal: Error {
        let response: HTTPResponse
    }

    /// Rows 5, 6 and 8: the method and the content type.
    static func format(of request: HTTPRequest) -> Result<WireFormat, Refusal> {
        guard request.method == .post else {
            return .failure(Refusal(response: .methodNotAllowed([.post], received: request.method)))
        }
        guard let contentType = request.headers["content-type"] else {
            return .failure(Refusal(response: .error(.badRequest, "Expecting 'Content-Type' to be present")))
        }
        switch MediaType(contentType: contentType) {
        case .json: return .success(.json)
        case .protobuf: return .success(.protobuf)
        default:
            let text = "Expecting 'Content-Type' of application/json or application/x-protobuf"
            return .failure(Refusal(response: .error(.unsupportedMediaType, text)))
        }
    }

    private func dispatch(_ decoded: MesosProtocol.SchedulerRequest, _ request: HTTPRequest, _ reply: Reply) {
        let streamID = request.headers["mesos-stream-id"]
        switch decoded.call {
        case .subscribe(let info, let suppressedRoles, let constraints):
            guard let format = Self.acceptable(request) else { return reply.send(Self.notAcceptable) }
            guard streamID == nil else {
                let text = "Subscribe calls should not include the 'Mesos-Stream-Id' header"
                return reply.send(.error(.badRequest, text))
            }
            let principal = request.principal?.value
            if let principal, let claimed = info.principal, claimed != principal {
                let text =
                    "Failed to validate scheduler::Call: Authenticated principal '\(principal)' does not match "
                    + "principal '\(claimed)' set in `FrameworkInfo`"
                return reply.send(.error(.badRequest, text))
            }
            let subscription = Subscription(
                stream: StreamToken(driver.nextToken()), streamID: UUID().uuidString.lowercased(), info: info,
                suppressedRoles: suppressedRoles, offerConstraints: constraints, principal: principal)
            subscribe(subscription, problem: decoded.frameworkInfoProblem, as: format, reply)
        case .reconcileOperations where Self.acceptable(request) == nil: reply.send(Self.notAcceptable)
        default:
            guard let frameworkID = decoded.frameworkID else {
                let text = "Failed to validate scheduler::Call: Expecting 'framework_id' to be present"
                return reply.send(.error(.badRequest, text))
            }
            if case .updateFramework = decoded.call, let problem = decoded.frameworkInfoProblem {
                return reply.send(
                    .error(.badRequest, "'UpdateFramework.framework_info' is not valid: \(problem)"))
            }
            let (driver, principal) = (driver, request.principal?.value)
            driver.limiter.pass(principal, call: "mesos.scheduler.Call", reply) { reply in
                driver.post(answering: reply) { token in
                    .called(
                        CoreRequest(
                            request: token, frameworkID: frameworkID, streamID: streamID, principal: principal,
                            call: decoded.call))
                }
            }
        }
    }

    private func subscribe(_ subscription: Subscription, problem: String?, as format: WireFormat, _ reply: Reply) {
        let (token, streamID, driver) = (subscription.stream, subscription.streamID, driver)
        let stream = ResponseStream { _ in
            if driver.streams.remove(token) != nil { driver.post(.streamClosed(token)) }
        }
        driver.streams.insert(
            .init(stream: stream, format: format, capabilities: subscription.info.capabilities), for: token)
        let mediaType: MediaType = format == .json ? .json : .protobuf
        reply.send(.stream(stream, as: mediaType, headers: ["Mesos-Stream-Id": streamID]))
        // A refused description and an overloaded master are told on the stream, which then ends (spec §1.3.1).
        let refusal = problem ?? (driver.post(.subscribed(subscription)) ? nil : "The master has too much to do")
        if let refusal {
            driver.streams.send(.error(refusal), to: token)
            driver.streams.close(token)
        }
    }

    private static func acceptable(_ request: HTTPRequest) -> WireFormat? {
        switch request.accept.preferred {
        case .json: .json
        case .protobuf: .protobuf
        default: nil
        }
    }

    private static var notAcceptable: HTTPResponse {
        .error(.notAcceptable, "Expecting 'Accept' to allow 'application/x-protobuf' or 'application/json'")
    }
}
