/// An answer to a request.
public struct HTTPResponse: Sendable {
    /// What follows the head.
    public enum Body: Sendable {
        /// Nothing; `Content-Length: 0` where the status allows a body.
        case empty
        /// Bytes of known length; compressed when the client accepts gzip and there are `compressionMinimum` or more.
        case bytes([UInt8])
        /// A chunked stream that its owner writes to as long as it likes; never compressed.
        case stream(ResponseStream)
        /// The connection itself, after the head: see `Takeover`.
        case takeover(Takeover)
    }

    /// The status.
    public var status: HTTPStatus
    /// The header fields; `Content-Length`, `Transfer-Encoding`, `Connection` and `Date` are the server's business.
    public var headers: HeaderFields
    /// What follows the head.
    public var body: Body

    /// Makes a response.
    public init(_ status: HTTPStatus, headers: HeaderFields = [:], body: Body = .empty) {
        (self.status, self.headers, self.body) = (status, headers, body)
    }

    /// An empty 200.
    public static var ok: HTTPResponse { HTTPResponse(.ok) }

    /// An empty 202.
    public static var accepted: HTTPResponse { HTTPResponse(.accepted) }

    /// Plain text.
    public static func text(_ text: String, status: HTTPStatus = .ok) -> HTTPResponse {
        HTTPResponse(status, headers: ["Content-Type": "text/plain"], body: .bytes(Array(text.utf8)))
    }

    /// JSON that is encoded already.
    public static func json(_ bytes: [UInt8], status: HTTPStatus = .ok) -> HTTPResponse {
        HTTPResponse(status, headers: ["Content-Type": MediaType.json.rawValue], body: .bytes(bytes))
    }

    /// Bytes of a type of the cluster's APIs.
    public static func message(_ bytes: [UInt8], as type: MediaType, status: HTTPStatus = .ok) -> HTTPResponse {
        HTTPResponse(status, headers: ["Content-Type": type.rawValue], body: .bytes(bytes))
    }

    /// An error with a plain-text body; without text the body is the status line's, such as `404 Not Found`.
    public static func error(_ status: HTTPStatus, _ text: String? = nil) -> HTTPResponse {
        .text(text ?? status.description, status: status)
    }

    /// A stream of events (spec C.4); `type` is the type of the events, not of the framing.
    public static func stream(_ stream: ResponseStream, as type: MediaType, headers: HeaderFields = [:]) -> Self {
        var headers = headers
        headers["Content-Type"] = type.rawValue
        return HTTPResponse(.ok, headers: headers, body: .stream(stream))
    }

    /// A 307 to a location, such as `//host:5050/master/state` (protocol-relative, as upstream's masters say it).
    public static func redirect(to location: String) -> HTTPResponse {
        HTTPResponse(.temporaryRedirect, headers: ["Location": location])
    }

    /// A 307 to the same path and query at another authority (spec `mesos/01` §1.1 step 3), protocol-relative.
    public static func redirect(_ request: HTTPRequest, toAuthority authority: String) -> HTTPResponse {
        .redirect(to: "//\(authority)\(request.target.hasPrefix("/") ? "" : "/")\(request.target)")
    }

    /// A 405 with the `Allow` field and the text of spec C.5.
    public static func methodNotAllowed(_ allowed: [RequestMethod], received: RequestMethod) -> HTTPResponse {
        let expected = allowed.map { "'\($0)'" }.joined(separator: ", ")
        var response = HTTPResponse.error(
            .methodNotAllowed,
            "405 Method Not Allowed. Expecting one of { \(expected) }, but received '\(received)'.")
        response.headers["Allow"] = allowed.map(\.name).joined(separator: ", ")
        return response
    }

    /// JSON, wrapped in a call of the `jsonp` query parameter's function when the request has one (spec C.9).
    public static func json(_ bytes: [UInt8], for request: HTTPRequest, status: HTTPStatus = .ok) -> HTTPResponse {
        guard let callback = request.query["jsonp"], !callback.isEmpty else { return .json(bytes, status: status) }
        let body = Array(callback.utf8) + [UInt8(ascii: "(")] + bytes + Array(");".utf8)
        return HTTPResponse(status, headers: ["Content-Type": "text/javascript"], body: .bytes(body))
    }
}
