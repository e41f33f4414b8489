import ClusterBase
import Containers
import Foundation
import HTTPTransport
import KubeModel
import KubeNode
import KubeRuntime
import KubeletCore
import Logging
import TestSupport

/// A runtime with an owner of its own on the test's engine, and pods that are gone when the scope ends.
final class RuntimeFixture: Sendable {
    let scope: TestScope
    let engine: DockerEngine
    let runtime: DockerPodRuntime
    /// For a test's own questions.
    let client: DockerEngineClient
    let owner: [String: String]

    private init(_ scope: TestScope, _ engine: DockerEngine, _ runtime: DockerPodRuntime, _ owner: [String: String]) {
        (self.scope, self.engine, self.runtime, self.owner) = (scope, engine, runtime, owner)
        client = DockerEngineClient(socket: engine.socket, http: engine.http)
    }

    static let logger: Logger = {
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        return logger
    }()

    static func open(_ scope: TestScope) async throws -> RuntimeFixture {
        let engine = try await DockerEngine.shared()
        let owner = ["roost.cluster": "test", "roost.agent": UUID().uuidString.lowercased()]
        var options = DockerPodOptions(owner: owner)
        options.socket = engine.socket
        let fixture = RuntimeFixture(scope, engine, try DockerPodRuntime(options, logger: logger), owner)
        let (client, agent) = (fixture.client, "roost.agent=\(owner["roost.agent"] ?? "")")
        scope.onExit {
            for entry in (try? await client.list(labels: [agent])) ?? [] {
                if let id = entry["Id"]?.string { try? await client.remove(id) }
            }
        }
        return fixture
    }

    /// Another runtime of the same owner, as after a restart of the kubelet.
    func another() throws -> DockerPodRuntime {
        var options = DockerPodOptions(owner: owner)
        options.socket = engine.socket
        return try DockerPodRuntime(options, logger: Self.logger)
    }

    /// A pod with a running sandbox.
    func pod(
        _ name: String = "web", _ change: (inout SandboxConfig) -> Void = { _ in }
    ) async throws -> TestPod {
        var config = SandboxConfig(key: ObjectKey(namespace: "default", name), uid: UUID().uuidString.lowercased())
        config.hostname = name
        change(&config)
        return TestPod(fixture: self, config: config, sandbox: try await runtime.startSandbox(config))
    }
}

/// A pod whose sandbox runs.
struct TestPod: Sendable {
    let fixture: RuntimeFixture
    let config: SandboxConfig
    let sandbox: RuntimeSandbox

    /// The configuration of a container that runs a shell script.
    func container(_ name: String = "main", _ script: String = "") -> ContainerConfig {
        var container = ContainerConfig(key: config.key, uid: config.uid, name: name)
        container.image = fixture.engine.image
        container.sandboxID = sandbox.id
        container.specHash = "abc"
        container.command = ["/bin/sh", "-c"]
        container.arguments = [script]
        return container
    }

    /// Makes and starts the container `main`; returns its id.
    func run(
        _ script: String, _ change: (inout ContainerConfig) -> Void = { _ in }
    ) async throws -> String {
        try await run("main", script, change)
    }

    /// Makes and starts a container; returns its id.
    func run(
        _ name: String, _ script: String, _ change: (inout ContainerConfig) -> Void = { _ in }
    ) async throws -> String {
        var config = container(name, script)
        change(&config)
        let id = try await fixture.runtime.createContainer(config)
        try await fixture.runtime.startContainer(id)
        return id
    }

    /// What the runtime tells of the pod.
    func record() async throws -> RuntimePod {
        guard let pod = try await fixture.runtime.pod(uid: config.uid) else { throw TestError("no pod \(config.uid)") }
        return pod
    }

    /// The end of a container.
    func exit(_ id: String) async throws -> RuntimeExit {
        try await eventually("the end of \(id)", within: .seconds(60), every: .milliseconds(20)) {
            guard case .exited(let exit) = try await record().containers.first(where: { $0.id == id })?.state else {
                return nil
            }
            return exit
        }
    }

    /// The output of a command in a container; it must succeed.
    func ask(_ id: String, _ script: String) async throws -> String {
        let (code, output) = try await fixture.runtime.execute(
            id, ["/bin/sh", "-c", script], timeout: .seconds(30), limit: 1 << 16)
        let text = String(decoding: output, as: UTF8.self)
        guard code == 0 else { throw TestError("\(script): \(code): \(text)") }
        return text
    }

    /// A container's whole log.
    func log(_ id: String, _ options: LogOptions = LogOptions()) async throws -> String {
        let text = Collected()
        try await fixture.runtime.log(id, options) { bytes in
            text.append(bytes)
            return true
        }
        return text.text
    }
}

/// A fixture for the time of `body`.
func withRuntime(_ body: (RuntimeFixture) async throws -> Void) async throws {
    try await withTestScope("pods") { scope in try await body(RuntimeFixture.open(scope)) }
}
