internal import Foundation
internal import HTTPTransport
internal import Logging

/// Serves this process's own program, for agents that have none of their own.
struct ProgramFile: Sendable {
    private static let chunk = 256 << 10
    /// How many chunks may wait for a slow agent.
    private static let ahead = 16
    /// The program as it was when the process began, even if its file was replaced since.
    private static let path = "/proc/self/exe"

    let logger: Logger

    /// A stream of the program, read as fast as the agent takes it.
    func answer() throws -> HTTPResponse {
        guard let file = FileHandle(forReadingAtPath: Self.path) else { return .error(.notFound) }
        let size = try file.seekToEnd()
        try file.seek(toOffset: 0)
        let stream = ResponseStream()
        let reading = Task {
            defer {
                stream.close()
                try? file.close()
            }
            while !Task.isCancelled, stream.isOpen {
                if stream.backlog >= Self.ahead {
                    try? await Task.sleep(for: .milliseconds(2))
                    continue
                }
                guard let data = try? file.read(upToCount: Self.chunk), !data.isEmpty else { return }
                stream.write(Array(data))
            }
        }
        stream.onClose { _ in reading.cancel() }
        logger.info("an agent fetches the program", metadata: ["bytes": "\(size)"])
        return HTTPResponse(
            .ok, headers: ["Content-Type": "application/octet-stream"], body: .stream(stream))
    }
}
