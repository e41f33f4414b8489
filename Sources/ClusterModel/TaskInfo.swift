public import ResourceModel

/// A task as its framework describes it (`TaskInfo` of the v1 messages).
public struct TaskInfo: Hashable, Sendable {
    /// Its name, for people.
    public var name: String
    /// Its id within the framework.
    public var id: TaskID
    /// The agent of the offer.
    public var agentID: AgentID
    /// What it uses.
    public var resources: Resources
    /// Limits above the requests, by resource name; infinity = none.
    ///
    /// Only `cpus` and `mem`.
    public var limits: [ResourceLimit]
    /// The executor that runs it; nil for command tasks.
    public var executor: ExecutorInfo?
    /// What to run; nil for tasks of an executor.
    public var command: CommandInfo?
    /// How it is contained.
    public var container: ContainerInfo?
    /// Its health check.
    public var healthCheck: HealthCheck?
    /// Its check.
    public var check: CheckInfo?
    /// How it is to be killed.
    public var killPolicy: KillPolicy?
    /// Bytes for the executor.
    public var data: [UInt8]
    /// Its labels.
    public var labels: [Label]
    /// When it is killed at the latest after its start.
    public var maxCompletionTime: Duration?
    /// As received; nil when made here.
    public var wire: WireImage?

    /// Makes a task.
    public init(
        name: String, id: TaskID, agentID: AgentID, resources: Resources, limits: [ResourceLimit] = [],
        executor: ExecutorInfo? = nil, command: CommandInfo? = nil, container: ContainerInfo? = nil,
        healthCheck: HealthCheck? = nil, check: CheckInfo? = nil, killPolicy: KillPolicy? = nil, data: [UInt8] = [],
        labels: [Label] = [], maxCompletionTime: Duration? = nil, wire: WireImage? = nil
    ) {
        (self.name, self.id, self.agentID, self.resources) = (name, id, agentID, resources)
        (self.limits, self.executor, self.command, self.container) = (limits, executor, command, container)
        (self.healthCheck, self.check, self.killPolicy) = (healthCheck, check, killPolicy)
        (self.data, self.labels, self.maxCompletionTime, self.wire) = (data, labels, maxCompletionTime, wire)
    }
}

/// An upper limit of one scalar resource.
public struct ResourceLimit: Hashable, Sendable {
    /// `cpus` or `mem`.
    public var name: String
    /// The limit in the resource's unit; may be infinite.
    public var value: Double

    /// Makes a limit.
    public init(name: String, value: Double) { (self.name, self.value) = (name, value) }
}

/// An executor as its framework describes it (`ExecutorInfo` of the v1 messages).
public struct ExecutorInfo: Hashable, Sendable {
    /// Whose program it is; raw values are the wire numbers.
    public enum Kind: Int, Hashable, Sendable {
        /// Not said.
        case unknown = 0
        /// The built-in executor for task groups.
        case `default` = 1
        /// The framework's own.
        case custom = 2
    }

    /// Whose program it is.
    public var kind: Kind
    /// Its id within framework and agent.
    public var id: ExecutorID
    /// Its framework; filled in by the master.
    public var frameworkID: FrameworkID?
    /// How to start it.
    public var command: CommandInfo?
    /// How it is contained.
    public var container: ContainerInfo?
    /// What it uses itself.
    public var resources: Resources
    /// Its name, for people.
    public var name: String
    /// Where it comes from, for statistics.
    public var source: String
    /// Bytes for it.
    public var data: [UInt8]
    /// Its labels.
    public var labels: [Label]
    /// How long it may take to shut down; nil = the agent's default.
    public var shutdownGracePeriod: Duration?
    /// As received; nil when made here.
    public var wire: WireImage?

    /// Makes a description.
    public init(
        kind: Kind = .custom, id: ExecutorID, frameworkID: FrameworkID? = nil, command: CommandInfo? = nil,
        container: ContainerInfo? = nil, resources: Resources = [], name: String = "", source: String = "",
        data: [UInt8] = [], labels: [Label] = [], shutdownGracePeriod: Duration? = nil, wire: WireImage? = nil
    ) {
        (self.kind, self.id, self.frameworkID, self.command) = (kind, id, frameworkID, command)
        (self.container, self.resources, self.name, self.source) = (container, resources, name, source)
        (self.data, self.labels, self.shutdownGracePeriod, self.wire) = (data, labels, shutdownGracePeriod, wire)
    }

    /// Whether two descriptions mean the same executor: equal but for how they were encoded.
    public func isCompatible(with other: ExecutorInfo) -> Bool {
        var (left, right) = (self, other)
        (left.wire, right.wire) = (nil, nil)
        left.container?.wire = nil
        right.container?.wire = nil
        (left.resources, right.resources) = (left.resources.allocated(to: nil), right.resources.allocated(to: nil))
        return left == right
    }
}
