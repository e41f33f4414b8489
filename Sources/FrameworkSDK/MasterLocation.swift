public import ClusterBase

/// Where the masters are: a ZooKeeper path, or addresses of masters of which any one leads.
///
/// With addresses, each is tried in turn and a redirect leads on to the leader, so that no detection is needed.
public struct MasterLocation: Hashable, Sendable, CustomStringConvertible {
    /// How the leader is found.
    public enum Source: Hashable, Sendable {
        /// By watching a ZooKeeper path: the whole `zk://[user:password@]host:port,…/path`, or `file:///path` of a file
        /// that holds such a text or `host:port`.
        case zooKeeper(String)
        /// By asking masters: base URLs such as `http://10.0.0.1:5050`, at least one.
        case masters([String])
    }

    /// How the leader is found.
    public var source: Source

    /// Makes a location.
    public init(_ source: Source) { self.source = source }

    /// Reads `zk://…/path`, `file:///path`, or a comma-separated list of `host:port` (5050 when absent),
    /// `http://host:port` or `https://host:port`.
    ///
    /// Throws `invalidArgument` with field `master`. A `zk://` text is checked further when detection starts.
    public static func parse(_ text: String) throws(ClusterError) -> MasterLocation {
        let trimmed = String(text.drop { $0.isWhitespace })
        if trimmed.hasPrefix("zk://") {
            guard let slash = trimmed.dropFirst(5).firstIndex(of: "/"), slash < trimmed.index(before: trimmed.endIndex)
            else {
                throw bad("'\(redacted(trimmed))' has no path; expected zk://host:port,…/path")
            }
            return MasterLocation(.zooKeeper(trimmed))
        }
        if trimmed.hasPrefix("file://") || trimmed.hasPrefix("/") { return MasterLocation(.zooKeeper(trimmed)) }
        var urls: [String] = []
        for part in trimmed.split(separator: ",", omittingEmptySubsequences: false) {
            urls.append(try baseURL(part.filter { !$0.isWhitespace }))
        }
        return MasterLocation(.masters(urls))
    }

    /// The same as `parse`, to be read aloud where a driver is made.
    public static func discover(_ text: String) throws(ClusterError) -> MasterLocation { try parse(text) }

    /// The text `parse` reads, without a password.
    public var description: String {
        switch source {
        case .zooKeeper(let url): MasterLocation.redacted(url)
        case .masters(let urls): urls.joined(separator: ",")
        }
    }

    private static func baseURL(_ text: String) throws(ClusterError) -> String {
        var scheme = "http"
        var authority = Substring(text)
        if let separator = text.firstRange(of: "://") {
            scheme = String(text[..<separator.lowerBound])
            authority = text[separator.upperBound...]
            guard scheme == "http" || scheme == "https" else {
                throw bad("'\(text)' must start with zk://, http:// or https://")
            }
        }
        if authority.last == "/" { authority = authority.dropLast() }
        guard !authority.isEmpty, !authority.contains(where: { "/@?# ".contains($0) }) else {
            throw bad("'\(text)' is not host:port")
        }
        let host = authority.hasPrefix("[") ? authority.prefix { $0 != "]" } : authority.prefix { $0 != ":" }
        let rest = authority.dropFirst(host.count).drop { $0 == "]" }
        if rest.isEmpty { return "\(scheme)://\(authority):5050" }
        guard !host.isEmpty, rest.first == ":", let port = UInt16(rest.dropFirst()), port > 0 else {
            throw bad("'\(text)' has a malformed port")
        }
        return "\(scheme)://\(authority)"
    }

    private static func bad(_ problem: String) -> ClusterError {
        ClusterError(.invalidArgument, "Bad master location: \(problem)", field: "master")
    }

    private static func redacted(_ url: String) -> String {
        guard let at = url.lastIndex(of: "@") else { return url }
        return "zk://…\(url[at...])"
    }
}
