internal import ClusterBase
internal import ClusterModel
internal import OrderedCollections

// Emptying the agent (spec mesos/05 §5.11).
extension AgentCore {
    /// Ends all tasks within the time given; launches are refused until nothing is left.
    mutating func drain(_ config: DrainConfig) {
        guard !isIdle else { return log("There is nothing to drain") }
        record(.drain(config))
        state.drain = AgentDrain(config: config, startedAt: now)
        endTasksForDrain()
    }

    /// Sends the kills, also again after a restart.
    mutating func endTasksForDrain() {
        guard let config = state.drain?.config else { return }
        for framework in sortedFrameworks {
            let executors = framework.executors.values.sorted { $0.run.executorID < $1.run.executorID }
            let queued = executors.flatMap(\.queuedTasks).map { ($0.id, $0.killPolicy) }
            let launched = executors.flatMap { executor in
                executor.tasks.values.map { ($0.record.id, $0.record.killPolicy) }.sorted { $0.0 < $1.0 }
            }
            for (taskID, policy) in queued + launched {
                let key = TaskKey(frameworkID: framework.id, taskID: taskID)
                killTask(key, policy: config.override(of: policy))
            }
        }
        endDrainIfIdle()
    }

    /// Draining is over when no task runs or waits for an acknowledgement and no operation is under way.
    mutating func endDrainIfIdle() {
        guard state.drain != nil, isIdle else { return }
        state.drain = nil
        record(.drain(nil))
        log("The agent is drained")
    }

    private var isIdle: Bool {
        state.resources.operations.isEmpty
            && state.frameworks.values.allSatisfy { framework in
                framework.executors.values.allSatisfy { executor in
                    executor.queue.isEmpty && executor.tasks.isEmpty
                        && (executor.ended.isEmpty || framework.isTerminating)
                }
            }
    }

    /// What a task's end is called while the agent drains: that it was killed for that, or given up with the agent.
    ///
    /// Upstream says TASK_GONE_BY_OPERATOR of tasks that are still being killed; here a task is gone when it has ended.
    func whileDraining(_ status: TaskStatus, of frameworkID: FrameworkID) -> TaskStatus {
        guard let config = state.drain?.config, status.state == .killing || status.state == .killed else {
            return status
        }
        var status = status
        status.reason = .agentDraining
        if status.state == .killed, config.markGone, state.frameworks[frameworkID]?.info.isPartitionAware == true {
            status.state = .goneByOperator
        }
        return status
    }
}

/// An emptying that is under way.
struct AgentDrain: Sendable {
    var config: DrainConfig
    /// When it began, or went on after a restart.
    var startedAt: Instant
}

extension DrainConfig {
    /// What a kill says about the time to end: the bound, unless the task asks for less itself.
    func override(of policy: KillPolicy?) -> KillPolicy? {
        guard let maxGracePeriod else { return nil }
        if let own = policy?.gracePeriod, own <= maxGracePeriod { return nil }
        return KillPolicy(gracePeriod: maxGracePeriod)
    }
}
