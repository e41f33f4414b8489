public import KubeModel

/// What the container runtime has of one pod.
public struct RuntimePod: Hashable, Sendable {
    /// The pod's namespace and name, from labels.
    public var key: ObjectKey
    /// The pod's uid, from labels.
    public var uid: String
    /// Its sandboxes, the newest first.
    public var sandboxes: [RuntimeSandbox]
    /// Its containers, the newest first; every attempt that has not been removed.
    public var containers: [RuntimeContainer]

    /// Makes a record.
    public init(
        key: ObjectKey, uid: String, sandboxes: [RuntimeSandbox] = [], containers: [RuntimeContainer] = []
    ) {
        (self.key, self.uid, self.sandboxes, self.containers) = (key, uid, sandboxes, containers)
    }
}

/// The container that holds a pod's network, as the runtime has it.
public struct RuntimeSandbox: Hashable, Sendable {
    /// The runtime's id, without a scheme.
    public var id: String
    /// How many sandboxes the pod had before.
    public var attempt: Int
    /// Whether it runs.
    public var isReady: Bool
    /// When it was made.
    public var createdAt: UnixTime
    /// The pod's address; empty with the host's network, or while it does not run.
    public var address: String
    /// Whether it shares the host's network.
    public var usesHostNetwork: Bool

    /// Makes a record.
    public init(
        id: String, attempt: Int, isReady: Bool, createdAt: UnixTime, address: String = "",
        usesHostNetwork: Bool = false
    ) {
        (self.id, self.attempt, self.isReady, self.createdAt) = (id, attempt, isReady, createdAt)
        (self.address, self.usesHostNetwork) = (address, usesHostNetwork)
    }
}

/// One run of a container, as the runtime has it.
public struct RuntimeContainer: Hashable, Sendable {
    /// Where it is in its life.
    public enum State: Hashable, Sendable {
        /// It was made and not started.
        case created
        /// It runs since a time.
        case running(since: UnixTime)
        /// It has ended.
        case exited(RuntimeExit)
        /// The runtime cannot say.
        case unknown
    }

    /// The runtime's id, without a scheme.
    public var id: String
    /// The container's name in the pod.
    public var name: String
    /// How many runs it had before (`restartCount`).
    public var attempt: Int
    /// The image as the specification names it.
    public var image: String
    /// The image's id for the status, such as `docker-pullable://busybox@sha256:…` or `docker://sha256:…`.
    public var imageID: String
    /// The hash of the specification it was made from (`io.kubernetes.container.hash`).
    public var specHash: String
    /// The sandbox it lives in.
    public var sandboxID: String
    /// When it was made.
    public var createdAt: UnixTime
    /// Its state.
    public var state: State
    /// All its labels, among them those of `ContainerConfig.labels`.
    public var labels: [String: String]

    /// Makes a record.
    public init(
        id: String, name: String, attempt: Int, image: String, imageID: String = "", specHash: String = "",
        sandboxID: String = "", createdAt: UnixTime, state: State, labels: [String: String] = [:]
    ) {
        (self.id, self.name, self.attempt, self.image) = (id, name, attempt, image)
        (self.imageID, self.specHash, self.sandboxID) = (imageID, specHash, sandboxID)
        (self.createdAt, self.state, self.labels) = (createdAt, state, labels)
    }
}

/// How a run of a container ended.
public struct RuntimeExit: Hashable, Sendable {
    /// The exit code; 128 + signal when signalled.
    public var code: Int32
    /// Whether the memory limit ended it.
    public var isOutOfMemory: Bool
    /// The runtime's own words, for a container that could not be started; else empty.
    public var error: String
    /// When it began; nil when it never ran.
    public var startedAt: UnixTime?
    /// When it ended.
    public var finishedAt: UnixTime

    /// Makes a record.
    public init(
        code: Int32, isOutOfMemory: Bool = false, error: String = "", startedAt: UnixTime?, finishedAt: UnixTime
    ) {
        (self.code, self.isOutOfMemory, self.error) = (code, isOutOfMemory, error)
        (self.startedAt, self.finishedAt) = (startedAt, finishedAt)
    }
}
