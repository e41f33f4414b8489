public import ClusterBase
public import HTTPTransport

/// The calls whose answers go on: logs, events, commands, and connections taken over.
extension DockerEngineClient {
    /// Everything the container has written and writes, multiplexed unless it has a terminal; ends with the container.
    func logs(_ container: String, fromStart: Bool) async throws -> StreamingResponse {
        try await logs(container, DockerLogQuery(follows: true, tail: fromStart ? nil : 0))
    }

    /// A part of what a container has written, multiplexed unless it has a terminal.
    public func logs(_ container: String, _ query: DockerLogQuery) async throws -> StreamingResponse {
        try await stream(.get, "/containers/\(container)/logs?\(query.text)")
    }

    /// What happens to containers from now on, or since a time (seconds since 1970, with a fraction): JSON documents,
    /// one in each line, without end.
    public func events(labels: [String], names: [String], since: String) async throws -> StreamingResponse {
        func list(_ texts: [String]) -> JSONValue { .array(texts.map { .string($0) }) }
        let filters: JSONValue = ["type": ["container"], "label": list(labels.sorted()), "event": list(names)]
        return try await stream(.get, "/events?since=\(since)&filters=\(PercentCoding.encode(filters.text))")
    }

    /// Whether the engine has said that a container's memory ran out, or says so before `end` (seconds since 1970).
    ///
    /// The engine may hear of it only after the end that it caused, and its description of the container never says so
    /// then. Source: Docker Engine API 1.40, `GET /events`.
    func memoryRanOut(in container: String, until end: Double) async throws -> Bool {
        let filters: JSONValue = ["container": [.string(container)], "event": ["oom"]]
        let until = Int64(end * 1_000)
        let time = "\(until / 1_000).\(String(until % 1_000 + 1_000).dropFirst())"
        let path = "/events?since=1&until=\(time)&filters=\(PercentCoding.encode(filters.text))"
        return try await call(.get, path) != .null
    }

    /// Prepares a command in a running container; returns its id.
    public func createExec(_ container: String, _ description: JSONValue) async throws -> String {
        let answer = try await call(.post, "/containers/\(container)/exec", body: description)
        guard let id = answer["Id"]?.string else { throw ClusterError(.system, "the engine named no command") }
        return id
    }

    /// Starts a prepared command; the body is its output and ends with it.
    func startExec(_ id: String) async throws -> StreamingResponse {
        let body: JSONValue = ["Detach": false, "Tty": false]
        return try await stream(
            .post, "/exec/\(id)/start", body: body.bytes, headers: ["Content-Type": "application/json"])
    }

    /// Starts a prepared command; the connection carries its input and its output.
    public func connectExec(_ id: String, terminal: Bool) async throws -> ByteConnection {
        try await takeOver("/exec/\(id)/start", body: ["Detach": false, "Tty": .bool(terminal)])
    }

    /// The engine's description of a command.
    public func inspectExec(_ id: String) async throws -> JSONValue { try await call(.get, "/exec/\(id)/json") }

    /// Tells a command's terminal its size.
    public func resizeExec(_ id: String, width: Int, height: Int) async throws {
        _ = try await call(.post, "/exec/\(id)/resize?w=\(width)&h=\(height)")
    }

    /// Joins the standard streams of a running container, from now on.
    public func attach(
        _ container: String, input: Bool, output: Bool, error: Bool
    ) async throws -> ByteConnection {
        let streams = [("stdin", input), ("stdout", output), ("stderr", error)].filter(\.1).map { "&\($0.0)=1" }
        return try await takeOver("/containers/\(container)/attach?stream=1\(streams.joined())", body: nil)
    }

    /// Tells a container's terminal its size.
    public func resize(_ container: String, width: Int, height: Int) async throws {
        _ = try await call(.post, "/containers/\(container)/resize?w=\(width)&h=\(height)")
    }

    /// Sends a request and takes the connection over.
    ///
    /// Errors as for every call, in the engine's words when it refuses.
    private func takeOver(_ path: String, body: JSONValue?) async throws -> ByteConnection {
        let target = "/v\(try await spokenVersion())\(path)"
        let connection: ByteConnection
        do { connection = try await ByteConnection.connect(socket: socket) } catch { throw explain(error) }
        let keep = connection.closeAfter(.seconds(30))
        defer { keep() }
        let content = body?.bytes ?? []
        var head = "POST \(target) HTTP/1.1\r\nHost: docker\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n"
        if body != nil { head += "Content-Type: application/json\r\n" }
        head += "Content-Length: \(content.count)\r\n\r\n"
        do { try await connection.write(Array(head.utf8) + content) } catch { throw explain(gone) }
        var answer: [UInt8] = []
        let blank = Array("\r\n\r\n".utf8)
        while true {
            if let end = answer.firstRange(of: blank) {
                let head = answer[..<end.lowerBound]
                connection.unread(Array(answer[end.upperBound...]))
                let line = String(decoding: head.prefix { $0 != 13 }, as: UTF8.self).split(separator: " ")
                guard line.count > 1, let status = Int(line[1]) else { throw explain(gone) }
                if status == 101 || status == 200 { return connection }
                throw DockerEngineClient.refusal(HTTPStatus(status), await refusalText(connection))
            }
            guard answer.count < 1 << 16, let more = await connection.read() else {
                try Task.checkCancellation()
                throw explain(gone)
            }
            answer += more
        }
    }

    private var gone: ClusterError { ClusterError(.unavailable, "the engine broke off the connection") }

    /// The document of a refusal, which may stand between the sizes of chunks.
    private func refusalText(_ connection: ByteConnection) async -> [UInt8] {
        var text: [UInt8] = []
        while text.count < 1 << 16, text.last(where: { $0 > 32 }) != UInt8(ascii: "}"),
            let more = await connection.read()
        {
            text += more
        }
        guard let start = text.firstIndex(of: UInt8(ascii: "{")), let end = text.lastIndex(of: UInt8(ascii: "}")),
            start < end
        else { return text }
        return Array(text[start...end])
    }
}

/// Which part of a container's log is wanted.
public struct DockerLogQuery: Hashable, Sendable {
    /// Whether to go on until the container ends.
    public var follows: Bool
    /// Whether each line begins with its time.
    public var hasTimes: Bool
    /// Only lines since this time: seconds since 1970, with a fraction.
    public var since: String?
    /// Only this many lines at the end.
    public var tail: Int?

    /// The whole log so far.
    public init(follows: Bool = false, hasTimes: Bool = false, since: String? = nil, tail: Int? = nil) {
        (self.follows, self.hasTimes, self.since, self.tail) = (follows, hasTimes, since, tail)
    }

    fileprivate var text: String {
        var text = "stdout=1&stderr=1&follow=\(follows ? 1 : 0)&tail=\(tail.map(String.init) ?? "all")"
        if hasTimes { text += "&timestamps=1" }
        if let since { text += "&since=\(since)" }
        return text
    }
}
