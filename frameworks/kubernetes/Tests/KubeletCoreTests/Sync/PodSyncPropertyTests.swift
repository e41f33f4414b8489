import ClusterBase
import KubeModel
import KubeletCore
import Testing

/// Whatever happens to whatever pod: no container runs twice at a time, what must not run again does not, and the plans
/// come to an end.
struct PodSyncPropertyTests {
    /// What may happen to a pod on its node.
    private enum Happening: CaseIterable {
        case timePasses
        case containerEnds
        case containerVanishes
        case sandboxDies
        case everythingDies
        case kubeletRestarts
        case planIsGivenUp
        case imageChanges
        case checkFails
        case checkSucceeds
        case startsFail
        case startsWork
        case deletion
    }

    @Test(arguments: UInt64(0)..<100) func plansHoldWhateverHappens(_ seed: UInt64) {
        var random = SeededRandom(seed: seed)
        let policy = ["Always", "OnFailure", "Never"][random.below(3)]
        var bench = NodeBench(Self.spec(policy, &random))
        bench.pullError = nil
        var world = World(policy: policy)
        for _ in 0..<60 {
            guard let happening = Happening.allCases.randomElement(using: &random) else { return }
            happen(happening, &bench, &world, &random)
            guard step(&bench, &world, "seed \(seed), \(happening)") else { return }
        }
        // Left alone, it comes to rest as its policy and its past say.
        bench.startFailures = [:]
        bench.hookFailures = [:]
        for _ in 0..<40 {
            bench.now = UnixTime(seconds: bench.now.seconds + 300)
            guard step(&bench, &world, "seed \(seed), at the end") else { return }
            for run in bench.sync.dueProbes(now: bench.now) { bench.sync.report(.success, of: run, now: bench.now) }
        }
        let names = bench.sync.view.initContainers.map(\.name)
        for name in names where bench.running(name) != nil { bench.end(name, 0) }
        bench.pass(600)
        for name in names where bench.running(name) != nil { bench.end(name, 0) }
        bench.pass(600)
        let (stage, phase) = (bench.plan.stage, bench.phase)
        #expect(bench.plan.isEmpty, "seed \(seed)")
        switch stage {
        case .active:
            #expect(!world.isDeleted, "seed \(seed)")
            #expect(phase == "Running", "seed \(seed)")
            if policy == "Always" {
                #expect(bench.sync.view.containers.allSatisfy { bench.running($0.name) != nil }, "seed \(seed)")
            }
        case .ended: #expect(["Succeeded", "Failed"].contains(phase), "seed \(seed)")
        default: #expect(world.isDeleted && stage == .terminated, "seed \(seed)")
        }
    }

    /// What is remembered to judge plans by.
    private struct World {
        let policy: String
        var isDeleted = false
        /// Ids of containers that were seen to run, by name.
        var started: [String: Set<String>] = [:]
        /// Attempts seen, by name.
        var attempts: [String: [Int: String]] = [:]
        /// How often each container's image changed.
        var changes: [String: Int] = [:]
        var finalPhase: String?
    }

    private static func spec(_ policy: String, _ random: inout SeededRandom) -> KubeObject {
        let count = 1 + random.below(3)
        let initial = (0..<random.below(3)).map { "i\($0)" }
        let probed = (0..<count).map { _ in ["livenessProbe", "readinessProbe", "startupProbe", ""][random.below(4)] }
        return pod((0..<count).map { "c\($0)" }, initial: initial, restart: policy) { pod in
            for (index, probe) in probed.enumerated() where !probe.isEmpty {
                pod.editContainer(index) { $0[probe] = ["exec": ["command": ["check"]], "failureThreshold": 1] }
            }
        }
    }

