internal import ClusterBase

/// What an `Authorization` header says.
public enum Credentials: Sendable, Equatable {
    /// The basic scheme (RFC 7617); the password may contain colons.
    case basic(user: String, password: String)
    /// The bearer scheme (RFC 6750).
    case bearer(token: String)

    /// Parses the value of an `Authorization` field; nil when malformed or of another scheme.
    public init?(authorization value: String) {
        guard let blank = value.firstIndex(of: " ") else { return nil }
        let rest = value[value.index(after: blank)...].drop { $0 == " " }
        switch value[..<blank].lowercased() {
        case "basic":
            guard let bytes = Base64.decode(rest.utf8, strictly: false),
                let colon = bytes.firstIndex(of: UInt8(ascii: ":"))
            else {
                return nil
            }
            self = .basic(
                user: String(decoding: bytes[..<colon], as: UTF8.self),
                password: String(decoding: bytes[(colon + 1)...], as: UTF8.self))
        case "bearer" where !rest.isEmpty: self = .bearer(token: String(rest))
        default: return nil
        }
    }
}
