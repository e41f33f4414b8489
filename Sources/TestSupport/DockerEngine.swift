internal import ClusterBase
internal import Foundation
public import HTTPTransport
internal import Synchronization

/// A Docker engine for tests: the machine's when one answers, else one of the test's own, with a busybox image.
///
/// The image is made from the static busybox of this machine; there is no registry to pull from.
public final class DockerEngine: Sendable {
    /// The engine's socket.
    public let socket: String
    /// The name of the busybox image, present in the engine.
    public let image: String
    /// The client used by the fixture, for a test's own questions.
    public let http: HTTPClientPool
    private let process: ChildProcess?
    private let directory: TemporaryDirectory?

    init(
        socket: String, image: String, http: HTTPClientPool, process: ChildProcess?, directory: TemporaryDirectory?
    ) {
        (self.socket, self.image, self.http) = (socket, image, http)
        (self.process, self.directory) = (process, directory)
    }

    /// Whether tests with an engine can run here.
    public static var isAvailable: Bool {
        FileManager.default.fileExists(atPath: standardSocket) || (getuid() == 0 && executable("dockerd") != nil)
    }

    /// The engine of this test process: started at the first call, stopped when the process ends.
    public static func shared() async throws -> DockerEngine { try await sharedEngine.value() }

    /// A name for a container of a test's own.
    public static func uniqueName(_ label: String) -> String { "\(label)-\(UUID().uuidString.lowercased())" }

    /// One exchange with the engine; `path` with version and query.
    ///
    /// Throws on a status that is no success.
    @discardableResult
    public func call(_ method: RequestMethod, _ path: String, body: [UInt8] = []) async throws -> String {
        let type = path.hasPrefix("/images/create") ? "application/x-tar" : "application/json"
        let headers: HeaderFields = body.isEmpty ? [:] : ["Content-Type": type]
        let response = try await http.send(
            ClientRequest(method, socket: socket, path: path, headers: headers, body: body, timeout: .seconds(60)))
        guard response.status.isSuccess else {
            throw TestError("\(method) \(path): \(response.status) \(response.text)")
        }
        return response.text
    }

    /// The ids of all containers, running or not, that carry the label (`key=value`).
    public func containers(label: String) async throws -> [String] {
        let filters = PercentCoding.encode("{\"label\":[\"\(label)\"]}")
        let list = try JSONValue(parsing: try await call(.get, "/containers/json?all=1&filters=\(filters)"))
        return (list.array ?? []).compactMap { $0["Id"]?.string }
    }

    /// Stops an engine of a test's own; another one is left running.
    func stop() async { _ = try? await process?.terminate() }

    private static let standardSocket = "/var/run/docker.sock"
    private static let sharedEngine = SharedEngine()

    fileprivate static func open() async throws -> DockerEngine {
        var settings = HTTPClientConfiguration()
        settings.connectionsPerHost = 1024
        let http = try HTTPClientPool(settings)
        if await answers(standardSocket, http) { return try await ready(standardSocket, http, nil, nil) }
        guard getuid() == 0, let daemon = executable("dockerd") else {
            throw TestError("no Docker engine and no dockerd")
        }
        try await takeTurn()
        let directory = try TemporaryDirectory("docker")
        let socket = directory.path("docker.sock")
        let process = try ChildProcess(
            daemon,
            [
                "--data-root", directory.path("data"), "--exec-root", directory.path("exec"), "-p",
                directory.path("dockerd.pid"), "-H", "unix://\(socket)",
            ], outputDirectory: directory.path)
        stopAtExit(process)
        try await eventually("dockerd answers", within: .seconds(60), every: .milliseconds(50)) {
            guard process.isRunning else { throw TestError("dockerd ended: \(process.tails)") }
            return await answers(socket, http)
        }
        return try await ready(socket, http, process, directory)
    }

    /// Engines of several test processes would quarrel over the bridge and its addresses: one at a time.
    private static func takeTurn() async throws {
        let lock = Foundation.open("/tmp/roost-test-docker.lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o666)
        guard lock >= 0 else { throw TestError("cannot open the engine lock: errno \(errno)") }
        // Held until the process ends.
        try await eventually("the turn to start an engine", within: .seconds(300), every: .milliseconds(100)) {
            flock(lock, LOCK_EX | LOCK_NB) == 0
        }
    }

    /// Lets the engine end in order, with its mounts and helpers, when this process exits.
    private static func stopAtExit(_ process: ChildProcess) {
        engineProcess.withLock { $0 = process.pid }
        atexit {
            let pid = DockerEngine.engineProcess.withLock { $0 }
            kill(pid, SIGTERM)
            var info = siginfo_t()
            for _ in 0..<500 where waitid(P_PID, id_t(pid), &info, WEXITED | WNOWAIT | WNOHANG) == 0 {
                if info._sifields._sigchld.si_pid == pid { return }
                usleep(20_000)
            }
        }
    }

    private static let engineProcess = Mutex<Int32>(0)

    private static func ready(
        _ socket: String, _ http: HTTPClientPool, _ process: ChildProcess?, _ directory: TemporaryDirectory?
    ) async throws -> DockerEngine {
        let engine = DockerEngine(
            socket: socket, image: "roost-test-busybox:latest", http: http, process: process, directory: directory)
        let archive = try await busyboxRoot()
        try await engine.call(.post, "/images/create?fromSrc=-&repo=roost-test-busybox&tag=latest", body: archive)
        return engine
    }

    static func answers(_ socket: String, _ http: HTTPClientPool) async -> Bool {
        guard FileManager.default.fileExists(atPath: socket) else { return false }
        let request = ClientRequest(.get, socket: socket, path: "/_ping", timeout: .seconds(5))
        return (try? await http.send(request))?.status.isSuccess == true
    }

    /// A tar archive of a root with busybox and links for its commands.
    private static func busyboxRoot() async throws -> [UInt8] {
        guard let busybox = executable("busybox") else { throw TestError("busybox is not installed") }
        let directory = try TemporaryDirectory("busybox")
        let script = """
            mkdir -p root/bin root/tmp root/etc root/www
            cp \(busybox) root/bin/busybox
            for name in $(root/bin/busybox --list); do test $name = busybox || ln -s busybox root/bin/$name; done
            echo root:x:0:0:root:/:/bin/sh > root/etc/passwd
            echo roost > root/www/index.html
            tar -C root -cf root.tar .
            """
        let process = try ChildProcess(
            "/bin/sh", ["-ec", script], workingDirectory: directory.path, outputDirectory: directory.path)
        guard try await process.waitForExit().isSuccess else { throw TestError("no image root: \(process.tails)") }
        return Array(try Data(contentsOf: directory.url("root.tar")))
    }

    static func executable(_ name: String) -> String? {
        ["/usr/bin/", "/bin/", "/usr/sbin/", "/usr/local/bin/"].map { $0 + name }
            .first(where: FileManager.default.isExecutableFile(atPath:))
    }
}

/// Opens the engine once, also when several tests ask at the same time.
private actor SharedEngine {
    private var opening: Task<DockerEngine, any Error>?

    func value() async throws -> DockerEngine {
        let task = opening ?? Task { try await DockerEngine.open() }
        opening = task
        return try await task.value
    }
}
