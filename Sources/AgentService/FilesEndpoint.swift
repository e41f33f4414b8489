internal import AccessControl
internal import AgentCore
internal import ClusterBase
internal import ClusterModel
internal import Glibc
internal import HTTPTransport
internal import NIOPosix

/// `/files/…`: sandboxes and the log over HTTP (spec `mesos/08` §8.5).
///
/// Reachable are this agent's sandboxes by their absolute path, through `runs/latest`, and by the short form
/// `/frameworks/<id>/executors/<id>/runs/latest`; and `/slave/log`. Links that lead out of a sandbox are refused.
struct FilesEndpoint: Sendable {
    /// The most bytes that one `/files/read` gives: 16 pages.
    static let readMax = 16 * 4096

    let endpoints: AgentEndpoints

    private struct Target: Sendable {
        /// The real path, without links.
        var real: String
        /// The path as it was asked for.
        var asked: String
    }

    @Sendable func browse(_ request: HTTPRequest) async throws -> HTTPResponse {
        switch try await target(request) {
        case .failure(let refusal): return refusal.response
        case .success(let target):
            let entries = try await NIOThreadPool.singleton.runIfActive { Self.list(target) }
            guard let entries else { return .error(.notFound) }
            return .json(JSONValue.array(entries).bytes, for: request)
        }
    }

    @Sendable func read(_ request: HTTPRequest) async throws -> HTTPResponse {
        guard let offset = Int(request.query["offset"] ?? "-1") else {
            return .error(.badRequest, "Failed to parse offset: '\(request.query["offset"] ?? "")' is no number.")
        }
        guard let length = Int(request.query["length"] ?? "-1") else {
            return .error(.badRequest, "Failed to parse length: '\(request.query["length"] ?? "")' is no number.")
        }
        guard offset >= -1 else { return .error(.badRequest, "Negative offset provided: \(offset).") }
        switch try await target(request) {
        case .failure(let refusal): return refusal.response
        case .success(let target):
            let body = try await NIOThreadPool.singleton.runIfActive { () throws -> JSONValue? in
                guard let info = Self.status(target.real), info.isFile else { return nil }
                let end = offset == -1 || offset >= info.size
                guard !end else { return ["data": "", "offset": .integer(Int64(info.size))] }
                let count = min(length < 0 ? Self.readMax : min(length, Self.readMax), info.size - offset)
                let bytes = try FileSystem.read(target.real, offset: offset, count: count)
                return ["data": .string(String(decoding: bytes, as: UTF8.self)), "offset": .integer(Int64(offset))]
            }
            guard let body else { return .error(.badRequest, "Cannot read a directory.") }
            return .json(body.bytes, for: request)
        }
    }

    @Sendable func download(_ request: HTTPRequest) async throws -> HTTPResponse {
        switch try await target(request) {
        case .failure(let refusal): return refusal.response
        case .success(let target):
            let bytes = try await NIOThreadPool.singleton.runIfActive { () throws -> [UInt8]? in
                guard let info = Self.status(target.real), info.isFile else { return nil }
                return try FileSystem.read(target.real, offset: 0, count: info.size)
            }
            guard let bytes else { return .error(.badRequest, "Cannot download a directory.") }
            let name = target.asked.split(separator: "/").last.map(String.init) ?? "file"
            let quoted = name.filter { $0 != "\"" && $0 != "\\" && !$0.isNewline }
            return HTTPResponse(
                .ok,
                headers: [
                    "Content-Type": "application/octet-stream",
                    "Content-Disposition": "attachment; filename=\"\(quoted)\"",
                ], body: .bytes(bytes))
        }
    }

    @Sendable func debug(_ request: HTTPRequest) async throws -> HTTPResponse {
        var object = JSONObject()
        if let log = endpoints.configuration.logFile { object["/slave/log"] = .string(log) }
        for framework in try await endpoints.snapshot()?.frameworks ?? [] {
            for executor in framework.executors {
                object[executor.directory] = .string(executor.directory)
                let short = "/frameworks/\(executor.frameworkID)/executors/\(executor.info.id)/runs/latest"
                object[short] = .string(executor.directory)
            }
        }
        return .json(JSONValue.object(object).bytes, for: request)
    }

    // MARK: Paths

