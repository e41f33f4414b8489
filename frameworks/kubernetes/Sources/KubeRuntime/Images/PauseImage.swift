internal import ClusterBase
internal import Containers

/// The image of sandboxes that this binary carries: one static program in an otherwise empty root.
actor PauseImage {
    /// The repository and tag under which it is in the engine.
    static let repository = "roost/pause"
    static let tag = "1"
    static var name: String { "\(repository):\(tag)" }

    private let engine: DockerEngineClient
    private var running: Task<Void, any Error>?

    init(_ engine: DockerEngineClient) { self.engine = engine }

    /// Puts it into the engine; several callers share one import.
    func provide() async throws {
        let task =
            running
            ?? Task { [engine] in
                try await engine.importImage(
                    PauseImage.archive(PauseProgram.executable), repository: PauseImage.repository, tag: PauseImage.tag,
                    changes: ["ENTRYPOINT [\"/pause\"]"])
            }
        running = task
        defer { running = nil }
        try await task.value
    }

    /// A tar archive (ustar) with the program as `pause`.
    static func archive(_ program: [UInt8]) -> [UInt8] {
        var header = [UInt8](repeating: 0, count: 512)
        func put(_ text: String, at offset: Int) {
            header.replaceSubrange(offset..<offset + text.utf8.count, with: text.utf8)
        }
        func octal(_ number: Int, _ width: Int) -> String {
            let digits = String(number, radix: 8)
            return String(repeating: "0", count: width - digits.count) + digits
        }
        put("pause", at: 0)
        put(octal(0o755, 7), at: 100)
        put(octal(0, 7), at: 108)
        put(octal(0, 7), at: 116)
        put(octal(program.count, 11), at: 124)
        put(octal(0, 11), at: 136)
        put("        ", at: 148)
        put("0", at: 156)
        put("ustar", at: 257)
        put("00", at: 263)
        put(octal(header.reduce(0) { $0 + Int($1) }, 6) + "\0 ", at: 148)
        let padding = [UInt8](repeating: 0, count: (512 - program.count % 512) % 512 + 1024)
        return header + program + padding
    }
}
