import ClusterBase
import KubeCore
import KubeModel
import Testing

/// A replica set on nodes of which one falls silent: its pods are replaced elsewhere, once, and the others stay.
@Suite struct NodeLifecycleSimulationTests {
    private func heartbeat(_ world: inout WorkloadWorld, _ names: [String]) {
        let time = JSONValue.string(KubeTime.text(world.server.now))
        for name in names {
            world.server.change(.nodes, ObjectKey(name)) { node in
                node["status", "conditions"] = [
                    ["type": "Ready", "status": "True", "lastHeartbeatTime": time, "lastTransitionTime": time]
                ]
            }
        }
    }

    @Test(arguments: 1...4) func podsOfASilentNodeAreReplaced(seed: UInt64) {
        var world = WorkloadWorld(
            [
                ControllerRig(NodeLifecycleController()), ControllerRig(ReplicaController(.replicaSets)),
            ], faults: Faults(repeats: 0.2, drops: 0.3, refusals: 0.05), seed: seed)
        for name in ["n1", "n2", "n3"] {
            _ = world.server.create(
                .nodes, object(#"{"apiVersion":"v1","kind":"Node","metadata":{"name":"\#(name)"}}"#))
        }
        heartbeat(&world, ["n1", "n2", "n3"])
        _ = world.server.create(.replicaSets, Replicas.set(4))
        _ = world.run(until: world.server.now.later(by: 1))
        #expect(world.server.readyPods.count == 4)
        let before = Set(world.server.all(.pods).map(\.name))
        // All run on n1, which falls silent; the others beat every ten seconds.
        world.removesPods = false
        world.node = "n2"
        for second in 1...50 {
            world.server.now = UnixTime(seconds: 1_010 + Int64(second) * 10)
            heartbeat(&world, ["n2", "n3"])
            _ = world.run(until: world.server.now.later(by: 9))
            let gone = world.server.all(.pods).filter { before.contains($0.name) && hasFailed($0) }
            // Forty seconds until it is unknown, five minutes more until its pods go.
            if second <= 32 { #expect(gone.isEmpty) }
        }
        #expect(world.server.all(.pods).filter { before.contains($0.name) && !hasFailed($0) }.isEmpty)
        #expect(world.server.readyPods.count == 4)
        #expect(world.server.readyPods.allSatisfy { $0.text("spec", "nodeName") == "n2" })
        let taints = world.server[.nodes, ObjectKey("n1")]?.list("spec", "taints") ?? []
        #expect(taints.count == 2)
        #expect(world.server[.nodes, ObjectKey("n2")]?.list("spec", "taints") == [])
    }

    private func hasFailed(_ pod: KubeObject) -> Bool { pod.text("status", "phase") == "Failed" }
}
