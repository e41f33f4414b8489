internal import ClusterBase
internal import ClusterModel
internal import KubeCore
internal import KubeModel

extension PodScheduler {
    /// Compares all tasks with the master's, at the begin of a subscription.
    mutating func reconcileAll() {
        reconciler.begin(tasks.keys.sorted())
        askUnanswered()
        timers.set(.implicit, due: now + settings.implicitReconciliationDelay)
        schedulePeriodic()
    }

    /// Asks for one task whose state is not known.
    mutating func ask(for task: TaskID) {
        guard isConnected, let agent = tasks[task]?.agent else { return }
        reconciler.add(task)
        effects.append(.call(.reconcile([TaskQuery(taskID: task, agentID: agent)])))
        if !timers.contains(.explicit) { timers.set(.explicit, due: now + reconciler.backoff) }
    }

    /// Asks for the tasks that the master said nothing of, and again later.
    mutating func askUnanswered() {
        guard isConnected else { return }
        let queries = reconciler.unanswered.compactMap { id in
            tasks[id].map { TaskQuery(taskID: id, agentID: $0.agent) }
        }
        guard !queries.isEmpty else { return }
        effects.append(.call(.reconcile(queries)))
        timers.set(.explicit, due: now + reconciler.backoff)
        reconciler.lengthen(to: settings.longestReconciliationBackoff)
    }

    /// Asks for all tasks that the master knows.
    mutating func askForAll() {
        guard isConnected else { return }
        effects.append(.call(.reconcile([])))
    }

    mutating func reconcilePeriodically() {
        reconciler.begin(tasks.keys.sorted())
        askUnanswered()
        askForAll()
        schedulePeriodic()
    }

    private mutating func schedulePeriodic() {
        guard settings.reconcileInterval > .zero else { return }
        timers.set(.periodic, due: now + settings.reconcileInterval)
    }

    /// Does what an operator asks for.
    mutating func perform(_ command: SchedulingCommand) {
        switch command {
        case .reconcileExplicitly:
            reconciler.begin(tasks.keys.sorted())
            timers.set(.explicit, due: reconciler.next(now: now, cooldown: settings.reconcileCooldown))
        case .reconcileImplicitly:
            timers.set(.implicit, due: reconciler.next(now: now, cooldown: settings.reconcileCooldown))
        case .kamikaze: broadcast(.kamikaze)
        case .upgrade(let program): broadcast(.upgrade(program))
        }
        tickNow()
    }

    private mutating func tickNow() {
        for key in [TimerKey.explicit, .implicit] where timers.takeIfDue(key, at: now) { expire(key) }
    }

    /// Says something to every executor that runs.
    private mutating func broadcast(_ message: PoolMessage) {
        guard isConnected else { return }
        for number in nodes.all {
            let isRunning = nodes[number].executor.isPresent || nodes[number].liveTasks > 0
            guard let agent = nodes[number].agent, isRunning else { continue }
            effects.append(
                .call(.message(agent: agent, executor: settings.executor.id, data: Array(message.text.utf8))))
        }
    }
}
