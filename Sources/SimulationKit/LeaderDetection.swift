internal import ClusterBase
internal import ClusterModel

/// Tells everybody who leads, each in its own time, the newest last.
final class LeaderDetection {
    private struct Watcher {
        let node: SimulatedNode
        let number: Int
        let tell: (MasterInfo?) -> Void
    }

    private let clock: SimulationClock
    private var random: SeededRandom
    private var watchers: [Watcher] = []
    private var lastNumber = 0
    private(set) var leader: MasterInfo?
    private var version = 0

    init(clock: SimulationClock, random: SeededRandom) { (self.clock, self.random) = (clock, random) }

    /// Tells a party of the leader now and of every change, until it is forgotten.
    func watch(_ node: SimulatedNode, _ tell: @escaping (MasterInfo?) -> Void) {
        forget(node)
        lastNumber += 1
        let watcher = Watcher(node: node, number: lastNumber, tell: tell)
        watchers.append(watcher)
        if leader != nil { inform(watcher) }
    }

    func forget(_ node: SimulatedNode) { watchers.removeAll { $0.node == node } }

    func announce(_ leader: MasterInfo?) {
        self.leader = leader
        version += 1
        for watcher in watchers { inform(watcher) }
    }

    private func inform(_ watcher: Watcher) {
        let (leader, version) = (leader, version)
        clock.after(.milliseconds(1) + random.duration(below: .seconds(1))) { [self] in
            // Somebody slow may hear of the newest leader only.
            guard self.version == version, watchers.contains(where: { $0.number == watcher.number }) else { return }
            watcher.tell(leader)
        }
    }
}
