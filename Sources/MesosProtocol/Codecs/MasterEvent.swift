public import ClusterBase
public import ClusterModel

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
