internal import ClusterBase
internal import KubeModel

/// Checks of single values that several kinds share, with upstream's messages.
enum FieldRules {
    /// One RFC 1123 label.
    static func label(_ text: String, _ path: FieldPath) -> [FieldError] {
        Validation.invalid(path, text, NameRules.dns1123Label(text))
    }

    /// RFC 1123 labels joined by dots.
    static func subdomain(_ text: String, _ path: FieldPath) -> [FieldError] {
        Validation.invalid(path, text, NameRules.dns1123Subdomain(text))
    }

    /// A name with or without a prefix.
    static func qualifiedName(_ text: String, _ path: FieldPath) -> [FieldError] {
        Validation.invalid(path, text, NameRules.qualifiedName(text))
    }

    /// The number of a port.
    static func portNumber(_ number: Int64, _ path: FieldPath) -> [FieldError] {
        Validation.invalid(path, .integer(number), NameRules.portNumber(number))
    }

    /// The number or name of a port.
    static func portNumberOrName(_ port: JSONValue?, _ path: FieldPath) -> [FieldError] {
        guard let name = port?.string else { return portNumber(port?.integer ?? 0, path) }
        return name.isEmpty ? [.required(path)] : Validation.invalid(path, name, NameRules.portName(name))
    }

    /// The transport of a port.
    static func transport(_ name: String, _ path: FieldPath) -> [FieldError] {
        Validation.oneOf(path, name, transports)
    }

    /// The transports a port may have.
    static let transports = ["SCTP", "TCP", "UDP"]

    /// An address that can belong to one machine of a network and reach it.
    static func ordinaryAddress(_ text: String, _ path: FieldPath) -> [FieldError] {
        guard let address = IPAddress(text) else {
            return [.invalid(path, .string(text), "must be a valid IP address")]
        }
        let problems = [
            (address.isUnspecified, "may not be unspecified (0.0.0.0)"),
            (address.isLoopback, "may not be in the loopback range (127.0.0.0/8)"),
            (address.isLinkLocal, "may not be in the link-local range (169.254.0.0/16)"),
            (address.isLinkLocalMulticast, "may not be in the link-local multicast range (224.0.0.0/24)"),
        ]
        return problems.filter(\.0).map { .invalid(path, .string(text), $0.1) }
    }

    /// The name of a finalizer: qualified, or one of the standard ones.
    static func finalizer(_ name: String, _ path: FieldPath) -> [FieldError] {
        qualifiedName(name, path) + Validation.knownFinalizer(path, name)
    }
}

extension StringProtocol {
    /// The text without white space at its ends.
    var trimmed: String {
        let tail = drop(while: \.isWhitespace)
        return String(tail[..<(tail.lastIndex { !$0.isWhitespace }.map(tail.index(after:)) ?? tail.startIndex)])
    }
}
