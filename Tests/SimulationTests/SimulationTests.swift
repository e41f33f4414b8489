import Foundation
import SimulationKit
import Testing

@Suite struct SimulationTests {
    @Test(
        "No resource is handed out twice, no acknowledged update is lost, no task vanishes",
        arguments: Seeds.batches(default: 200))
    func clustersSurviveTheirFaults(seeds: ClosedRange<UInt64>) {
        for seed in seeds {
            let report = ClusterSimulation(SimulationPlan(seed: seed)).run()
            #expect(report.problems.isEmpty, "\(report.explanation)")
        }
    }

    /// A simulation that never gets into trouble proves nothing.
    @Test func runsComeThroughWhatTheyAreMeantFor() {
        var marks: [String: Int] = [:]
        for seed in UInt64(1)...30 {
            let report = ClusterSimulation(SimulationPlan(seed: seed)).run()
            marks.merge(report.marks, uniquingKeysWith: +)
        }
        let wanted =
            Fault.Kind.allCases.map { "fault \($0)" } + [
                "unreachable agent", "registry write refused", "update repeated", "container adopted",
                "container ended unseen", "killed taskKilledDuringLaunch", "failed containerLaunchFailed",
                "dropped reconciliation", "limit of a role reached", "finished", "running",
            ]
        #expect(wanted.filter { marks[$0] == nil } == [])
    }

    @Test("A world that breaks its promises is found out", arguments: SimulationPlan.Sabotage.allCases)
    func sabotageIsFoundOut(sabotage: SimulationPlan.Sabotage) {
        let report = (1...60 as ClosedRange<UInt64>).lazy.map { seed in
            var plan = SimulationPlan(seed: seed)
            plan.sabotage = sabotage
            return ClusterSimulation(plan).run()
        }.first { !$0.problems.isEmpty }
        let problem = report?.problems.joined(separator: "; ") ?? "nothing"
        let symptoms =
            switch sabotage {
            case .doubledLaunches: ["runs twice", "disagree", "takes it for ended"]
            case .forgetfulDisk: ["was made durable and never reached its scheduler"]
            case .leakyContainers: ["but it runs on", "holds what is in use", "runs more than it has"]
            case .forgedAcknowledgements: ["which its scheduler never received"]
            case .swallowedLaunches: ["TASK_STAGING in the eyes of its framework", "disagree"]
            }
        #expect(symptoms.contains { problem.contains($0) }, "\(sabotage): \(problem)")
    }
}

extension SimulationReport {
    /// What went wrong, how to see it again, and what led to it.
    var explanation: String {
        let lines = transcript.suffix(100).joined(separator: "\n")
        return "seed \(seed), to be run alone with SEED=\(seed)\n\(problems.joined(separator: "\n"))\n\(lines)"
    }
}
