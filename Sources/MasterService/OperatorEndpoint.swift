internal import ClusterBase
internal import ClusterModel
internal import HTTPTransport
internal import MasterCore
internal import MesosProtocol
internal import ResourceModel

/// `POST /api/v1` and its sub-paths on the master (spec `mesos/08` §8.4): the calls of this version.
///
/// Those that read see the core between two batches of events.
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
        switch call {
        case .subscribe: return try await subscribe(as: answerFormat)
        case .teardown(let id): return await endpoints.driver.ask { .teardownRequested($0, id) }
        case .updateQuota(let configs, let force): return await change(.updateQuota(configs, force: force))
        case .setQuota(let quota): return await change(.setQuota(quota))
        case .removeQuota(let role): return await change(.removeQuota(role: role, path: nil))
        case .updateWeights(let weights): return await change(.updateWeights(weights))
        default: break
        }
        guard let response = try await response(to: call) else {
            return .error(.notImplemented, "This version does not carry out \(Self.name(call))")
        }
        return .message(response.encoded(as: answerFormat), as: answerFormat == .json ? .json : .protobuf)
    }

    private func change(_ change: ShareChange) async -> HTTPResponse {
        await endpoints.driver.ask { .shareChangeRequested($0, change) }
    }

    private static func name(_ call: OperatorCall) -> String {
        switch call {
        case .unsupported(let name): name
        default: "this call on a master"
        }
    }

    /// SUBSCRIBE: the state of one moment and the events behind it; the state is encoded here, off the core.
    private func subscribe(as format: WireFormat) async throws -> HTTPResponse {
        let operators = endpoints.driver.operators
        let (ticket, state) = try await endpoints.driver.read { (operators.join(as: format), $0.state) }
        guard let stream = operators.start(ticket, at: Self.stateView(state)) else {
            return .error(.serviceUnavailable, "The master has too much to do or steps down; try again")
        }
        return .stream(stream, as: format == .json ? .json : .protobuf)
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
        case .getQuota: return .quota(QuotaStatus(configs: try await state().quotaConfigs))
        case .getWeights: return .weights(try await state().roleWeights)
        case .getMaster:
            return .master(endpoints.info, started: endpoints.startTime, elected: try await state().elected)
        default: return nil
        }
    }

    private func state() async throws -> MasterState { try await endpoints.driver.read { $0.state } }
}
