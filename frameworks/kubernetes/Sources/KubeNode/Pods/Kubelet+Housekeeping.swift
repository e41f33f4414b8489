internal import ClusterBase
internal import KubeClient
internal import KubeModel
internal import KubeletCore
internal import Logging

// What nobody asks for any more.
extension Kubelet {
    /// Removes what belongs to no pod, at news of pods and every minute.
    func keepHouse() async {
        while !Task.isCancelled {
            await cleaning.wait(atMost: world.configuration.garbage.containerPeriod, clock: world.clock)
            // News of many pods at once need one look.
            guard (try? await world.clock.sleep(.milliseconds(200))) != nil else { return }
            cleaning.clear()
            if mayClean { await removeOrphans() }
        }
    }

    /// Whether it is known which pods belong here: nothing is removed on guesses.
    private var mayClean: Bool {
        if isAdopting {
            let age = world.clock.time().microseconds - startedAt.microseconds
            guard age >= world.configuration.adoptionPeriod.totalNanoseconds / 1_000 else { return false }
            adopt([])
        }
        return api == .known && staticPods.isComplete
    }

    /// Whether somebody wants a pod: a task, a file, or the API, whose scheduler will launch it anew.
    private func isWanted(_ uid: String) -> Bool {
        taskOfPod[uid] != nil || staticPods.contains(uid) || informer.object(uid: uid) != nil
    }

    /// Returns once nothing is left of pods that nobody wants, or a time has passed; whether that is so.
    public func sweep(within limit: Duration) async -> Bool {
        let deadline = world.clock.steady() + limit
        while !Task.isCancelled, world.clock.steady() < deadline {
            if mayClean, let found = try? await world.runtime.pods(), found.allSatisfy({ isWanted($0.uid) }) {
                return true
            }
            cleaning.raise()
            await ending.wait(atMost: .milliseconds(500), clock: world.clock)
        }
        return false
    }

    private func removeOrphans() async {
        let runtime = world.runtime
        guard let found = try? await runtime.pods() else { return }
        for pod in found where workers[pod.uid] == nil && !isWanted(pod.uid) {
            world.logger.info("an orphan is removed", metadata: ["pod": "\(pod.key)", "uid": "\(pod.uid)"])
            beginRemoval(pod.key, uid: pod.uid, containers: pod.containers)
        }
        let running = Set(found.map(\.uid))
        for uid in await world.volumes.mountedPods() {
            if running.contains(uid) || workers[uid] != nil || isWanted(uid) { continue }
            do throws(VolumeFailure) { try await world.volumes.unmount(uid: uid) } catch {
                world.logger.warning("volumes of an orphan stay", metadata: ["uid": "\(uid)", "error": "\(error)"])
            }
        }
    }

    /// Gives what is left of a pod that nobody knows a worker that removes it.
    private func beginRemoval(_ key: ObjectKey, uid: String, containers: [RuntimeContainer]) {
        var pod = KubeObject(["apiVersion": "v1", "kind": "Pod"])
        (pod.namespace, pod.name, pod.uid) = (key.namespace, key.name, uid)
        let names = Set(containers.map(\.name)).sorted()
        pod["spec", "containers"] = .array(names.map { ["name": .string($0), "image": "-"] })
        begin(pod, target: nil, rejection: .removed)
    }

    // MARK: - Images

    /// Removes images when their file system fills up.
    func collectImages() async {
        let garbage = world.configuration.garbage
        var collector = ImageCollector(garbage)
        while !Task.isCancelled {
            guard (try? await world.clock.sleep(garbage.imagePeriod)) != nil else { return }
            await collector.run(world, sample: keeper.sample)
        }
    }

    // MARK: - Pressure

    /// Ends pods when the node runs out of something: one at each look, the least important first; all when the disk
    /// is dead.
    func relievePressure() async {
        while !Task.isCancelled {
            guard (try? await world.clock.sleep(world.configuration.pressure.period)) != nil else { return }
            let shortage = await keeper.measure()
            await limitVolumes()
            guard !shortage.acute.isEmpty else { continue }
            let active = progress.values.filter { $0.stage == .active }.map { PodView($0.pod) }
            let resource = shortage.acute.contains(.memory) ? "memory" : "ephemeral-storage"
            for pod in shortage.isDiskDead ? active : await firstToGo(of: active) {
                await workers[pod.uid]?.stop(EvictionOrder.verdict(resource: resource, grace: .zero))
            }
        }
    }

    /// Ends pods whose empty directories outgrew their limits.
    private func limitVolumes() async {
        for pod in progress.values.filter({ $0.stage == .active }).map(\.pod) {
            guard let words = await world.volumes.excess(pod) else { continue }
            await workers[pod.uid]?.stop(.evicted(reason: "Evicted", message: words, grace: .zero))
        }
    }

    /// The pod that goes first, by what each uses; none where all are critical.
    private func firstToGo(of pods: [PodView]) async -> [PodView] {
        var candidates: [EvictionOrder.Candidate] = []
        for pod in pods {
            var used: UInt64 = 0
            let containers = await workers[pod.uid]?.runtimePod?.containers ?? []
            for container in containers {
                guard case .running = container.state else { continue }
                used += (try? await world.runtime.usage(container.id))?.workingSetBytes ?? 0
            }
            candidates.append(EvictionOrder.Candidate(pod, used: Int64(clamping: used)))
        }
        return EvictionOrder.sorted(candidates).prefix(1).map(\.pod)
    }
}
