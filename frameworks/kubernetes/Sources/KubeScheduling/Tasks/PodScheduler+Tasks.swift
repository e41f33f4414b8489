internal import ClusterBase
internal import ClusterModel
internal import KubeCore
internal import KubeModel
internal import OrderedCollections

extension PodScheduler {
    private static let firstKillPause: Duration = .seconds(5)
    private static let longestKillBackoff: Duration = .seconds(60)
    /// How long a node that ends a pod itself has to tell of it.
    static let farewell: Duration = .seconds(1)
    /// A pod that is launched again within this time of its last launch waits longer and longer.
    private static let settledAfter: Duration = .seconds(60)

    /// Keeps a task that was launched.
    mutating func register(_ task: TaskEntry) {
        guard tasks[task.id] == nil else { return }
        tasks[task.id] = task
        nodes[task.node].liveTasks += 1
        timers.remove(.stranger(task.id))
        strangers[task.id] = nil
    }

    private mutating func forget(_ task: TaskEntry) {
        guard tasks.removeValue(forKey: task.id) != nil else { return }
        nodes[task.node].liveTasks -= 1
        timers.remove(.kill(task.id))
        reconciler.answered(task.id)
        launchable.append(task.node)
        nodes.releaseIfUnused(task.node)
    }

    /// Takes a task's status.
    mutating func update(_ status: TaskStatus) {
        reconciler.answered(status.taskID)
        guard var task = tasks[status.taskID] else { return meetStranger(status) }
        task.state = status.state
        tasks[task.id] = task
        let isExpected = task.pod.map { pods[$0].isDeleting || pods[$0].hasEnded } ?? true
        switch TaskVerdict(status, isExpected: isExpected || task.kills > 0) {
        case .alive: confirm(task, status)
        case .unreachable: break
        case .lost: end(task) { $0.relaunch($1) }
        case .refused:
            if let pod = task.pod {
                let words = status.message.map { ": \($0)" } ?? ""
                effects.append(
                    .note(
                        EventNote(
                            pods[pod].object, .warning, reason: "FailedScheduling",
                            "Task \(task.id) was refused by the master\(words)")))
            }
            end(task) { $0.relaunch($1) }
        case .hopeless:
            end(task) { scheduler, pod in
                scheduler.finish(pod)
                scheduler.delete(pod)
            }
        case .ended:
            end(task) { scheduler, pod in
                scheduler.finish(pod)
                // The node tells how the pod ended; one that it never tells of is not left hanging.
                scheduler.timers.set(.grace(pod), due: scheduler.now + scheduler.settings.launchGrace)
            }
        }
    }

    private mutating func confirm(_ task: TaskEntry, _ status: TaskStatus) {
        let state = status.state
        guard let pod = task.pod, pods[pod].task == task.id else {
            // Its pod is gone: it is to end, and is told again if it was out of reach.
            let isBack = status.reason == .agentReregistered || !timers.contains(.kill(task.id))
            if !task.id.value.hasPrefix("sweep."), isBack { kill(task.id) }
            return
        }
        if state == .running || state == .starting, case .absent = nodes[task.node].executor {
            nodes[task.node].executor = .present(nodes[task.node].facts.executor.flatMap(ExecutorMemo.executor))
            refresh(task.node)
        }
        if state == .running { timers.remove(.grace(pod)) }
    }

    /// Forgets a task that ended, and does to its pod what follows.
    private mutating func end(_ task: TaskEntry, _ then: (inout PodScheduler, Int) -> Void) {
        if let pod = task.pod, pods[pod].task == task.id {
            pods[pod].task = nil
            forget(task)
            then(&self, pod)
        } else {
            forget(task)
        }
    }

    /// Takes note that a pod's task ended and none follows.
    private mutating func finish(_ number: Int) {
        uncount(number)
        pods[number].phase = .ended
    }

    /// Launches a pod again where it is; at once, unless that is getting a habit.
    private mutating func relaunch(_ number: Int) {
        let node = pods[number].node
        guard node >= 0, !pods[number].hasEnded else { return finish(number) }
        if let last = pods[number].launchedAt, now < last + Self.settledAfter {
            pods[number].relaunches += 1
        } else {
            pods[number].relaunches = 0
        }
        pods[number].assignment = nil
        if pods[number].relaunches > 1 {
            let delay = backoff(pods[number].relaunches - 2, longest: settings.maximumPodBackoff)
            pods[number].holdUntil = now + delay
            timers.set(.retry(number), due: now + delay)
        }
        awaitLaunch(number, node)
    }

    /// A status of a task that is not known: killed if it lives and no pod turns up that it belongs to.
    private mutating func meetStranger(_ status: TaskStatus) {
        let isAlive = !status.state.isTerminal && status.state != .unknown && status.state != .unreachable
        guard isAlive, !status.taskID.value.hasPrefix("sweep.") else {
            strangers[status.taskID] = nil
            return timers.remove(.stranger(status.taskID))
        }
        guard !timers.contains(.stranger(status.taskID)), let agent = status.agentID else { return }
        strangers[status.taskID] = agent
        timers.set(.stranger(status.taskID), due: now + settings.strangerGrace)
    }

    /// Ends a task whose pod did not turn up.
    mutating func endStranger(_ task: TaskID) {
        guard let agent = strangers.removeValue(forKey: task), tasks[task] == nil else { return }
        guard isConnected, isSynchronised else {
            strangers[task] = agent
            return timers.set(.stranger(task), due: now + settings.strangerGrace)
        }
        effects.append(.call(.kill(task, agent: agent, policy: nil)))
    }

    /// Asks for the end of a task, and again until it is told.
    mutating func kill(_ id: TaskID) {
        guard let task = tasks[id] else { return }
        let pause = min(Self.firstKillPause * (1 << min(task.kills, 10)), Self.longestKillBackoff)
        timers.set(.kill(id), due: now + pause)
        guard isConnected else { return }
        tasks[id]?.kills += 1
        effects.append(.call(.kill(id, agent: task.agent, policy: nil)))
    }

    /// Deletes a pod that nobody runs, without grace.
    mutating func delete(_ number: Int) {
        guard !pods[number].isDeletionAsked else { return }
        pods[number].isDeletionAsked = true
        let request = DeletionRequest(gracePeriodSeconds: 0, uid: pods[number].uid)
        effects.append(.write(.delete(.pods, pods[number].key, request)))
    }

    /// Does what a time was kept for.
    mutating func expire(_ key: TimerKey) {
        switch key {
        case .retry(let pod):
            if pods[pod].phase == .waiting {
                pods[pod].isDue = true
                queue.wake(pod)
            } else if pods[pod].phase == .bound {
                launchable.append(pods[pod].node)
            }
        case .grace(let pod): losePatience(pod)
        case .delete(let pod): delete(pod)
        case .kill(let task): kill(task)
        case .stranger(let task): endStranger(task)
        case .launch(let node): launchable.append(node)
        case .offers, .revive: break
        case .explicit: askUnanswered()
        case .implicit: askForAll()
        case .periodic: reconcilePeriodically()
        }
    }

    private mutating func losePatience(_ number: Int) {
        switch pods[number].phase {
        case .bound:
            withdraw(number, to: .ended)
            delete(number)
        case .ended where !pods[number].hasEnded: delete(number)
        default: break
        }
    }
}
