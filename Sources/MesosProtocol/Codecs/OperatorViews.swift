public import ClusterBase
public import ClusterModel
public import ResourceModel

/// What an operator is told of an agent (`Response.GetAgents.Agent`).
public struct AgentView: Hashable, Sendable {
    /// The agent.
    public var info: AgentInfo
    /// Whether it is connected.
    public var isActive: Bool
    /// Its version.
    public var version: String
    /// Its libprocess address.
    public var pid: String?
    /// When it registered first.
    public var registeredTime: Instant?
    /// When it registered last.
    public var reregisteredTime: Instant?
    /// All it has.
    public var total: Resources
    /// What tasks and executors use.
    public var allocated: Resources
    /// What is offered.
    public var offered: Resources
    /// Wire names of its capabilities.
    public var capabilities: [String]
    /// Whether an operator took it out of the offers.
    public var isDeactivated = false
    /// How it is being emptied.
    public var drainInfo: DrainInfo?
    /// Since when it is being emptied, as far as this master knows.
    public var drainStart: Instant?

    /// Makes a view.
    public init(
        info: AgentInfo, isActive: Bool, version: String, pid: String? = nil, registeredTime: Instant? = nil,
        reregisteredTime: Instant? = nil, total: Resources = [], allocated: Resources = [], offered: Resources = [],
        capabilities: [String] = []
    ) {
        (self.info, self.isActive, self.version, self.pid) = (info, isActive, version, pid)
        (self.registeredTime, self.reregisteredTime) = (registeredTime, reregisteredTime)
        (self.total, self.allocated, self.offered) = (total, allocated, offered)
        self.capabilities = capabilities
    }
}

/// What an operator is told of a framework (`Response.GetFrameworks.Framework`).
public struct FrameworkView: Hashable, Sendable {
    /// The framework.
    public var info: FrameworkInfo
    /// Whether it gets offers.
    public var isActive: Bool
    /// Whether its scheduler is connected.
    public var isConnected: Bool
    /// Whether it is known from agents only.
    public var isRecovered: Bool
    /// When it subscribed first.
    public var registeredTime: Instant?
    /// When it subscribed last.
    public var reregisteredTime: Instant?
    /// When it was removed.
    public var unregisteredTime: Instant?
    /// What it is offered now.
    public var offers: [Offer]
    /// What its tasks and executors use.
    public var allocated: Resources
    /// What is offered to it.
    public var offered: Resources
    /// What it is asked to leave.
    public var inverseOffers: [InverseOffer] = []
    /// Which agents it wants offers of.
    public var offerConstraints: OfferConstraints?

    /// Makes a view.
    public init(
        info: FrameworkInfo, isActive: Bool, isConnected: Bool, isRecovered: Bool = false,
        registeredTime: Instant? = nil, reregisteredTime: Instant? = nil, unregisteredTime: Instant? = nil,
        offers: [Offer] = [], allocated: Resources = [], offered: Resources = []
    ) {
        (self.info, self.isActive, self.isConnected) = (info, isActive, isConnected)
        (self.isRecovered, self.registeredTime) = (isRecovered, registeredTime)
        (self.reregisteredTime, self.unregisteredTime) = (reregisteredTime, unregisteredTime)
        (self.offers, self.allocated, self.offered) = (offers, allocated, offered)
    }
}

/// The frameworks of a master or an agent.
public struct FrameworksView: Hashable, Sendable {
    /// Those that exist.
    public var frameworks: [FrameworkView]
    /// Those that have been removed.
    public var completed: [FrameworkView]

    /// Makes a view.
    public init(frameworks: [FrameworkView] = [], completed: [FrameworkView] = []) {
        (self.frameworks, self.completed) = (frameworks, completed)
    }
}

/// The tasks that a master knows (`Response.GetTasks`).
public struct TasksView: Hashable, Sendable {
    /// Accepted, not yet sent to an agent.
    public var pending: [TaskRecord]
    /// Running, or ended and not yet acknowledged.
    public var tasks: [TaskRecord]
    /// On agents that cannot be reached.
    public var unreachable: [TaskRecord]
    /// Ended.
    public var completed: [TaskRecord]

