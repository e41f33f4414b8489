public import ClusterBase
public import ClusterModel

/// Something that happened to an agent: the input of `AgentCore.step`.
public enum AgentEvent: Hashable, Sendable {
    /// The checkpoints were read (also when there were none); the first event of every agent.
    case recovered(RecoveredAgent)
    /// Answer to `recoverContainers`: what the containerizer found; containers not mentioned left no trace.
    case containersRecovered([ContainerID: ContainerFinding])
    /// Another master leads, or none.
    case masterDetected(MasterInfo?)
    /// A message came from the libprocess address given.
    case masterMessage(from: String, MasterMessage)
    /// Answer to `authenticate` with the same number; those that others took the place of may be left unanswered.
    case authenticationEnded(UInt64, AuthenticationResult)
    /// A connection asked for with `AgentEffect.link` broke.
    case masterLinkBroken(String)
    /// An executor called; exactly one of `respond` and `openStream` answers it. With a container, it has shown that it
    /// runs there.
    case executorCall(RequestID, FrameworkID, ExecutorID, ExecutorCall, container: ContainerID? = nil)
    /// The peer of an open event stream went away, or fell too far behind.
    case executorStreamClosed(RequestID)
    /// Answer to `launchContainer`.
    case containerLaunched(ContainerID, ContainerStart)
    /// Answer to `launchContainer`: nothing of the container is left; the words are shown to the user.
    case containerLaunchFailed(ContainerID, message: String)
    /// A launched or recovered container ended; comes once, after `containerLaunched`.
    case containerExited(ContainerID, ContainerExit)
    /// Answer to `updateContainer` when it did not work.
    case containerUpdateFailed(ContainerID, message: String)
    /// The record of a task could not be written, so it was not handed to its executor.
    case taskNotRecorded(RunID, TaskID, message: String)
    /// Answer to `runProbe`.
    case probeEnded(ProbeID, ProbeResult)
    /// Answer to `measureDisk`: the used fraction of the work directory's file system.
    case diskMeasured(usedFraction: Double)
    /// Answer to `removeDirectory`.
    case directoryRemoved(String, succeeded: Bool)
    /// Stop the agent for good: all executors and tasks are shut down, the agent unregisters and exits.
    case shutdownRequested(reason: String)
    /// `nextDeadline` has passed.
    case tick
}

/// What came out of an authentication with the master.
public enum AuthenticationResult: Hashable, Sendable {
    /// The master believes it.
    case accepted
    /// The master does not: principal or secret are wrong.
    case refused
    /// It could not be carried out, or took too long; words for people.
    case failed(String)
}

/// Names a request of an executor and, if it was SUBSCRIBE, the event stream it opened; chosen by the driver.
public struct RequestID: Hashable, Comparable, Sendable {
    /// The number.
    public let number: UInt64

    /// Makes an id; the driver never uses a number twice.
    public init(_ number: UInt64) { self.number = number }

    /// Smaller number first.
    public static func < (left: Self, right: Self) -> Bool { left.number < right.number }
}

/// Names one run of a check or health check.
public struct ProbeID: Hashable, Sendable {
    /// The number.
    public let number: UInt64

    /// Makes an id.
    public init(_ number: UInt64) { self.number = number }
}

/// What came out of a probe.
public enum ProbeResult: Hashable, Sendable {
    /// The command ended with this status.
    case exited(Int32)
    /// The HTTP answer had this status.
    case answered(status: Int)
    /// The TCP connection came about (true) or was refused.
    case connected(Bool)
    /// It could not be carried out or took too long; words for people.
    case failed(String)
}

/// What is known of a container once it runs.
public struct ContainerStart: Hashable, Sendable {
    /// The pid of its first process on the host; nil when unknown.
    public var pid: Int32?
    /// Its addresses; empty when it shares the host's network.
    public var addresses: [String]
    /// The engine's description (a JSON array) for Docker containers.
    public var inspectJSON: String?

    /// Makes a value.
    public init(pid: Int32? = nil, addresses: [String] = [], inspectJSON: String? = nil) {
        (self.pid, self.addresses, self.inspectJSON) = (pid, addresses, inspectJSON)
    }
}

/// How a container ended.
public struct ContainerExit: Hashable, Sendable {
    /// The way its first process ended.
    public enum Status: Hashable, Sendable {
        /// By itself, with this status.
        case exited(Int32)
        /// By this signal.
        case signalled(Int32)
        /// Nobody saw it.
        case unknown
    }

    /// Which limit was hit.
    public enum Limitation: Hashable, Sendable { case memory, disk }

    /// The way it ended.
    public var status: Status
    /// Set when a limit ended it.
    public var limitation: Limitation?
    /// Words for the user; empty when the status says all.
    public var message: String

    /// Makes a value.
    public init(_ status: Status, limitation: Limitation? = nil, message: String = "") {
        (self.status, self.limitation, self.message) = (status, limitation, message)
    }
}

/// What was found of a container after a restart of the agent.
public enum ContainerFinding: Hashable, Sendable {
    /// It runs and is watched again; its end will come as `containerExited`.
    case running(ContainerStart)
    /// It ended while nobody watched.
    case ended(ContainerExit)
}
