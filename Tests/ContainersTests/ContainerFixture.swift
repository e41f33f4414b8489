internal import ClusterBase
internal import ClusterModel
internal import ClusterPorts
internal import Foundation
internal import HTTPTransport
internal import Logging
internal import Synchronization
internal import TestSupport

@testable internal import Containers

/// A scope with a sandbox, a runtime directory and containerizers, whose containers are gone when it ends.
final class ContainerFixture: Sendable {
    let directory: TemporaryDirectory
    let http: HTTPClientPool
    let fetcher: Fetcher
    let logger: Logger
    /// Unique to this fixture: cgroup root, label value, container ids.
    let name: String
    /// Whether an engine was used, and so may hold containers of ours.
    let usesDocker = Mutex(false)

    init(_ directory: TemporaryDirectory, _ http: HTTPClientPool) {
        (self.directory, self.http) = (directory, http)
        fetcher = Fetcher(client: http)
        name = "roost-test-\(UUID().uuidString.prefix(8).lowercased())"
        var quiet = Logger(label: "test")
        quiet.logLevel = .critical
        logger = quiet
    }

    func processes(_ isolation: ProcessIsolation = .posix) throws -> ProcessContainerizer {
        try ProcessContainerizer(isolation: isolation, fetcher: fetcher, logger: logger)
    }

    func docker(_ change: (inout DockerOptions) -> Void = { _ in }) async throws -> DockerContainerizer {
        usesDocker.withLock { $0 = true }
        var options = DockerOptions()
        options.socket = try await DockerEngine.shared().socket
        options.ownership = ["test": name]
        change(&options)
        return try DockerContainerizer(options: options, http: http, fetcher: fetcher, logger: logger)
    }

    /// A specification with a sandbox of its own; `id` names it again for recovery.
    func spec(
        _ script: String, id: String = UUID().uuidString.lowercased(), container: ContainerInfo? = nil,
        limits: ContainerLimits = ContainerLimits(cpus: 0.1)
    ) throws -> ContainerSpec {
        let command = CommandInfo(value: script, isShell: true)
        return try spec(command, id: id, container: container, limits: limits)
    }

    func spec(
        _ command: CommandInfo, id: String = UUID().uuidString.lowercased(), container: ContainerInfo? = nil,
        limits: ContainerLimits = ContainerLimits(cpus: 0.1)
    ) throws -> ContainerSpec {
        ContainerSpec(
            id: ContainerID(id), command: command, container: container, environment: [],
            sandbox: try directory.makeDirectory("sandbox-\(id)"), limits: limits,
            runtimeDirectory: directory.path("run-\(id)"))
    }

    func recoverable(_ spec: ContainerSpec, pid: Int32? = nil) -> RecoverableContainer {
        RecoverableContainer(
            id: spec.id, isDocker: spec.container?.docker != nil, pid: pid, runtimeDirectory: spec.runtimeDirectory,
            sandbox: spec.sandbox)
    }

    /// Lets a container run to its end and returns how it ended.
    func run(_ spec: ContainerSpec, in containerizer: some Containerizer) async throws -> ContainerTermination {
        _ = try await containerizer.launch(spec)
        return try await within(.seconds(60), "the container's end") { try await containerizer.wait(spec.id) }
    }
}

/// Runs `body` with a fixture; whatever it leaves is killed and removed.
func withContainers<Result>(_ body: (ContainerFixture) async throws -> Result) async throws -> Result {
    var settings = HTTPClientConfiguration()
    settings.connectionsPerHost = 1024
    let http = try HTTPClientPool(settings)
    let fixture = ContainerFixture(try TemporaryDirectory("containers"), http)
    let outcome: Swift.Result<Result, any Error>
    do { outcome = .success(try await body(fixture)) } catch { outcome = .failure(error) }
    for name in PosixFile.names(in: fixture.directory.path) where name.hasPrefix("run-") {
        let link = try? await SupervisorLink.attach(runtimeDirectory: fixture.directory.path(name))
        link?.kill()
        _ = try? await link?.waitForEnd()
    }
    if fixture.usesDocker.withLock({ $0 }), let engine = try? await DockerEngine.shared() {
        for id in (try? await engine.containers(label: "roost.test=\(fixture.name)")) ?? [] {
            try? await DockerEngineClient(socket: engine.socket, http: http).remove(id)
        }
    }
    if let hierarchy = CgroupHierarchy.detect() { Cgroup(hierarchy: hierarchy, path: fixture.name).remove() }
    await http.shutdown()
    fixture.directory.remove()
    return try outcome.get()
}

/// The text of a file in a container's sandbox.
func output(_ spec: ContainerSpec, _ name: String = "stdout") -> String {
    (try? String(contentsOfFile: "\(spec.sandbox)/\(name)", encoding: .utf8)) ?? ""
}

/// Whether a process exists and is not merely unreaped.
func isAlive(_ pid: Int32) -> Bool {
    guard let status = PosixFile.read("/proc/\(pid)/stat"), let end = status.lastIndex(of: ")") else { return false }
    return !status[end...].hasPrefix(") Z")
}
