public import KubeModel
public import KubeletCore

/// The port to what works out how a pod's sandbox and containers are made.
///
/// Files that belong to a pod are made on the host below the pod's directory; `PodVolumes.unmount` takes them away.
public protocol PodPreparation: Sendable {
    /// What a pod's sandbox is made with.
    func sandbox(
        _ pod: KubeObject, attempt: Int, context: PodContext
    ) async throws(PreparationFailure) -> PreparedSandbox

    /// What a run of a container is made with; its image is there already, and so are the pod's volumes.
    func container(_ request: ContainerRequest) async throws(PreparationFailure) -> PreparedContainer

    /// What the registry of an image may be offered, the most specific first; secrets that are missing or do not read
    /// are passed over.
    func credentials(_ pod: KubeObject, image: String) async -> [RegistryCredential]

    /// What a run of a container has written as its termination message, at most `limit` bytes of it; empty when it
    /// wrote none.
    func terminationMessage(uid: String, container: String, attempt: Int, limit: Int) async -> String
}

/// A run of a container that is to be made.
public struct ContainerRequest: Sendable {
    /// The pod, with the limits that it runs with.
    public var pod: KubeObject
    /// The container's name; one of the pod's containers or init containers.
    public var container: String
    /// How many runs it had before.
    public var attempt: Int
    /// The sandbox it joins.
    public var sandbox: RuntimeSandbox
    /// The pod's volumes: their paths on the host by name, as `PodVolumes.mount` gave them.
    public var volumes: [String: String]
    /// What the node knows of the pod.
    public var context: PodContext
    /// The user that the image names; empty for root, nil when it is not known.
    public var imageUser: String?

    /// Makes a request.
    public init(
        pod: KubeObject, container: String, attempt: Int, sandbox: RuntimeSandbox, volumes: [String: String],
        context: PodContext, imageUser: String? = nil
    ) {
        (self.pod, self.container, self.attempt) = (pod, container, attempt)
        (self.sandbox, self.volumes, self.context) = (sandbox, volumes, context)
        self.imageUser = imageUser
    }
}

/// What a sandbox is made with, and what people should know about it.
public struct PreparedSandbox: Sendable {
    /// The configuration; its image is empty when the settings name none.
    public var config: SandboxConfig
    /// What to tell as events of the pod.
    public var warnings: [ConfigWarning]

    /// Makes a record.
    public init(_ config: SandboxConfig, warnings: [ConfigWarning] = []) {
        (self.config, self.warnings) = (config, warnings)
    }
}

/// What a container is made with, and what people should know about it.
public struct PreparedContainer: Sendable {
    /// The configuration.
    public var config: ContainerConfig
    /// What to tell as events of the pod.
    public var warnings: [ConfigWarning]

    /// Makes a record.
    public init(_ config: ContainerConfig, warnings: [ConfigWarning] = []) {
        (self.config, self.warnings) = (config, warnings)
    }
}

/// Why a container or sandbox cannot be made: for the container's waiting state and the event `Failed`.
public struct PreparationFailure: Error, Hashable, Sendable, CustomStringConvertible {
    /// The reason, such as `CreateContainerConfigError`.
    public var reason: String
    /// What is wrong.
    public var message: String

    /// Makes a failure.
    public init(_ message: String, reason: String = "CreateContainerConfigError") {
        (self.reason, self.message) = (reason, message)
    }

    /// The message.
    public var description: String { message }
}
