public import KubeModel

/// What to do next about a pod.
public struct PodPlan: Hashable, Sendable {
    /// Where the pod is on this node.
    public enum Stage: Int, Hashable, Sendable, Comparable {
        /// Its containers run, or are to.
        case active
        /// It ended by itself, or was stopped by the node; kept for its logs until its API object goes.
        case ended
        /// Its containers are being stopped for good, because it is to go.
        case terminating
        /// Nothing of it runs and its volumes are gone: the API object can be deleted (grace 0, with the uid).
        case terminated
        /// Its API object is gone; what is left in the runtime is being removed.
        case removing
        /// Nothing is left of it: forget it.
        case gone

        /// In the order of a pod's life.
        public static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
    }

    /// What to do, step by step: the actions of one step may run at the same time, the next step begins when all are
    /// done, whether they failed or not — except that nothing follows a sandbox that could not be made.
    public var steps: [[PodAction]] = []
    /// Whether the pod's volumes are to be mounted, or brought up to date, before the steps; where that fails no
    /// sandbox and no container is started.
    public var mountsVolumes = false
    /// Where the pod is.
    public var stage = Stage.active
    /// When to plan again though nothing happened; nil when only news matter.
    public var wakeAt: UnixTime?

    /// Nothing to do.
    public init() {}

    /// Whether nothing is to be done to the runtime.
    public var isEmpty: Bool { steps.allSatisfy(\.isEmpty) }
}

/// One thing to do.
public enum PodAction: Hashable, Sendable {
    /// Make and start the pod's sandbox. Report `sandboxStarted` or `sandboxFailed`.
    case startSandbox(attempt: Int)
    /// End a sandbox. Report `failed` when that cannot be done.
    case stopSandbox(id: String)
    /// Remove a sandbox.
    case removeSandbox(id: String)
    /// Get the image (see `PodSync.decideImage`), create and start a container and run its hook. Report
    /// `containerCreated`, `containerStarted` and `hookFailed` as they happen, `startFailed` where it ends early.
    case startContainer(ContainerStart)
    /// Run the hook within the grace period, then stop the container in what is left of it (see
    /// `ContainerKill.remainingGrace`). Report `hookFailed` and `killFailed`.
    case killContainer(ContainerKill)
    /// Remove a container that does not run.
    case removeContainer(id: String, name: String)
    /// Take the pod's volumes away. Report `volumesUnmounted` or `volumesFailed`.
    case unmountVolumes
}

/// A container to be started.
public struct ContainerStart: Hashable, Sendable {
    /// Its specification.
    public var container: ContainerView
    /// How many runs it had before.
    public var attempt: Int
    /// The sandbox it joins.
    public var sandboxID: String
    /// The pod's address; empty with the host's network.
    public var podAddress: String

    /// Makes a start.
    public init(_ container: ContainerView, attempt: Int, sandboxID: String, podAddress: String) {
        (self.container, self.attempt) = (container, attempt)
        (self.sandboxID, self.podAddress) = (sandboxID, podAddress)
    }
}

/// A container to be stopped.
public struct ContainerKill: Hashable, Sendable {
    /// The shortest time a container is given, whatever is asked for.
    public static let shortestGrace = Duration.seconds(2)

    /// The runtime's id.
    public var id: String
    /// Its name.
    public var name: String
    /// How long hook and end may take together.
    public var grace: Duration
    /// What runs first; nil = nothing, or it has run already.
    public var preStop: HandlerView?

    /// Makes a kill.
    public init(id: String, name: String, grace: Duration, preStop: HandlerView?) {
        (self.id, self.name, self.grace, self.preStop) = (id, name, grace, preStop)
    }

    /// What the container itself is given after its hook took a time: two seconds at least.
    public func remainingGrace(hookTook spent: Duration) -> Duration { max(grace - spent, Self.shortestGrace) }
}
