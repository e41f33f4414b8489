import ClusterBase
import Foundation
import SimulationKit
import Testing

@Suite struct SimulationTests {
    @Test("No resource is handed out twice, no acknowledged update is lost, no task vanishes", arguments: Seeds.batches(default: 200))
    func clustersSurviveTheirFaults(seeds: ClosedRange<UInt64>) {
        for seed in seeds {
            let report = ClusterSimulation(SimulationPlan(seed: seed)).run()
            #expect(report.problems.isEmpty, "\(report.explanation)")
        }
    }

    @Test(arguments: [3, 17, 42] as [UInt64])
    func equalSeedsGiveEqualTranscripts(seed: UInt64) {
        let first = ClusterSimulation(SimulationPlan(seed: seed)).run()
        let second = ClusterSimulation(SimulationPlan(seed: seed)).run()
        #expect(first.transcriptHash == second.transcriptHash)
        #expect(first.events == second.events)
        #expect(first.transcript == second.transcript)
        let other = ClusterSimulation(SimulationPlan(seed: seed + 1)).run()
        #expect(first.transcriptHash != other.transcriptHash)
    }
}

extension SimulationReport {
    /// What went wrong, how to see it again, and what led to it.
    var explanation: String {
        let lines = transcript.suffix(100).joined(separator: "\n")
        return "SEED=\(seed) (run it alone: SEED=\(seed) make sim)\n\(problems.joined(separator: "\n"))\n\(lines)"
    }
}
