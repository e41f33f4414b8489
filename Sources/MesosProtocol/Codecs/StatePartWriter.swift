public import ClusterModel

/// Writes parts of the lists in an operator's answer, so that many threads can write what one answer holds.
///
/// What several writers wrote of one list, joined in order, is the list: in protobuf as it is, in JSON with commas
/// between what is not empty. Around it stand `open` and `close` of `StateList`.
public struct StatePartWriter: Sendable {
    private let format: WireFormat
    private var wire: WireWriter
    private var json: [UInt8] = []

    /// An empty writer.
    public init(_ format: WireFormat) {
        self.format = format
        wire = WireWriter(capacity: format == .json ? 2_048 : 64 << 10)
    }

    /// What was written so far.
    public var bytes: [UInt8] { format == .json ? json : wire.bytes }

    /// Adds a task to one of the lists of tasks.
    public mutating func add(_ task: TaskRecord, to list: StateList) {
        element(of: list) { task.write(to: &$0) }
    }

    /// Adds an agent.
    public mutating func add(_ agent: AgentView) { element(of: .agents) { $0.agent(agent) } }

    /// Adds an agent that is known from the registry.
    public mutating func add(recovered info: AgentInfo) { element(of: .recoveredAgents) { info.write(to: &$0) } }

    /// Adds a framework to one of the lists of frameworks.
    public mutating func add(_ framework: FrameworkView, to list: StateList) {
        element(of: list) { $0.framework(framework) }
    }

    /// Adds an executor.
    public mutating func add(_ executor: ExecutorView) {
        element(of: .executors) { writer in
            writer.message(Wire.Master.Response.GetExecutors.Executor.executorInfo, executor.info)
            writer.id(Wire.Master.Response.GetExecutors.Executor.agentID, executor.agentID)
        }
    }

    private mutating func element(of list: StateList, _ write: (inout WireWriter) -> Void) {
        guard format == .json else { return wire.nested(list.number, write) }
        wire.removeAll()
        write(&wire)
        if !json.isEmpty { json.append(UInt8(ascii: ",")) }
        json += format.rendered(wire.bytes, as: list.message)
    }
}

/// The long lists in answers to operators.
public struct StateList: Hashable, Sendable {
    /// Its name in JSON.
    public let name: String
    let number: Int
    private let messageName: String

    var message: MessageDescriptor { MessageDescriptor.named(messageName) }

    private typealias Tasks = Wire.Master.Response.GetTasks
    private typealias Frameworks = Wire.Master.Response.GetFrameworks
    private static let answer = "mesos.v1.master.Response."

    /// Tasks that are not completed.
    public static let tasks = StateList(name: "tasks", number: Tasks.tasks, messageName: TaskRecord.messageName)
    /// Completed tasks.
    public static let completedTasks = StateList(
        name: "completed_tasks", number: Tasks.completedTasks, messageName: TaskRecord.messageName)
    /// Tasks on agents that cannot be reached.
    public static let unreachableTasks = StateList(
        name: "unreachable_tasks", number: Tasks.unreachableTasks, messageName: TaskRecord.messageName)
    /// Executors.
    public static let executors = StateList(
        name: "executors", number: Wire.Master.Response.GetExecutors.executors,
        messageName: answer + "GetExecutors.Executor")
    /// Frameworks that are not completed.
    public static let frameworks = StateList(
        name: "frameworks", number: Frameworks.frameworks, messageName: answer + "GetFrameworks.Framework")
    /// Completed frameworks.
    public static let completedFrameworks = StateList(
        name: "completed_frameworks", number: Frameworks.completedFrameworks,
        messageName: answer + "GetFrameworks.Framework")
    /// Registered agents.
    public static let agents = StateList(
        name: "agents", number: Wire.Master.Response.GetAgents.agents, messageName: answer + "GetAgents.Agent")
    /// Agents that are known from the registry.
    public static let recoveredAgents = StateList(
        name: "recovered_agents", number: Wire.Master.Response.GetAgents.recoveredAgents,
        messageName: AgentInfo.messageName)
}

/// The answers that hold the long lists: their names, their numbers as fields and as `type`.
public struct StateAnswer: Hashable, Sendable {
    /// The name in JSON: `get_tasks`.
    public let name: String
    /// The field's number in the answer.
    public let number: Int
    /// The field's number in `get_state`.
    public let numberInState: Int
    /// The name of the type.
    public let typeName: String
    /// The number of the type.
    public let type: Int

    private typealias Field = Wire.Master.Response

    /// `GET_TASKS`.
    public static let tasks = StateAnswer(
        name: "get_tasks", number: Field.getTasks, numberInState: Field.GetState.getTasks, typeName: "GET_TASKS",
        type: 12)
    /// `GET_EXECUTORS`.
    public static let executors = StateAnswer(
        name: "get_executors", number: Field.getExecutors, numberInState: Field.GetState.getExecutors,
        typeName: "GET_EXECUTORS", type: 11)
    /// `GET_FRAMEWORKS`.
    public static let frameworks = StateAnswer(
        name: "get_frameworks", number: Field.getFrameworks, numberInState: Field.GetState.getFrameworks,
        typeName: "GET_FRAMEWORKS", type: 10)
    /// `GET_AGENTS`.
    public static let agents = StateAnswer(
        name: "get_agents", number: Field.getAgents, numberInState: Field.GetState.getAgents, typeName: "GET_AGENTS",
        type: 9)
    /// `GET_STATE`, which holds the others.
    public static let state = StateAnswer(
        name: "get_state", number: Field.getState, numberInState: 0, typeName: "GET_STATE", type: 8)
    /// The number of the answer's type.
    public static let typeNumber = Field.type
}
