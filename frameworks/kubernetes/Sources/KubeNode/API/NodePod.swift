internal import ClusterBase
internal import KubeModel
internal import KubeletCore

/// A pod of this node as its API shows it.
struct NodePod: Sendable {
    /// The pod with its status.
    var pod: KubeObject
    /// What the runtime has of it; nil when there is nothing.
    var runtime: RuntimePod?

    /// The run of a container that can be joined; throws what the client is told otherwise.
    func running(_ container: String) throws(NodeError) -> RuntimeContainer {
        for run in runtime?.containers ?? [] where run.name == container {
            if case .running = run.state { return run }
        }
        throw .notFound("container not found (\"\(container)\")")
    }

    /// The sandbox whose ports can be forwarded.
    func sandbox() throws(NodeError) -> RuntimeSandbox {
        if let sandbox = runtime?.sandboxes.first(where: { $0.isReady }) { return sandbox }
        throw .notFound("sandbox of pod \"\(pod.name)\" not found")
    }

    /// The runtime's id of the run whose log is meant, in the reference's words where there is none.
    func logged(_ container: String, previous: Bool) throws(NodeError) -> String {
        let lists = ["initContainers", "containers", "ephemeralContainers"]
        guard
            lists.contains(where: { list in
                pod.list("spec", list).contains { $0["name"]?.string == container }
            })
        else {
            throw .notFound("container \"\(container)\" not found in pod \"\(pod.name)\"")
        }
        let what = "container \"\(container)\" in pod \"\(pod.name)\""
        let statuses = ["initContainerStatuses", "containerStatuses"].flatMap { pod.list("status", $0) }
        guard let status = KubeObject(statuses.first { $0["name"]?.string == container }) else {
            throw .badRequest(what + " is not available")
        }
        let last = Self.id(status.text("lastState", "terminated", "containerID"))
        if previous {
            if last.isEmpty { throw .badRequest("previous terminated \(what) not found") }
            return last
        }
        let current = Self.id(status.text("containerID"))
        if status["state", "running"] != nil, !current.isEmpty { return current }
        if status["state", "terminated"] != nil {
            let ended = Self.id(status.text("state", "terminated", "containerID"))
            if !ended.isEmpty { return ended }
            if !last.isEmpty { return last }
            throw .badRequest(what + " is terminated")
        }
        if !last.isEmpty { return last }
        let reason = status["state", "waiting", "reason"]?.string ?? "ContainerCreating"
        let words = [
            "ErrImagePull": "image can't be pulled", "ImagePullBackOff": "trying and failing to pull image",
        ]
        throw .badRequest("\(what) is waiting to start: \(words[reason] ?? reason)")
    }

    /// An id without the runtime's scheme.
    private static func id(_ text: String) -> String {
        let parts = text.split(separator: "/", omittingEmptySubsequences: true)
        return parts.count > 1 ? String(parts[parts.count - 1]) : text
    }
}