    /// Makes a view.
    public init(
        pending: [TaskRecord] = [], tasks: [TaskRecord] = [], unreachable: [TaskRecord] = [],
        completed: [TaskRecord] = []
    ) {
        (self.pending, self.tasks, self.unreachable, self.completed) = (pending, tasks, unreachable, completed)
    }
}

/// The tasks that an agent knows (`agent.Response.GetTasks`).
public struct AgentTasksView: Hashable, Sendable {
    /// Waiting for their executor.
    public var queued: [TaskRecord]
    /// Given to their executor.
    public var launched: [TaskRecord]
    /// Ended and not yet acknowledged.
    public var terminated: [TaskRecord]
    /// Ended.
    public var completed: [TaskRecord]

    /// Makes a view.
    public init(
        queued: [TaskRecord] = [], launched: [TaskRecord] = [], terminated: [TaskRecord] = [],
        completed: [TaskRecord] = []
    ) {
        (self.queued, self.launched, self.terminated, self.completed) = (queued, launched, terminated, completed)
    }
}

/// An executor and where it runs.
public struct ExecutorView: Hashable, Sendable {
    /// The executor.
    public var info: ExecutorInfo
    /// Its agent; not shown by agents.
    public var agentID: AgentID

    /// Makes a view.
    public init(info: ExecutorInfo, agentID: AgentID) { (self.info, self.agentID) = (info, agentID) }
}

/// A role (`Role` of the v1 messages).
public struct RoleView: Hashable, Sendable {
    /// The role.
    public var name: String
    /// Its weight.
    public var weight: Double
    /// Its frameworks.
    public var frameworks: [FrameworkID]
    /// What they use and are offered.
    public var resources: Resources

    /// Makes a view.
    public init(name: String, weight: Double, frameworks: [FrameworkID], resources: Resources) {
        (self.name, self.weight, self.frameworks, self.resources) = (name, weight, frameworks, resources)
    }
}

/// A container on an agent (`agent.Response.GetContainers.Container`).
public struct ContainerView: Hashable, Sendable {
    /// The container.
    public var id: ContainerID
    /// Its framework.
    public var frameworkID: FrameworkID?
    /// Its executor.
    public var executorID: ExecutorID?
    /// The executor's name.
    public var executorName: String?
    /// Pid and addresses.
    public var status: ContainerStatus?

    /// Makes a view.
    public init(
        id: ContainerID, frameworkID: FrameworkID? = nil, executorID: ExecutorID? = nil, executorName: String? = nil,
        status: ContainerStatus? = nil
    ) {
        (self.id, self.frameworkID, self.executorID) = (id, frameworkID, executorID)
        (self.executorName, self.status) = (executorName, status)
    }
}

/// Everything a master knows (`Response.GetState`).
public struct StateView: Hashable, Sendable {
    /// Agents.
    public var agents: [AgentView]
    /// Frameworks.
    public var frameworks: FrameworksView
    /// Executors.
    public var executors: [ExecutorView]
    /// Tasks.
    public var tasks: TasksView

    /// Makes a view.
    public init(
        agents: [AgentView] = [], frameworks: FrameworksView = FrameworksView(), executors: [ExecutorView] = [],
        tasks: TasksView = TasksView()
    ) {
        (self.agents, self.frameworks, self.executors, self.tasks) = (agents, frameworks, executors, tasks)
    }
}

/// Version and origin of a daemon (`VersionInfo` of the v1 messages).
public struct VersionView: Hashable, Sendable {
    /// `X.Y.Z`.
    public var version: String
    /// When it was built, as text.
    public var buildDate: String?
    /// When it was built.
    public var buildTime: Instant?
    /// The commit.
    public var gitSHA: String?

    /// Makes a view.
    public init(version: String, buildDate: String? = nil, buildTime: Instant? = nil, gitSHA: String? = nil) {
        (self.version, self.buildDate, self.buildTime, self.gitSHA) = (version, buildDate, buildTime, gitSHA)
    }
}
