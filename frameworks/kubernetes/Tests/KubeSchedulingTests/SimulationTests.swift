import ClusterBase
import ClusterModel
import KubeCore
import KubeModel
import KubeScheduling
import Testing

/// Whatever fails, and in whatever order: the rules hold, and in the end every pod runs.
@Suite struct SimulationTests {
    @Test(arguments: Array(0..<16) as [UInt64])
    func everyPodRunsOnceWhateverFails(seed: UInt64) {
        var dice = SeededRandom(seed: seed &* 7_919)
        var world = Simulation(seed: seed, agents: 5)
        var names: [String] = []
        for step in 0..<80 {
            for _ in 0..<dice.below(3) {
                // All of them fit at the same time: 40 half cores are more than the pool has, so old ones go.
                if names.count >= 24 {
                    world.delete(names.remove(at: dice.below(names.count)), force: dice.chance(0.3))
                }
                let name = "p\(step)-\(names.count)"
                let isTied = dice.chance(0.1)
                world.create(name, cpu: "500m", spec: isTied ? #"{"nodeName":"n\(dice.below(5))"}"# : "{}")
                names.append(name)
            }
            fail(&world, &dice)
            world.run(.milliseconds(Int64(dice.below(4_000))))
            check(world, seed)
        }
        heal(&world)
        world.run(.seconds(700))
        check(world, seed)
        settle(world, seed)
    }

    private func fail(_ world: inout Simulation, _ dice: inout SeededRandom) {
        let agent = dice.below(5)
        switch dice.below(12) {
        case 0: world.endExecutor(agent)
        case 1: world.cutOff(agent)
        case 2, 3: world.bringBack(agent)
        case 4: world.disconnect()
        case 5: world.isServerAway = true
        case 6, 7: world.isServerAway = false
        case 8: world.answerLoss = 0.3
        case 10: if dice.chance(0.3) { world.failOver() }
        case 9: world.answerLoss = 0
        default: break
        }
    }

    private func heal(_ world: inout Simulation) {
        (world.isServerAway, world.answerLoss) = (false, 0)
        for agent in 0..<5 { world.bringBack(agent) }
    }

    private func check(_ world: Simulation, _ seed: UInt64) {
        #expect(world.pool.violations.isEmpty, "seed \(seed)")
    }

    /// At rest: each pod runs once, where it is bound; no task is without a pod; nothing is held.
    private func settle(_ world: Simulation, _ seed: UInt64) {
        var uids: Set<String> = []
        for (name, pod) in world.pods.sorted(by: { $0.key < $1.key }) {
            uids.insert(pod.uid)
            #expect(world.pool.hosts(of: pod.uid) == [pod.text("spec", "nodeName")], "seed \(seed), pod \(name)")
        }
        for agent in world.pool.agents {
            #expect(agent.tasks.values.allSatisfy { uids.contains($0.pod) }, "seed \(seed), agent \(agent.host)")
            #expect(agent.outstanding.isEmpty, "seed \(seed)")
        }
        #expect(world.scheduler.heldOffers == 0, "seed \(seed)")
        #expect(world.scheduler.isSuppressed, "seed \(seed)")
        #expect(world.scheduler.queueReports.isEmpty, "seed \(seed)")
        #expect(world.launches > 0)
    }

    @Test func equalSeedsGiveEqualWorlds() {
        func history(_ seed: UInt64) -> [String] {
            var world = Simulation(seed: seed, agents: 3)
            for index in 0..<20 { world.create("p\(index)", cpu: "300m") }
            world.run(.seconds(3))
            world.endExecutor(1)
            world.run(.seconds(20))
            return world.scheduler.taskReports.map { "\($0.pod) \($0.taskID) \($0.node)" }
        }
        #expect(history(3) == history(3))
        #expect(history(3).count == 20)
    }
}
