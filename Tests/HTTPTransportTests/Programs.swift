import Foundation
import NIOPosix

/// Runs curl and returns what it prints; throws when it fails.
func curl(_ arguments: [String]) async throws -> String {
    try await run("/usr/bin/curl", ["--max-time", "10"] + arguments)
}

/// Runs a program to its end, on a thread that may block, and returns what it prints.
func run(_ program: String, _ arguments: [String]) async throws -> String {
    struct Failed: Error { var status: Int32 }
    return try await NIOThreadPool.singleton.runIfActive {
        let process = Process()
        process.executableURL = URL(filePath: program)
        process.arguments = arguments
        let output = Pipe()
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw Failed(status: process.terminationStatus) }
        return String(decoding: data, as: UTF8.self)
    }
}
