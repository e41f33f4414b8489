internal import Foundation
internal import Synchronization

/// A real ZooKeeper server of Debian's `zookeeper` package on a free port of 127.0.0.1, with its data in a directory of
/// its own.
///
/// Start takes about two seconds (a Java machine): prefer `shared` with a path of the test's own.
public final class ZooKeeperServer: Sendable {
    /// The port for clients; the same after every restart.
    public let port: Int
    /// `127.0.0.1:PORT`, as connection strings have it.
    public var address: String { "127.0.0.1:\(port)" }

    private let directory: TemporaryDirectory
    private let configuration: String
    private let process = Mutex<ChildProcess?>(nil)

    /// Prepares a server; `start` starts it.
    ///
    /// `tick` bounds session timeouts: 2 to 20 ticks.
    public init(tick: Duration = .milliseconds(200)) throws {
        port = try FreePort.next()
        directory = try TemporaryDirectory("zookeeper")
        configuration = try Self.configure(directory, port: port, tick: tick, extra: [])
    }

    /// A member of an ensemble; `extra` are the `server.N=` lines and limits.
    init(port: Int, id: Int, tick: Duration, extra: [String]) throws {
        self.port = port
        directory = try TemporaryDirectory("zookeeper-\(id)")
        configuration = try Self.configure(directory, port: port, tick: tick, extra: extra)
        try directory.write("\(id)\n", to: "data/myid")
    }

    private static func configure(
        _ directory: TemporaryDirectory, port: Int, tick: Duration, extra: [String]
    ) throws -> String {
        let data = try directory.makeDirectory("data")
        try directory.write(
            "log4j.rootLogger=WARN,console\nlog4j.appender.console=org.apache.log4j.ConsoleAppender\n"
                + "log4j.appender.console.layout=org.apache.log4j.PatternLayout\n", to: "log4j.properties")
        let lines = [
            "tickTime=\(tick.components.seconds * 1_000 + tick.components.attoseconds / 1_000_000_000_000_000)",
            "dataDir=\(data)", "clientPort=\(port)", "clientPortAddress=127.0.0.1", "admin.enableServer=false",
            "4lw.commands.whitelist=*", "maxClientCnxns=0",
        ]
        return try directory.write((lines + extra).joined(separator: "\n") + "\n", to: "zoo.cfg")
    }

    /// One server for all tests of this process, started at the first call and killed when the process ends.
    public static func shared() async throws -> ZooKeeperServer { try await sharedServer.value }

    private static let sharedServer = Task {
        let server = try ZooKeeperServer()
        try await server.start()
        return server
    }

    /// Starts (or restarts on the same data and port) and returns when the server answers.
    public func start() async throws {
        try launch()
        try await waitUntilServing()
    }

    /// Starts without waiting.
    func launch() throws {
        let started = try ChildProcess(
            "/usr/share/zookeeper/bin/zkServer.sh", ["start-foreground", configuration], name: "zookeeper-\(port)",
            environment: [
                "ZOOCFGDIR": directory.path, "ZOO_LOG_DIR": directory.path, "SERVER_JVMFLAGS": "-Xmx192m -Xshare:auto",
                "JMXDISABLE": "true",
            ], outputDirectory: directory.path)
        process.withLock { $0 = started }
    }

    /// Waits until the server serves requests (has a quorum when in an ensemble).
    func waitUntilServing() async throws {
        guard let process = process.withLock({ $0 }) else { throw TestError("the ZooKeeper server was not started") }
        do {
            try await eventually("ZooKeeper on \(port) serves", within: .seconds(60), every: .milliseconds(20)) {
                guard process.isRunning else { throw TestError("ZooKeeper ended") }
                return mode() != nil
            }
        } catch let error as TestError {
            throw TestError("\(error.description)\n\(process.tails)")
        }
    }

    /// `leader`, `follower` or `standalone`; nil while the server does not serve.
    public func mode() -> String? {
        command("srvr")?.split(separator: "\n").first { $0.hasPrefix("Mode: ") }.map { String($0.dropFirst(6)) }
    }

    /// Answers a four-letter command (`srvr`, `cons`, `wchs`…); nil when the server does not answer.
    public func command(_ word: String) -> String? {
        FreePort.exchange(port: port, request: word + "\n")
    }

    /// Stops the server (SIGTERM), keeping its data.
    public func stop() async throws {
        guard let stopped = process.withLock({ $0 }) else { return }
        stopped.signalGroup(SIGTERM)
        _ = try await stopped.waitForExit()
        stopped.stop()
    }

    /// Kills the server (SIGKILL), keeping its data.
    public func kill() {
        process.withLock { process in
            process?.stop()
            process = nil
        }
    }

    /// Removes everything the (stopped or killed) server has stored: after a start it knows no node and no session.
    public func wipe() throws {
        try FileManager.default.removeItem(atPath: directory.path("data/version-2"))
    }

    /// Freezes the server (SIGSTOP): connections stay open, nothing is answered, sessions do not run out.
    public func pause() {
        guard let group = process.withLock({ process in
            process?.signalGroup(SIGSTOP)
            return process?.pid
        })
        else { return }
        // The signal is taken thread by thread: until all of them stand still, the server may still answer.
        while !Self.standsStill(group) { usleep(1_000) }
    }

    /// Whether every thread of every process of a group is stopped (or gone).
    private static func standsStill(_ group: Int32) -> Bool {
        let files = FileManager.default
        for name in (try? files.contentsOfDirectory(atPath: "/proc")) ?? [] {
            guard let pid = Int32(name), getpgid(pid) == group else { continue }
            for thread in (try? files.contentsOfDirectory(atPath: "/proc/\(pid)/task")) ?? [] {
                let path = "/proc/\(pid)/task/\(thread)/stat"
                guard let text = try? String(contentsOfFile: path, encoding: .utf8),
                    let state = text.split(separator: ")").last?.split(separator: " ").first
                else { continue }
                if !["T", "t", "Z", "X"].contains(state) { return false }
            }
        }
        return true
    }

    /// Lets a frozen server go on; sessions whose timeout has passed then expire.
    public func resume() { process.withLock { $0?.signalGroup(SIGCONT) } }
}
