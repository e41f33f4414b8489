public import ClusterBase

/// The address of a libprocess process: `id@host:port` (spec `mesos/11` §11.1).
public struct UPID: Hashable, Sendable, CustomStringConvertible {
    /// The process, such as `master` or `slave(1)`.
    public var id: String
    /// An IPv4 address, or a name when parsed from text that has one.
    public var host: String
    /// The port; 0 only in the null UPID.
    public var port: Int

    /// Makes an address, unchecked.
    public init(id: String, host: String, port: Int) { (self.id, self.host, self.port) = (id, host, port) }

    /// Parses `id@host:port`; throws `ClusterError` `invalidArgument`.
    ///
    /// The id may be empty (as in the null UPID) but has no `@`, blanks or control characters; the port is 0...65535.
    public init(parsing text: some StringProtocol) throws(ClusterError) {
        guard let at = text.firstIndex(of: "@") else { throw UPID.unreadable(text, "has no '@'") }
        let address = text[text.index(after: at)...]
        guard let colon = address.lastIndex(of: ":") else { throw UPID.unreadable(text, "has no port") }
        let digits = address[address.index(after: colon)...]
        guard digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let port = UInt16(digits) else {
            throw UPID.unreadable(text, "has a bad port")
        }
        let (id, host) = (text[..<at], address[..<colon])
        guard !host.isEmpty, !host.contains("@"), UPID.isPlain(id), UPID.isPlain(host) else {
            throw UPID.unreadable(text, "has a bad host or id")
        }
        self.init(id: String(id), host: String(host), port: Int(port))
    }

    /// The address of nobody: `@0.0.0.0:0`.
    public static let null = UPID(id: "", host: "0.0.0.0", port: 0)

    /// Whether it names nobody.
    public var isNull: Bool { port == 0 }

    /// `host:port`.
    public var address: String { "\(host):\(port)" }

    /// `id@host:port`.
    public var description: String { "\(id)@\(host):\(port)" }

    private static func isPlain(_ text: some StringProtocol) -> Bool {
        text.utf8.allSatisfy { $0 > 0x20 && $0 != 0x7f }
    }

    private static func unreadable(_ text: some StringProtocol, _ why: String) -> ClusterError {
        ClusterError(.invalidArgument, "'\(text.prefix(200))' is no libprocess address: it \(why)", field: "upid")
    }
}
