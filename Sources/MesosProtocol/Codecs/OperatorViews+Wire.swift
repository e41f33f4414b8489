internal import ClusterBase
internal import ClusterModel
internal import ResourceModel

// The contents of the operators' answers; each function writes the fields of one message.

extension WireWriter {
    mutating func flags(_ field: Int, _ flags: [(name: String, value: String)]) {
        for flag in flags {
            nested(field) { writer in
                writer.string(1, flag.name)
                writer.string(2, flag.value)
            }
        }
    }

    mutating func metrics(_ field: Int, _ metrics: [(name: String, value: Double)]) {
        for metric in metrics {
            nested(field) { writer in
                writer.string(1, metric.name)
                writer.double(2, metric.value)
            }
        }
    }

    mutating func version(_ field: Int, _ version: VersionView) {
        nested(field) { writer in
            writer.string(Wire.VersionInfo.version, version.version)
            writer.string(Wire.VersionInfo.buildDate, ifPresent: version.buildDate)
            if let time = version.buildTime { writer.double(Wire.VersionInfo.buildTime, time.seconds) }
            writer.string(Wire.VersionInfo.gitSha, ifPresent: version.gitSHA)
        }
    }

    mutating func state(_ state: StateView) {
        typealias Field = Wire.Master.Response.GetState
        nested(Field.getTasks) { $0.tasks(state.tasks) }
        nested(Field.getExecutors) { $0.executors(state.executors) }
        nested(Field.getFrameworks) { $0.frameworks(state.frameworks) }
        nested(Field.getAgents) { writer in
            for agent in state.agents { writer.nested(1) { $0.agent(agent) } }
        }
    }

    mutating func agent(_ agent: AgentView) {
        typealias Field = Wire.Master.Response.GetAgents.Agent
        message(Field.agentInfo, agent.info)
        bool(Field.active, agent.isActive)
        string(Field.version, agent.version)
        string(Field.pid, ifPresent: agent.pid)
        instant(Field.registeredTime, ifPresent: agent.registeredTime)
        instant(Field.reregisteredTime, ifPresent: agent.reregisteredTime)
        resources(Field.totalResources, agent.total)
        resources(Field.allocatedResources, agent.allocated)
        resources(Field.offeredResources, agent.offered)
        agentCapabilities(Field.capabilities, agent.capabilities)
        bool(Field.deactivated, agent.isDeactivated)
        message(Field.drainInfo, ifPresent: agent.drainInfo)
        instant(Field.estimatedDrainStartTime, ifPresent: agent.drainStart)
    }

    mutating func frameworks(_ view: FrameworksView) {
        typealias Field = Wire.Master.Response.GetFrameworks
        for framework in view.frameworks { nested(Field.frameworks) { $0.framework(framework) } }
        for framework in view.completed { nested(Field.completedFrameworks) { $0.framework(framework) } }
    }

    mutating func framework(_ framework: FrameworkView) {
        typealias Field = Wire.Master.Response.GetFrameworks.Framework
        message(Field.frameworkInfo, framework.info)
        bool(Field.active, framework.isActive)
        bool(Field.connected, framework.isConnected)
        instant(Field.registeredTime, ifPresent: framework.registeredTime)
        instant(Field.reregisteredTime, ifPresent: framework.reregisteredTime)
        instant(Field.unregisteredTime, ifPresent: framework.unregisteredTime)
        for offer in framework.offers { message(Field.offers, offer) }
        for offer in framework.inverseOffers { message(Field.inverseOffers, offer) }
        resources(Field.allocatedResources, framework.allocated)
        resources(Field.offeredResources, framework.offered)
        bool(Field.recovered, framework.isRecovered)
        message(Field.offerConstraints, ifPresent: framework.offerConstraints)
    }

    mutating func executors(_ executors: [ExecutorView]) {
        for executor in executors {
            nested(1) { writer in
                writer.message(Wire.Master.Response.GetExecutors.Executor.executorInfo, executor.info)
                writer.id(Wire.Master.Response.GetExecutors.Executor.agentID, executor.agentID)
            }
        }
    }

    mutating func tasks(_ view: TasksView) {
        typealias Field = Wire.Master.Response.GetTasks
        for task in view.pending { message(Field.pendingTasks, task) }
        for task in view.tasks { message(Field.tasks, task) }
        for task in view.completed { message(Field.completedTasks, task) }
        for task in view.unreachable { message(Field.unreachableTasks, task) }
    }

    mutating func role(_ role: RoleView) {
        string(Wire.Role.name, role.name)
        double(Wire.Role.weight, role.weight)
        for framework in role.frameworks { id(Wire.Role.frameworks, framework) }
        resources(Wire.Role.resources, role.resources)
    }

    mutating func agentTasks(_ view: AgentTasksView) {
        typealias Field = Wire.Agent.Response.GetTasks
        for task in view.queued { message(Field.queuedTasks, task) }
        for task in view.launched { message(Field.launchedTasks, task) }
        for task in view.terminated { message(Field.terminatedTasks, task) }
        for task in view.completed { message(Field.completedTasks, task) }
    }

    mutating func agentExecutors(_ executors: [ExecutorInfo], _ completed: [ExecutorInfo]) {
        typealias Field = Wire.Agent.Response.GetExecutors
        for executor in executors { nested(Field.executors) { $0.message(1, executor) } }
        for executor in completed { nested(Field.completedExecutors) { $0.message(1, executor) } }
    }

    mutating func agentFrameworks(_ view: FrameworksView) {
        typealias Field = Wire.Agent.Response.GetFrameworks
        for framework in view.frameworks { nested(Field.frameworks) { $0.message(1, framework.info) } }
        for framework in view.completed { nested(Field.completedFrameworks) { $0.message(1, framework.info) } }
    }

    mutating func container(_ container: ContainerView) {
        typealias Field = Wire.Agent.Response.GetContainers.Container
        id(Field.frameworkID, ifPresent: container.frameworkID)
        id(Field.executorID, ifPresent: container.executorID)
        string(Field.executorName, ifPresent: container.executorName)
        id(Field.containerID, container.id)
        message(Field.containerStatus, ifPresent: container.status)
    }
}
