internal import ClusterBase
internal import ClusterModel
internal import HTTPTransport
internal import MasterCore
internal import MesosProtocol
internal import ResourceModel

/// `POST /api/v1` and its sub-paths on the master (spec `mesos/08` §8.4): the reading calls of this version.
struct OperatorEndpoint: Sendable {
    let endpoints: MasterEndpoints

    init(endpoints: MasterEndpoints) { self.endpoints = endpoints }

    func handle(_ request: HTTPRequest) async throws -> HTTPResponse {
        if let refusal = endpoints.refusalUnlessLeading(request) { return refusal }
        switch SchedulerEndpoint.format(of: request) {
        case .failure(let refusal): return refusal.response
        case .success(let format): return try await answer(request, format)
        }
    }

    private func answer(_ request: HTTPRequest, _ format: WireFormat) async throws -> HTTPResponse {
        let call: OperatorCall
        do { call = try OperatorCodec.decodeMasterCall(request.body, as: format) } catch {
            return .error(HTTPStatus(error.status), error.message)
        }
        let answerFormat: WireFormat
        switch request.accept.preferred {
        case .json: answerFormat = .json
        case .protobuf: answerFormat = .protobuf
        default:
            let text = "Expecting 'Accept' to allow application/json or application/x-protobuf"
            return .error(.notAcceptable, text)
        }
        guard let response = try await response(to: call) else {
            return .error(.notImplemented, "This version does not carry out \(Self.name(call))")
        }
        return .message(response.encoded(as: answerFormat), as: answerFormat == .json ? .json : .protobuf)
    }

    private static func name(_ call: OperatorCall) -> String {
        switch call {
        case .unsupported(let name): name
        case .subscribe: "SUBSCRIBE"
        default: "this call on a master"
        }
    }

    private func response(to call: OperatorCall) async throws -> MasterResponse? {
        switch call {
        case .getHealth: return .health(true)
        case .getFlags: return .flags(endpoints.configuration.flags)
        case .getVersion: return .version(VersionView(version: ProductVersion.mesos))
        case .getMetrics: return .metrics(try await endpoints.allMetrics())
        case .getState: return .state(Self.stateView(try await state()))
        case .getAgents:
            let state = try await state()
            return .agents(state.agents.map(Self.view), recovered: state.recoveredAgents)
        case .getFrameworks: return .frameworks(Self.frameworks(try await state()))
        case .getExecutors: return .executors(Self.executors(try await state()))
        case .getTasks: return .tasks(Self.tasks(try await state()))
        case .getRoles: return .roles(try await state().roles.map(Self.view))
        case .getMaster:
            return .master(endpoints.info, started: endpoints.startTime, elected: try await state().elected)
        case .subscribe, .getAgent, .getContainers, .unsupported: return nil
        }
    }

    private func state() async throws -> MasterState { try await endpoints.driver.read { $0.state } }

    // MARK: Views of the core in wire form

    private static func stateView(_ state: MasterState) -> StateView {
        StateView(
            agents: state.agents.map(view), frameworks: frameworks(state), executors: executors(state),
            tasks: tasks(state))
    }

    private static func view(_ agent: CoreAgent) -> MesosProtocol.AgentView {
        .init(
            info: agent.info, isActive: agent.isActive, version: agent.version, pid: agent.pid,
            registeredTime: agent.registered, reregisteredTime: agent.reregistered, total: agent.info.resources,
            allocated: agent.usedResources, offered: agent.offeredResources, capabilities: agent.capabilities)
    }

    private static func view(_ framework: CoreFramework) -> MesosProtocol.FrameworkView {
        .init(
            info: framework.info, isActive: framework.isActive, isConnected: framework.isConnected,
            isRecovered: framework.isRecovered, registeredTime: framework.registered,
            reregisteredTime: framework.reregistered.last, unregisteredTime: framework.unregistered,
            offers: framework.offers, allocated: framework.usedResources, offered: framework.offeredResources)
    }

    private static func view(_ role: CoreRole) -> MesosProtocol.RoleView {
        .init(
            name: role.name, weight: role.weight, frameworks: role.frameworkIDs,
            resources: role.usedResources + role.offeredResources)
    }

    private static func frameworks(_ state: MasterState) -> FrameworksView {
        FrameworksView(
            frameworks: state.frameworks.map(view), completed: state.completedFrameworks.map(view))
    }

    private static func executors(_ state: MasterState) -> [MesosProtocol.ExecutorView] {
        state.frameworks.flatMap { framework in
            framework.executors.map { .init(info: $0.info, agentID: $0.agentID) }
        }
    }

    private static func tasks(_ state: MasterState) -> TasksView {
        let all = state.frameworks + state.completedFrameworks
        return TasksView(
            tasks: all.flatMap(\.tasks), unreachable: all.flatMap(\.unreachableTasks),
            completed: all.flatMap(\.completedTasks))
    }
}
