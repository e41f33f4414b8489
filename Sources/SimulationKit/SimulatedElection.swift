internal import ClusterBase
internal import ClusterModel

/// Who leads: the masters in the order in which they joined, as with sequence nodes in ZooKeeper.
final class SimulatedElection {
    unowned let world: ClusterSimulation
    private var random: SeededRandom
    private var queue: [Int] = []
    private var leader: Int?

    init(world: ClusterSimulation, random: SeededRandom) { (self.world, self.random) = (world, random) }

    func join(_ index: Int) {
        queue.append(index)
        if leader == nil { elect(after: random.duration(below: .seconds(1))) }
    }

    /// A master's process ended; its session times out a little later.
    func leave(_ index: Int) {
        queue.removeAll { $0 == index }
        guard leader == index else { return }
        leader = nil
        world.detector.announce(nil)
        elect(after: .seconds(1) + random.duration(below: .seconds(4)))
    }

    /// The leader's session expires while its process runs on: for a while two masters believe that they lead.
    func depose() {
        guard let old = leader, queue.count > 1 else { return }
        world.note("m\(old) is deposed")
        queue.removeAll { $0 == old }
        leader = nil
        world.detector.announce(nil)
        elect(after: random.duration(below: .seconds(1)))
        world.clock.after(random.duration(below: .seconds(3))) { [unowned world] in
            world.masters[old].crash(backAfter: .seconds(2), "lost the election")
        }
    }

    private func elect(after delay: Duration) {
        world.clock.after(delay) { [unowned self] in
            guard leader == nil, let next = queue.first else { return }
            leader = next
            world.masters[next].elected()
            world.detector.announce(world.masters[next].info)
        }
    }
}
