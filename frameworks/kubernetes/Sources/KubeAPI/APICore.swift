internal import HTTPTransport
internal import KubeKinds
internal import KubeModel
internal import KubeRegistry
internal import Logging
internal import NIOCore

/// What the server is made of, and the way of a request through it.
final class APICore: Sendable {
    let configuration: KubeAPIConfiguration
    let registry: Registry
    let metrics = RequestMetrics()
    let inflight: Inflight
    let discovery: DiscoveryDocuments
    let openAPI: OpenAPICache
    private let protobuf: ProtobufBody
    private let connect: any ConnectHandler
    private let logger: Logger

    init(
        _ configuration: KubeAPIConfiguration, _ registry: Registry, _ connect: any ConnectHandler, _ logger: Logger
    ) {
        (self.configuration, self.registry, self.connect, self.logger) = (configuration, registry, connect, logger)
        inflight = Inflight(
            reads: configuration.readsInFlight, writes: configuration.writesInFlight,
            timeout: configuration.requestTimeout)
        protobuf = ProtobufBody(registry.library)
        discovery = DiscoveryDocuments(registry.kinds)
        openAPI = OpenAPICache(OpenAPIDocument(table: registry.kinds, library: registry.library))
    }

    /// The routes outside the resource tree, and the tree as what no route takes.
    var service: HTTPService {
        var service = HTTPService(
            routes: rootRoutes, fallback: .direct { self.handle($0, $1) },
            errorRenderer: { Answers.failure($0 as? APIError ?? .internalError("\($0)")) })
        service.bodyTooLarge = { limit in
            Answers.failure(.tooLarge("Request entity too large: limit is \(limit)"))
        }
        return service
    }

    /// A request for the resource tree, or for nothing we know. Runs on the connection's event loop.
    func handle(_ request: HTTPRequest, _ reply: HTTPTransport.Reply) {
        let started = NIODeadline.now()
        guard var info = RequestInfo(request) else {
            return answer(.noSuchResource, to: request, reply, .other, nil, started)
        }
        do throws(APIError) {
            try configuration.gate(&info, request)
            guard info.isResource else { throw .noSuchResource }
            let call = try ResourceCall(
                info, try protobuf.translated(request), registry, now: configuration.now())
            if call.isConnect {
                connect.connect(info, request, HTTPTransport.Reply { self.finish(call, $0, reply, started) })
            } else if try !answerNow(call, reply, started) {
                run(call, reply, started)
            }
        } catch {
            let kind = registry.served(plural: info.resource, in: info.groupVersion)
            answer(error, to: request, reply, info.verb, kind, started)
        }
    }

    /// Answers a GET of an object that is in memory without leaving the event loop; false when that is not possible.
    private func answerNow(
        _ call: ResourceCall, _ reply: HTTPTransport.Reply, _ started: NIODeadline
    ) throws(APIError) -> Bool {
        guard call.info.verb == .get, call.info.subresource.isEmpty, call.query["resourceVersion"] == nil else {
            return false
        }
        switch registry.getNow(call.target) {
        case .found(let object): finish(call, try call.answer(object), reply, started)
        case .absent(let error): throw error
        case .unknown: return false
        }
        return true
    }

    /// Answers in a task of its own, within the bounds of what may be in flight.
    private func run(_ call: ResourceCall, _ reply: HTTPTransport.Reply, _ started: NIODeadline) {
        let expire: @Sendable () -> Void = { [self] in
            let error = APIError.timeout("request did not complete within the allotted timeout")
            finish(call, call.failure(error), reply, started)
        }
        let isBounded = !call.info.isLongRunning
        let ticket =
            isBounded ? inflight.enter(isMutating: call.info.verb.isMutating, expire: expire) : nil
        guard !isBounded || ticket != nil else {
            return finish(call, call.failure(.tooManyRequests()), reply, started)
        }
        Task {
            let response: HTTPResponse
            do throws(APIError) {
                response = try await perform(call)
            } catch {
                response = call.failure(error)
            }
            if let ticket, !inflight.leave(ticket) { return }
            finish(call, response, reply, started)
        }
    }

    private func perform(_ call: ResourceCall) async throws(APIError) -> HTTPResponse {
        switch call.info.verb {
        case .get: return try await call.get(registry)
        case .list: return try await call.list(registry)
        case .create: return try await call.create(registry)
        case .update: return try await call.update(registry)
        case .patch: return try await call.patch(registry)
        case .delete: return try await call.delete(registry)
        case .deletecollection: return try await call.deleteCollection(registry)
        case .watch:
            return try await call.watch(registry, shortest: configuration.watchTimeout) { [metrics] sink in
                metrics.countWatcher(call.kind, by: 1)
                sink.onEnd { metrics.countWatcher(call.kind, by: -1) }
            }
        case .other: throw .methodNotAllowed
        }
    }

    private func finish(
        _ call: ResourceCall, _ response: HTTPResponse, _ reply: HTTPTransport.Reply, _ started: NIODeadline
    ) {
        metrics.record(
            call.info.verb, call.kind, call.info.subresource, code: response.status.code, since: started)
        reply.send(call.kind.version.deprecation.map { response.warning([$0]) } ?? response)
    }

    private func answer(
        _ error: APIError, to request: HTTPRequest, _ reply: HTTPTransport.Reply, _ verb: RequestInfo.Verb,
        _ kind: ServedKind?, _ started: NIODeadline
    ) {
        metrics.record(verb, kind, "", code: error.code, since: started)
        reply.send(Answers.failure(error, to: request, in: kind?.version))
    }
}
