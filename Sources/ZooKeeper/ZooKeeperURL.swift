public import ClusterBase

/// Where a cluster's ZooKeeper group is: `zk://[user:password@]host1:port1,host2:port2,…/path`.
///
/// The path begins at the first `/` after the scheme, credentials end at the last `@` before it. A host without a port
/// means 2181. Blanks around the text and `/` at the path's end are dropped; the path `/` itself is refused, because
/// group members would lie beside foreign nodes. Source: `spec/mesos/07` §7.1.
public struct ZooKeeperURL: Hashable, Sendable, CustomStringConvertible {
    /// Scheme and text of an authentication; the text never appears in descriptions.
    public struct Credentials: Hashable, Sendable, CustomStringConvertible {
        /// ZooKeeper's name of the scheme: `digest` for URLs.
        public var scheme: String
        /// For `digest`: `user:password`.
        public var text: String

        /// Makes credentials.
        public init(scheme: String = "digest", text: String) { (self.scheme, self.text) = (scheme, text) }

        /// The scheme alone.
        public var description: String { "\(scheme):…" }
    }

    /// The servers as `host:port`, in the order given.
    public var servers: [String]
    /// What to authenticate with, if anything.
    public var credentials: Credentials?
    /// The group's path, such as `/mesos`; absolute, no `/` at the end, at least one component.
    public var path: String

    /// Makes a URL of parts that are known to be right.
    public init(servers: [String], credentials: Credentials? = nil, path: String) {
        (self.servers, self.credentials, self.path) = (servers, credentials, path)
    }

    /// Parses the text; throws `invalidArgument` (field `zk`) saying what is wrong, without repeating credentials.
    public init(parsing text: String) throws(ClusterError) {
        let trimmed = text.trimmingBlanks()
        guard trimmed.hasPrefix(Self.scheme) else { throw Self.invalid("must begin with zk://") }
        let rest = trimmed.dropFirst(Self.scheme.count)
        let slash = rest.firstIndex(of: "/") ?? rest.endIndex
        var authority = rest[..<slash]
        if let at = authority.lastIndex(of: "@") {
            credentials = try Self.credentials(authority[..<at])
            authority = authority[authority.index(after: at)...]
        }
        servers = []
        for server in authority.split(separator: ",", omittingEmptySubsequences: false) {
            servers.append(try Self.server(server))
        }
        path = try Self.path(rest[slash...])
    }

    /// What the C client takes: servers separated by commas.
    public var connectionString: String { servers.joined(separator: ",") }

    /// The URL with the credentials left out.
    public var description: String { "zk://" + (credentials == nil ? "" : "…@") + connectionString + path }

    /// Whether text is meant as such a URL.
    static func claims(_ text: String) -> Bool { text.trimmingBlanks().hasPrefix(scheme) }

    private static let scheme = "zk://"

    private static func credentials(_ text: Substring) throws(ClusterError) -> Credentials {
        guard let colon = text.firstIndex(of: ":"), colon > text.startIndex else {
            throw invalid("credentials must be user:password")
        }
        guard !text.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7f }) else {
            throw invalid("credentials must not have control characters")
        }
        return Credentials(text: String(text))
    }

    private static func server(_ text: Substring) throws(ClusterError) -> String {
        let isBracketed = text.hasPrefix("[")
        let hostEnd = isBracketed ? text.firstIndex(of: "]").map { text.index(after: $0) } : text.firstIndex(of: ":")
        if isBracketed, hostEnd == nil { throw invalid("server '\(text)' lacks ]") }
        let host = text[..<(hostEnd ?? text.endIndex)]
        let suffix = text[host.endIndex...]
        let allowed = host.unicodeScalars.allSatisfy { scalar in
            scalar.isASCII && scalar.value > 0x20 && scalar.value != 0x7f
        }
        guard !host.isEmpty, host != "[]", allowed else { throw invalid("server '\(text)' has no valid host") }
        if suffix.isEmpty { return host + ":2181" }
        let digits = suffix.dropFirst()
        guard suffix.first == ":", !digits.isEmpty, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            let port = UInt16(digits), port > 0
        else { throw invalid("server '\(text)' has no valid port") }
        return "\(host):\(port)"
    }

    private static func path(_ text: Substring) throws(ClusterError) -> String {
        let components = text.split(separator: "/", omittingEmptySubsequences: false).dropFirst()
        let end = components.lastIndex { !$0.isEmpty }.map { $0 + 1 } ?? components.startIndex
        let kept = components[..<end]
        guard !kept.isEmpty else { throw invalid("a path is needed after the servers; '/' is not supported") }
        for component in kept {
            guard !component.isEmpty, component != ".", component != ".." else {
                throw invalid("path '\(text)' has an empty, . or .. component")
            }
            guard !component.unicodeScalars.contains(where: isForbidden) else {
                throw invalid("path has a character ZooKeeper refuses")
            }
        }
        let path = kept.map { "/" + $0 }.joined()
        guard path == path.trimmingBlanks() else { throw invalid("path '\(text)' ends with a blank") }
        return path
    }

    /// Characters the server refuses in paths; beyond the basic plane all of them.
    private static func isForbidden(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0...0x1f, 0x7f...0x9f, 0xe000...0xf8ff, 0xfff0...0x10ffff: true
        default: false
        }
    }

    private static func invalid(_ problem: String) -> ClusterError {
        ClusterError(.invalidArgument, "ZooKeeper URL: \(problem)", field: "zk")
    }
}

extension String {
    func trimmingBlanks() -> String {
        let blanks: Set<Character> = [" ", "\t", "\n", "\r", "\r\n"]
        let start = firstIndex { !blanks.contains($0) } ?? endIndex
        let end = lastIndex { !blanks.contains($0) }.map { index(after: $0) } ?? endIndex
        return start < end ? String(self[start..<end]) : ""
    }
}
