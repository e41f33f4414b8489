/// Three real ZooKeeper servers that form an ensemble on 127.0.0.1.
public final class ZooKeeperEnsemble: Sendable {
    /// The servers, in the order of their ids.
    public let servers: [ZooKeeperServer]

    /// `127.0.0.1:P1,127.0.0.1:P2,127.0.0.1:P3`.
    public var connectionString: String { servers.map(\.address).joined(separator: ",") }

    /// Prepares the servers; `start` starts them.
    public init(tick: Duration = .milliseconds(200)) throws {
        let peers = try (1...3).map { "server.\($0)=127.0.0.1:\(try FreePort.next()):\(try FreePort.next())" }
        let extra = ["initLimit=50", "syncLimit=20"] + peers
        servers = try (1...3).map { id in
            try ZooKeeperServer(port: FreePort.next(), id: id, tick: tick, extra: extra)
        }
    }

    /// Starts all servers and returns when each serves.
    public func start() async throws {
        for server in servers { try server.launch() }
        for server in servers { try await server.waitUntilServing() }
    }

    /// The server that leads the ensemble now.
    public func leader() -> ZooKeeperServer? { servers.first { $0.mode() == "leader" } }

    /// Kills every server (SIGKILL).
    public func kill() { for server in servers { server.kill() } }
}
