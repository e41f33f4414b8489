/// How a route answers.
public enum RouteHandler: Sendable {
    /// Runs in a task of its own; a thrown error is rendered by the server's `ErrorRenderer`.
    ///
    /// The task is cancelled when the client goes away.
    case async(@Sendable (HTTPRequest) async throws -> HTTPResponse)
    /// Runs on the connection's event loop without a task, must not block, and answers through `Reply` from any thread.
    case direct(@Sendable (HTTPRequest, Reply) -> Void)
}

/// One row of a route table: which requests it takes and how it answers.
///
/// A pattern is `/`-separated segments: literals (compared after percent decoding), `{name}` for exactly one segment,
/// and at most one `{name...}` for one or more. A trailing `/` is ignored. Among matching routes the one with the most
/// literal segments wins, then the one with the most segments.
public struct Route: Sendable {
    /// The method; `any` leaves the check to the handler.
    public let method: RequestMethod
    /// The pattern, such as `/v2/apps/{id...}`.
    public let pattern: String
    /// Whether the route answers sub-paths too (spec C.6); the rest is in `HTTPRequest.subpath`.
    public let isPrefix: Bool
    /// The most body bytes it takes, or nil for the server's default; beyond it the answer is 413.
    public let bodyLimit: Int?
    /// How it answers.
    public let handler: RouteHandler
    let segments: [Segment]

    enum Segment: Hashable {
        case literal(String)
        case capture(String)
        case rest(String)
    }

    /// Makes a route with either kind of handler.
    public init(
        _ method: RequestMethod, _ pattern: String, prefix: Bool = false, bodyLimit: Int? = nil, handler: RouteHandler
    ) {
        (self.method, self.pattern, self.isPrefix) = (method, pattern, prefix)
        (self.bodyLimit, self.handler) = (bodyLimit, handler)
        segments = pattern.split(separator: "/").map(Route.segment)
        let rests = segments.count { if case .rest = $0 { true } else { false } }
        precondition(
            rests <= 1 && !(prefix && rests > 0), "route \(pattern): one rest capture at most, none with prefix")
    }

    /// Makes a route whose handler runs in a task of its own.
    public init(
        _ method: RequestMethod, _ pattern: String, prefix: Bool = false, bodyLimit: Int? = nil,
        _ handler: @escaping @Sendable (HTTPRequest) async throws -> HTTPResponse
    ) {
        self.init(method, pattern, prefix: prefix, bodyLimit: bodyLimit, handler: .async(handler))
    }

    /// Makes a route whose handler runs on the event loop; see `RouteHandler.direct`.
    public static func direct(
        _ method: RequestMethod, _ pattern: String, prefix: Bool = false, bodyLimit: Int? = nil,
        _ handler: @escaping @Sendable (HTTPRequest, Reply) -> Void
    ) -> Route {
        Route(method, pattern, prefix: prefix, bodyLimit: bodyLimit, handler: .direct(handler))
    }

    /// The same route below a first segment, as `/master/state` stands beside `/state` (spec C.7).
    public func under(_ segment: String) -> Route {
        Route(method, "/" + segment + pattern, prefix: isPrefix, bodyLimit: bodyLimit, handler: handler)
    }

    /// Method and pattern, such as `POST /v2/apps`.
    public var id: String { "\(method) \(pattern)" }

    private static func segment(_ text: Substring) -> Segment {
        guard text.hasPrefix("{"), text.hasSuffix("}") else { return .literal(String(text)) }
        let name = text.dropFirst().dropLast()
        return name.hasSuffix("...") ? .rest(String(name.dropLast(3))) : .capture(String(name))
    }
}

extension [Route] {
    /// These routes and the same below a process name (spec C.7): `/state` and `/master/state`.
    public func alsoUnder(_ process: String) -> [Route] { self + map { $0.under(process) } }
}
