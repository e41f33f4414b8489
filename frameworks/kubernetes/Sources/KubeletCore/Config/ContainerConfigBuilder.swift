internal import ClusterBase
internal import KubeModel

/// Works out what a container is made with, as far as that does not need the host.
public struct ContainerConfigBuilder: Sendable {
    private let pod: PodView
    private let environment: EnvironmentBuilder
    private let imageUser: String?

    /// Makes a builder.
    ///
    /// - Parameters:
    ///   - environment: for the same pod.
    ///   - imageUser: the user the image names; empty for root, nil when it is not known.
    public init(_ pod: PodView, environment: EnvironmentBuilder, imageUser: String?) {
        (self.pod, self.environment, self.imageUser) = (pod, environment, imageUser)
    }

    /// The configuration of a container's run, without mounts, limits and parent cgroup, and what people should know.
    public func build(
        _ container: ContainerView, attempt: Int, sandboxID: String
    ) throws(ConfigError) -> (config: ContainerConfig, warnings: [ConfigWarning]) {
        let spec = container.object
        var config = ContainerConfig(key: pod.key, uid: pod.uid, name: container.name)
        (config.attempt, config.sandboxID) = (attempt, sandboxID)
        config.image = ImageReference(container.image)?.description ?? container.image
        let (variables, warnings) = try environment.build(container.object)
        config.environment = variables
        let values = Dictionary(variables.map { ($0.name, $0.value) }, uniquingKeysWith: { $1 })
        func expanded(_ member: String) -> [String] {
            spec.list(member).compactMap(\.string).map { VariableExpansion.expand($0) { values[$0] } }
        }
        (config.command, config.arguments) = (expanded("command"), expanded("args"))
        config.workingDirectory = spec.text("workingDir")
        config.security = try SecurityBuilder.build(pod, container, imageUser: imageUser)
        config.hasInput = spec.flag("stdin")
        config.closesInputOnce = spec.flag("stdinOnce")
        config.hasTerminal = spec.flag("tty")
        config.usesHostPID = pod.object.flag("spec", "hostPID")
        config.sharesProcesses = pod.object.flag("spec", "shareProcessNamespace")
        config.usesHostNetwork = pod.usesHostNetwork
        config.specHash = container.specHash
        config.labels = Self.labels(pod, container)
        return (config, warnings)
    }

    /// Labels from which a later kubelet can stop the container as its pod said, also when the pod is gone.
    ///
    /// Source: spec `kubernetes/04` §4.10.
    static func labels(_ pod: PodView, _ container: ContainerView) -> [String: String] {
        let prefix = "annotation.io.kubernetes.container."
        var labels = [
            prefix + "terminationMessagePath": container.messagePath,
            prefix + "terminationMessagePolicy": container.messagePolicy.rawValue,
            "annotation.io.kubernetes.pod.terminationGracePeriod": "\(pod.terminationGrace.components.seconds)",
        ]
        if let grace = pod.deletionGrace {
            labels["annotation.io.kubernetes.pod.deletionGracePeriod"] = "\(grace.components.seconds)"
        }
        if let hook = container.object["lifecycle", "preStop"] { labels[prefix + "preStopHandler"] = hook.text }
        if let ports = container.object["ports"], ports.array?.isEmpty == false {
            labels[prefix + "ports"] = ports.text
        }
        return labels
    }
}
