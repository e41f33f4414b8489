internal import KubeModel

/// The labels and names by which a kubelet knows its containers again (spec `kubernetes/04` §4.10).
enum PodLabels {
    static let podName = "io.kubernetes.pod.name"
    static let podNamespace = "io.kubernetes.pod.namespace"
    static let podUID = "io.kubernetes.pod.uid"
    static let containerName = "io.kubernetes.container.name"
    static let type = "io.kubernetes.docker.type"
    static let logPath = "io.kubernetes.container.logpath"
    static let sandboxID = "io.kubernetes.sandbox.id"
    static let hash = "annotation.io.kubernetes.container.hash"
    static let restartCount = "annotation.io.kubernetes.container.restartCount"

    /// The value of `type` for sandboxes.
    static let sandbox = "podsandbox"
    /// The value of `type` for containers.
    static let container = "container"
    /// The container name of sandboxes.
    static let sandboxName = "POD"

    /// The engine's name for a run: `k8s_CONTAINER_POD_NAMESPACE_UID_ATTEMPT`.
    static func name(_ container: String, _ key: ObjectKey, _ uid: String, _ attempt: Int) -> String {
        ["k8s", container, key.name, key.namespace, uid, String(attempt)].joined(separator: "_")
    }

    /// The attempt that a name tells; 0 for a name of another form.
    static func attempt(_ name: String) -> Int { name.split(separator: "_").last.flatMap { Int($0) } ?? 0 }

    /// What every sandbox and container of a pod carries.
    static func common(_ key: ObjectKey, _ uid: String, _ container: String, _ type: String) -> [String: String] {
        [
            podName: key.name, podNamespace: key.namespace, podUID: uid, containerName: container,
            PodLabels.type: type,
        ]
    }
}
