internal import AccessControl
internal import ClusterBase
internal import ClusterModel
internal import DaemonEndpoints
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
            let text = "Expecting 'Accept' to allow 'application/x-protobuf' or 'application/json'"
            return .error(.notAcceptable, text)
        }
        guard isAllowed(call, request) else { return .error(.forbidden, "403 Forbidden.") }
        if let answer = try await changed(by: call, request, answerFormat) { return answer }
        if let list = Self.stateAnswer(to: call) {
            return try await endpoints.reads.answer(
                .answer(list, answerFormat), for: endpoints.filter(request), to: request,
                as: answerFormat == .json ? .json : .protobuf)
        }
        let answer: MasterResponse?
        do {
            answer = try await response(to: call, request)
        } catch let refusal as FileAccess.Refusal { return refusal.response }
        guard let response = answer else {
            return .error(.notImplemented, "This version does not carry out \(Self.name(call))")
        }
        return .message(response.encoded(as: answerFormat), as: answerFormat == .json ? .json : .protobuf)
    }

    private func change(_ change: ShareChange, _ principal: String?) async -> HTTPResponse {
        await endpoints.driver.ask { .shareChangeRequested($0, change, principal: principal) }
    }

    /// Whether the sender may make a call at all; what the core does it checks itself.
    private func isAllowed(_ call: OperatorCall, _ request: HTTPRequest) -> Bool {
        switch call {
        case .getFlags: endpoints.isAllowed(request, .viewFlags)
        case .getMetrics: endpoints.isAllowed(request, .getEndpoint, .path("/metrics/snapshot"))
        case .setLoggingLevel: endpoints.isAllowed(request, .setLogLevel)
        case .listFiles, .readFile: endpoints.isAllowed(request, .accessMesosLog)
        default: true
        }
    }

    /// Carries out a call that changes something or opens a stream; nil for others.
    private func changed(
        by call: OperatorCall, _ request: HTTPRequest, _ format: WireFormat
    ) async throws -> HTTPResponse? {
        let principal = request.principal?.value
        if let change = OperatorRequest(call) {
            return await endpoints.driver.ask { .operatorRequested($0, change, principal: principal) }
        }
        switch call {
        case .subscribe: return try await subscribe(as: format, seeing: endpoints.filter(request))
        case .teardown(let id): return await endpoints.driver.ask { .teardownRequested($0, id, principal: principal) }
        case .updateQuota(let configs, let force): return await change(.updateQuota(configs, force: force), principal)
        case .setQuota(let quota): return await change(.setQuota(quota), principal)
        case .removeQuota(let role): return await change(.removeQuota(role: role, path: nil), principal)
        case .updateWeights(let weights): return await change(.updateWeights(weights), principal)
        case .setLoggingLevel(let level, let duration):
            endpoints.configuration.logVerbosity.set(level, for: duration)
            return .ok
        default: return nil
        }
    }

    private static func name(_ call: OperatorCall) -> String {
        switch call {
        case .unsupported(let name): name
        default: "this call on a master"
        }
    }

    /// SUBSCRIBE: the state of one moment and the events behind it; the state is encoded here, off the core.
    private func subscribe(as format: WireFormat, seeing filter: ViewFilter) async throws -> HTTPResponse {
        let operators = endpoints.driver.operators
        let (ticket, state) = try await endpoints.driver.read { core in
            (operators.join(as: format, seeing: filter), core.state)
        }
        let visible = filter.showsEverything ? nil : VisibleChanges(filter, at: state)
        guard let stream = operators.start(ticket, at: Self.stateView(state, filter), seeing: visible) else {
            return .error(.serviceUnavailable, "The master has too much to do or steps down; try again")
        }
        return .stream(stream, as: format == .json ? .json : .protobuf)
    }

    private func response(to call: OperatorCall, _ request: HTTPRequest) async throws -> MasterResponse? {
        switch call {
        case .getHealth: return .health(true)
        case .getFlags: return .flags(endpoints.configuration.flags)
        case .getVersion: return .version(VersionView(version: ProductVersion.mesos))
        case .getMetrics(let timeout): return .metrics(try await endpoints.allMetrics(within: timeout))
        case .getLoggingLevel: return .loggingLevel(endpoints.configuration.logVerbosity.current)
        case .listFiles(let path): return .files(try await endpoints.configuration.files.entries(of: path))
        case .readFile(let path, let offset, let length):
            let content = try await endpoints.configuration.files.content(
                of: path, offset: Int(clamping: offset), length: length.map { Int(clamping: $0) })
            return .file(size: content.size, content.bytes)
        case .getRoles:
            let filter = endpoints.filter(request)
            return .roles(try await state().roles.filter { filter.shows(role: $0.name) }.map(Self.view))
        case .getOperations:
            let filter = endpoints.filter(request)
            return .operations(try await state().agents.flatMap(\.operations).filter { filter.shows($0) })
        case .getMaintenanceStatus:
            return .maintenanceStatus(endpoints.maintenanceStatus(try await state(), for: request))
        case .getMaintenanceSchedule:
            return .maintenanceSchedule(endpoints.maintenanceSchedule(try await state(), for: request))
        case .getQuota: return .quota(endpoints.quotas(try await state(), for: request))
        case .getWeights: return .weights(endpoints.weights(try await state(), for: request))
        case .getMaster:
            return .master(endpoints.info, started: endpoints.startTime, elected: try await state().elected)
        default: return nil
        }
    }

    private func state() async throws -> MasterState { try await endpoints.driver.read { $0.state } }
}
