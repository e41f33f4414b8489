public import ClusterBase

/// A name and the secret that proves it.
///
/// It does not show its secret: neither as text nor in dumps.
public struct Credential: Hashable, Sendable, CustomStringConvertible, CustomReflectable {
    /// The name.
    public let principal: String
    /// The secret; empty is allowed.
    package let secret: [UInt8]

    /// Makes a credential.
    public init(principal: String, secret: [UInt8]) { (self.principal, self.secret) = (principal, secret) }

    /// The name and that there is a secret.
    public var description: String { "\(principal) (secret hidden)" }

    /// Shows the name alone.
    public var customMirror: Mirror { Mirror(self, children: ["principal": principal]) }

    /// What an `Authorization` field of the basic scheme says (RFC 7617).
    public var basicAuthorization: String {
        "Basic " + String(decoding: Base64.encode(Array(principal.utf8) + [UInt8(ascii: ":")] + secret), as: UTF8.self)
    }
}

extension Credential {
    /// Reads the text of one credential: a JSON object with `principal` and `secret`, or the two words on one line.
    ///
    /// Throws `ClusterError` `invalidArgument` that names the field and never repeats the text.
    public init(text: String) throws(ClusterError) {
        let list = try Credential.list(text: text, field: "credential")
        guard list.count == 1, let first = list.first else {
            throw ClusterError(.invalidArgument, "expected one credential, not \(list.count)", field: "credential")
        }
        self = first
    }

    /// Reads the text of a list: a JSON object with `credentials`, or a line `principal secret` for each.
    ///
    /// Empty lines are skipped. Throws as `init(text:)`; also for a principal that occurs twice.
    public static func list(text: String) throws(ClusterError) -> [Credential] {
        try list(text: text, field: "credentials")
    }

    private static func list(text: String, field: String) throws(ClusterError) -> [Credential] {
        let start = text.first { !$0.isWhitespace }
        let list = start == "{" || start == "[" ? try parse(json: text, field) : try parse(lines: text, field)
        var seen = Set<String>()
        for credential in list where !seen.insert(credential.principal).inserted {
            throw ClusterError(.invalidArgument, "principal '\(credential.principal)' occurs twice", field: field)
        }
        return list
    }

    private static func parse(json text: String, _ field: String) throws(ClusterError) -> [Credential] {
        let tree: JSONValue
        do { tree = try JSONValue(parsing: text) } catch {
            // The error's own words could show a part of a secret.
            throw ClusterError(.invalidArgument, "is no valid JSON", field: field)
        }
        guard let entries = tree["credentials"] else { return [try parse(entry: tree, field)] }
        guard let list = entries.array else {
            throw ClusterError(.invalidArgument, "expected an array", field: field + ".credentials")
        }
        var result: [Credential] = []
        for (at, entry) in list.enumerated() { result.append(try parse(entry: entry, "credentials[\(at)]")) }
        return result
    }

    private static func parse(entry: JSONValue, _ field: String) throws(ClusterError) -> Credential {
        func text(_ key: String) throws(ClusterError) -> String {
            guard let text = entry[key]?.string else {
                throw ClusterError(.invalidArgument, "expected a string", field: "\(field).\(key)")
            }
            return text
        }
        let principal = try text("principal")
        guard !principal.isEmpty else {
            throw ClusterError(.invalidArgument, "must not be empty", field: field + ".principal")
        }
        return Credential(principal: principal, secret: Array((try text("secret")).utf8))
    }

    private static func parse(lines text: String, _ field: String) throws(ClusterError) -> [Credential] {
        var result: [Credential] = []
        for (at, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
            let words = line.split(whereSeparator: \.isWhitespace)
            if words.isEmpty { continue }
            guard words.count == 2 else {
                let problem = "line \(at + 1): expected a principal and a secret, not \(words.count) words"
                throw ClusterError(.invalidArgument, problem, field: field)
            }
            result.append(Credential(principal: String(words[0]), secret: Array(words[1].utf8)))
        }
        return result
    }
}

/// The secrets of those who may come in.
public struct CredentialTable: Sendable, CustomStringConvertible, CustomReflectable {
    private let secrets: [String: [UInt8]]

    /// Makes a table; the last of several secrets of a principal counts.
    public init(_ credentials: [Credential]) {
        secrets = Dictionary(credentials.map { ($0.principal, $0.secret) }) { _, last in last }
    }

    /// How many principals there are.
    public var count: Int { secrets.count }

    /// How many principals there are.
    public var description: String { "\(count) credentials" }

    /// Shows the names alone.
    public var customMirror: Mirror { Mirror(self, children: ["principals": secrets.keys.sorted()]) }

    /// Whether the secret is the principal's; takes as long for unknown principals as for known ones.
    public func accepts(_ principal: String, secret: [UInt8]) -> Bool {
        let isSame = MessageDigest.areEqual(secrets[principal] ?? [], secret)
        return isSame && secrets[principal] != nil
    }

    func secret(of principal: String) -> [UInt8]? { secrets[principal] }
}
