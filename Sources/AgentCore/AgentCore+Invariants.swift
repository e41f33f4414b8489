internal import ClusterBase
internal import ClusterModel
internal import OrderedCollections
internal import ResourceModel

extension AgentCore {
    /// What must always hold and does not, in words; empty when all is well.
    ///
    /// Cost: proportional to everything there is.
    public func checkInvariants() -> [String] {
        var problems: [String] = []
        for framework in sortedFrameworks {
            var owners: [TaskID: ExecutorID] = [:]
            for executor in framework.executors.values.sorted(by: { $0.run.executorID < $1.run.executorID }) {
                problems += self.problems(of: executor, owners: &owners)
            }
            if owners != framework.taskExecutors {
                problems.append("framework \(framework.id): index of tasks is not what its executors have")
            }
            if framework.executors.isEmpty { problems.append("framework \(framework.id) has no executor") }
        }
        for (key, stream) in state.streams.sorted(by: { $0.key < $1.key }) {
            if stream.retry != nil, state.phase != .running {
                problems.append("\(key.taskID): update sent without a master")
            }
            if stream.pending.count > UpdateStream.pendingMax + 1 {
                problems.append("\(key.taskID): too many updates wait")
            }
            if stream.pending.dropLast().contains(where: { $0.status.state.isTerminal }) {
                problems.append("\(key.taskID): update after the last one")
            }
        }
        problems += resourceProblems
        for (id, owner) in state.containers {
            let run: RunID =
                switch owner {
                case .executor(let run): run
                case .task(let run, _): run
                }
            if executor(run) == nil { problems.append("container \(id) belongs to nobody") }
        }
        for (request, run) in state.requests where executor(run)?.stream != request {
            problems.append("stream \(request.number) is not its executor's")
        }
        return problems.sorted()
    }

    private func problems(of executor: Executor, owners: inout [TaskID: ExecutorID]) -> [String] {
        var problems: [String] = []
        let name = "executor \(executor.run.executorID)"
        var used: Resources = []
        for task in executor.queuedTasks {
            used += task.resources
            if owners.updateValue(executor.run.executorID, forKey: task.id) != nil {
                problems.append("\(name): task \(task.id) is there twice")
            }
        }
        for (id, task) in executor.tasks.sorted(by: { $0.key < $1.key }) {
            used += task.record.resources
            if task.record.state.isTerminal { problems.append("\(name): ended task \(id) is among the live ones") }
            if owners.updateValue(executor.run.executorID, forKey: id) != nil {
                problems.append("\(name): task \(id) is there twice")
            }
            if executor.ended[id] != nil { problems.append("\(name): task \(id) is live and ended") }
            if let supervised = task.supervised, state.containers[supervised.containerID] == nil {
                problems.append("\(name): task \(id) has no container")
            }
        }
        if !(used.contains(executor.taskResources) && executor.taskResources.contains(used)) {
            problems.append("\(name): tasks use \(used), counted are \(executor.taskResources)")
        }
        if executor.stage == .terminated, !executor.tasks.isEmpty || !executor.queue.isEmpty {
            problems.append("\(name): has ended but has live tasks")
        }
        for (id, _) in executor.ended.sorted(by: { $0.key < $1.key }) {
            let key = TaskKey(frameworkID: executor.run.frameworkID, taskID: id)
            let isTerminating = state.frameworks[executor.run.frameworkID]?.isTerminating == true
            if state.streams[key]?.hasEnded != true, !isTerminating {
                problems.append("\(name): the last update of task \(id) got lost")
            }
        }
        return problems
    }

    private var resourceProblems: [String] {
        var problems: [String] = []
        var restored = AgentResources(configured: state.resources.configured)
        do throws(ClusterError) {
            try restored.restore(state.resources.checkpointed)
            if !restored.total.isEqual(to: state.resources.total) {
                problems.append("a restart would find \(restored.total), not \(state.resources.total)")
            }
        } catch {
            problems.append("a restart would not take what is checkpointed: \(error.message)")
        }
        for (uuid, operation) in state.resources.operations {
            if operation.stream.head == nil { problems.append("operation \(uuid) waits for nothing") }
            if operation.stream.retry != nil, state.phase != .running {
                problems.append("operation \(uuid): status sent without a master")
            }
        }
        return problems
    }
}
