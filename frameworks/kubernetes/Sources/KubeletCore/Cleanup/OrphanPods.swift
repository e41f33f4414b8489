internal import ClusterBase
internal import KubeModel

extension PodView {
    /// The least that is known of a pod that the runtime has and nobody wants, so that it can be stopped and removed
    /// (`PodSync.stop(.removed)`).
    public init(orphan pod: RuntimePod) {
        var object = KubeObject(["apiVersion": "v1", "kind": "Pod"])
        (object.namespace, object.name, object.uid) = (pod.key.namespace, pod.key.name, pod.uid)
        self.init(object)
    }
}

/// Which pods of the runtime are nobody's (spec `kubernetes/04` §4.4, §4.11).
public enum OrphanPods {
    /// The pods whose uid is not among those wanted, by uid.
    ///
    /// Ask only when every source of pods has told of all its pods once, or pods of a source that is late are ended.
    public static func find(in runtime: [RuntimePod], wanted: Set<String>) -> [RuntimePod] {
        runtime.filter { !wanted.contains($0.uid) }.sorted { $0.uid < $1.uid }
    }
}
