import ClusterBase
import Foundation
import HTTPTransport
import KubeNode
import KubeStreams
import Logging
import TestSupport

/// A node whose containers are processes of the test: the product's node API over a runtime that needs no engine.
///
/// It stands for the kubelet, which comes with the pool; everything in front of it is the product.
final class TestNode: Sendable {
    let server: HTTPServer
    let port: Int

    static func start(in scope: TestScope) async throws -> TestNode {
        let service = HTTPService(routes: NodeEndpoints(ProcessRuntime()).routes)
        let server = HTTPServer(
            HTTPServerConfiguration(host: "127.0.0.1", port: 0), service: service, logger: Logger(label: "node"))
        let address = try await server.start()
        scope.onExit { await server.stop() }
        return TestNode(server, address.port)
    }

    private init(_ server: HTTPServer, _ port: Int) { (self.server, self.port) = (server, port) }

    /// Registers the node and puts a running pod with one container on it.
    func register(at kubernetes: KubernetesServer, pod: String, in scope: TestScope) async throws {
        let api = try JSONClient(kubernetes.url, in: scope)
        let status: JSONValue = [
            "addresses": [["type": "InternalIP", "address": "127.0.0.1"]],
            "daemonEndpoints": ["kubeletEndpoint": ["Port": .integer(Int64(port))]],
        ]
        try await api.require(.post, "/api/v1/nodes", ["metadata": ["name": "n1"], "status": status])
        try await api.require(
            .post, "/api/v1/namespaces/default/pods",
            [
                "metadata": ["name": .string(pod)],
                "spec": ["nodeName": "n1", "containers": [["name": "main", "image": "test"]]],
            ])
        try await api.require(
            .patch, "/api/v1/namespaces/default/pods/\(pod)/status",
            [
                "status": [
                    "phase": "Running", "podIP": "127.0.0.1",
                    "conditions": [
                        ["type": "Ready", "status": "True"], ["type": "ContainersReady", "status": "True"],
                    ],
                ],
            ],
            contentType: "application/merge-patch+json")
    }
}

extension JSONClient {
    /// Sends a tree and requires success.
    func require(
        _ method: RequestMethod, _ path: String, _ body: JSONValue, contentType: String = "application/json"
    ) async throws {
        let answer = try await send(method, path, body.text, headers: ["Content-Type": contentType])
        guard (200...299).contains(answer.status) else { throw TestError("\(method) \(path): \(answer.text)") }
    }
}

/// Runs commands as processes of the test.
private struct ProcessRuntime: NodeRuntime {
    func check(_ container: ContainerReference) async throws(NodeError) {
        guard container.container.isEmpty || container.container == "main" else {
            throw .notFound("container not found (\"\(container.container)\")")
        }
    }

    func exec(
        _ container: ContainerReference, command: [String], _ session: CommandSession
    ) async -> CommandOutcome {
        if command == ["terminal-size"] {
            for await size in session.sizes {
                try? await session.output?.write(Array("\(size.width)x\(size.height)\n".utf8))
                return .exited(0)
            }
            return .failed("no size")
        }
        do { return try await run(command, session) } catch { return .failed("\(error)") }
    }

    /// Runs a process that reads its input from a named pipe; its output is sent when it has ended.
    private func run(_ command: [String], _ session: CommandSession) async throws -> CommandOutcome {
        let directory = try TemporaryDirectory("exec")
        let fifo = directory.path("input")
        guard mkfifo(fifo, 0o600) == 0 else { throw TestError("no named pipe") }
        let source = session.input == nil ? "/dev/null" : fifo
        let process = try ChildProcess(
            "/bin/sh", ["-c", "exec \"$@\" < \"$0\"", source] + command, name: "exec", outputDirectory: directory.path)
        let feeding = Task {
            guard session.input != nil else { return }
            // Opening waits for the process to open its end.
            let descriptor = open(fifo, O_WRONLY | O_CLOEXEC)
            while let bytes = await session.input?.read() {
                _ = bytes.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
            }
            close(descriptor)
        }
        let status = try await process.waitForExit()
        feeding.cancel()
        for (path, stream) in [
            (process.standardOutputPath, session.output), (process.standardErrorPath, session.error),
        ] { try await stream?.write(Array(FileManager.default.contents(atPath: path) ?? Data())) }
        switch status {
        case .exited(let code): return .exited(code)
        default: return .failed("\(status)")
        }
    }

    func attach(_ container: ContainerReference, _ session: CommandSession) async -> CommandOutcome {
        while let bytes = await session.input?.read() { try? await session.output?.write(Array("echo: ".utf8) + bytes) }
        return .exited(0)
    }

    /// Every port answers what was sent, in capitals, but port 9, which refuses.
    func forward(_ pod: ContainerReference, _ connection: ForwardedConnection) async -> String? {
        guard connection.port != 9 else { return "connection refused" }
        while let bytes = await connection.data.read() {
            let text = String(decoding: bytes, as: UTF8.self).uppercased()
            try? await connection.data.write(Array(text.utf8))
        }
        return nil
    }

    func log(
        _ container: ContainerReference, _ options: LogOptions, write: @escaping @Sendable ([UInt8]) async -> Bool
    ) async throws(NodeError) {
        if options.previous {
            throw .badRequest(
                "previous terminated container \"\(container.container)\" in pod \"\(container.pod)\" not found")
        }
        let lines = (1...5).map { "line \($0)\n" }
        for line in options.tailLines.map({ lines.suffix($0) }) ?? lines[...] { _ = await write(Array(line.utf8)) }
    }
}
