internal import ClusterBase
internal import KubeClient
internal import KubeModel
internal import KubeletCore

// Which pods have workers, and what those are told.
extension Kubelet {
    /// Takes news of the API's pods that are bound to this node.
    func take(_ news: Informer.News) async {
        switch news {
        case .changed(let deltas):
            for delta in deltas { await take(delta) }
        case .synchronised:
            api = .known
            admitWaiting()
            mirroring.raise()
            for uid in workers.keys where !staticPods.contains(uid) && informer.object(uid: uid) == nil {
                jobSink.yield { await self.verify(uid) }
            }
        }
        cleaning.raise()
    }

    private func take(_ delta: ObjectDelta) async {
        let pod = delta.object
        if pod.annotation(StaticPods.mirrorAnnotation) != nil { return await takeMirror(delta) }
        if delta.isDeletion {
            await workers[pod.uid]?.objectGone()
        } else if let worker = workers[pod.uid] {
            await worker.update(effective(pod), target: StatusTarget(key: pod.key, uid: pod.uid))
        } else if pod.isDeleting, taskOfPod[pod.uid] == nil {
            // Nobody else ends it: what is left of it goes, then its object.
            begin(pod, target: StatusTarget(key: pod.key, uid: pod.uid))
        }
    }

    /// When the API server does not answer, what was launched runs from its copy.
    func giveUpWaiting() async {
        guard (try? await world.clock.sleep(.seconds(3))) != nil, api == .unknown else { return }
        api = .away
        admitWaiting()
    }

    /// Runs a launched pod.
    func admit(_ taskID: String) async {
        guard waitingLaunches.contains(taskID), let task = tasks[taskID] else { return }
        let found = await find(task.copy)
        guard waitingLaunches.contains(taskID), let task = tasks[taskID] else { return }
        waitingLaunches.removeAll { $0 == taskID }
        let pod: KubeObject
        switch found {
        case .gone: return tell(task, .finished, "pod-deleted")
        case .elsewhere: return tell(task, .failed, "create-binding-failure")
        case .away: pod = task.copy
        case .here(let object): pod = object
        }
        let target = StatusTarget(key: pod.key, uid: pod.uid)
        if let worker = workers[pod.uid] {
            // It runs on under another task, or is just being ended.
            await worker.update(effective(pod), target: target)
            if let news = progress[pod.uid] { take(news) }
        } else {
            begin(pod, target: target, rejection: admission(pod))
        }
    }

    private enum Finding {
        case here(KubeObject)
        case elsewhere
        case gone
        case away
    }

    /// The API's object of a launched pod; asked for directly when the watch has not told of it yet.
    private func find(_ copy: KubeObject) async -> Finding {
        if let known = informer.object(uid: copy.uid) { return .here(known) }
        guard api == .known else { return .away }
        do {
            let found = try await world.client.get(.pods, copy.key)
            if found.uid != copy.uid { return .gone }
            return found.text("spec", "nodeName") == world.configuration.nodeName ? .here(found) : .elsewhere
        } catch let error as APIError where error.code == 404 {
            return .gone
        } catch {
            return .away
        }
    }

    /// Asks whether a pod that the listing does not show is gone.
    private func verify(_ uid: String) async {
        guard let worker = workers[uid], informer.object(uid: uid) == nil else { return }
        let key = worker.key
        do {
            let found = try await world.client.get(.pods, key)
            if found.uid != uid { await worker.objectGone() }
        } catch let error as APIError where error.code == 404 {
            await worker.objectGone()
        } catch {
            // It is asked again with the next listing.
        }
    }

    /// Gives a pod a worker.
    func begin(_ pod: KubeObject, target: StatusTarget?, rejection: PodStop? = nil) {
        guard workers[pod.uid] == nil else { return }
        let age = world.clock.time().microseconds - startedAt.microseconds
        // After a restart checks do not come all at once.
        let offset = age < 10_000_000 ? Double.random(in: 0..<1) : 0
        let worker = PodWorker(
            effective(pod), target: target, rejection: rejection, world: world, probeOffset: offset
        ) { [weak self] in await self?.take($0) }
        workers[pod.uid] = worker
        jobSink.yield { await worker.run() }
    }

    /// Nothing is left of a pod.
    func forget(_ uid: String) {
        workers[uid] = nil
        progress[uid] = nil
        cleaning.raise()
        // A pod of the same name may have waited for this.
        mirroring.raise()
        beginStaticPods()
    }

    /// The pod as it is to run.
    func effective(_ pod: KubeObject) -> KubeObject {
        guard let task = taskOfPod[pod.uid].flatMap({ tasks[$0] }) else { return pod }
        var merged = PodCopy.merged(pod, copy: task.copy)
        if task.end != nil, let grace = task.grace {
            merged = PodCopy.ending(merged, within: grace, now: world.clock.time())
        }
        return merged
    }

    /// The API's object that a pod's status goes to.
    func target(of uid: String) -> StatusTarget? {
        if let pod = staticPods[uid] {
            return informer[pod.key].flatMap { mirror in
                mirror.annotation(StaticPods.mirrorAnnotation) == pod.annotation(StaticPods.hashAnnotation)
                    ? StatusTarget(key: mirror.key, uid: mirror.uid) : nil
            }
        }
        if let pod = informer.object(uid: uid) { return StatusTarget(key: pod.key, uid: uid) }
        return taskOfPod[uid].flatMap { tasks[$0] }.map { StatusTarget(key: $0.copy.key, uid: uid) }
    }

    /// Why a pod must not run here beside the others; nil when it may (spec `kubernetes/04` §4.1).
    private func admission(_ pod: KubeObject) -> PodStop? {
        let view = PodView(effective(pod))
        if view.recordedPhase.map({ $0 != .pending }) ?? false { return nil }
        let others = progress.values.filter { $0.uid != pod.uid && $0.stage == .active }.map { PodView($0.pod) }
        let (configuration, labels) = (world.configuration, keeper.node?.labels)
        let capacity = (configuration.allocatable ?? configuration.capacity).pods
        let node = PodAdmission(nodeName: configuration.nodeName, nodeLabels: labels, capacity: capacity)
        return node.rejection(of: view, others: others)
    }

    // MARK: - The runtime

    /// Has workers look whenever the runtime tells of their pods.
    func followRuntime() async {
        while !Task.isCancelled {
            for await uid in world.runtime.changes() {
                guard let uid else {
                    keeper.wake()
                    cleaning.raise()
                    for worker in workers.values { await worker.look() }
                    continue
                }
                if let worker = workers[uid] { await worker.look() } else { cleaning.raise() }
            }
            guard (try? await world.clock.sleep(.seconds(1))) != nil else { return }
        }
    }
}
