/// Why a call to one of the HTTP APIs is refused: status and body of the answer (spec `mesos/01` §1.1).
public struct CallRejection: Error, Hashable, Sendable, CustomStringConvertible {
    /// The HTTP status: 400, or 501 for calls of no known type.
    public let status: Int
    /// The body.
    public let message: String

    /// Makes a rejection.
    public init(status: Int, message: String) { (self.status, self.message) = (status, message) }

    /// Status and body.
    public var description: String { "\(status) \(message)" }

    /// The answer to a body that is not the call it should be; `call` is the call's name, such as `scheduler::Call`.
    init(_ error: WireError, format: WireFormat, call: String) {
        let message: String =
            switch (error, format) {
            case (.badJSON(let problem), _): "Failed to parse body into JSON: \(problem)"
            case (.tooDeep, .json): "Failed to parse body into JSON: nested too deeply"
            case (.mismatch(let problem), _): "Failed to convert JSON into Call protobuf: \(problem)"
            case (.missingRequired, .json): "Failed to convert JSON into Call protobuf: \(error)"
            case (.missingRequired(let fields), .protobuf):
                "Failed to validate \(call): Not initialized: \(fields.joined(separator: ", "))"
            case (.malformed, _), (.tooDeep, .protobuf): "Failed to parse body into Call protobuf"
            case (.invalid(let problem), _): "Failed to validate \(call): \(problem)"
            case (.refused(let problem), _): problem
            }
        self.init(status: 400, message: message)
    }

    /// Runs a decoder and turns what it throws into the answer.
    static func translating<Result>(
        _ format: WireFormat, call: String, _ body: () throws(WireError) -> Result
    ) throws(CallRejection) -> Result {
        do { return try body() } catch { throw CallRejection(error, format: format, call: call) }
    }
}
