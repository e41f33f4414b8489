internal import ClusterBase
internal import KubeModel

/// How many pods each replica set is to have.
///
/// Source: upstream `pkg/controller/deployment/{rolling,recreate,sync}.go` (1.20).
extension DeploymentSync {
    /// A replica set and its new size.
    typealias Sizing = (set: KubeObject, size: Int)

    /// The sizes to write now, in the order in which they are told of; empty when nothing is to be done.
    func sizes() -> [Sizing] {
        switch mode {
        case .rolling: rolling()
        case .recreating: recreating()
        case .sizing: following()
        case .rollingBack: []
        }
    }

    /// The write of a new size; nil when neither it nor the annotations change.
    func intent(_ sizing: Sizing) -> Intent? {
        var changed = sizing.set
        changed["spec", "replicas"] = .integer(Int64(sizing.size))
        annotateSize(&changed)
        return changed == sizing.set ? nil : .update(.replicaSets, changed)
    }

    /// A replica set was written with a new size.
    mutating func sized(from before: Int, _ set: KubeObject) {
        take([set])
        guard before != set.size else { return }
        let direction = before < set.size ? "up" : "down"
        note("ScalingReplicaSet", "Scaled \(direction) replica set \(set.name) to \(set.size)")
    }

    /// How large the present replica set is to be, given its size now.
    ///
    /// Pods that are still to go take room as well, so that there are never too many; upstream counts sizes alone.
    func sizeForCurrent(now size: Int) -> Int {
        guard numbers.isRolling else { return numbers.replicas }
        let room = numbers.maximum - all.reduce(0) { $0 + max($1.size, $1.actualSize) }
        return room <= 0 ? size : size + min(room, numbers.replicas - size)
    }
}

// MARK: - Rolling update

extension DeploymentSync {
    /// First the new replica set grows as far as there is room; when it cannot, the old ones shrink.
    private func rolling() -> [Sizing] {
        guard let current else { return [] }
        let size = current.size > numbers.replicas ? numbers.replicas : sizeForCurrent(now: current.size)
        if size != current.size { return [(current, size)] }
        return shrinkOld(current)
    }

    /// Pods that are not available go first, then as many as can be spared.
    private func shrinkOld(_ current: KubeObject) -> [Sizing] {
        let active = old.filter { $0.size > 0 }
        let notReady = current.size - current.steadySize
        var spare = all.size - numbers.minAvailable - notReady
        guard !active.isEmpty, spare > 0 else { return [] }
        var sizes = active.map(\.size)
        for (index, set) in active.enumerated() {
            let doomed = min(spare, set.size - set.steadySize)
            sizes[index] -= doomed
            spare -= doomed
        }
        var surplus = active.reduce(current.steadySize) { $0 + $1.steadySize } - numbers.minAvailable
        for index in active.indices where surplus > 0 {
            let doomed = min(surplus, sizes[index])
            sizes[index] -= doomed
            surplus -= doomed
        }
        return zip(active, sizes).filter { $0.size != $1 }.map { ($0, $1) }
    }
}

// MARK: - Recreation

extension DeploymentSync {
    private func recreating() -> [Sizing] {
        let active = old.filter { $0.size > 0 }
        if !active.isEmpty { return active.map { ($0, 0) } }
        guard let current, current.size != numbers.replicas else { return [] }
        return [(current, numbers.replicas)]
    }
}

// MARK: - Following the deployment's number

extension DeploymentSync {
    /// Sizes follow the deployment's number without a rollout: in proportion when several replica sets have pods.
    private func following() -> [Sizing] {
        let active = all.filter { $0.size > 0 }
        guard active.count > 1 else {
            return (active.first ?? current ?? old.last).map { [($0, numbers.replicas)] } ?? []
        }
        if let current, isSaturated(current) {
            return old.filter { $0.size > 0 }.map { ($0, 0) }
        }
        return numbers.isRolling ? inProportion(active) : active.map { ($0, $0.size) }
    }

    private func isSaturated(_ set: KubeObject) -> Bool {
        set.size == numbers.replicas && set.desiredSize == numbers.replicas
            && set.integer("status", "availableReplicas") ?? 0 == Int64(numbers.replicas)
    }

    /// What is to be added or removed is shared out by size, the largest taking the rest; of equal ones the newest
    /// comes first when pods are added, the oldest when they are removed.
    private func inProportion(_ active: [KubeObject]) -> [Sizing] {
        let change = (numbers.replicas > 0 ? numbers.maximum : 0) - active.size
        let ordered = active.sorted { left, right in
            if left.size != right.size { return left.size > right.size }
            return change > 0 ? right.isOlder(than: left) : left.isOlder(than: right)
        }
        var (sizes, shared) = (ordered.map(\.size), 0)
        for (index, set) in ordered.enumerated() where change != 0 && shared != change {
            let left = change - shared
            let part = change > 0 ? min(share(of: set), left) : max(share(of: set), left)
            sizes[index] += part
            shared += part
        }
        if !sizes.isEmpty { sizes[0] = max(0, sizes[0] + change - shared) }
        // Sizes that stay are written as well, because their annotations change.
        return Array(zip(ordered, sizes)).map { ($0, $1) }
    }

    /// By how much a replica set changes if it keeps its part of the whole.
    private func share(of set: KubeObject) -> Int {
        if numbers.replicas == 0 { return -set.size }
        let annotated = set.annotation(DeploymentNames.maximum).flatMap { Int($0) }
        let whole = annotated ?? Int(clamping: deployment.integer("status", "replicas") ?? 0)
        guard whole > 0 else { return 0 }
        let part = Double(set.size) * Double(numbers.maximum) / Double(whole)
        return Int(min(part, Double(Int32.max)).rounded(.toNearestOrAwayFromZero)) - set.size
    }
}
