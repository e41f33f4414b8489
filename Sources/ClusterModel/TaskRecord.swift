public import ClusterBase
public import ResourceModel

/// A task as master and agent keep it (`Task` of the v1 messages; not named so because of `Swift.Task`).
public struct TaskRecord: Hashable, Sendable {
    /// Its name.
    public var name: String
    /// Its id.
    public var id: TaskID
    /// Its framework.
    public var frameworkID: FrameworkID
    /// Its executor; nil for command tasks.
    public var executorID: ExecutorID?
    /// Its agent.
    public var agentID: AgentID
    /// Its newest state.
    public var state: TaskState
    /// What it uses.
    public var resources: Resources
    /// Limits above the requests.
    public var limits: [ResourceLimit]
    /// Its statuses, oldest first; equal states are collapsed and `data` is dropped.
    public var statuses: [TaskStatus]
    /// The state last sent to the scheduler.
    public var statusUpdateState: TaskState?
    /// The uuid of the update last sent to the scheduler.
    public var statusUpdateUUID: UniqueID?
    /// Its labels.
    public var labels: [Label]
    /// The user it runs as.
    public var user: String?
    /// How it is contained.
    public var container: ContainerInfo?
    /// Its health check.
    public var healthCheck: HealthCheck?
    /// What it says about its end.
    public var killPolicy: KillPolicy?
    /// As received from an agent; nil when made from a `TaskInfo` here.
    ///
    /// Holds what is not modelled (discovery).
    public var wire: WireImage?

    /// Makes a record.
    public init(
        name: String, id: TaskID, frameworkID: FrameworkID, executorID: ExecutorID? = nil, agentID: AgentID,
        state: TaskState, resources: Resources, limits: [ResourceLimit] = [], statuses: [TaskStatus] = [],
        statusUpdateState: TaskState? = nil, statusUpdateUUID: UniqueID? = nil, labels: [Label] = [],
        user: String? = nil, container: ContainerInfo? = nil, healthCheck: HealthCheck? = nil,
        killPolicy: KillPolicy? = nil, wire: WireImage? = nil
    ) {
        (self.name, self.id, self.frameworkID, self.executorID) = (name, id, frameworkID, executorID)
        (self.agentID, self.state, self.resources, self.limits) = (agentID, state, resources, limits)
        (self.statuses, self.statusUpdateState, self.statusUpdateUUID) = (statuses, statusUpdateState, statusUpdateUUID)
        (self.labels, self.user, self.container) = (labels, user, container)
        (self.healthCheck, self.killPolicy, self.wire) = (healthCheck, killPolicy, wire)
    }

    /// The record of a task about to be launched, in TASK_STAGING.
    public init(launching info: TaskInfo, frameworkID: FrameworkID) {
        self.init(
            name: info.name, id: info.id, frameworkID: frameworkID, executorID: info.executor?.id,
            agentID: info.agentID, state: .staging, resources: info.resources, limits: info.limits,
            labels: info.labels, user: info.command?.user ?? info.executor?.command?.user, container: info.container,
            healthCheck: info.healthCheck, killPolicy: info.killPolicy)
    }
}
