import Foundation
import SimulationKit
import Testing

/// Equal seeds give equal runs, also in another process, where sets and dictionaries are in another order.
@Suite struct DeterminismTests {
    static let seeds: [UInt64] = [3, 17, 42]
    private static let variable = "SIM_HASHES_TO"

    @Test(arguments: seeds) func equalSeedsGiveEqualTranscripts(seed: UInt64) {
        let first = ClusterSimulation(SimulationPlan(seed: seed)).run()
        let second = ClusterSimulation(SimulationPlan(seed: seed)).run()
        #expect(first.transcriptHash == second.transcriptHash)
        #expect(first.events == second.events)
        #expect(first.transcript == second.transcript)
        let other = ClusterSimulation(SimulationPlan(seed: seed + 1)).run()
        #expect(first.transcriptHash != other.transcriptHash)
    }

    @Test func anotherProcessComesToTheSame() throws {
        let file = FileManager.default.temporaryDirectory.appending(path: "simulation-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: file) }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
        process.arguments = ["--testing-library", "swift-testing", "--filter", "writesHashes"]
        process.environment = ProcessInfo.processInfo.environment.merging([Self.variable: file.path]) { $1 }
        (process.standardOutput, process.standardError) = (FileHandle.nullDevice, FileHandle.nullDevice)
        try process.run()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
        #expect(try String(contentsOf: file, encoding: .utf8) == Self.hashes())
    }

    /// The other process's part of the test above.
    @Test(.enabled(if: ProcessInfo.processInfo.environment[variable] != nil))
    func writesHashes() throws {
        let path = try #require(ProcessInfo.processInfo.environment[Self.variable])
        try Self.hashes().write(toFile: path, atomically: true, encoding: .utf8)
    }

    private static func hashes() -> String {
        seeds.map { String(ClusterSimulation(SimulationPlan(seed: $0)).run().transcriptHash, radix: 16) }
            .joined(separator: "\n")
    }
}
