internal import ClusterBase
internal import HTTPTransport
internal import KubeModel
internal import Logging

/// Follows the places that static pods come from, and tells what they hold whenever that changes.
struct StaticSource: Sendable {
    /// What a place holds: complete, each time.
    typealias Handler = @Sendable (StaticPlace, [KubeObject]) async -> Void

    private static let bodyLimit = 8 << 20

    let sources: KubeletConfiguration.StaticSources
    let reader: StaticPods
    let clock: KubeletClock
    let logger: Logger

    /// Works until cancelled; each place is told once at least, soon.
    func run(_ handler: @escaping Handler) async {
        await withDiscardingTaskGroup { group in
            if !sources.path.isEmpty { group.addTask { await followPath(handler) } }
            if !sources.url.isEmpty { group.addTask { await followURL(handler) } }
        }
    }

    // MARK: - Files

    private func followPath(_ handler: Handler) async {
        var last: [String: [UInt8]]?
        var known: [String: [KubeObject]] = [:]
        while !Task.isCancelled {
            // Watched first, looked at second: nothing falls between.
            let changes = FileChanges.of(directory)
            let files = self.files()
            if files != last {
                // A file that does not read any more leaves its pods as they were.
                for (path, bytes) in files where bytes != last?[path] {
                    known[path] = read(bytes, from: .file(path)) ?? known[path]
                }
                known = known.filter { files[$0.key] != nil }
                last = files
                await handler(.path, known.sorted { $0.key < $1.key }.flatMap(\.value))
            }
            await withTaskGroup(of: Void.self) { group in
                if let changes {
                    group.addTask {
                        for await _ in changes { return }
                    }
                }
                group.addTask { try? await clock.sleep(sources.period) }
                await group.next()
                group.cancelAll()
            }
        }
    }

    /// The directory to watch.
    private var directory: String {
        if NodeFiles.isDirectory(sources.path) { return sources.path }
        guard let slash = sources.path.lastIndex(of: "/") else { return "." }
        return slash == sources.path.startIndex ? "/" : String(sources.path[..<slash])
    }

    private func files() -> [String: [UInt8]] {
        guard NodeFiles.isDirectory(sources.path) else {
            return NodeFiles.bytes(sources.path).map { [sources.path: $0] } ?? [:]
        }
        var files: [String: [UInt8]] = [:]
        // Hidden files are editors' and copies' temporary ones.
        for name in NodeFiles.names(in: sources.path) ?? [] where !name.hasPrefix(".") {
            let path = sources.path + "/" + name
            if !NodeFiles.isDirectory(path), let bytes = NodeFiles.bytes(path) { files[path] = bytes }
        }
        return files
    }

    private func read(_ bytes: [UInt8], from origin: StaticPods.Origin) -> [KubeObject]? {
        do throws(StaticPods.Problem) { return try reader.read(bytes, from: origin, now: clock.time()) } catch {
            logger.warning(
                "a static pod does not read", metadata: ["from": "\(origin.place)", "error": "\(error)"])
            return nil
        }
    }

    // MARK: - A web server

    private func followURL(_ handler: Handler) async {
        guard let pool = try? HTTPClientPool() else { return }
        var last: [UInt8]?
        while !Task.isCancelled {
            if let body = await fetch(pool), body != last {
                // What does not read leaves the pods as they were.
                if let pods = read(body, from: .http(sources.url)) { await handler(.url, pods) }
                last = body
            }
            guard (try? await clock.sleep(sources.period)) != nil else { break }
        }
        await pool.shutdown()
    }

    private func fetch(_ pool: HTTPClientPool) async -> [UInt8]? {
        var headers: HeaderFields = [:]
        for (name, value) in sources.urlHeaders.sorted(by: { $0.key < $1.key }) { headers.add(name, value) }
        let request = ClientRequest(
            .get, sources.url, headers: headers, timeout: .seconds(10), bodyLimit: Self.bodyLimit)
        do {
            let response = try await pool.send(request)
            if response.status.code == 200, !response.body.isEmpty { return response.body }
            logger.warning(
                "static pods cannot be fetched",
                metadata: ["from": "\(sources.url)", "status": "\(response.status.code)"])
        } catch {
            logger.warning(
                "static pods cannot be fetched", metadata: ["from": "\(sources.url)", "error": "\(error)"])
        }
        return nil
    }
}

/// A place that static pods come from.
enum StaticPlace: Hashable, Sendable {
    /// The file or directory.
    case path
    /// The web server.
    case url
    /// The executor's data.
    case executor
}
