internal import AllocatorCore
internal import ClusterBase
internal import ClusterModel
internal import ResourceModel

/// The core's metrics at one moment: a value that whoever wants the numbers works them out of, away from the core.
public struct MetricsView: Sendable {
    let counted: [(name: String, value: Double)]
    /// How many agents frameworks have filters on; nil = there are no metrics of each framework.
    let filters: [(framework: FrameworkID, role: String, agents: Int)]?
    /// Calls of removed frameworks, by principal.
    let departedCalls: [String: UInt64]
    /// What the roles with quotas consume and are offered.
    let charged: [String: Quantities]
    let now: Instant
    /// What there is.
    public let state: MasterState

    /// Metrics by upstream's names, sorted (spec `mesos/10`): the core's part, without process and HTTP figures.
    ///
    /// Linear in tasks, agents and frameworks.
    public var rows: [(name: String, value: Double)] {
        (counted + stateGauges + taskGauges + resourceGauges + shareGauges + frameworkRows + principalRows)
            .sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
    }

    private var principalRows: [(name: String, value: Double)] {
        processedCalls.map { ("frameworks/\($0.key)/messages_processed", Double($0.value)) }
    }

    private var stateGauges: [(name: String, value: Double)] {
        var (connectedAgents, activeAgents, connectedFrameworks) = (0, 0, 0)
        state.agentTable.forEach { agent in
            if agent.isConnected { connectedAgents += 1 }
            if agent.isActive { activeAgents += 1 }
        }
        state.frameworkTable.forEach { if $0.isConnected { connectedFrameworks += 1 } }
        let (agents, frameworks) = (state.agentTable.count, state.frameworkTable.count)
        let gauges: [(String, Int)] = [
            ("elected", state.elected == nil ? 0 : 1), ("slaves_connected", connectedAgents),
            ("slaves_disconnected", agents - connectedAgents), ("slaves_active", activeAgents),
            ("slaves_inactive", agents - activeAgents), ("slaves_unreachable", state.unreachableTable.count),
            ("frameworks_connected", connectedFrameworks),
            ("frameworks_disconnected", frameworks - connectedFrameworks),
            ("frameworks_active", connectedFrameworks), ("frameworks_inactive", frameworks - connectedFrameworks),
            ("outstanding_offers", state.offerTable.count),
        ]
        return gauges.map { ("master/" + $0.0, Double($0.1)) }
            + [("master/uptime_secs", (now - state.started).totalSeconds)]
    }

    private var taskGauges: [(name: String, value: Double)] {
        var counts = [Int](repeating: 0, count: 14)
        var unreachable = 0
        state.frameworkTable.forEach { framework in
            framework.tasks.forEach { counts[$0.state.rawValue] += 1 }
            unreachable += framework.unreachableTasks.count
        }
        let gauges: [(String, Int)] = [
            ("tasks_staging", counts[TaskState.staging.rawValue]),
            ("tasks_starting", counts[TaskState.starting.rawValue]),
            ("tasks_running", counts[TaskState.running.rawValue]),
            ("tasks_killing", counts[TaskState.killing.rawValue]), ("tasks_unreachable", unreachable),
        ]
        return gauges.map { ("master/" + $0.0, Double($0.1)) }
    }

    private var resourceGauges: [(name: String, value: Double)] {
        let names = ["cpus", "gpus", "mem", "disk"]
        // Total, used, and the same of what is revocable.
        var sums = [[Scalar]](repeating: [.zero, .zero, .zero, .zero], count: names.count)
        func add(_ resources: Resources, at place: Int) {
            for resource in resources {
                guard case .scalar(let amount) = resource.value, let name = names.firstIndex(of: resource.name) else {
                    continue
                }
                let place = resource.isRevocable ? place + 2 : place
                sums[name][place] = sums[name][place] + amount
            }
        }
        state.agentTable.forEach { agent in
            add(agent.total, at: 0)
            add(agent.used, at: 1)
        }
        func share(_ part: Scalar, _ whole: Scalar) -> Double { whole == .zero ? 0 : part.value / whole.value }
        return zip(names, sums).flatMap { name, sums -> [(name: String, value: Double)] in
            [
                ("master/\(name)_total", sums[0].value), ("master/\(name)_used", sums[1].value),
                ("master/\(name)_percent", share(sums[1], sums[0])),
                ("master/\(name)_revocable_total", sums[2].value), ("master/\(name)_revocable_used", sums[3].value),
                ("master/\(name)_revocable_percent", share(sums[3], sums[2])),
            ]
        }
    }
}

extension MasterCore {
    /// What the metrics are worked out of; cheap, whatever there is.
    public var metricsView: MetricsView {
        var rows = counters.rows + operationCounts.rows.map { ("master/" + $0.name, $0.value) }
        // Upstream has these beside `slave_unreachable_…` and no longer counts them; no driver of v0 can come here; and
        // the allocator is no process with a queue.
        for name in ["scheduled", "completed", "canceled"] { rows.append(("master/slave_shutdowns_" + name, 0)) }
        rows.append(("master/messages_deactivate_framework", 0))
        for name in ["allocator", "allocator/mesos"] { rows.append((name + "/event_queue_dispatches", 0)) }
        rows.append(("allocator/mesos/allocation_runs", Double(allocator.runs)))
        for (role, share) in allocator.dominantShares {
            rows.append(("allocator/mesos/roles/\(role)/shares/dominant", share))
        }
        for (role, count) in allocator.activeFilters {
            rows.append(("allocator/mesos/offer_filters/roles/\(role)/active", Double(count)))
        }
        var charges: [String: Quantities] = [:]
        for role in quotas.keys { charges[role] = charged(role) }
        let filters = configuration.publishesFrameworkMetrics ? allocator.filtersByFramework : nil
        return MetricsView(
            counted: rows, filters: filters, departedCalls: departedCalls, charged: charges, now: now, state: state)
    }

    /// All metrics of the core, sorted.
    public var metrics: [(name: String, value: Double)] { metricsView.rows }

    /// How many runs of the allocator there were.
    public var allocationRuns: UInt64 { allocator.runs }
}
