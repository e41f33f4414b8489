internal import ClusterBase
internal import ClusterModel
internal import Containers
internal import Foundation
internal import FrameworkSDK
internal import HTTPTransport
internal import Logging

/// Replaces the executor's program in place: same process, same container, and the pods go on untouched.
struct ProgramUpgrade: Sendable {
    private static let patience = Duration.seconds(10)

    let root: String
    let logger: Logger

    /// Gets the program, waits for the agent to take over what was told, and becomes it; returns when that fails.
    ///
    /// - Parameter program: a path, or a `file:`, `http:` or `https:` URL.
    func run(_ program: String, link: ExecutorLink) async {
        do {
            let path = try await fetch(program)
            await link.drained(within: Self.patience)
            logger.notice("becoming another program", metadata: ["program": "\(path)"])
            throw ClusterError(.system, "cannot execute \(path): errno \(become(path))")
        } catch {
            logger.error("the program was not replaced", metadata: ["program": "\(program)", "error": "\(error)"])
        }
    }

    private func fetch(_ program: String) async throws -> String {
        guard program.contains("://") else { return program }
        let directory = root + "/program"
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        let pool = try HTTPClientPool()
        do {
            let fetcher = Fetcher(client: pool)
            try await fetcher.fetch([CommandInfo.URI(program, isExecutable: true)], into: directory)
        } catch {
            await pool.shutdown()
            throw error
        }
        await pool.shutdown()
        let name = program.split(separator: "/").last.map { $0.prefix { $0 != "?" } } ?? "km"
        return directory + "/" + name
    }

    /// Returns the error number; on success it does not return.
    private func become(_ path: String) -> Int32 {
        var arguments: [UnsafeMutablePointer<CChar>?] = CommandLine.arguments.map { strdup($0) }
        arguments.append(nil)
        execv(path, arguments)
        return errno
    }
}
