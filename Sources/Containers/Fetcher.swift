internal import ClusterBase
public import ClusterModel
internal import ClusterPorts
internal import Glibc
public import HTTPTransport
internal import NIOCore
internal import NIOPosix

/// Brings the URIs of a command into the sandbox before it starts (spec `mesos/05` §5.7).
///
/// Sources: absolute paths, `file://`, `http(s)://` (redirects followed), and paths relative to `frameworksHome`. One
/// after the other; the first failure ends it. There is no cache: `isCached` is accepted and has no effect. What
/// happens is told in the sandbox's `stdout`, failures in its `stderr`.
public struct Fetcher: Sendable {
    /// The bounds of one URI.
    public struct Bounds: Hashable, Sendable {
        /// How long the whole download or extraction of one URI may take.
        public var duration: Duration = .seconds(3600)
        /// How long a download may bring nothing (`--fetcher_stall_timeout`).
        public var stall: Duration = .seconds(60)
        /// The most bytes of one download.
        public var sizeBytes: UInt64 = 64 << 30

        /// Makes the default bounds.
        public init() {}
    }

    private let client: HTTPClientPool
    private let frameworksHome: String?
    private let bounds: Bounds

    /// Makes a fetcher; `frameworksHome` is where relative paths start (`--frameworks_home`).
    public init(client: HTTPClientPool, frameworksHome: String? = nil, bounds: Bounds = Bounds()) {
        (self.client, self.frameworksHome, self.bounds) = (client, frameworksHome, bounds)
    }

    /// Fetches all; returns at once when there are none.
    ///
    /// Throws `ClusterError` naming the URI and the reason.
    public func fetch(_ uris: [CommandInfo.URI], into sandbox: String, user: String? = nil) async throws {
        for uri in uris {
            do {
                try await fetch(uri, into: sandbox, user: user)
            } catch let error as ClusterError {
                try? PosixFile.append("Failed to fetch '\(uri.value)': \(error)\n".utf8, to: sandbox + "/stderr")
                throw ClusterError(error.code, "Failed to fetch '\(uri.value)'", field: error.field, cause: error)
            }
        }
    }

    private func fetch(_ uri: CommandInfo.URI, into sandbox: String, user: String?) async throws {
        let account = try UserAccount.wanted(user)
        let name = try Fetcher.targetName(of: uri)
        let target = sandbox + "/" + name
        if name.contains("/") { try PosixFile.makeDirectories(PosixFile.directory(of: target)) }
        try PosixFile.append("Fetching '\(uri.value)' to '\(target)'\n".utf8, to: sandbox + "/stdout")
        switch try source(of: uri.value) {
        case .file(let path): try await copy(path, to: target)
        case .web(let url): try await download(url, to: target)
        }
        if uri.isExecutable {
            guard chmod(target, 0o755) == 0 else { throw systemError("cannot make \(target) executable") }
        } else if uri.extracts, let command = Fetcher.extraction(of: target, in: sandbox) {
            try await extract(command, sandbox: sandbox)
        }
        // Extraction may have made any number of files: the whole sandbox belongs to the user.
        if let account { try await chown(sandbox, to: account) }
    }

    /// The name in the sandbox: `outputFile`, or the last part of the URI without query.
    ///
    /// Throws `invalidArgument` for characters upstream refuses, and for paths that leave the sandbox.
    static func targetName(of uri: CommandInfo.URI) throws(ClusterError) -> String {
        let forbidden: Set<UInt8> = [UInt8(ascii: "\\"), UInt8(ascii: "'"), 0]
        guard !uri.value.utf8.contains(where: forbidden.contains) else {
            throw ClusterError(.invalidArgument, "Illegal characters in URI", field: "command.uris.value")
        }
        if let output = uri.outputFile {
            let parts = output.split(separator: "/", omittingEmptySubsequences: false)
            guard !output.isEmpty, !output.utf8.contains(where: forbidden.contains), !output.hasPrefix("/"),
                !parts.contains(".."), !parts.contains("")
            else {
                throw ClusterError(
                    .invalidArgument, "'\(output)' is not a path below the sandbox", field: "command.uris.output_file")
            }
            return output
        }
        let path = uri.value.contains("://") ? uri.value.prefix { $0 != "?" && $0 != "#" } : uri.value[...]
        let afterScheme = path.range(of: "://").map { path[$0.upperBound...] } ?? path
        guard let slash = afterScheme.lastIndex(of: "/") ?? (path == afterScheme ? afterScheme.startIndex : nil) else {
            throw ClusterError(.invalidArgument, "the URI names no file", field: "command.uris.value")
        }
        let name = afterScheme[slash] == "/" ? afterScheme[afterScheme.index(after: slash)...] : afterScheme
        guard !name.isEmpty, name != ".", name != ".." else {
            throw ClusterError(.invalidArgument, "the URI names no file", field: "command.uris.value")
        }
        return String(name)
    }

