/// An operating error: something a caller or a peer did, or the world refused, told in one shape everywhere.
///
/// Broken invariants are `preconditionFailure`; hostile or stale input from peers is dropped and counted, not thrown.
public struct ClusterError: Error, Sendable, CustomStringConvertible {
    /// What kind of error this is; each API maps codes to its own statuses in one table.
    public struct Code: Hashable, Sendable, CustomStringConvertible {
        private let name: String

        /// Makes a code; the well-known ones are static members.
        public init(_ name: String) { self.name = name }

        /// The request is malformed; `field` names the place.
        public static let invalidArgument = Code("invalid_argument")
        /// The object exists already or has another version than expected.
        public static let conflict = Code("conflict")
        /// The named object does not exist.
        public static let notFound = Code("not_found")
        /// Another master or scheduler leads.
        public static let notLeader = Code("not_leader")
        /// A bound was reached (queue, body, connections); try later or smaller.
        public static let limitExceeded = Code("limit_exceeded")
        /// The peer cannot be reached or does not answer.
        public static let unavailable = Code("unavailable")
        /// The caller may not do this.
        public static let forbidden = Code("forbidden")
        /// The deadline passed.
        public static let timeout = Code("timeout")
        /// The system refused (disk, process, memory); the message has its words.
        public static let system = Code("system")

        /// The code's name.
        public var description: String { name }
    }

    /// The kind of error.
    public var code: Code
    /// What was attempted, on which object; never repeats the cause.
    public var message: String
    /// For `invalidArgument`: the path of the field, such as `container.docker.image`.
    public var field: String?
    /// The error below this one.
    public var cause: (any Error)?

    /// Makes an error.
    public init(_ code: Code, _ message: String, field: String? = nil, cause: (any Error)? = nil) {
        (self.code, self.message, self.field, self.cause) = (code, message, field, cause)
    }

    /// Code, field, message and causes in one line.
    public var description: String {
        let place = field.map { "\($0): " } ?? ""
        return "\(place)\(message)" + (cause.map { " (\($0))" } ?? "")
    }
}
