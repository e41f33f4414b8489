internal import AccessControl
internal import ClusterModel
internal import MasterCore
internal import MesosProtocol
internal import ResourceModel

/// Views of the core in wire form.
extension OperatorEndpoint {
    /// What operators are told of a change.
    static func event(_ change: MasterChange, _ filter: ViewFilter = .everything) -> MesosProtocol.MasterEvent {
        switch change {
        case .taskAdded(let task): .taskAdded(task)
        case .taskUpdated(let framework, let status, let state): .taskUpdated(framework, status, state)
        case .agentAdded(let agent): .agentAdded(view(agent, filter))
        case .agentRemoved(let agent): .agentRemoved(agent)
        case .frameworkAdded(let framework): .frameworkAdded(view(framework, filter))
        case .frameworkUpdated(let framework): .frameworkUpdated(view(framework, filter))
        case .frameworkRemoved(let info): .frameworkRemoved(info)
        }
    }

    /// The part of a state that somebody may see.
    static func stateView(_ state: MasterState, _ filter: ViewFilter = .everything) -> StateView {
        StateView(
            agents: state.agents.map { view($0, filter) }, frameworks: frameworks(state, filter),
            executors: executors(state, filter),
            tasks: tasks(state, filter))
    }

    /// An agent with the resources that somebody may see.
    static func view(_ agent: CoreAgent, _ filter: ViewFilter) -> MesosProtocol.AgentView {
        var view = MesosProtocol.AgentView(
            info: visible(agent.info, filter), isActive: agent.isActive, version: agent.version, pid: agent.pid,
            registeredTime: agent.registered, reregisteredTime: agent.reregistered,
            total: filter.visible(agent.totalResources), allocated: filter.visible(agent.usedResources),
            offered: filter.visible(agent.offeredResources), capabilities: agent.capabilities)
        (view.isDeactivated, view.drainInfo) = (agent.isDeactivated, agent.drainInfo)
        view.drainStart = agent.drainStarted
        return view
    }

    /// An agent's description with the resources that somebody may see.
    static func visible(_ info: AgentInfo, _ filter: ViewFilter) -> AgentInfo {
        var info = info
        info.resources = filter.visible(info.resources)
        return info
    }

    static func view(_ framework: CoreFramework, _ filter: ViewFilter) -> MesosProtocol.FrameworkView {
        var view = MesosProtocol.FrameworkView(
            info: framework.info, isActive: framework.isActive, isConnected: framework.isConnected,
            isRecovered: framework.isRecovered, registeredTime: framework.registered,
            reregisteredTime: framework.reregistered.last, unregisteredTime: framework.unregistered,
            offers: framework.offers, allocated: filter.visible(framework.usedResources),
            offered: filter.visible(framework.offeredResources))
        view.offerConstraints = framework.offerConstraints
        return view
    }

    /// With what the framework is asked to leave, which only the state as a whole knows.
    static func view(
        _ framework: CoreFramework, in state: MasterState, _ filter: ViewFilter
    ) -> MesosProtocol.FrameworkView {
        var view = view(framework, filter)
        view.inverseOffers = framework.inverseOffers(in: state)
        return view
    }

    static func view(_ role: CoreRole) -> MesosProtocol.RoleView {
        .init(
            name: role.name, weight: role.weight, frameworks: role.frameworkIDs,
            resources: role.usedResources + role.offeredResources)
    }

    static func frameworks(_ state: MasterState, _ filter: ViewFilter) -> FrameworksView {
        FrameworksView(
            frameworks: state.frameworks.filter { filter.shows($0.info) }.map { view($0, in: state, filter) },
            completed: state.completedFrameworks.filter { filter.shows($0.info) }.map { view($0, filter) })
    }

    static func executors(_ state: MasterState, _ filter: ViewFilter) -> [MesosProtocol.ExecutorView] {
        state.frameworks.filter { filter.shows($0.info) }.flatMap { framework in
            framework.executors.filter { filter.shows($0.info, of: framework.info) }
                .map { .init(info: $0.info, agentID: $0.agentID) }
        }
    }

    static func tasks(_ state: MasterState, _ filter: ViewFilter) -> TasksView {
        let all = (state.frameworks + state.completedFrameworks).filter { filter.shows($0.info) }
        func visible(_ tasks: (CoreFramework) -> [TaskRecord]) -> [TaskRecord] {
            all.flatMap { framework in
                let list = tasks(framework)
                return filter.showsEverything ? list : list.filter { filter.shows($0, of: framework.info) }
            }
        }
        return TasksView(
            tasks: visible { $0.tasks }, unreachable: visible { $0.unreachableTasks },
            completed: visible { $0.completedTasks })
    }
}
