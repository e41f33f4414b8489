public import HTTPTransport
internal import KubeStreams

/// The node's HTTP API, which the API server passes streams on to (upstream's kubelet server; spec `kubernetes/04`).
///
/// | Path | What |
/// |---|---|
/// | `/healthz` | `ok` |
/// | `/exec/NS/POD[/UID]/CONTAINER` | `command` (repeated), `input`, `output`, `error`, `tty` = 1 |
/// | `/attach/NS/POD[/UID]/CONTAINER` | as exec, without a command |
/// | `/portForward/NS/POD[/UID]` | `port` (repeated) for WebSocket clients |
/// | `/containerLogs/NS/POD/CONTAINER` | the members of `LogOptions` |
public struct NodeEndpoints: Sendable {
    private let runtime: any NodeRuntime

    /// Makes the endpoints of a runtime.
    public init(_ runtime: any NodeRuntime) { self.runtime = runtime }

    /// The routes.
    public var routes: [Route] {
        let container = ["/{namespace}/{pod}/{container}", "/{namespace}/{pod}/{uid}/{container}"]
        let pod = ["/{namespace}/{pod}", "/{namespace}/{pod}/{uid}"]
        var routes = [Route(.get, "/healthz") { _ in .text("ok") }]
        for method in [RequestMethod.get, .post] {
            routes += container.map { path in Route(method, "/exec" + path) { await exec($0) } }
            routes += container.map { path in Route(method, "/attach" + path) { await attach($0) } }
            routes += pod.map { path in Route(method, "/portForward" + path) { await forward($0) } }
        }
        return routes + [Route(.get, "/containerLogs/{namespace}/{pod}/{container}") { await log($0) }]
    }

    private func exec(_ request: HTTPRequest) async -> HTTPResponse {
        let command = request.query.values("command")
        guard command.contains(where: { !$0.isEmpty }) else { return .error(.badRequest, "you must specify a command") }
        return await checked(request) { container in
            CommandServer.answer(request, streams: streams(request)) { session in
                await runtime.exec(container, command: command, session)
            }
        }
    }

    private func attach(_ request: HTTPRequest) async -> HTTPResponse {
        await checked(request) { container in
            CommandServer.answer(request, streams: streams(request)) { session in
                await runtime.attach(container, session)
            }
        }
    }

    private func forward(_ request: HTTPRequest) async -> HTTPResponse {
        let ports = request.query.values("port").map { Int($0) ?? 0 }
        return await checked(request) { pod in
            PortForwardServer.answer(request, ports: ports) { await runtime.forward(pod, $0) }
        }
    }

    private func log(_ request: HTTPRequest) async -> HTTPResponse {
        let options: LogOptions
        do { options = try LogOptions(request.query) } catch { return .error(.badRequest, error.description) }
        let stream = ResponseStream()
        let reader = reference(request)
        let start = AsyncStream.makeStream(of: NodeError?.self, bufferingPolicy: .bufferingOldest(1))
        // The answer waits for the first piece, so that an error can still be told by the status.
        let task = Task {
            do throws(NodeError) {
                try await runtime.log(reader, options) { bytes in
                    start.continuation.yield(nil)
                    // A long log goes at the client's pace.
                    while stream.backlog > 64, stream.isOpen { try? await Task.sleep(for: .milliseconds(20)) }
                    return stream.write(bytes)
                }
                start.continuation.yield(nil)
            } catch {
                start.continuation.yield(error)
            }
            stream.close()
        }
        stream.onClose { _ in task.cancel() }
        if options.follow { start.continuation.yield(nil) }
        for await problem in start.stream {
            if let problem { return answer(problem) }
            break
        }
        return HTTPResponse(.ok, headers: ["Content-Type": "text/plain"], body: .stream(stream))
    }

    private func checked(
        _ request: HTTPRequest, _ answer: (ContainerReference) -> HTTPResponse
    ) async -> HTTPResponse {
        let container = reference(request)
        do throws(NodeError) { try await runtime.check(container) } catch { return self.answer(error) }
        return answer(container)
    }

    private func answer(_ error: NodeError) -> HTTPResponse {
        switch error {
        case .notFound(let text): .error(.notFound, text)
        case .badRequest(let text): .error(.badRequest, text)
        case .runtime(let text): .error(.internalServerError, text)
        }
    }

    private func reference(_ request: HTTPRequest) -> ContainerReference {
        ContainerReference(
            namespace: request.captures["namespace"] ?? "", pod: request.captures["pod"] ?? "",
            uid: request.captures["uid"], container: request.captures["container"] ?? "")
    }

    private func streams(_ request: HTTPRequest) -> CommandStreams {
        let query = request.query
        func flag(_ name: String) -> Bool { query[name] == "1" || query[name] == "true" }
        return CommandStreams(
            input: flag("input"), output: flag("output"), error: flag("error"), terminal: flag("tty"))
    }
}

extension LogOptions {
    /// A query that does not read as log options.
    struct Problem: Error, CustomStringConvertible {
        let description: String
    }

    /// Reads the query of a log request.
    init(_ query: QueryItems) throws(Problem) {
        self.init()
        func flag(_ name: String) -> Bool { ["1", "t", "true", "True", "TRUE", "T"].contains(query[name] ?? "") }
        func number(_ name: String, from least: Int) throws(Problem) -> Int? {
            guard let text = query[name] else { return nil }
            guard let number = Int(text), number >= least else {
                throw Problem(description: "\(name): expected a number of at least \(least), not \"\(text)\"")
            }
            return number
        }
        (follow, previous, timestamps) = (flag("follow"), flag("previous"), flag("timestamps"))
        sinceTime = query["sinceTime"]
        sinceSeconds = try number("sinceSeconds", from: 1)
        tailLines = try number("tailLines", from: 0)
        limitBytes = try number("limitBytes", from: 1)
    }
}