    private func target(_ request: HTTPRequest) async throws -> Result<Target, ExecutorEndpoint.Refusal> {
        guard let path = request.query["path"], !path.isEmpty else {
            return .failure(.init(response: .error(.badRequest, "Expecting 'path=value' in query.")))
        }
        let id = try await endpoints.driver.read { $0.info.id }
        guard try await isAllowed(path, id, request) else {
            return .failure(.init(response: .error(.forbidden, "403 Forbidden.")))
        }
        let (paths, log) = (endpoints.paths, endpoints.configuration.logFile)
        let real = try await NIOThreadPool.singleton.runIfActive { () -> String? in
            guard let (root, wanted) = Self.locate(path, paths, id, log: log) else { return nil }
            guard let real = FileSystem.resolved(wanted), let base = FileSystem.resolved(root) else { return nil }
            return real == base || real.hasPrefix(base + "/") ? real : nil
        }
        guard let real else { return .failure(.init(response: .error(.notFound))) }
        return .success(Target(real: real, asked: path))
    }

    /// Whether somebody may read the log, or sandboxes of the user whose executor's the path is.
    private func isAllowed(_ path: String, _ id: AgentID?, _ request: HTTPRequest) async throws -> Bool {
        guard endpoints.configuration.security.access != nil else { return true }
        if path == "/slave/log" { return endpoints.isAllowed(request, .accessMesosLog) }
        guard let id else { return false }
        let base = endpoints.paths.agent(id)
        let parts = (path.hasPrefix(base) ? path.dropFirst(base.utf8.count) : path[...]).split(separator: "/")
        guard parts.count >= 4, parts[0] == "frameworks", parts[2] == "executors" else {
            return endpoints.isAllowed(request, .accessSandbox)
        }
        let owner = try await endpoints.snapshot()?.sandboxOwner(String(parts[1]), String(parts[3]))
        return endpoints.isAllowed(request, .accessSandbox, owner.map { .user($0) } ?? .any)
    }

    /// The sandbox (or log) that a path is in, and the path itself on the disk; nil for paths that are not offered.
    static func locate(_ path: String, _ paths: AgentPaths, _ id: AgentID?, log: String?) -> (
        root: String, path: String
    )? {
        if path == "/slave/log" { return log.map { ($0, $0) } }
        guard let id else { return nil }
        let base = paths.agent(id)
        let full = path.hasPrefix("/frameworks/") ? base + path : path
        guard full.hasPrefix(base + "/") else { return nil }
        let parts = full.dropFirst(base.utf8.count).split(separator: "/", omittingEmptySubsequences: true)
        guard parts.count >= 6, parts[0] == "frameworks", parts[2] == "executors", parts[4] == "runs",
            !parts.contains("..")
        else { return nil }
        return (base + "/" + parts[..<6].joined(separator: "/"), base + "/" + parts.joined(separator: "/"))
    }

    private struct Status {
        var isFile: Bool
        var size: Int
        var raw: stat
    }

    private static func status(_ path: String) -> Status? {
        var info = stat()
        guard stat(path, &info) == 0 else { return nil }
        return Status(isFile: info.st_mode & S_IFMT == S_IFREG, size: Int(info.st_size), raw: info)
    }

    /// The entries of a directory, by path; nil when it is none.
    private static func list(_ target: Target) -> [JSONValue]? {
        guard let info = status(target.real), info.raw.st_mode & S_IFMT == S_IFDIR else { return nil }
        let base = target.asked.hasSuffix("/") ? String(target.asked.dropLast()) : target.asked
        return FileSystem.names(in: target.real).compactMap { name -> JSONValue? in
            guard let entry = status(target.real + "/" + name) else { return nil }
            return [
                "path": .string(base + "/" + name), "nlink": .integer(Int64(entry.raw.st_nlink)),
                "size": .integer(Int64(entry.size)), "mtime": .integer(Int64(entry.raw.st_mtim.tv_sec)),
                "mode": .string(mode(entry.raw.st_mode)), "uid": .string(userName(entry.raw.st_uid)),
                "gid": .string(groupName(entry.raw.st_gid)),
            ]
        }
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

    private static func userName(_ user: uid_t) -> String {
        getpwuid(user).map { String(cString: $0.pointee.pw_name) } ?? "\(user)"
    }

    private static func groupName(_ group: gid_t) -> String {
        getgrgid(group).map { String(cString: $0.pointee.gr_name) } ?? "\(group)"
    }
}
