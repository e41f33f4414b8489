public import ClusterBase
public import ClusterModel

/// The answer of an agent to an operator (`agent.Response`).
public enum AgentResponse: Sendable {
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
    case state(
        frameworks: FrameworksView, executors: [ExecutorInfo], completedExecutors: [ExecutorInfo], tasks: AgentTasksView
    )
    /// To GET_CONTAINERS.
    case containers([ContainerView])
    /// To GET_FRAMEWORKS.
    case frameworks(FrameworksView)
    /// To GET_EXECUTORS.
    case executors([ExecutorInfo], completed: [ExecutorInfo])
    /// To GET_TASKS.
    case tasks(AgentTasksView)
    /// To GET_OPERATIONS.
    case operations([OperationRecord])
    /// To GET_RESOURCE_PROVIDERS; this version has none.
    case noResourceProviders
    /// To GET_AGENT; how it is being emptied, and since when if it is.
    case agent(AgentInfo, drain: DrainConfig? = nil, drainStart: Instant? = nil)

    /// The answer as a body.
    public func encoded(as format: WireFormat) -> [UInt8] {
        var writer = WireWriter(capacity: 1024)
        write(to: &writer)
        return format.rendered(writer.bytes, as: OperatorCodec.agentResponse)
    }

    private func write(to writer: inout WireWriter) {
        typealias Field = Wire.Agent.Response
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
        case .state(let frameworks, let executors, let completed, let tasks):
            writer.integer(Field.type, 8)
            writer.nested(Field.getState) { writer in
                writer.nested(Field.GetState.getTasks) { $0.agentTasks(tasks) }
                writer.nested(Field.GetState.getExecutors) { $0.agentExecutors(executors, completed) }
                writer.nested(Field.GetState.getFrameworks) { $0.agentFrameworks(frameworks) }
            }
        case .containers(let containers):
            writer.integer(Field.type, 9)
            writer.nested(Field.getContainers) { writer in
                for container in containers { writer.nested(1) { $0.container(container) } }
            }
        case .frameworks(let frameworks):
            writer.integer(Field.type, 10)
            writer.nested(Field.getFrameworks) { $0.agentFrameworks(frameworks) }
        case .executors(let executors, let completed):
            writer.integer(Field.type, 11)
            writer.nested(Field.getExecutors) { $0.agentExecutors(executors, completed) }
        case .tasks(let tasks):
            writer.integer(Field.type, 12)
            writer.nested(Field.getTasks) { $0.agentTasks(tasks) }
        case .loggingLevel, .files, .file, .operations, .noResourceProviders: writeMore(to: &writer)
        case .agent(let info, let drain, let drainStart):
            writer.integer(Field.type, 14)
            writer.nested(Field.getAgent) { writer in
                writer.message(Field.GetAgent.agentInfo, info)
                writer.message(Field.GetAgent.drainConfig, ifPresent: drain)
                writer.instant(Field.GetAgent.estimatedDrainStartTime, ifPresent: drainStart)
            }
        }
    }

    /// Files, operations and the like.
    private func writeMore(to writer: inout WireWriter) {
        typealias Field = Wire.Agent.Response
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
        case .operations(let operations):
            writer.integer(Field.type, 17)
            writer.nested(Field.getOperations) { writer in
                for operation in operations { writer.message(Field.GetOperations.operations, operation) }
            }
        case .noResourceProviders:
            writer.integer(Field.type, 16)
            writer.nested(Field.getResourceProviders) { _ in }
        default: break
        }
    }
}
