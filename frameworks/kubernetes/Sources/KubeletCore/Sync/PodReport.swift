/// What became of a piece of a plan.
public enum PodReport: Hashable, Sendable {
    /// The sandbox runs; with its address, unless it shares the host's network.
    case sandboxStarted(RuntimeSandbox)
    /// The sandbox could not be made or started.
    case sandboxFailed(String)
    /// The image is being pulled since now.
    case pulling(ContainerStart)
    /// The image was pulled.
    case pulled(ContainerStart)
    /// The container exists.
    case containerCreated(ContainerStart, id: String)
    /// The container runs.
    case containerStarted(ContainerStart, id: String)
    /// The container could not be started.
    case startFailed(ContainerStart, StartFailure)
    /// A hook failed.
    case hookFailed(Hook, containerID: String, name: String, String)
    /// The container could not be stopped.
    case killFailed(ContainerKill, String)
    /// Anything else that could not be done; it is tried again.
    case failed(PodAction, String)
    /// A container that did not run was removed.
    case containerRemoved(id: String)
    /// The pod's volumes are there and up to date.
    case volumesMounted
    /// A volume cannot be had, or not be taken away; the volume is empty when all are meant.
    case volumesFailed(volume: String, String)
    /// The pod's volumes are gone.
    case volumesUnmounted
    /// What a container that ended said at last (see `PodSync.wantedWords`); empty = nothing.
    case lastWords(containerID: String, String)
    /// The API object was deleted, or is not there.
    case objectGone

    /// A hook of a container.
    public enum Hook: Hashable, Sendable {
        /// The one after its start.
        case postStart
        /// The one before its stop.
        case preStop
    }
}

/// Why a container could not be started.
public struct StartFailure: Error, Hashable, Sendable {
    /// The reason as the status names it (`state.waiting.reason`).
    public enum Reason: String, Hashable, Sendable, CaseIterable {
        /// The name of the image makes no sense.
        case invalidImageName = "InvalidImageName"
        /// The engine cannot say whether it has the image.
        case imageInspect = "ImageInspectError"
        /// The image is not there and must not be pulled.
        case imageNeverPull = "ErrImageNeverPull"
        /// The image could not be pulled.
        case imagePull = "ErrImagePull"
        /// The registry did not answer.
        case registryUnavailable = "RegistryUnavailable"
        /// The image is not pulled again yet.
        case imagePullBackOff = "ImagePullBackOff"
        /// The container is not started again yet.
        case crashLoopBackOff = "CrashLoopBackOff"
        /// Something the container's configuration needs is missing, such as a secret.
        case createConfig = "CreateContainerConfigError"
        /// The engine did not make the container.
        case create = "CreateContainerError"
        /// The engine did not start the container.
        case run = "RunContainerError"
        /// The hook after the start failed.
        case postStartHook = "PostStartHookError"
    }

    /// The reason.
    public var reason: Reason
    /// What is wrong, in the words of whoever noticed.
    public var message: String

    /// Makes a failure.
    public init(_ reason: Reason, _ message: String) { (self.reason, self.message) = (reason, message) }
}

/// What an image's policy, presence and back-off come to.
public enum ImageDecision: Hashable, Sendable {
    /// It is there: create the container from this reference.
    case use(String)
    /// Pull this reference, then report `pulled`, or `startFailed` with `imagePull`.
    case pull(String)
    /// The container is not started now; nothing need be reported.
    case refused(StartFailure)
}
