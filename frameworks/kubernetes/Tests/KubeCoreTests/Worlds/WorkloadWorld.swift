import ClusterBase
import KubeCore
import KubeModel
import Testing

/// A server, controllers that see it late, and kubelets that start and stop pods; everything in an order of
/// the seed's choosing.
///
/// `check` is called whenever something was written.
struct WorkloadWorld {
    var server = TinyServer()
    var rigs: [any AnyRig]
    var faults: Faults
    var random: SeededRandom
    /// Whether kubelets start pods.
    var startsPods = true
    /// Whether kubelets end pods that were told to go.
    var removesPods = true
    /// The node that pods are bound to.
    var node = "n1"

    init(_ rigs: [any AnyRig], faults: Faults = Faults(), seed: UInt64) {
        (self.rigs, self.faults, random) = (rigs, faults, SeededRandom(seed: seed))
    }

    /// Lets things happen until nothing is left to do, or so many steps; time advances when nobody has work now.
    mutating func run(steps: Int = 60_000, until end: UnixTime? = nil, _ check: (TinyServer) -> Void = { _ in }) -> Bool
    {
        var seen = server.log.count
        for _ in 0..<steps {
            let acted = step()
            if server.log.count != seen {
                seen = server.log.count
                check(server)
            }
            if acted { continue }
            guard let due = rigs.compactMap(\.nextDue).min(), due <= end ?? server.now.later(by: 3_600) else {
                return true
            }
            server.now = max(server.now.later(by: 0.001), due)
        }
        return false
    }

    private mutating func step() -> Bool {
        let first = random.below(rigs.count)
        for offset in rigs.indices {
            let index = (first + offset) % rigs.count
            let isDue = rigs[index].nextDue.map { $0 <= server.now } ?? false
            if rigs[index].hasWork || isDue, random.chance(0.5) {
                rigs[index].work(&server, faults, &random)
                return true
            }
            if rigs[index].deliver(server.log, faults, &random) { return true }
            if rigs[index].hasWork || isDue {
                rigs[index].work(&server, faults, &random)
                return true
            }
        }
        return actAsKubelet()
    }

    /// One pod comes up, or one that was told to go is gone.
    private mutating func actAsKubelet() -> Bool {
        let pods = server.all(.pods).filter { pod in
            pod.isDeleting ? removesPods : startsPods && pod["status"] == nil
        }
        guard !pods.isEmpty else { return false }
        let key = pods[random.below(pods.count)].key
        if server[.pods, key]?.isDeleting == true {
            server.remove(.pods, key)
            return true
        }
        let (time, node) = (KubeTime.text(server.now), node)
        server.change(.pods, key) { pod in
            pod["spec", "nodeName"] = .string(node)
            pod["status"] = [
                "phase": "Running",
                "conditions": [["type": "Ready", "status": "True", "lastTransitionTime": .string(time)]],
            ]
        }
        return true
    }
}

extension UnixTime {
    func later(by seconds: Double) -> UnixTime { UnixTime(microseconds: microseconds + Int64(seconds * 1_000_000)) }
}

extension TinyServer {
    /// The pods that neither ended nor are going.
    var activePods: [KubeObject] {
        all(.pods).filter { !$0.isDeleting && !["Succeeded", "Failed"].contains($0.text("status", "phase")) }
    }
    /// The active pods that are ready.
    var readyPods: [KubeObject] {
        activePods.filter { $0.list("status", "conditions").contains { $0["status"]?.string == "True" } }
    }
}
