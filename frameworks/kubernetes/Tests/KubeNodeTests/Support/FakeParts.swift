import ClusterBase
import KubeModel
import KubeNode
import KubeletCore

/// Volumes that are names only.
actor FakeVolumes: PodVolumes {
    private(set) var mounted: [String: Int] = [:]
    private var problem: String?
    private var excess: String?

    func fail(_ problem: String?) { self.problem = problem }
    func outgrow(_ words: String) { excess = words }

    func excess(_ pod: KubeObject) -> String? { excess }

    func mount(_ pod: KubeObject, context: PodContext) throws(VolumeFailure) -> [String: String] {
        if let problem { throw VolumeFailure(volume: "data", problem) }
        mounted[pod.uid, default: 0] += 1
        return [:]
    }

    func unmount(uid: String) { mounted[uid] = nil }

    func mountedPods() -> [String] { mounted.keys.sorted() }
}

/// Makes configurations from names alone.
actor FakePreparation: PodPreparation {
    private var problems: [String: String] = [:]
    private var messages: [String: String] = [:]

    func fail(_ container: String, _ problem: String?) { problems[container] = problem }
    func leave(_ message: String, by container: String) { messages[container] = message }

    func sandbox(_ pod: KubeObject, attempt: Int, context: PodContext) -> PreparedSandbox {
        var config = SandboxConfig(key: pod.key, uid: pod.uid)
        config.attempt = attempt
        config.usesHostNetwork = pod.flag("spec", "hostNetwork")
        return PreparedSandbox(config)
    }

    func container(_ request: ContainerRequest) throws(PreparationFailure) -> PreparedContainer {
        if let problem = problems[request.container] { throw PreparationFailure(problem) }
        var config = ContainerConfig(key: request.pod.key, uid: request.pod.uid, name: request.container)
        config.attempt = request.attempt
        config.sandboxID = request.sandbox.id
        let specs = request.pod.list("spec", "containers") + request.pod.list("spec", "initContainers")
        let spec = KubeObject(specs.first { $0["name"]?.string == request.container }) ?? KubeObject()
        config.limits.memory =
            spec.text("resources", "limits", "memory").isEmpty
            ? 0 : Quantity(spec.text("resources", "limits", "memory"))?.value ?? 0
        return PreparedContainer(config)
    }

    func credentials(_ pod: KubeObject, image: String) -> [RegistryCredential] { [] }

    func terminationMessage(uid: String, container: String, attempt: Int, limit: Int) -> String {
        messages[container] ?? ""
    }
}
