internal import NIOHTTP1

/// A response status: its three-digit code.
public struct HTTPStatus: Hashable, Sendable, ExpressibleByIntegerLiteral, CustomStringConvertible {
    /// The code, 100...599.
    public let code: Int

    /// Makes a status of its code, unchecked.
    public init(_ code: Int) { self.code = code }

    /// Makes a status of its code, unchecked.
    public init(integerLiteral value: Int) { self.code = value }

    /// The registered reason phrase, such as `Not Found`; empty for an unregistered code.
    public var reason: String {
        switch HTTPResponseStatus(statusCode: code) {
        case .custom: ""
        case let known: known.reasonPhrase
        }
    }

    /// Whether the request succeeded (2xx).
    public var isSuccess: Bool { (200..<300).contains(code) }

    /// Code and reason, such as `404 Not Found`.
    public var description: String { reason.isEmpty ? "\(code)" : "\(code) \(reason)" }

    /// 101.
    public static let switchingProtocols: HTTPStatus = 101
    /// 200.
    public static let ok: HTTPStatus = 200
    /// 201.
    public static let created: HTTPStatus = 201
    /// 202.
    public static let accepted: HTTPStatus = 202
    /// 204.
    public static let noContent: HTTPStatus = 204
    /// 304.
    public static let notModified: HTTPStatus = 304
    /// 307.
    public static let temporaryRedirect: HTTPStatus = 307
    /// 400.
    public static let badRequest: HTTPStatus = 400
    /// 401.
    public static let unauthorized: HTTPStatus = 401
    /// 403.
    public static let forbidden: HTTPStatus = 403
    /// 404.
    public static let notFound: HTTPStatus = 404
    /// 405.
    public static let methodNotAllowed: HTTPStatus = 405
    /// 406.
    public static let notAcceptable: HTTPStatus = 406
    /// 408.
    public static let requestTimeout: HTTPStatus = 408
    /// 409.
    public static let conflict: HTTPStatus = 409
    /// 413.
    public static let contentTooLarge: HTTPStatus = 413
    /// 415.
    public static let unsupportedMediaType: HTTPStatus = 415
    /// 422.
    public static let unprocessable: HTTPStatus = 422
    /// 429.
    public static let tooManyRequests: HTTPStatus = 429
    /// 431.
    public static let headersTooLarge: HTTPStatus = 431
    /// 500.
    public static let internalServerError: HTTPStatus = 500
    /// 501.
    public static let notImplemented: HTTPStatus = 501
    /// 502.
    public static let badGateway: HTTPStatus = 502
    /// 503.
    public static let serviceUnavailable: HTTPStatus = 503
    /// 504.
    public static let gatewayTimeout: HTTPStatus = 504
}
