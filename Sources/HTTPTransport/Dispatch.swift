/// What is to be done with a request, decided as soon as its head is there.
enum Dispatch: Sendable {
    case handler(RouteHandler)
    case interceptor(any RequestInterceptor)
    case answer(HTTPResponse)
}

/// A service prepared for serving.
struct PreparedService: Sendable {
    let table: RouteTable
    let service: HTTPService

    init(_ service: HTTPService) { (table, self.service) = (RouteTable(service.routes), service) }

    /// Decides on a request without its body, fills in captures, and says how large the body may be.
    func dispatch(_ request: inout HTTPRequest, defaultLimit: Int) -> (Dispatch, bodyLimit: Int) {
        if let interceptor = service.interceptor, interceptor.takes(request) {
            return (.interceptor(interceptor), interceptor.bodyLimit)
        }
        switch table.match(request.method, path: request.rawPath) {
        case .found(let route, let captures, let subpath):
            if !captures.isEmpty { request.captures = captures }
            request.subpath = subpath
            return (.handler(route.handler), route.bodyLimit ?? defaultLimit)
        case .wrongMethod(let allowed):
            return (.answer(.methodNotAllowed(allowed, received: request.method)), defaultLimit)
        case .none:
            return (service.fallback.map(Dispatch.handler) ?? .answer(.error(.notFound)), defaultLimit)
        }
    }
}

extension HTTPService {
    /// Answers a request without a socket, as tests of routes do; body limits do not apply.
    public func respond(to request: HTTPRequest) async -> HTTPResponse {
        var request = request
        switch PreparedService(self).dispatch(&request, defaultLimit: .max).0 {
        case .answer(let response): return response
        case .interceptor(let interceptor):
            return await withCheckedContinuation { continuation in
                interceptor.handle(request, Reply { continuation.resume(returning: $0) })
            }
        case .handler(.direct(let handler)):
            return await withCheckedContinuation { continuation in
                handler(request, Reply { continuation.resume(returning: $0) })
            }
        case .handler(.async(let handler)):
            do { return try await handler(request) } catch { return errorRenderer(error) }
        }
    }
}
