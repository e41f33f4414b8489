public import ClusterModel
public import MarathonModel

/// What a step decides: records, which must be durable before any effect is carried out, then effects, in order.
public struct MarathonOutcome: Sendable {
    /// Variables to write.
    public var records: [StateRecord] = []
    /// What to do afterwards.
    public var effects: [MarathonEffect] = []
}

/// A write to the state.
public enum StateRecord: Hashable, Sendable {
    /// Writes a variable.
    case put(name: String, value: [UInt8])
    /// Removes a variable.
    case delete(name: String)

    /// The variable.
    public var name: String {
        switch self {
        case .put(let name, _), .delete(let name): name
        }
    }

    /// Bytes of name and value.
    public var size: Int {
        switch self {
        case .put(let name, let value): name.utf8.count + value.count
        case .delete(let name): name.utf8.count
        }
    }
}

/// Something to be done outside.
public enum MarathonEffect: Sendable {
    /// A call to the master.
    case call(SchedulerCall)
    /// The answer to a command.
    case reply(CommandID, Result<CommandAnswer, MarathonError>)
    /// Something for the event stream.
    case publish(MarathonNotice)
    /// The framework cannot go on; the text says why.
    case stop(String)
}

/// Something that happened, for the event stream (spec `marathon` §6.2).
public enum MarathonNotice: Sendable {
    /// api_post_event.
    case apiPost(CommandOrigin, AppSpec)
    /// scheduler_registered_event.
    case registered(FrameworkID, master: String)
    /// scheduler_reregistered_event.
    case reregistered(master: String)
    /// scheduler_disconnected_event.
    case disconnected
    /// status_update_event.
    case status(Instance, TaskStatus)
    /// instance_changed_event.
    case instanceChanged(Instance)
    /// instance_health_changed_event.
    case healthChanged(Instance)
    /// unknown_instance_terminated_event.
    case unknownTerminated(InstanceID, InstanceCondition)
    /// app_terminated_event.
    case appTerminated(PathID)
    /// group_change_success.
    case groupChanged(PathID, version: Timestamp)
    /// deployment_info: a step starts.
    case deploymentStep(Deployment)
    /// deployment_step_success.
    case deploymentStepDone(Deployment)
    /// deployment_success.
    case deploymentDone(DeploymentPlan)
    /// deployment_failed.
    case deploymentFailed(DeploymentPlan, reason: String)
}
