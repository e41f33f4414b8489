public import ClusterBase

/// A received request, complete with its body.
///
/// The body is an array because every decoder of the project reads arrays: the bytes are copied once, from the socket's
/// buffer into an array of the announced size, and never again.
public struct HTTPRequest: Sendable {
    /// The method.
    public var method: RequestMethod
    /// The request target as it stands on the wire: path and query, percent-encoded.
    public var target: String
    /// The header fields.
    public var headers: HeaderFields
    /// The body after transfer decoding; within the route's `bodyLimit`.
    public var body: [UInt8]
    /// What the route's pattern captured, percent-decoded, by name; a rest capture joins its segments with `/`.
    public var captures: [String: String]
    /// The path below a prefix route, percent-decoded, without leading slash; empty when the path is the route's own.
    public var subpath: String
    /// The peer's address without port; nil on a unix socket.
    public var remoteAddress: String?
    /// The peer's port; nil on a unix socket.
    public var remotePort: Int?
    /// Whether the connection is TLS.
    public var isSecure: Bool

    /// Who sent it, where a realm's gate has found out; nil = unknown.
    public var principal: Principal?

    /// Makes a request, as tests of handlers do.
    public init(
        _ method: RequestMethod, _ target: String, headers: HeaderFields = [:], body: [UInt8] = [],
        captures: [String: String] = [:], remoteAddress: String? = nil, remotePort: Int? = nil, isSecure: Bool = false
    ) {
        (self.method, self.target, self.headers, self.body) = (method, target, headers, body)
        (self.captures, self.subpath) = (captures, "")
        (self.remoteAddress, self.remotePort, self.isSecure) = (remoteAddress, remotePort, isSecure)
    }

    /// The target up to the query, as it stands (percent-encoded).
    public var rawPath: Substring { target.prefix { $0 != "?" && $0 != "#" } }

    /// The path, percent-decoded.
    public var path: String { PercentCoding.decode(rawPath) }

    /// The text behind `?`, as it stands; empty when there is none.
    public var rawQuery: Substring {
        guard let mark = target.utf8.firstIndex(of: UInt8(ascii: "?")) else { return "" }
        return target[target.utf8.index(after: mark)...].prefix { $0 != "#" }
    }

    /// The query items; parsed at each call, O(length).
    public var query: QueryItems { QueryItems(parsing: rawQuery) }

    /// The body as text; bytes that are not UTF-8 become U+FFFD.
    public var text: String { String(decoding: body, as: UTF8.self) }

    /// The media types the client accepts (spec C.2).
    public var accept: AcceptedTypes { AcceptedTypes(headers.values("accept")) }

    /// Who the client says it is (the `Authorization` field), or nil when absent, malformed or of another scheme.
    public var credentials: Credentials? { headers["authorization"].flatMap(Credentials.init(authorization:)) }
}
