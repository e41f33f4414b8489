internal import ClusterBase
internal import KubeModel

/// One entry of the engine's list that belongs to a pod.
struct ListedContainer: Sendable {
    let id: String
    let imageID: String
    let labels: [String: String]
    /// `created`, `running`, `paused`, `restarting`, `removing`, `exited` or `dead`.
    let state: String
    let createdAt: UnixTime
    let key: ObjectKey
    let uid: String
    /// The container's name in the pod.
    let name: String
    let attempt: Int
    let isSandbox: Bool
    let usesHostNetwork: Bool
    /// Its address on the engine's network; empty without one.
    let address: String

    /// Reads an entry; nil when it lacks what makes it a pod's.
    init?(_ entry: JSONValue) {
        guard let id = entry["Id"]?.string, let state = entry["State"]?.string, let object = entry["Labels"]?.object
        else { return nil }
        var labels: [String: String] = [:]
        for (key, value) in object { labels[key] = value.string }
        guard let uid = labels[PodLabels.podUID], let pod = labels[PodLabels.podName],
            let namespace = labels[PodLabels.podNamespace], let name = labels[PodLabels.containerName]
        else { return nil }
        (self.id, self.state, self.labels, self.uid, self.name) = (id, state, labels, uid, name)
        key = ObjectKey(namespace: namespace, pod)
        imageID = entry["ImageID"]?.string ?? ""
        createdAt = UnixTime(seconds: entry["Created"]?.integer ?? 0)
        isSandbox = labels[PodLabels.type] == PodLabels.sandbox
        attempt =
            labels[PodLabels.restartCount].flatMap { Int($0) }
            ?? PodLabels.attempt(entry["Names"]?[0]?.string ?? "")
        usesHostNetwork = entry["HostConfig"]?["NetworkMode"]?.string == "host"
        let networks = entry["NetworkSettings"]?["Networks"]?.object
        address = networks?.lazy.compactMap { $0.value["IPAddress"]?.string }.first { !$0.isEmpty } ?? ""
    }

    /// Whether its processes live.
    var isRunning: Bool { state == "running" || state == "paused" || state == "restarting" }
}
