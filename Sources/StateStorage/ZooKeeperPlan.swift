internal import ClusterBase
internal import ClusterPorts
internal import ZooKeeper

/// What a group of batches comes to when all that is known of versions holds: the batches that conflict drop out, the
/// others become one list of node operations.
struct ZooKeeperPlan {
    private enum Fate {
        case refused(ClusterError)
        /// For each operation the version afterwards; nil is the version the transaction gives.
        case accepted([VariableVersion?])
    }

    private let fates: [Fate]
    /// The node operations of the accepted batches, in order.
    let operations: [ZooKeeperOperation]
    /// The variables that are written, and whether they exist afterwards.
    let touched: [String: Bool]

    /// `known` has the version of every variable that the group names.
    init(_ group: [[VariableOperation]], path: String, known: [String: VariableVersion]) {
        /// Versions as they are after the batches so far; the inner nil is the version the transaction will give.
        var now: [String: VariableVersion?] = [:]
        var steps: [ZooKeeperOperation] = []
        fates = group.map { batch in
            var (mine, mySteps, results) = (now, [ZooKeeperOperation](), [VariableVersion?]())
            for operation in batch {
                let name = operation.name
                let found = mine[name] ?? known[name] ?? .absent
                if let expected = operation.expectedVersion, expected != found {
                    return .refused(
                        VariableRules.conflict(name, expected: expected, found: found ?? VariableVersion(.max)))
                }
                let node = path + "/" + ZooKeeperNames.node(name)
                switch operation {
                case .put(_, let value, _):
                    mySteps.append(found == .absent ? .create(path: node, data: value) : .set(path: node, data: value))
                    mine.updateValue(nil, forKey: name)
                    results.append(nil)
                case .delete:
                    if found != .absent { mySteps.append(.delete(path: node)) }
                    mine.updateValue(.absent, forKey: name)
                    results.append(.absent)
                case .check: results.append(found)
                }
            }
            now = mine
            steps += mySteps
            return .accepted(results)
        }
        operations = steps
        touched = now.mapValues { $0 != .absent }
    }

    /// The outcome of each batch once the operations are written with this version.
    func outcomes(written version: VariableVersion) -> [CommitQueue.Outcome] {
        fates.map { fate in
            switch fate {
            case .refused(let error): .failure(error)
            case .accepted(let results): .success(results.map { $0 ?? version })
            }
        }
    }
}
