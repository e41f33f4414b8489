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
    /// To GET_LOGGING_LEVEL.
    case loggingLevel(Int)
    /// To LIST_FILES.
    case files([FileView])
    /// To READ_FILE: the size of the whole file, and what was asked of it.
    case file(size: Int, [UInt8])
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
    /// To GET_OPERATIONS.
    case operations([OperationRecord])
    /// To GET_MAINTENANCE_STATUS.
    case maintenanceStatus(MaintenanceStatus)
    /// To GET_MAINTENANCE_SCHEDULE.
    case maintenanceSchedule(MaintenanceSchedule)
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
        case .loggingLevel, .files, .file, .operations, .maintenanceStatus, .maintenanceSchedule:
            writeMore(to: &writer)
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

    /// Files, operations and maintenance.
    private func writeMore(to writer: inout WireWriter) {
        typealias Field = Wire.Master.Response
        switch self {
        case .loggingLevel(let level):
            writer.integer(Field.type, 5)
            writer.nested(Field.getLoggingLevel) { $0.integer(Field.GetLoggingLevel.level, level) }
        case .files(let files):
            writer.integer(Field.type, 6)
            writer.nested(Field.listFiles) { $0.files(files) }
        case .file(let size, let content):
            writer.integer(Field.type, 7)
            writer.nested(Field.readFile) { $0.file(size: size, content) }
        case .maintenanceStatus(let status):
            writer.integer(Field.type, 16)
            writer.nested(Field.getMaintenanceStatus) { $0.message(Field.GetMaintenanceStatus.status, status) }
        case .maintenanceSchedule(let schedule):
            writer.integer(Field.type, 17)
            writer.nested(Field.getMaintenanceSchedule) { $0.message(Field.GetMaintenanceSchedule.schedule, schedule) }
        case .operations(let operations):
            writer.integer(Field.type, 19)
            writer.nested(Field.getOperations) { writer in
                for operation in operations { writer.message(Field.GetOperations.operations, operation) }
            }
        default: break
        }
    }
}
