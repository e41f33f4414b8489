internal import ClusterBase
internal import Glibc
internal import HTTPTransport

/// Copies what a container writes into its sandbox, each byte once.
///
/// The position is the size of the sandbox's files less their size at the start, which is kept in the runtime
/// directory: so it is right after any interruption, and nothing is written to remember it. A later daemon reads the
/// engine's record from its beginning and skips what is there.
struct DockerOutput: Sendable {
    /// The directory with `stdout` and `stderr`.
    let sandbox: String
    /// The sizes of the files when the container was created; nil when nobody noted them: only what comes is copied.
    private let origins: (output: UInt64, error: UInt64)?

    /// Notes the position for a container about to be created.
    init(begin runtimeDirectory: String, sandbox: String) throws(ClusterError) {
        let sizes = (PosixFile.size(sandbox + "/stdout") ?? 0, PosixFile.size(sandbox + "/stderr") ?? 0)
        try PosixFile.replace(DockerOutput.positionFile(runtimeDirectory), with: "\(sizes.0) \(sizes.1)\n")
        (self.sandbox, origins) = (sandbox, sizes)
    }

    /// Takes up the copy of an earlier daemon.
    init(continue runtimeDirectory: String, sandbox: String) {
        self.sandbox = sandbox
        let text = PosixFile.read(DockerOutput.positionFile(runtimeDirectory)) ?? ""
        let numbers = text.split(whereSeparator: \.isWhitespace).compactMap { UInt64($0) }
        origins = numbers.count == 2 ? (numbers[0], numbers[1]) : nil
    }

    /// The file with the position.
    static func positionFile(_ runtimeDirectory: String) -> String { runtimeDirectory + "/output" }

    /// Copies until the engine ends the stream, which it does when the container ends.
    ///
    /// Throws when the connection breaks; may be called again then.
    func copy(_ container: String, from engine: DockerEngineClient, hasTerminal: Bool) async throws {
        let paths = [sandbox + "/stdout", sandbox + "/stderr"]
        var skip: [UInt64] = [0, 0]
        if let origins {
            skip = zip(paths, [origins.output, origins.error]).map { path, origin in
                let size = PosixFile.size(path) ?? 0
                return size > origin ? size - origin : 0
            }
        }
        let files = paths.map { open($0, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644) }
        defer { for file in files where file >= 0 { close(file) } }
        guard !files.contains(where: { $0 < 0 }) else { throw systemError("cannot open \(paths[0])") }
        var demultiplexer = DockerStreamDemultiplexer()
        let response = try await engine.logs(container, fromStart: origins != nil)
        for try await chunk in response.body {
            let pieces = hasTerminal ? [.init(stream: 1, bytes: chunk)] : demultiplexer.feed(chunk)
            for piece in pieces {
                let index = piece.stream == 2 ? 1 : 0
                let skipped = min(skip[index], UInt64(piece.bytes.count))
                skip[index] -= skipped
                if skipped == piece.bytes.count { continue }
                try PosixFile.writeAll(Array(piece.bytes.dropFirst(Int(skipped))), to: files[index], path: paths[index])
            }
        }
    }
}