    private func happen(
        _ happening: Happening, _ bench: inout NodeBench, _ world: inout World, _ random: inout SeededRandom
    ) {
        let runs = bench.runtime.containers
        let victim = runs.isEmpty ? nil : runs[random.below(runs.count)]
        switch happening {
        case .timePasses:
            bench.now = UnixTime(microseconds: bench.now.microseconds + Int64(random.below(400)) * 1_000_000)
        case .containerEnds:
            if let victim { bench.exit(id: victim.id, code: random.chance(0.5) ? 0 : 1) }
        case .containerVanishes:
            if let victim, random.chance(0.3) { bench.runtime.containers.removeAll { $0.id == victim.id } }
        case .sandboxDies:
            if random.chance(0.3), let sandbox = bench.runtime.sandboxes.first {
                bench.changeSandbox(sandbox.id) { $0.isReady = false }
            }
        case .everythingDies:
            guard random.chance(0.2) else { return }
            for run in runs { bench.exit(id: run.id, code: 255) }
            for sandbox in bench.runtime.sandboxes { bench.changeSandbox(sandbox.id) { $0.isReady = false } }
        case .kubeletRestarts: bench.restart()
        case .planIsGivenUp:
            bench.sync.observe(bench.runtime)
            _ = bench.sync.plan(now: bench.now)
        case .imageChanges:
            guard random.chance(0.3), let name = bench.sync.view.containers.first?.name else { return }
            world.changes[name, default: 0] += 1
            let image = "image:\(world.changes[name] ?? 0)"
            bench.edit { $0.editContainer { $0["image"] = .string(image) } }
        case .checkFails:
            for run in bench.sync.dueProbes(now: bench.now) {
                bench.sync.report(random.chance(0.3) ? .failure("x") : .error("y"), of: run, now: bench.now)
            }
        case .checkSucceeds:
            for run in bench.sync.dueProbes(now: bench.now) { bench.sync.report(.success, of: run, now: bench.now) }
        case .startsFail:
            let reasons: [StartFailure.Reason] = [.createConfig, .create, .run]
            bench.startFailures["c0"] = StartFailure(reasons[random.below(3)], "x")
            bench.hookFailures["c1"] = "x"
        case .startsWork: (bench.startFailures, bench.hookFailures) = ([:], [:])
        case .deletion:
            guard random.chance(0.1) else { return }
            world.isDeleted = true
            bench.edit { $0.beginDeletion(grace: Int64(random.below(30))) }
        }
    }

    /// Works until there is nothing to do, checking what runs after every step; false when something is wrong.
    private func step(_ bench: inout NodeBench, _ world: inout World, _ what: String) -> Bool {
        for _ in 0..<60 {
            bench.sync.observe(bench.runtime)
            bench.plan = bench.sync.plan(now: bench.now)
            bench.flush()
            if bench.plan.isEmpty, !bench.plan.mountsVolumes { return judgePhase(bench, &world, what) }
            bench.carryOut()
            guard judgeRuns(bench, &world, what) else { return false }
        }
        Issue.record("\(what): the plans do not end: \(bench.plan)")
        return false
    }

    private func judgeRuns(_ bench: NodeBench, _ world: inout World, _ what: String) -> Bool {
        var isGood = true
        var up: [String: Int] = [:]
        for run in bench.runtime.containers {
            if run.isUp {
                up[run.name, default: 0] += 1
                world.started[run.name, default: []].insert(run.id)
            }
            let known = world.attempts[run.name, default: [:]].updateValue(run.id, forKey: run.attempt)
            if let known, known != run.id, run.isUp {
                Issue.record("\(what): attempt \(run.attempt) of \(run.name) twice")
                isGood = false
            }
        }
        for (name, count) in up where count > 1 {
            Issue.record("\(what): \(name) runs \(count) times")
            isGood = false
        }
        guard world.policy == "Never" else { return isGood }
        for (name, ids) in world.started where ids.count > 1 + (world.changes[name] ?? 0) {
            Issue.record("\(what): \(name) was started again")
            isGood = false
        }
        return isGood
    }

    private func judgePhase(_ bench: NodeBench, _ world: inout World, _ what: String) -> Bool {
        let phase = bench.phase
        if let final = world.finalPhase, final != phase {
            Issue.record("\(what): \(final) became \(phase)")
            return false
        }
        if ["Succeeded", "Failed"].contains(phase) {
            world.finalPhase = phase
            if bench.runtime.containers.contains(where: \.isUp) {
                Issue.record("\(what): \(phase), and containers run")
                return false
            }
        }
        return true
    }
}
