public import ClusterBase

/// Turns an error that a handler threw into an answer.
public typealias ErrorRenderer = @Sendable (any Error) -> HTTPResponse

/// The default table from error codes to statuses.
public enum ErrorTable {
    /// The status of a code; 500 for a code the table does not know.
    public static func status(of code: ClusterError.Code) -> HTTPStatus { statuses[code] ?? .internalServerError }

    /// Plain text with the error's message; anything but a `ClusterError` is a 500 that does not tell its insides.
    public static let render: ErrorRenderer = { error in
        guard let error = error as? ClusterError else { return .error(.internalServerError) }
        return .error(status(of: error.code), error.description)
    }

    private static let statuses: [ClusterError.Code: HTTPStatus] = [
        .invalidArgument: .badRequest, .conflict: .conflict, .notFound: .notFound, .notLeader: .serviceUnavailable,
        .limitExceeded: .tooManyRequests, .unavailable: .serviceUnavailable, .forbidden: .forbidden,
        .timeout: .gatewayTimeout, .system: .internalServerError,
    ]
}