    /// The program and arguments that unpack a file by its name; nil when it is no archive.
    static func extraction(of path: String, in sandbox: String) -> (
        program: String, arguments: [String], output: String?
    )? {
        let name = path.lowercased()
        let tars = [".tar", ".tgz", ".tar.gz", ".tbz2", ".tar.bz2", ".txz", ".tar.xz"]
        if tars.contains(where: name.hasSuffix) { return ("tar", ["tar", "-C", sandbox, "-xf", path], nil) }
        if name.hasSuffix(".zip") { return ("unzip", ["unzip", "-o", "-d", sandbox, path], nil) }
        if name.hasSuffix(".gz") { return ("gzip", ["gzip", "-d", "-c", path], String(path.dropLast(3))) }
        return nil
    }

    private enum Source { case file(String), web(String) }

    private func source(of value: String) throws(ClusterError) -> Source {
        if value.hasPrefix("http://") || value.hasPrefix("https://") { return .web(value) }
        if value.hasPrefix("file://localhost/") { return .file(String(value.dropFirst(16))) }
        if value.hasPrefix("file:///") { return .file(String(value.dropFirst(7))) }
        if value.contains("://") {
            throw ClusterError(.invalidArgument, "no fetcher for this kind of URI", field: "command.uris.value")
        }
        if value.hasPrefix("/") { return .file(value) }
        guard let frameworksHome, !frameworksHome.isEmpty else {
            throw ClusterError(
                .invalidArgument, "a relative path was given and the agent has no --frameworks_home",
                field: "command.uris.value")
        }
        return .file("\(frameworksHome)/\(value)")
    }

    private func copy(_ path: String, to target: String) async throws {
        guard access(path, R_OK) == 0 else { throw systemError("cannot read \(path)") }
        try await run(
            "cp", ["cp", "-R", "-L", "--preserve=mode", path, target], sandbox: PosixFile.directory(of: target),
            output: nil)
    }

    private func extract(
        _ command: (program: String, arguments: [String], output: String?), sandbox: String
    ) async throws {
        if let output = command.output {
            unlink(output)
        }
        try await run(command.program, command.arguments, sandbox: sandbox, output: command.output)
    }

    private func run(_ program: String, _ arguments: [String], sandbox: String, output: String?) async throws {
        let environment = ["PATH=\(Environment.defaultPath)", "LC_ALL=C"]
        let command = CommandInfo(value: program, isShell: false, arguments: arguments)
        let resolved = try Environment.program(of: command, environment: environment)
        let exit = try await AttachedCommand.run(
            SupervisedCommand(
                label: program, directory: sandbox, output: output ?? sandbox + "/stdout", error: sandbox + "/stderr",
                program: resolved.path, arguments: resolved.arguments, environment: environment),
            timeout: bounds.duration)
        guard exit == .exited(0) else {
            throw ClusterError(.system, "\(arguments.joined(separator: " ")) failed: \(exit)")
        }
    }

    private func chown(_ sandbox: String, to account: UserAccount) async throws {
        try await run(
            "chown", ["chown", "-R", "-h", "\(account.user):\(account.group)", sandbox], sandbox: sandbox, output: nil)
    }

    private func download(_ first: String, to target: String) async throws {
        var url = first
        for _ in 0..<10 {
            let response = try await client.stream(ClientRequest(.get, url, timeout: bounds.stall))
            if [301, 302, 303, 307, 308].contains(response.status.code), let next = response.headers["location"] {
                url = try Fetcher.resolve(next, against: url)
                continue
            }
            guard response.status.code == 200 else {
                throw ClusterError(.unavailable, "the server answered \(response.status)")
            }
            return try await save(response, to: target)
        }
        throw ClusterError(.unavailable, "too many redirects")
    }

    /// Writes a body to a file, within the bounds.
    private func save(_ response: StreamingResponse, to target: String) async throws {
        let file = open(target, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard file >= 0 else { throw systemError("cannot create \(target)") }
        defer { close(file) }
        let (bounds, progress) = (bounds, DownloadProgress())
        try await withThrowingTaskGroup(of: Bool.self) { group in
            group.addTask {
                var size: UInt64 = 0
                for try await chunk in response.body {
                    size += UInt64(chunk.count)
                    guard size <= bounds.sizeBytes else {
                        throw ClusterError(.limitExceeded, "the download is larger than \(bounds.sizeBytes) bytes")
                    }
                    try PosixFile.writeAll(chunk, to: file, path: target)
                    progress.note()
                }
                return true
            }
            group.addTask {
                let start = ContinuousClock.now
                while true {
                    let before = progress.count
                    try await Task.sleep(for: bounds.stall)
                    guard progress.count != before else {
                        throw ClusterError(.timeout, "nothing arrived for \(UnitText.text(bounds.stall))")
                    }
                    guard start.duration(to: .now) < bounds.duration else {
                        throw ClusterError(.timeout, "not done within \(UnitText.text(bounds.duration))")
                    }
                }
            }
            defer { group.cancelAll() }
            _ = try await group.next()
        }
    }

    /// Makes a redirect's target absolute.
    private static func resolve(_ location: String, against url: String) throws(ClusterError) -> String {
        if location.hasPrefix("http://") || location.hasPrefix("https://") { return location }
        guard let scheme = url.range(of: "://"), location.hasPrefix("/"), !location.hasPrefix("//") else {
            throw ClusterError(.unavailable, "cannot follow the redirect to '\(location)'")
        }
        let authority = url[scheme.upperBound...].prefix { $0 != "/" }
        return String(url[..<scheme.upperBound]) + authority + location
    }
}
