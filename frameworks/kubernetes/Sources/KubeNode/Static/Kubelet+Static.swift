internal import ClusterBase
internal import KubeClient
public import KubeModel
internal import KubeletCore
internal import Logging

// Pods that do not come from the API server, and their mirrors there.
extension Kubelet {
    /// Static pods handed over by the executor; replaces those given before.
    ///
    /// What makes no pod is logged and passed over.
    public func setStaticPods(_ pods: [KubeObject]) async {
        let reader = StaticPods(nodeName: world.configuration.nodeName)
        var found: [KubeObject] = []
        for pod in pods {
            do throws(StaticPods.Problem) {
                found.append(try reader.adopt(pod, from: .executor, now: world.clock.time()))
            } catch {
                world.logger.warning("a static pod does not read", metadata: ["error": "\(error)"])
            }
        }
        await take(.executor, found)
    }

    /// Follows files and web servers.
    func followStaticSources() async {
        let source = StaticSource(
            sources: world.configuration.staticSources, reader: StaticPods(nodeName: world.configuration.nodeName),
            clock: world.clock, logger: world.logger)
        await source.run { await self.take($0, $1) }
    }

    private func take(_ place: StaticPlace, _ pods: [KubeObject]) async {
        for uid in staticPods.set(place, pods) { await workers[uid]?.objectGone() }
        beginStaticPods()
        mirroring.raise()
        cleaning.raise()
    }

    /// Gives every static pod a worker, once a former pod of its name is gone.
    func beginStaticPods() {
        if isShuttingDown { return }
        let taken = Set(progress.values.map(\.pod.key))
        for pod in staticPods.all where workers[pod.uid] == nil && !taken.contains(pod.key) {
            begin(PodCopy.mirrored(pod, mirror: mirror(of: pod)), target: target(of: pod.uid))
        }
    }

    private func mirror(of pod: KubeObject) -> KubeObject? {
        informer[pod.key].flatMap { mirror in
            mirror.annotation(StaticPods.mirrorAnnotation) == pod.annotation(StaticPods.hashAnnotation) ? mirror : nil
        }
    }

    /// Takes news of a mirror: its status is the static pod's memory, its deletion means nothing but work.
    func takeMirror(_ delta: ObjectDelta) async {
        if let pod = staticPods.all.first(where: { $0.key == delta.object.key }), let worker = workers[pod.uid] {
            await worker.update(PodCopy.mirrored(pod, mirror: mirror(of: pod)), target: target(of: pod.uid))
        }
        mirroring.raise()
    }

    /// Has a mirror in the API for each static pod, and no others, until cancelled.
    func keepMirrors() async {
        while !Task.isCancelled {
            var isDone = true
            if api == .known, staticPods.isComplete, !isShuttingDown { isDone = await reconcileMirrors() }
            await mirroring.wait(atMost: isDone ? nil : .seconds(3), clock: world.clock)
        }
    }

    /// One look; false when something is to be tried again.
    private func reconcileMirrors() async -> Bool {
        var isDone = true
        let wanted = staticPods.all
        let hashes = Dictionary(
            wanted.map { ($0.key, $0.annotation(StaticPods.hashAnnotation) ?? "") }, uniquingKeysWith: { $1 })
        for mirror in informer.all where mirror.annotation(StaticPods.mirrorAnnotation) != nil {
            let isWanted = hashes[mirror.key] == mirror.annotation(StaticPods.mirrorAnnotation)
            if isWanted && !mirror.isDeleting { continue }
            isDone =
                await attempt {
                    try await self.world.client.delete(
                        .pods, mirror.key, DeletionRequest(gracePeriodSeconds: 0, uid: mirror.uid))
                } && isDone
        }
        guard let node = keeper.node else { return wanted.isEmpty && isDone }
        for pod in wanted where informer[pod.key] == nil {
            isDone =
                await attempt {
                    _ = try await self.world.client.create(.pods, Self.mirror(pod, of: node))
                } && isDone
        }
        return isDone
    }

    private func attempt(_ body: () async throws -> Void) async -> Bool {
        do {
            try await body()
        } catch let error as APIError where error.code == 404 || error.code == 409 {
            // The watch tells what is there.
            return error.code == 409
        } catch {
            world.logger.debug("a mirror pod was not written", metadata: ["error": "\(error)"])
            return false
        }
        return true
    }

    /// The object that stands for a static pod in the API.
    private static func mirror(_ pod: KubeObject, of node: KubeObject) -> KubeObject {
        var mirror = pod
        mirror.setAnnotation(StaticPods.mirrorAnnotation, pod.annotation(StaticPods.hashAnnotation))
        mirror.uid = ""
        mirror.resourceVersion = ""
        mirror["status"] = nil
        mirror.ownerReferences = [
            OwnerReference(apiVersion: "v1", kind: "Node", name: node.name, uid: node.uid, isController: true)
        ]
        return mirror
    }
}
