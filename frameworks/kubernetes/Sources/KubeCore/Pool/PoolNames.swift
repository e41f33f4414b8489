/// The names by which pods, tasks, nodes and agents know each other.
///
/// Source: Kubernetes on Mesos, `contrib/mesos/pkg/scheduler/meta` (spec `kubernetes/05` §5.3).
public enum PoolNames {
    /// The prefix of annotations and labels.
    public static let prefix = "k8s.mesosphere.io/"
    /// Pod: the host name of the agent it is bound to.
    public static let bindingHost = prefix + "bindingHost"
    /// Pod: the task that runs it.
    public static let task = prefix + "taskId"
    /// Pod, node: the agent.
    public static let agent = prefix + "slaveId"
    /// Pod: the offer that was accepted for it.
    public static let offer = prefix + "offerId"
    /// Pod: the executor.
    public static let executor = prefix + "executorId"
    /// Node: the resources of its executor, as JSON.
    public static let executorResources = prefix + "executorResources"
    /// Node: the agent's address, `ip:port`.
    public static let agentAddress = prefix + "slaveAddress"
    /// Node: an attribute of the agent; its name follows.
    public static let attributePrefix = prefix + "attribute-"
    /// Pod, a label: `fixed` (the default here) or `wildcard`, which gives every container port a host port.
    public static let portMapping = prefix + "portMapping"
    /// Pod: the host port of `PROTO_CONTAINERPORT`.
    public static let portPrefix = prefix + "port_"
    /// Pod: the host port of `PROTO_NAME`.
    public static let portNamePrefix = prefix + "portName_"
    /// Pod: the roles whose resources it may use, comma-separated, in order of preference.
    public static let roles = prefix + "roles"
    /// Pod: the prefix of what is copied to the task's discovery information (`visibility`, `environment`, …).
    public static let discoveryPrefix = prefix + "discovery-"
    /// Static pod: the file it came from.
    public static let staticPodFile = prefix + "staticPodFilename"

    /// The name of a pod's task.
    public static func taskName(pod: String, namespace: String) -> String { "\(pod).\(namespace).pod" }
}

/// What scheduler and executor say to each other in framework messages (spec `kubernetes/05` §5.7).
public enum PoolMessage: Hashable, Sendable {
    /// End every pod and the executor (`kamikaze`).
    case kamikaze
    /// Replace the executor's program by another, which adopts the pods: the program's path or URL.
    case upgrade(String)

    /// Reads a message; nil for one that is not known.
    public init?(_ text: String) {
        if text == "kamikaze" {
            self = .kamikaze
        } else if text.hasPrefix("upgrade:") {
            self = .upgrade(String(text.dropFirst("upgrade:".count)))
        } else {
            return nil
        }
    }

    /// The message as it is sent.
    public var text: String {
        switch self {
        case .kamikaze: "kamikaze"
        case .upgrade(let program): "upgrade:" + program
        }
    }
}
