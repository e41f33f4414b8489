internal import ClusterBase
internal import ClusterModel
public import ClusterPorts
internal import Glibc
public import Logging

/// Turns what users write for "where is the master" into a detector.
public enum MasterDetection {
    /// Makes a detector from `zk://…`, `host:port`, or a file (`file:///path` or `/path`) that holds one of the two.
    ///
    /// A host name is looked up now. Throws `invalidArgument` (field `master`, for ZooKeeper URLs `zk`) for text that
    /// is none of these, `system` for a file that cannot be read, `unavailable` for a name that is not found.
    public static func make(
        from text: String, sessionTimeout: Duration = .seconds(10), logger: Logger = Logger(label: "detector")
    ) throws -> any LeaderDetector {
        let text = try resolveFile(text.trimmingBlanks())
        if ZooKeeperURL.claims(text) {
            let url = try ZooKeeperURL(parsing: text)
            let client = ZooKeeperClient(url: url, sessionTimeout: sessionTimeout, logger: logger)
            return ZooKeeperDetector(client: client, path: url.path)
        }
        return StaticDetector(try master(at: text))
    }

    /// The text itself, or what the file it names holds; not followed twice.
    static func resolveFile(_ text: String) throws -> String {
        let path = text.hasPrefix("file://") ? String(text.dropFirst("file://".count)) : text
        guard path.hasPrefix("/") else {
            guard path == text else {
                throw ClusterError(.invalidArgument, "file:// needs an absolute path: '\(text)'", field: "master")
            }
            return text
        }
        return try readFile(path).trimmingBlanks()
    }

    /// A master known by `host:port` (or `id@host:port`) only.
    static func master(at text: String) throws -> MasterInfo {
        let place = text.lastIndex(of: "@").map { text[text.index(after: $0)...] } ?? text[...]
        guard let place = HostPort(place) else {
            throw ClusterError(
                .invalidArgument, "expected zk://…/path, host:port or file:///path, not '\(text)'", field: "master")
        }
        let ip = try IPv4.number(place.host) == nil ? lookUp(place.host) : place.host
        return MasterInfo(id: "", ip: ip, port: place.port, hostname: place.host, version: "")
    }

    private static func lookUp(_ host: String) throws -> String {
        var hints = addrinfo()
        hints.ai_family = AF_INET
        var list: UnsafeMutablePointer<addrinfo>?
        let failure = getaddrinfo(host, nil, &hints, &list)
        defer { if let list { freeaddrinfo(list) } }
        guard failure == 0, let address = list?.pointee.ai_addr else {
            throw ClusterError(
                .unavailable, "host '\(host)' not found: \(String(cString: gai_strerror(failure)))", field: "master")
        }
        return address.withMemoryRebound(to: sockaddr_in.self, capacity: 1) { IPv4.text($0.pointee.sin_addr.s_addr) }
    }

    /// The text of a small file (at most 64 KiB).
    static func readFile(_ path: String) throws -> String {
        guard let file = fopen(path, "re") else {
            throw ClusterError(.system, "cannot read \(path): \(String(cString: strerror(errno)))", field: "master")
        }
        defer { fclose(file) }
        var bytes = [UInt8](repeating: 0, count: 65_536)
        let count = fread(&bytes, 1, bytes.count, file)
        guard ferror(file) == 0 else {
            throw ClusterError(.system, "cannot read \(path): \(String(cString: strerror(errno)))", field: "master")
        }
        return String(decoding: bytes.prefix(count), as: UTF8.self)
    }
}

/// The two halves of an election a master takes part in.
public struct MasterElection: Sendable {
    /// Where it stands.
    public var contender: any LeaderContender
    /// Where it learns who won.
    public var detector: any LeaderDetector

    /// Makes an election of its halves.
    public init(contender: any LeaderContender, detector: any LeaderDetector) {
        (self.contender, self.detector) = (contender, detector)
    }

    /// With a ZooKeeper URL (or a file that holds one) both halves share a session there; without, the master appoints
    /// itself.
    ///
    /// Throws as `MasterDetection.make`; a plain `host:port` is refused.
    public static func make(
        zk text: String?, sessionTimeout: Duration = .seconds(10), logger: Logger = Logger(label: "election")
    ) throws -> MasterElection {
        guard let text else {
            let standalone = StandaloneElection()
            return MasterElection(contender: standalone, detector: standalone)
        }
        let url = try ZooKeeperURL(parsing: MasterDetection.resolveFile(text.trimmingBlanks()))
        let client = ZooKeeperClient(url: url, sessionTimeout: sessionTimeout, logger: logger)
        return MasterElection(
            contender: ZooKeeperContender(client: client, path: url.path),
            detector: ZooKeeperDetector(client: client, path: url.path))
    }
}
