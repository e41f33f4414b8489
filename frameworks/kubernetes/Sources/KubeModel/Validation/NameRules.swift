/// The grammars of names, keys and values; each check returns upstream's messages, none when the text is good.
///
/// Lengths count UTF-8 bytes.
/// Source: apimachinery 1.20 `pkg/util/validation/validation.go`; spec `kubernetes/02` §2.3.
public enum NameRules {
    /// One lower-case RFC 1123 label, at most 63 characters.
    public static func dns1123Label(_ text: String) -> [String] { check(text, .label1123, limit: 63) }

    /// Lower-case RFC 1123 labels joined by dots, at most 253 characters.
    public static func dns1123Subdomain(_ text: String) -> [String] {
        tooLong(text, 253) + unless(TextGrammar.subdomain.matchesDotted(text.utf8), .subdomain)
    }

    /// `*.` and a subdomain.
    public static func wildcardSubdomain(_ text: String) -> [String] {
        let isGood = text.hasPrefix("*.") && TextGrammar.wildcard.matchesDotted(text.utf8.dropFirst(2))
        return tooLong(text, 253) + unless(isGood, .wildcard)
    }

    /// One lower-case RFC 1035 label (begins with a letter), at most 63 characters.
    public static func dns1035Label(_ text: String) -> [String] { check(text, .label1035, limit: 63) }

    /// Anything that can be one segment of a path: no `/`, no `%`, not `.` or `..`; a prefix of a name may be dots.
    public static func pathSegment(_ text: String, isPrefix: Bool = false) -> [String] {
        if !isPrefix, text == "." || text == ".." { return ["may not be '\(text)'"] }
        return ["/", "%"].filter { $0.utf8.allSatisfy(text.utf8.contains) }.map { "may not contain '\($0)'" }
    }

    /// `[prefix/]name`, the grammar of label and annotation keys.
    public static func qualifiedName(_ text: String) -> [String] {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count <= 2, let name = parts.last else {
            let message = TextGrammar.qualifiedName.message
            return [
                "a qualified name \(message) with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')"
            ]
        }
        var messages: [String] = []
        if parts.count == 2 {
            let prefix = String(parts[0])
            messages = prefix.isEmpty ? ["must be non-empty"] : dns1123Subdomain(prefix)
            messages = messages.map { "prefix part " + $0 }
        }
        if name.isEmpty { messages.append("name part must be non-empty") }
        return messages + check(String(name), .qualifiedName, limit: 63).map { "name part " + $0 }
    }

    /// The value of a label: empty, or at most 63 characters.
    public static func labelValue(_ text: String) -> [String] {
        text.isEmpty ? [] : check(text, .labelValue, limit: 63)
    }

    /// The name of a port (`IANA_SVC_NAME`), at most 15 characters.
    public static func portName(_ text: String) -> [String] {
        let bytes = text.utf8
        let faults: [(Bool, String)] = [
            (
                bytes.isEmpty || !bytes.allSatisfy(ASCIISet.lowerDigitsDash.contains),
                "must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)"
            ),
            (!bytes.contains(where: ASCIISet.lower.contains), "must contain at least one letter or number (a-z, 0-9)"),
            (text.contains("--"), "must not contain consecutive hyphens"),
            (
                bytes.first == UInt8(ascii: "-") || bytes.last == UInt8(ascii: "-"),
                "must not begin or end with a hyphen"
            ),
        ]
        return tooLong(text, 15) + faults.filter(\.0).map(\.1)
    }

    /// The number of a port, 1 to 65535.
    public static func portNumber(_ number: Int64) -> [String] { inRange(number, 1...65535) }

    /// A number within a range.
    public static func inRange(_ number: Int64, _ range: ClosedRange<Int64>) -> [String] {
        range.contains(number) ? [] : ["must be between \(range.lowerBound) and \(range.upperBound), inclusive"]
    }

    /// A user or group number of a process, 0 to 2^31-1.
    public static func userNumber(_ number: Int64) -> [String] { inRange(number, 0...Int64(Int32.max)) }

    /// The name of an environment variable.
    public static func environmentName(_ text: String) -> [String] {
        check(text, .environmentName) + parentDirectory(text)
    }

    /// An identifier of C.
    public static func cIdentifier(_ text: String) -> [String] { check(text, .cIdentifier) }

    /// The key of a ConfigMap or Secret, at most 253 characters.
    public static func configMapKey(_ text: String) -> [String] {
        check(text, .configMapKey, limit: 253) + parentDirectory(text)
    }

    /// A percentage such as `25%`.
    public static func percent(_ text: String) -> [String] {
        unless(text.utf8.last == UInt8(ascii: "%") && TextGrammar.percent.matches(text.utf8.dropLast()), .percent)
    }

    /// The name of an HTTP header.
    public static func headerName(_ text: String) -> [String] { check(text, .headerName) }

    /// An address of IP version 4 or 6.
    public static func ip(_ text: String) -> [String] {
        IPAddress(text) == nil ? ["must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)"] : []
    }

    private static func check(_ text: String, _ grammar: TextGrammar, limit: Int = .max) -> [String] {
        tooLong(text, limit) + unless(grammar.matches(text.utf8), grammar)
    }

    private static func unless(_ isGood: Bool, _ grammar: TextGrammar) -> [String] { isGood ? [] : [grammar.message] }

    private static func tooLong(_ text: String, _ limit: Int) -> [String] {
        text.utf8.count > limit ? ["must be no more than \(limit) characters"] : []
    }

    private static func parentDirectory(_ text: String) -> [String] {
        if text == "." || text == ".." { return ["must not be '\(text)'"] }
        return text.hasPrefix("..") ? ["must not start with '..'"] : []
    }
}
