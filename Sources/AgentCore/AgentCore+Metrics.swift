public import ClusterBase
internal import ClusterModel
internal import ResourceModel

extension AgentCore {
    /// The agent's metrics by upstream's names (spec `mesos/10`), in no particular order but always the same one.
    public func metrics(now: Instant) -> [(name: String, value: Double)] {
        var rows: [(name: String, value: Double)] = []
        func row(_ name: String, _ value: Double) { rows.append(("slave/" + name, value)) }
        let counters = state.counters
        row("uptime_secs", (now - state.startedAt).totalSeconds)
        row("registered", state.phase == .running ? 1 : 0)
        row("recovery_errors", Double(counters.recoveryErrors))
        if let time = counters.recoveryTime { row("recovery_time_secs", time.totalSeconds) }
        row("frameworks_active", Double(state.frameworks.count))
        let executors = state.frameworks.values.flatMap(\.executors.values)
        var active: [TaskState: Int] = [.staging: executors.reduce(0) { $0 + $1.queuedTasks.count }]
        for executor in executors {
            for task in executor.tasks.values { active[task.record.state, default: 0] += 1 }
        }
        for (name, taskState) in [
            ("staging", TaskState.staging), ("starting", .starting), ("running", .running), ("killing", .killing),
        ] {
            row("tasks_" + name, Double(active[taskState] ?? 0))
        }
        for (name, taskState) in [
            ("finished", TaskState.finished), ("failed", .failed), ("killed", .killed), ("lost", .lost),
            ("gone", .gone),
        ] {
            row("tasks_" + name, Double(counters.terminal[taskState] ?? 0))
        }
        row(
            "executors_registering", Double(executors.count { if case .registering = $0.stage { true } else { false } })
        )
        row("executors_running", Double(executors.count { if case .running = $0.stage { true } else { false } }))
        row(
            "executors_terminating", Double(executors.count { if case .terminating = $0.stage { true } else { false } })
        )
        row("executors_terminated", Double(counters.executorsTerminated))
        row("executors_preempted", 0)
        row("valid_status_updates", Double(counters.validUpdates))
        row("invalid_status_updates", Double(counters.invalidUpdates))
        row("valid_framework_messages", Double(counters.validMessages))
        row("invalid_framework_messages", Double(counters.invalidMessages))
        row("executor_directory_max_allowed_age_secs", (counters.maxAllowedAge ?? configuration.gcDelay).totalSeconds)
        row("container_launch_errors", Double(counters.launchErrors))
        for (name, value) in resourceMetrics { row(name, value) }
        rows.append(("gc/path_removals_pending", Double(state.garbage.count * 2)))
        rows.append(("gc/path_removals_succeeded", Double(counters.removalsSucceeded)))
        rows.append(("gc/path_removals_failed", Double(counters.removalsFailed)))
        return rows
    }

    private var resourceMetrics: [(String, Double)] {
        let used = allocatedResources
        var rows: [(String, Double)] = []
        for name in ["cpus", "gpus", "mem", "disk"] {
            for (suffix, isRevocable) in [("", false), ("_revocable", true)] {
                let total = state.resources.total.filter { $0.isRevocable == isRevocable }.scalar(name).value
                let taken = used.filter { $0.isRevocable == isRevocable }.scalar(name).value
                rows.append(("\(name)\(suffix)_total", total))
                rows.append(("\(name)\(suffix)_used", taken))
                rows.append(("\(name)\(suffix)_percent", total > 0 ? taken / total : 0))
            }
        }
        return rows
    }
}
