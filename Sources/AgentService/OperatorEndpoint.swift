internal import AccessControl
internal import AgentCore
internal import ClusterBase
internal import ClusterModel
internal import DaemonEndpoints
internal import HTTPTransport
internal import MesosProtocol

/// `POST /api/v1` and its sub-paths on the agent: the reading calls of this version (spec `mesos/08` §8.4).
struct OperatorEndpoint: Sendable {
    let endpoints: AgentEndpoints

    func handle(_ request: HTTPRequest) async throws -> HTTPResponse {
        guard let snapshot = try await endpoints.snapshot(for: request) else { return AgentEndpoints.recovering }
        let format: WireFormat
        switch ExecutorEndpoint.format(of: request) {
        case .failure(let refusal): return refusal.response
        case .success(let found): format = found
        }
        let call: OperatorCall
        do { call = try OperatorCodec.decodeAgentCall(request.body, as: format) } catch {
            return .error(HTTPStatus(error.status), error.message)
        }
        if !isAllowed(call, request) { return .error(.forbidden, "403 Forbidden.") }
        guard let preferred = request.accept.preferred else { return ExecutorEndpoint.notAcceptable }
        if case .setLoggingLevel(let level, let duration) = call {
            endpoints.configuration.logVerbosity.set(level, for: duration)
            return .ok
        }
        var answer: AgentResponse?
        do {
            answer = try await fileResponse(to: call, request)
            if answer == nil { answer = try await response(to: call, snapshot, request) }
        } catch let refusal as FileAccess.Refusal {
            return refusal.response
        } catch is AccessDenial {
            return .error(.forbidden, "403 Forbidden.")
        }
        guard let response = answer else {
            let name = if case .unsupported(let name) = call { name } else { "this call" }
            return .error(.notImplemented, "This version of the agent does not carry out \(name)")
        }
        return .message(response.encoded(as: preferred == .json ? .json : .protobuf), as: preferred)
    }

    /// Whether the sender may make a call at all; files are asked about one by one.
    private func isAllowed(_ call: OperatorCall, _ request: HTTPRequest) -> Bool {
        switch call {
        case .getFlags: endpoints.isAllowed(request, .viewFlags)
        case .getMetrics: endpoints.isAllowed(request, .getEndpoint, .path("/metrics/snapshot"))
        case .setLoggingLevel: endpoints.isAllowed(request, .setLogLevel)
        default: true
        }
    }

    /// The answer to LIST_FILES and READ_FILE; nil for other calls.
    private func fileResponse(to call: OperatorCall, _ request: HTTPRequest) async throws -> AgentResponse? {
        let files = AgentFiles(endpoints: endpoints)
        switch call {
        case .listFiles(let path):
            guard try await files.isAllowed(path, request) else { throw AccessDenial() }
            return .files(try await files.access.entries(of: path))
        case .readFile(let path, let offset, let length):
            guard try await files.isAllowed(path, request) else { throw AccessDenial() }
            let content = try await files.access.content(
                of: path, offset: Int(clamping: offset), length: length.map { Int(clamping: $0) })
            return .file(size: content.size, content.bytes)
        default: return nil
        }
    }

    /// The sender may not do that.
    private struct AccessDenial: Error {}

    private func response(
        to call: OperatorCall, _ snapshot: AgentSnapshot, _ request: HTTPRequest
    ) async throws -> AgentResponse? {
        switch call {
        case .getHealth: return .health(true)
        case .getFlags: return .flags(endpoints.configuration.flags)
        case .getVersion: return .version(VersionView(version: ProductVersion.mesos))
        case .getMetrics: return .metrics(try await endpoints.allMetrics())
        case .getState:
            return .state(
                frameworks: Self.frameworks(snapshot), executors: Self.executors(snapshot),
                completedExecutors: Self.completedExecutors(snapshot), tasks: Self.tasks(snapshot))
        case .getFrameworks: return .frameworks(Self.frameworks(snapshot))
        case .getExecutors:
            return .executors(Self.executors(snapshot), completed: Self.completedExecutors(snapshot))
        case .getTasks: return .tasks(Self.tasks(snapshot))
        case .getOperations: return .operations(snapshot.operations)
        case .getResourceProviders: return .noResourceProviders
        case .getLoggingLevel: return .loggingLevel(endpoints.configuration.logVerbosity.current)
        case .getAgent:
            return .agent(snapshot.info, drain: snapshot.drain?.config, drainStart: snapshot.drain?.startedAt)
        case .getContainers: return .containers(Self.containers(endpoints.containers(snapshot, for: request)))
        default: return nil
        }
    }

    private static func frameworks(_ snapshot: AgentSnapshot) -> FrameworksView {
        func view(_ framework: FrameworkSummary, isActive: Bool) -> FrameworkView {
            FrameworkView(info: framework.info, isActive: isActive, isConnected: isActive)
        }
        return FrameworksView(
            frameworks: snapshot.frameworks.map { view($0, isActive: true) },
            completed: snapshot.completedFrameworks.map { view($0, isActive: false) })
    }

    private static func executors(_ snapshot: AgentSnapshot) -> [ExecutorInfo] {
        snapshot.frameworks.flatMap(\.executors).map(\.info)
    }

    private static func completedExecutors(_ snapshot: AgentSnapshot) -> [ExecutorInfo] {
        (snapshot.frameworks + snapshot.completedFrameworks).flatMap(\.completedExecutors).map(\.info)
    }

    private static func tasks(_ snapshot: AgentSnapshot) -> AgentTasksView {
        let frameworks = snapshot.frameworks + snapshot.completedFrameworks
        let executors = frameworks.flatMap { $0.executors + $0.completedExecutors }
        return AgentTasksView(
            queued: executors.flatMap { executor in
                executor.queuedTasks.map { TaskRecord(launching: $0, frameworkID: executor.frameworkID) }
            }, launched: executors.flatMap(\.tasks), terminated: executors.flatMap(\.terminatedTasks),
            completed: executors.flatMap(\.completedTasks))
    }

    private static func containers(_ snapshot: AgentSnapshot) -> [ContainerView] {
        snapshot.frameworks.flatMap(\.executors).filter(\.isRunning).map { executor in
            ContainerView(
                id: executor.containerID, frameworkID: executor.frameworkID, executorID: executor.info.id,
                executorName: executor.info.name,
                status: ContainerStatus(
                    containerID: executor.containerID, executorPID: executor.pid, addresses: executor.addresses))
        }
    }
}
