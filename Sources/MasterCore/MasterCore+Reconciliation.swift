internal import ClusterBase
internal import ClusterModel
internal import ResourceModel

extension MasterCore {
    /// RECONCILE: about all tasks of the framework, or about those named (spec `mesos/03` §3.4).
    mutating func reconcile(_ queries: [TaskQuery], of id: FrameworkID) {
        counters.count(.reconciliations)
        guard queries.isEmpty else {
            for query in queries { answer(query, of: id) }
            return
        }
        guard let framework = frameworks[id] else { return }
        for task in framework.tasks.values { send(.update(latestStatus(of: task)), to: id) }
    }

    /// One answer by the table of spec `mesos/03` §3.4; first match wins.
    mutating func answer(_ query: TaskQuery, of id: FrameworkID) {
        guard let framework = frameworks[id] else { return }
        if let task = framework.tasks[query.taskID] {
            send(.update(latestStatus(of: task)), to: id)
            return
        }
        guard let (state, words, since) = verdict(on: query, framework) else { return }
        let told = framework.info.isPartitionAware ? state : state.legacy
        let status = masterStatus(
            of: query.taskID, told, .reconciliation, "Reconciliation: \(words)", agent: query.agentID,
            unreachableSince: since)
        send(.update(status), to: id)
    }

    /// What is known of a task that the master does not have; nil = ask again later.
    private func verdict(on query: TaskQuery, _ framework: Framework) -> (TaskState, String, Instant?)? {
        guard let agent = query.agentID ?? framework.unreachableTasks[query.taskID]?.agentID else {
            return recovered.isEmpty ? (.unknown, "Task is unknown", nil) : nil
        }
        if recovered.contains(agent) { return nil }
        if agents.contains(agent) { return (.gone, "Task is unknown to the agent", nil) }
        if let since = unreachable[agent] { return (.unreachable, "Task is unreachable", since) }
        if gone.contains(agent) { return (.goneByOperator, "Task is gone", nil) }
        return (.unknown, "Task is unknown", nil)
    }

    private func latestStatus(of task: TaskRecord) -> TaskStatus {
        var status = masterStatus(
            of: task.id, task.statusUpdateState ?? task.state, .reconciliation, "Reconciliation: Latest task state",
            agent: task.agentID, executor: task.executorID)
        status.isHealthy = task.statuses.last?.isHealthy
        status.containerStatus = task.statuses.last?.containerStatus
        status.checkStatus = task.statuses.last?.checkStatus
        status.labels = task.statuses.last?.labels ?? []
        return status
    }
}
