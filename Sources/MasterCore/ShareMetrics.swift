internal import ClusterModel
internal import ResourceModel

extension MetricsView {
    /// Quotas and the cluster's sums by upstream's names (spec `mesos/10`).
    ///
    /// Linear in agents.
    var shareGauges: [(name: String, value: Double)] {
        var (total, taken) = (Quantities(), Quantities())
        var held: [String: Quantities] = [:]
        state.agentTable.forEach { agent in
            total.add(agent.total)
            for entry in agent.used + agent.offered {
                taken.add([entry])
                let role = entry.allocationRole ?? "*"
                let top = role.firstIndex(of: "/").map { String(role[..<$0]) } ?? role
                if state.quotas[top] != nil, !entry.isRevocable { held[top, default: Quantities()].add([entry]) }
            }
        }
        var rows: [(name: String, value: Double)] = []
        for name in Set(["cpus", "mem", "disk", "gpus"]).union(total.amounts.keys) {
            rows.append(("allocator/mesos/resources/\(name)/total", total[name].value))
            rows.append(("allocator/mesos/resources/\(name)/offered_or_allocated", taken[name].value))
        }
        for (role, quota) in state.quotas {
            let (held, consumed) = (held[role] ?? Quantities(), charged[role] ?? Quantities())
            let names = Set(quota.limits.keys).union(quota.guarantees.amounts.keys).union(consumed.amounts.keys)
            for name in names.union(held.amounts.keys) {
                let prefix = "allocator/mesos/quota/roles/\(role)/resources/\(name)/"
                rows.append((prefix + "offered_or_allocated", held[name].value))
                rows.append((prefix + "consumed", consumed[name].value))
                if quota.guarantees[name] > .zero { rows.append((prefix + "guarantee", quota.guarantees[name].value)) }
                if let limit = quota.limits[name] { rows.append((prefix + "limit", limit.value)) }
            }
        }
        return rows
    }
}
