internal import AccessControl
internal import AgentCore
internal import ClusterBase
internal import ClusterModel
internal import DaemonEndpoints
internal import HTTPTransport
internal import MesosProtocol

/// The agent's files as operators see them (spec `mesos/08` §8.5).
///
/// Reachable are this agent's sandboxes by their absolute path, through `runs/latest`, and by the short form
/// `/frameworks/<id>/executors/<id>/runs/latest`; persistent volumes where a sandbox shows them; and `/slave/log`.
/// Links that lead elsewhere are refused.
struct AgentFiles: Sendable {
    let endpoints: AgentEndpoints

    var routes: [Route] {
        let files = FileEndpoints(access)
        return [
            Route(.get, "/files/browse", guarding(files.browse)).readableFromAnyOrigin(),
            Route(.get, "/files/read", guarding(files.read)).readableFromAnyOrigin(),
            Route(.get, "/files/download", guarding(files.download)), Route(.get, "/files/debug", files.debug),
        ]
    }

    var access: FileAccess {
        FileAccess(mounts: { try await mounts() }, find: { try await place(of: $0) })
    }

    private func guarding(
        _ handler: @escaping @Sendable (HTTPRequest) async throws -> HTTPResponse
    ) -> @Sendable (HTTPRequest) async throws -> HTTPResponse {
        { request in
            guard try await isAllowed(request.query["path"] ?? "", request) else {
                return .error(.forbidden, "403 Forbidden.")
            }
            return try await handler(request)
        }
    }

    private func mounts() async throws -> [FileAccess.Mount] {
        var mounts: [FileAccess.Mount] = []
        if let log = endpoints.configuration.logFile { mounts.append(.init("/slave/log", log)) }
        for framework in try await endpoints.snapshot()?.frameworks ?? [] {
            for executor in framework.executors {
                mounts.append(.init(executor.directory, executor.directory))
                let short = "/frameworks/\(executor.frameworkID)/executors/\(executor.info.id)/runs/latest"
                mounts.append(.init(short, executor.directory))
            }
        }
        return mounts
    }

    private func place(of path: String) async throws -> FileAccess.Place? {
        let (id, volumes) = try await endpoints.driver.read { ($0.info.id, $0.mountedVolumes) }
        guard let place = Self.locate(path, endpoints.paths, id, log: endpoints.configuration.logFile) else {
            return nil
        }
        return Self.volume(at: place, volumes) ?? place
    }

    /// The sandbox (or log) that a path is in, and the path itself on the disk; nil for paths that are not offered.
    static func locate(_ path: String, _ paths: AgentPaths, _ id: AgentID?, log: String?) -> FileAccess.Place? {
        if path == "/slave/log" { return log.map { .init(root: $0, path: $0) } }
        guard let id else { return nil }
        let base = paths.agent(id)
        let full = path.hasPrefix("/frameworks/") ? base + path : path
        guard full.hasPrefix(base + "/") else { return nil }
        let parts = full.dropFirst(base.utf8.count).split(separator: "/", omittingEmptySubsequences: true)
        guard parts.count >= 6, parts[0] == "frameworks", parts[2] == "executors", parts[4] == "runs",
            !parts.contains(where: { $0 == ".." || $0 == "." })
        else { return nil }
        func joined(_ parts: ArraySlice<Substring>) -> String { base + "/" + parts.joined(separator: "/") }
        return .init(root: joined(parts[..<6]), path: joined(parts[...]))
    }

    /// The place in a persistent volume that a sandbox shows, if the path goes through one.
    private static func volume(
        at place: FileAccess.Place, _ volumes: [(sandbox: String, mount: VolumeMount)]
    ) -> FileAccess.Place? {
        let latest = FileSystem.linkTarget(place.root) ?? place.root
        let path = latest + place.path.dropFirst(place.root.utf8.count)
        for (sandbox, volume) in volumes {
            let shown = sandbox + "/" + volume.containerPath
            guard path == shown || path.hasPrefix(shown + "/") else { continue }
            return .init(root: volume.source, path: volume.source + path.dropFirst(shown.utf8.count))
        }
        return nil
    }

    /// Whether somebody may read the log, or sandboxes of the user whose executor's the path is.
    func isAllowed(_ path: String, _ request: HTTPRequest) async throws -> Bool {
        guard let rules = endpoints.configuration.security.access else { return true }
        if path == "/slave/log" { return endpoints.isAllowed(request, .accessMesosLog) }
        guard let id = try await endpoints.driver.read({ $0.info.id }) else { return false }
        let base = endpoints.paths.agent(id)
        let parts = (path.hasPrefix(base) ? path.dropFirst(base.utf8.count) : path[...]).split(separator: "/")
        guard parts.count >= 4, parts[0] == "frameworks", parts[2] == "executors" else {
            return endpoints.isAllowed(request, .accessSandbox)
        }
        guard let owner = try await endpoints.snapshot()?.sandboxOwner(String(parts[1]), String(parts[3])) else {
            // Whose it was is no longer known: for those who may read everybody's.
            return rules.approver(of: request.principal, .accessSandbox).allowsEverything
        }
        return endpoints.isAllowed(request, .accessSandbox, .user(owner))
    }
}
