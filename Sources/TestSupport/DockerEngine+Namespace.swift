internal import ClusterBase
internal import Foundation
internal import HTTPTransport

extension DockerEngine {
    /// Starts an engine in a namespace; it goes with the scope, with all its containers.
    static func start(
        in namespace: NetworkNamespace, _ scope: TestScope, name: String, arguments: [String]
    ) async throws -> DockerEngine {
        guard let daemon = executable("dockerd") else { throw TestError("dockerd is not installed") }
        let directory = try scope.directory.makeDirectory(name)
        let socket = directory + "/docker.sock"
        let http = try HTTPClientPool()
        scope.onExit { await http.shutdown() }
        let process = try namespace.start(
            daemon,
            [
                "--data-root", directory + "/data", "--exec-root", directory + "/exec", "-p",
                directory + "/dockerd.pid", "-H", "unix://\(socket)",
            ] + arguments, in: scope, name: name)
        let engine = DockerEngine(socket: socket, image: "busybox:latest", http: http, process: process, directory: nil)
        scope.onExit { await engine.end() }
        try await eventually("dockerd answers", within: .seconds(60), every: .milliseconds(50)) {
            guard process.isRunning else { throw TestError("dockerd ended: \(process.tails)") }
            return await answers(socket, http)
        }
        return engine
    }

    /// Puts an image into the registry that its name begins with.
    func push(_ repository: String, tag: String) async throws {
        let answer = try await http.send(
            ClientRequest(
                .post, socket: socket, path: "/images/\(repository)/push?tag=\(tag)",
                headers: ["X-Registry-Auth": "e30="], body: [], timeout: .seconds(60)))
        // The answer is a stream of progress; a failure is said in its last line.
        guard answer.status.isSuccess, !answer.text.contains("\"errorDetail\"") else {
            throw TestError("push \(repository):\(tag): \(answer.status) \(answer.text)")
        }
    }

    /// Removes the containers and stops the engine, so that it takes its mounts away.
    private func end() async {
        let list = try? JSONValue(parsing: (try? await call(.get, "/containers/json?all=1")) ?? "")
        await withTaskGroup { group in
            for id in (list?.array ?? []).compactMap({ $0["Id"]?.string }) {
                group.addTask { _ = try? await self.call(.delete, "/containers/\(id)?force=1&v=1") }
            }
        }
        await stop()
    }
}
