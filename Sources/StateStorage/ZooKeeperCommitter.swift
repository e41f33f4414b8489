internal import ClusterBase
internal import ClusterPorts
internal import ZooKeeper

/// Carries out groups of batches one after the other; remembers versions between them.
///
/// What it remembers holds as long as the parent node has the version it had then; see `ZooKeeperVariableStore`.
actor ZooKeeperCommitter {
    private struct Snapshot {
        /// The parent's data version.
        var generation: Int32
        /// Versions seen in this generation; `.absent` for a node that is not there.
        var versions: [String: VariableVersion] = [:]
    }

    /// How often a group is tried anew because somebody else wrote in between.
    private static let attemptLimit = 100
    /// Variables remembered; beyond that everything is looked up again.
    private static let memoryLimit = 100_000
    private static let marker = Array("roost variables 1\n".utf8)

    private let client: ZooKeeperClient
    private let path: String
    private var snapshot: Snapshot?

    init(client: ZooKeeperClient, path: String) { (self.client, self.path) = (client, path) }

    /// One outcome for each batch.
    ///
    /// Only one call runs at a time (the commit queue sees to it).
    func commit(_ group: [[VariableOperation]]) async -> [CommitQueue.Outcome] {
        do {
            for _ in 0..<Self.attemptLimit {
                let known = try await look(at: group)
                let plan = ZooKeeperPlan(group, path: path, known: known.versions)
                if let outcomes = try await carryOut(plan, known) { return outcomes }
            }
            throw ClusterError(.unavailable, "variables below \(path): too many writers")
        } catch {
            snapshot = nil
            let translated = (error as? ZooKeeperError)?.clusterError("writing variables below \(path)") ?? error
            return group.map { _ in .failure(translated) }
        }
    }

    /// Writes the plan; nil when somebody else wrote since `known` was seen.
    private func carryOut(_ plan: ZooKeeperPlan, _ known: Snapshot) async throws -> [CommitQueue.Outcome]? {
        if plan.operations.isEmpty {
            // Nothing to write: conflicts and checks hold if what is known is the present state.
            return try await isCurrent(known) ? plan.outcomes(written: .absent) : nil
        }
        let parent = ZooKeeperOperation.set(path: path, data: Self.marker, version: known.generation)
        do {
            let results = try await client.commit([parent] + plan.operations)
            guard case .set(let stat)? = results.first else {
                throw ClusterError(.system, "variables below \(path): no answer for the parent node")
            }
            let version = VariableVersion(stat)
            var next = known
            next.generation = stat.version
            for (name, exists) in plan.touched { next.versions[name] = exists ? version : .absent }
            snapshot = next.versions.count <= Self.memoryLimit ? next : nil
            return plan.outcomes(written: version)
        } catch let error as ZooKeeperBatchError {
            snapshot = nil
            switch error.error.code {
            case .badVersion, .noNode, .nodeExists: return nil
            default: throw error.error
            }
        }
    }

    /// Versions of every variable the group names, and the generation in which all of them hold.
    private func look(at group: [[VariableOperation]]) async throws -> Snapshot {
        var known: Snapshot
        if let snapshot { known = snapshot } else { known = Snapshot(generation: try await generation()) }
        let missing = Set(group.joined().map(\.name)).filter { known.versions[$0] == nil }
        if !missing.isEmpty {
            let found = try await withThrowingTaskGroup(of: (String, VariableVersion).self) { tasks in
                for name in missing {
                    let node = path + "/" + ZooKeeperNames.node(name)
                    tasks.addTask { [client] in
                        (name, try await client.exists(node).map { VariableVersion($0) } ?? .absent)
                    }
                }
                var found: [String: VariableVersion] = [:]
                for try await (name, version) in tasks { found[name] = version }
                return found
            }
            known.versions.merge(found) { $1 }
        }
        snapshot = known
        return known
    }

    private func generation() async throws -> Int32 {
        if let stat = try await client.exists(path) { return stat.version }
        try await client.createAll(path)
        return try await client.exists(path)?.version ?? 0
    }

    /// Whether nobody has written since; asks the ensemble, not just the server at hand.
    private func isCurrent(_ known: Snapshot) async throws -> Bool {
        try await client.sync(path)
        if try await client.exists(path)?.version == known.generation { return true }
        snapshot = nil
        return false
    }
}
