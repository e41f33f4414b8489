internal import ClusterBase
public import KubeModel
internal import KubeletCore

// What the executor asks for.
extension Kubelet {
    /// Says which of the recorded tasks still live; the others are forgotten, and their pods wait, untouched, to be
    /// launched anew.
    ///
    /// From then on, and once the API server's pods are known, containers of pods that are neither launched, nor bound
    /// here in the API, nor static are removed.
    public func adopt(_ taskIDs: Set<String>) {
        for task in recordedTasks where tasks[task.taskID] == nil {
            guard taskIDs.contains(task.taskID), task.outcome?.isFinal != true else {
                records.remove(task.taskID)
                continue
            }
            enlist(LaunchedTask(taskID: task.taskID, copy: task.pod, told: task.outcome))
        }
        isAdopting = false
        cleaning.raise()
    }

    /// Takes a pod on as a task; outcomes follow.
    ///
    /// A pod with the same uid that already runs, or whose containers are there, goes on under the new task.
    ///
    /// - Parameter pod: the pod as the task carries it, with filled resource limits.
    public func launch(_ pod: KubeObject, taskID: String) {
        guard tasks[taskID] == nil else { return }
        let task = LaunchedTask(taskID: taskID, copy: pod)
        if pod.uid.isEmpty || pod.name.isEmpty {
            return tell(task, .failed, "unmarshal-task-data-failure")
        }
        let node = pod.text("spec", "nodeName")
        if !node.isEmpty, node != world.configuration.nodeName {
            return tell(task, .failed, "pod-for-wrong-slave-failure")
        }
        if isShuttingDown { return tell(task, .killed, LaunchedTask.End.shutdown.message) }
        if let former = taskOfPod[pod.uid].flatMap({ tasks[$0] }) {
            // The scheduler would not launch it again while it counted on the former task.
            tell(former, .lost, "task-superseded")
        }
        records.save(task.record)
        tasks[taskID] = task
        tell(task, .starting, "create-binding-success")
        if let task = tasks[taskID] { enlist(task) }
    }

    /// Ends a task's pod; the outcome is `killed` once all is gone.
    ///
    /// The API's object, when it is bound to this node, is removed then: its pod cannot run again.
    ///
    /// - Parameter grace: nil = the pod's own.
    public func kill(taskID: String, grace: Duration? = nil) async {
        await end(taskID, .killed, grace: grace)
    }

    /// Ends all pods, each within the grace period at most, and returns when nothing is left of them or twice the
    /// period has passed; static pods are ended too.
    public func shutdown(grace: Duration) async {
        isShuttingDown = true
        let deadline = world.clock.steady() + max(grace * 2, .seconds(4))
        for taskID in tasks.keys.sorted() { await end(taskID, .shutdown, grace: grace) }
        for (uid, worker) in workers.sorted(by: { $0.key < $1.key }) where taskOfPod[uid] == nil {
            await worker.objectGone()
        }
        for worker in workers.values { await worker.hurry() }
        while !workers.isEmpty, !Task.isCancelled {
            let rest = deadline - world.clock.steady()
            if rest <= .zero { break }
            await ending.wait(atMost: rest, clock: world.clock)
        }
    }

    /// Removes what ended pods left, then deletes the Node and its lease: for a process that ends because it is idle.
    public func leave() async {
        await shutdown(grace: .seconds(2))
        await keeper.leave()
    }

    private func end(_ taskID: String, _ end: LaunchedTask.End, grace: Duration?) async {
        guard var task = tasks[taskID] else { return }
        let uid = task.copy.uid
        if task.end == nil || end == .shutdown { task.end = end }
        task.grace = [task.grace, grace].compactMap { $0 }.min()
        tasks[taskID] = task
        guard let worker = workers[uid] else {
            waitingLaunches.removeAll { $0 == taskID }
            return tell(task, .killed, end.message)
        }
        if let limit = task.grace {
            let pod = await worker.pod
            let own = Duration.seconds(pod.integer("spec", "terminationGracePeriodSeconds") ?? 30)
            await worker.update(
                PodCopy.ending(pod, within: min(limit, own), now: world.clock.time()), target: target(of: uid))
        }
        await worker.stop(.released)
    }
}

// MARK: - Outcomes

extension Kubelet {
    /// Puts a task in line to be run.
    private func enlist(_ task: LaunchedTask) {
        tasks[task.taskID] = task
        taskOfPod[task.copy.uid] = task.taskID
        guard api != .unknown else { return waitingLaunches.append(task.taskID) }
        let taskID = task.taskID
        waitingLaunches.append(taskID)
        jobSink.yield { await self.admit(taskID) }
    }

    /// Has everything that waits for the API server's pods run.
    func admitWaiting() {
        for taskID in waitingLaunches { jobSink.yield { await self.admit(taskID) } }
    }

    /// Tells what became of a task, once.
    func tell(_ task: LaunchedTask, _ state: PodOutcome.State, _ message: String, _ pod: KubeObject? = nil) {
        if let told = tasks[task.taskID]?.told, told.isFinal || told == state { return }
        var shown = KubeObject(["apiVersion": "v1", "kind": "Pod"])
        let source = pod ?? task.copy
        shown["metadata"] = source["metadata"]
        shown["status"] = source["status"]
        outcomeSink.yield(
            PodOutcome(
                taskID: task.taskID, uid: task.copy.uid, key: task.copy.key, state: state, message: message,
                pod: shown))
        guard tasks[task.taskID] != nil else { return }
        if state.isFinal {
            tasks[task.taskID] = nil
            waitingLaunches.removeAll { $0 == task.taskID }
            if taskOfPod[task.copy.uid] == task.taskID { taskOfPod[task.copy.uid] = nil }
            records.remove(task.taskID)
        } else {
            tasks[task.taskID]?.told = state
            if let record = tasks[task.taskID]?.record { records.save(record) }
        }
    }

    /// Takes what a worker tells of its pod.
    func take(_ news: PodProgress) {
        progress[news.uid] = news
        defer { ending.raise() }
        if let task = taskOfPod[news.uid].flatMap({ tasks[$0] }) { judge(task, news) }
        if news.stage == .gone { forget(news.uid) }
    }

    /// What a pod's progress means for its task.
    private func judge(_ task: LaunchedTask, _ news: PodProgress) {
        if news.stage < .terminating, news.phase == .running {
            tell(task, .running, "pod-running:\(task.copy.name)_\(task.copy.namespace)", news.pod)
        }
        switch news.stage {
        case .ended where news.phase == .succeeded: tell(task, .finished, "pod-succeeded", news.pod)
        case .ended where news.phase == .failed:
            let reason = [news.pod.text("status", "reason"), news.pod.text("status", "message")]
                .filter { !$0.isEmpty }.joined(separator: ": ")
            tell(task, .failed, reason.isEmpty ? "pod-failed" : reason, news.pod)
        case .terminated where !news.isReleased: break
        case .terminated, .removing, .gone:
            if let end = task.end {
                tell(task, .killed, end.message, news.pod)
            } else {
                tell(task, .finished, "pod-deleted", news.pod)
            }
        default: break
        }
    }
}
