internal import MarathonModel

/// Says what a rolling update does next, given what can be seen of the instances now.
///
/// Nothing is remembered between observations, so the update goes on after a restart wherever it was. At any time at
/// least `floor` instances are healthy and at most `ceiling` exist. Source: spec `marathon` §4.4.
struct RollingUpdatePlanner {
    /// What an update sees of an instance.
    struct Observed {
        var id: InstanceID
        /// Whether it has the target's configuration.
        var isNew: Bool
        /// Whether it is to run (not being killed).
        var isWanted: Bool
        /// Whether its task runs.
        var isRunning: Bool
        /// What its checks say; true without checks, nil when they have not said anything yet.
        var health: Bool?

        /// Whether it counts as capacity.
        var isHealthy: Bool { isRunning && isWanted && health == true }
    }

    /// What to do next.
    struct Advice: Equatable {
        /// How many instances of the new version to start.
        var starts = 0
        /// Which instances to end.
        var kills: [InstanceID] = []
    }

    /// The target's number of instances, above 0.
    var wanted: Int
    var strategy: UpgradeStrategy

    func advise(_ observed: [Observed]) -> Advice {
        let floor = Int((Double(wanted) * strategy.minimumHealthCapacity).rounded(.up))
        var ceiling = Int((Double(wanted) * (1 + strategy.maximumOverCapacity)).rounded(.down))
        if ceiling == floor { ceiling += 1 }
        let new = observed.filter { $0.isNew && $0.isWanted }
        let old = observed.filter { !$0.isNew && $0.isWanted }
        let starts = max(0, min(wanted - new.count, ceiling - observed.count))
        // Old instances that are of no use go first and cost no capacity; then as many as capacity, or a smaller
        // target, permits.
        let useless = old.filter { !$0.isRunning || $0.health == false }
        let useful = old.filter { $0.isRunning && $0.health != false }
        let spare = max(observed.count(where: \.isHealthy) - floor, old.count - wanted - useless.count, 0)
        var kills =
            (useless + useful.sorted { ($0.health == true ? 1 : 0) < ($1.health == true ? 1 : 0) }.prefix(spare)).map(
                \.id)
        kills += new.dropFirst(wanted).map(\.id)
        return Advice(starts: starts, kills: kills)
    }

    /// Whether nothing is left to do.
    func isDone(_ observed: [Observed]) -> Bool {
        observed.allSatisfy(\.isNew) && observed.count { $0.isNew && $0.isHealthy } >= wanted
    }
}
