internal import ClusterBase
public import HTTPTransport
internal import KubeClient
internal import KubeModel
internal import KubeletCore

// What the node's HTTP API shows.
extension Kubelet {
    /// The node's HTTP API (spec `kubernetes/04` §4.13), for the caller's server.
    public nonisolated var routes: [Route] {
        NodeEndpoints(KubeletRuntime(kubelet: self, runtime: world.runtime)).routes
            + KubeletEndpoints(kubelet: self, stats: NodeStats(runtime: world.runtime, clock: world.clock)).routes
    }

    /// A pod by name, with what the runtime has of it now; nil when this node has none of that name or uid.
    func nodePod(_ reference: ContainerReference) async -> NodePod? {
        let key = ObjectKey(namespace: reference.namespace, reference.pod)
        guard let pod = await shownPod(key) else { return nil }
        if let uid = reference.uid, uid != pod.uid, uid != informer[key]?.uid { return nil }
        return NodePod(pod: pod, runtime: try? await world.runtime.pod(uid: pod.uid))
    }

    /// All pods of the node with their statuses, by key.
    func shownPods() async -> [KubeObject] {
        var pods: [ObjectKey: KubeObject] = [:]
        for pod in informer.all { pods[pod.key] = pod }
        for worker in workers.values { pods[worker.key] = await worker.pod }
        return pods.values.sorted { $0.key < $1.key }
    }

    private func shownPod(_ key: ObjectKey) async -> KubeObject? {
        let named = workers.values.filter { $0.key == key }
        // A pod that goes may have a successor of the same name.
        let latest = named.max { rank($0) < rank($1) }
        if let latest { return await latest.pod }
        return informer[key]
    }

    private func rank(_ worker: PodWorker) -> Int { -(progress[worker.uid]?.stage.rawValue ?? 0) }

    /// How many checks of each kind and outcome there were.
    func probeCounts() async -> [(pod: KubeObject, counts: [PodWorker.ProbeCount: Int])] {
        var all: [(pod: KubeObject, counts: [PodWorker.ProbeCount: Int])] = []
        for worker in workers.values.sorted(by: { $0.key < $1.key }) {
            all.append((await worker.pod, await worker.probeCounts))
        }
        return all
    }
}
