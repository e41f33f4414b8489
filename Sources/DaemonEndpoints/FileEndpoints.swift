internal import ClusterBase
internal import Glibc
public import HTTPTransport
internal import MesosProtocol

/// `/files/…`: what a daemon offers of its files over HTTP (spec `mesos/08` §8.5).
public struct FileEndpoints: Sendable {
    private let access: FileAccess

    /// Makes endpoints of what is offered.
    public init(_ access: FileAccess) { self.access = access }

    /// The endpoints as routes.
    public var routes: [Route] {
        [
            Route(.get, "/files/browse", browse), Route(.get, "/files/read", read),
            Route(.get, "/files/download", download), Route(.get, "/files/debug", debug),
        ]
    }

    /// What a directory holds.
    @Sendable public func browse(_ request: HTTPRequest) async throws -> HTTPResponse {
        try await answering(request) { path in
            let entries = try await access.entries(of: path).map(Self.json)
            return .json(JSONValue.array(entries).bytes, for: request)
        }
    }

    /// Part of a file as text.
    @Sendable public func read(_ request: HTTPRequest) async throws -> HTTPResponse {
        try await answering(request) { path in
            let offset = try Self.number(request, "offset") ?? -1
            guard offset >= -1 else { throw FileAccess.Refusal.invalid("Negative offset provided: \(offset).\n") }
            let length = try Self.number(request, "length") ?? -1
            guard length >= -1 else { throw FileAccess.Refusal.invalid("Negative length provided: \(length).\n") }
            // The offset -1 asks for the size.
            let content = try await access.content(
                of: path, offset: max(offset, 0), length: offset == -1 ? 0 : length == -1 ? nil : length)
            let start = content.bytes.isEmpty ? content.size : offset
            return .json(
                ([
                    "data": .string(String(decoding: content.bytes, as: UTF8.self)), "offset": .integer(Int64(start)),
                ] as JSONValue).bytes, for: request)
        }
    }

    /// A file.
    @Sendable public func download(_ request: HTTPRequest) async throws -> HTTPResponse {
        try await answering(request) { path in
            let body = try await access.whole(of: path)
            let name = path.split(separator: "/").last.map(String.init) ?? "file"
            let quoted = name.filter { $0 != "\"" && $0 != "\\" && !$0.isNewline }
            return HTTPResponse(
                .ok,
                headers: [
                    "Content-Type": "application/octet-stream",
                    "Content-Disposition": "attachment; filename=\"\(quoted)\"",
                ], body: body)
        }
    }

    /// What stands for what.
    @Sendable public func debug(_ request: HTTPRequest) async throws -> HTTPResponse {
        var object = JSONObject()
        for mount in try await access.mounts() { object[mount.virtualPath] = .string(mount.realPath) }
        return .json(JSONValue.object(object).bytes, for: request)
    }

    private func answering(
        _ request: HTTPRequest, _ answer: (String) async throws -> HTTPResponse
    ) async throws -> HTTPResponse {
        guard let path = request.query["path"], !path.isEmpty else {
            return .error(.badRequest, "Expecting 'path=value' in query.\n")
        }
        do { return try await answer(path) } catch let refusal as FileAccess.Refusal { return refusal.response }
    }

    private static func number(_ request: HTTPRequest, _ name: String) throws -> Int? {
        guard let text = request.query[name] else { return nil }
        guard let number = Int(text) else {
            throw FileAccess.Refusal.invalid("Failed to parse \(name): Failed to convert '\(text)' to number.\n")
        }
        return number
    }

    private static func json(_ entry: FileView) -> JSONValue {
        [
            "path": .string(entry.path), "nlink": .integer(Int64(entry.linkCount)),
            "size": .integer(Int64(entry.size)), "mtime": .integer(Int64(entry.modified.seconds)),
            "mode": .string(mode(entry.mode)), "uid": .string(entry.user), "gid": .string(entry.group),
        ]
    }

    /// `-rw-r--r--`.
    static func mode(_ mode: mode_t) -> String {
        let kind: String
        switch mode & S_IFMT {
        case S_IFDIR: kind = "d"
        case S_IFLNK: kind = "l"
        default: kind = "-"
        }
        return kind + (0..<9).map { mode & (0o400 >> $0) == 0 ? "-" : ["r", "w", "x"][Int($0) % 3] }.joined()
    }
}
