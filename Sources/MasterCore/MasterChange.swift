public import ClusterModel

/// Something that operators who watch the master are told of (spec `mesos/08` §8.4, SUBSCRIBE).
public enum MasterChange: Sendable {
    /// A task was launched, or is known again because its agent is back.
    case taskAdded(TaskRecord)
    /// A task has a new state, or the result of a check; the state is the newest, the status the one at hand.
    case taskUpdated(FrameworkID, TaskStatus, TaskState)
    /// An agent registered, or is back after a failover or after it was unreachable.
    case agentAdded(AgentView)
    /// An agent was removed for good.
    ///
    /// Agents that become unreachable are not told, as in Mesos.
    case agentRemoved(AgentID)
    /// A framework subscribed for the first time, or was made known by an agent.
    case frameworkAdded(FrameworkView)
    /// A framework subscribed again or changed.
    case frameworkUpdated(FrameworkView)
    /// A framework was removed.
    case frameworkRemoved(FrameworkInfo)
}

extension MasterCore {
    // Views share storage with the core; none is made while nobody listens.

    mutating func tell(_ change: @autoclosure () -> MasterChange) {
        if reportsChanges { outcome.changes.append(change()) }
    }

    mutating func tellAgentAdded(_ id: AgentID) {
        guard reportsChanges, let agent = agents[id] else { return }
        outcome.changes.append(.agentAdded(AgentView(agent: agent, offerTable: offers)))
    }

    mutating func tellFramework(_ id: FrameworkID, isNew: Bool) {
        guard reportsChanges, let framework = frameworks[id] else { return }
        let view = FrameworkView(framework: framework, offerTable: offers)
        outcome.changes.append(isNew ? .frameworkAdded(view) : .frameworkUpdated(view))
    }
}
