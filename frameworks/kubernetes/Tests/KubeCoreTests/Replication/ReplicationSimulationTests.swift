import ClusterBase
import KubeCore
import KubeModel
import Testing

/// Replica sets and replication controllers in worlds where views are late and requests fail.
///
/// The number of pods becomes what is asked for, and is never above it but for pods that others made.
@Suite struct ReplicationSimulationTests {
    private static let faults = Faults(repeats: 0.2, drops: 0.3, refusals: 0.1)
    private static let key = ObjectKey(namespace: "default", "web")

    private func world(_ row: ReplicaRow, seed: UInt64) -> WorkloadWorld {
        WorkloadWorld([ControllerRig(ReplicaController(row))], faults: Self.faults, seed: seed)
    }

    @Test(arguments: 1...40) func numberBecomesWhatIsAskedFor(seed: UInt64) {
        let row: ReplicaRow = seed.isMultiple(of: 2) ? .replicaSets : .replicationControllers
        var world = world(row, seed: seed)
        let owner = row.kind == .replicaSets ? Replicas.set(5) : Replicas.controller(5)
        _ = world.server.create(row.kind, owner)
        var most = 5
        for _ in 0..<6 {
            let limit = most
            let isSettled = world.run { server in #expect(server.activePods.count <= limit) }
            #expect(isSettled)
            let wanted = world.server[row.kind, Self.key]?.integer("spec", "replicas") ?? 0
            #expect(Int64(world.server.activePods.count) == wanted)
            #expect(world.server[row.kind, Self.key]?.integer("status", "replicas") == wanted)
            #expect(world.server[row.kind, Self.key]?.integer("status", "availableReplicas") ?? 0 == wanted)
            // What happens next: another number, pods that die, pods that go.
            let next = world.random.below(20)
            most = max(next, world.server.activePods.count)
            for pod in world.server.activePods where world.random.chance(0.2) {
                if world.random.chance(0.5) {
                    world.server.change(.pods, pod.key) { $0["status", "phase"] = "Failed" }
                } else {
                    world.server.remove(.pods, pod.key)
                }
            }
            world.server.change(row.kind, Self.key) { $0["spec", "replicas"] = .integer(Int64(next)) }
        }
    }

    @Test(arguments: 1...20) func takenAndLetGoPodsLeaveTheNumberRight(seed: UInt64) {
        var world = world(.replicaSets, seed: seed)
        _ = world.server.create(.replicaSets, Replicas.set(4))
        for number in 0..<6 {
            let isSettled = world.run()
            #expect(isSettled)
            for pod in world.server.activePods where world.random.chance(0.2) {
                world.server.change(.pods, pod.key) { $0["metadata", "labels", "app"] = "debug" }
            }
            if world.random.chance(0.5) {
                _ = world.server.create(.pods, Replicas.pod("guest\(number)", owner: nil))
            }
        }
        let isSettled = world.run()
        #expect(isSettled)
        let uid = world.server[.replicaSets, Self.key]?.uid
        let own = world.server.activePods.filter { $0.controller?.uid == uid }
        #expect(own.count == 4)
        #expect(own.allSatisfy { $0.label("app") == "web" })
        // Those that were let go run on and belong to nobody.
        #expect(
            world.server.activePods.filter { $0.label("app") == "debug" }.allSatisfy { $0.controller == nil })
    }
}
