public import ClusterBase
public import ClusterModel

/// The answer of a master to an operator (`master.Response`).
public enum MasterResponse: Sendable {
    /// To GET_HEALTH.
    case health(Bool)
    /// To GET_FLAGS: names and values.
    case flags([(name: String, value: String)])
    /// To GET_VERSION.
    case version(VersionView)
    /// To GET_METRICS: names and values.
    case metrics([(name: String, value: Double)])
    /// To GET_STATE.
    case state(StateView)
    /// To GET_AGENTS; and those known from the registry that have not registered again.
    case agents([AgentView], recovered: [AgentInfo])
    /// To GET_FRAMEWORKS.
    case frameworks(FrameworksView)
    /// To GET_EXECUTORS.
    case executors([ExecutorView])
    /// To GET_TASKS.
    case tasks(TasksView)
    /// To GET_ROLES.
    case roles([RoleView])
    /// To GET_QUOTA.
    case quota(QuotaStatus)
    /// To GET_WEIGHTS.
    case weights([RoleWeight])
    /// To GET_MASTER.
    case master(MasterInfo, started: Instant?, elected: Instant?)

    /// The answer as a body.
    public func encoded(as format: WireFormat) -> [UInt8] {
        var writer = WireWriter(capacity: 1024)
        write(to: &writer)
        return format.rendered(writer.bytes, as: OperatorCodec.masterResponse)
    }

    private func write(to writer: inout WireWriter) {
        typealias Field = Wire.Master.Response
        switch self {
        case .health(let isHealthy):
            writer.integer(Field.type, 1)
            writer.nested(Field.getHealth) { $0.bool(1, isHealthy) }
        case .flags(let flags):
            writer.integer(Field.type, 2)
            writer.nested(Field.getFlags) { $0.flags(1, flags) }
        case .version(let version):
            writer.integer(Field.type, 3)
            writer.nested(Field.getVersion) { $0.version(1, version) }
        case .metrics(let metrics):
            writer.integer(Field.type, 4)
            writer.nested(Field.getMetrics) { $0.metrics(1, metrics) }
        case .state(let state):
            writer.integer(Field.type, 8)
            writer.nested(Field.getState) { $0.state(state) }
        case .agents(let agents, let recovered):
            writer.integer(Field.type, 9)
            writer.nested(Field.getAgents) { writer in
                for agent in agents { writer.nested(Field.GetAgents.agents) { $0.agent(agent) } }
                for info in recovered { writer.message(Field.GetAgents.recoveredAgents, info) }
            }
        case .frameworks(let frameworks):
            writer.integer(Field.type, 10)
            writer.nested(Field.getFrameworks) { $0.frameworks(frameworks) }
        case .executors(let executors):
            writer.integer(Field.type, 11)
            writer.nested(Field.getExecutors) { $0.executors(executors) }
        case .tasks(let tasks):
            writer.integer(Field.type, 12)
            writer.nested(Field.getTasks) { $0.tasks(tasks) }
        case .roles(let roles):
            writer.integer(Field.type, 13)
            writer.nested(Field.getRoles) { writer in
                for role in roles { writer.nested(1) { $0.role(role) } }
            }
        case .quota(let status):
            writer.integer(Field.type, 18)
            writer.nested(Field.getQuota) { $0.message(Field.GetQuota.status, status) }
        case .weights(let weights):
            writer.integer(Field.type, 14)
            writer.nested(Field.getWeights) { writer in
                for weight in weights { writer.message(Field.GetWeights.weightInfos, weight) }
            }
        case .master(let info, let started, let elected):
            writer.integer(Field.type, 15)
            writer.nested(Field.getMaster) { writer in
                writer.message(Field.GetMaster.masterInfo, info)
                if let started { writer.double(Field.GetMaster.startTime, started.seconds) }
                if let elected { writer.double(Field.GetMaster.electedTime, elected.seconds) }
            }
        }
    }
}

/// What a master tells an operator who has subscribed (`master.Event`).
public enum MasterEvent: Sendable {
    /// The first event.
    case subscribed(StateView, heartbeatInterval: Duration)
    /// A task was launched.
    case taskAdded(TaskRecord)
    /// A task's status changed; the newest state may be another.
    case taskUpdated(FrameworkID, TaskStatus, TaskState)
    /// An agent registered.
    case agentAdded(AgentView)
    /// An agent left.
    case agentRemoved(AgentID)
    /// A framework subscribed for the first time.
    case frameworkAdded(FrameworkView)
    /// A framework subscribed again or changed.
    case frameworkUpdated(FrameworkView)
    /// A framework was removed.
    case frameworkRemoved(FrameworkInfo)
    /// The stream lives.
    case heartbeat

    /// The event as a record.
    public func encoded(as format: WireFormat) -> [UInt8] {
        var writer = WireWriter()
        write(to: &writer)
        return format.rendered(writer.bytes, as: OperatorCodec.masterEvent)
    }

    private func write(to writer: inout WireWriter) {
        typealias Field = Wire.Master.Event
        switch self {
        case .subscribed(let state, let interval):
            writer.integer(Field.type, 1)
            writer.nested(Field.subscribed) { writer in
                writer.nested(Field.Subscribed.getState) { $0.state(state) }
                writer.double(Field.Subscribed.heartbeatIntervalSeconds, interval.totalSeconds)
            }
        case .taskAdded(let task):
            writer.integer(Field.type, 2)
            writer.nested(Field.taskAdded) { $0.message(1, task) }
        case .taskUpdated(let framework, let status, let state):
            writer.integer(Field.type, 3)
            writer.nested(Field.taskUpdated) { writer in
                writer.id(Field.TaskUpdated.frameworkID, framework)
                writer.message(Field.TaskUpdated.status, status)
                writer.integer(Field.TaskUpdated.state, state.rawValue)
            }
        case .agentAdded(let agent):
            writer.integer(Field.type, 4)
            writer.nested(Field.agentAdded) { $0.nested(1) { $0.agent(agent) } }
        case .agentRemoved(let agent):
            writer.integer(Field.type, 5)
            writer.nested(Field.agentRemoved) { $0.id(1, agent) }
        case .frameworkAdded(let framework):
            writer.integer(Field.type, 6)
            writer.nested(Field.frameworkAdded) { $0.nested(1) { $0.framework(framework) } }
        case .frameworkUpdated(let framework):
            writer.integer(Field.type, 7)
            writer.nested(Field.frameworkUpdated) { $0.nested(1) { $0.framework(framework) } }
        case .frameworkRemoved(let info):
            writer.integer(Field.type, 8)
            writer.nested(Field.frameworkRemoved) { $0.message(1, info) }
        case .heartbeat: writer.integer(Field.type, 9)
        }
    }
}
