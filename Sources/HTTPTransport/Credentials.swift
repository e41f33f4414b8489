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
            guard let bytes = Base64Text.decode(rest), let colon = bytes.firstIndex(of: UInt8(ascii: ":")) else {
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

/// Standard base64 (RFC 4648 §4), as much as header fields need.
enum Base64Text {
    static func decode(_ text: some StringProtocol) -> [UInt8]? {
        var out: [UInt8] = []
        var bits: UInt32 = 0
        var count = 0
        var padding = 0
        for byte in text.utf8 {
            if byte == UInt8(ascii: "=") {
                padding += 1
                continue
            }
            guard padding == 0, let value = value(of: byte) else { return nil }
            bits = bits << 6 | value
            count += 1
            if count % 4 == 0 {
                out += [
                    UInt8(truncatingIfNeeded: bits >> 16), UInt8(truncatingIfNeeded: bits >> 8),
                    UInt8(truncatingIfNeeded: bits),
                ]
            }
        }
        switch count % 4 {
        case 0: return padding == 0 ? out : nil
        case 2 where padding == 2 || padding == 0: out.append(UInt8(truncatingIfNeeded: bits >> 4))
        case 3 where padding <= 1: out += [UInt8(truncatingIfNeeded: bits >> 10), UInt8(truncatingIfNeeded: bits >> 2)]
        default: return nil
        }
        return out
    }

    private static func value(of byte: UInt8) -> UInt32? {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): UInt32(byte - UInt8(ascii: "A"))
        case UInt8(ascii: "a")...UInt8(ascii: "z"): UInt32(byte - UInt8(ascii: "a")) + 26
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(byte - UInt8(ascii: "0")) + 52
        case UInt8(ascii: "+"): 62
        case UInt8(ascii: "/"): 63
        default: nil
        }
    }
}
