internal import ClusterBase
internal import ClusterModel
internal import HTTPTransport
internal import Logging
internal import MesosProtocol
internal import Synchronization

/// The engine of `ExecutorDriver`: the connection to the agent and what is unacknowledged.
final class ExecutorCore: Sendable {
    /// What the program part is told, in order.
    enum Input: Sendable {
        case event(ExecutorEvent)
        case disconnected
    }

    /// How the connection ended for good.
    enum Ending: Sendable {
        case lost(String)
        /// The agent does not want this executor.
        case refused(ClusterError)
        case stopped
    }

    private struct State: Sendable {
        var ledger = ExecutorLedger()
        /// Calls waiting for the agent; nil while there is no subscription.
        var calls: BoundedChannel<ExecutorCall>?
        var hasSubscribed = false
    }

    /// How many updates may be unacknowledged, and how many calls may wait.
    static let callLimit = 16_384
    /// How many events may wait for the program part.
    static let eventLimit = 1_024
    /// How often a HEARTBEAT is sent (upstream's library).
    static let heartbeatInterval = Duration.seconds(1_800)
    /// How long an executor tries to subscribe the first time.
    static let registrationLimit = Duration.seconds(60)

    let environment: ExecutorEnvironment
    let options: ExecutorOptions
    let logger: Logger
    let inputs = BoundedChannel<Input>(limit: ExecutorCore.eventLimit)
    private let state = Mutex(State())
    private let acknowledgements = BoundedChannel<Void>(limit: 1)

    init(environment: ExecutorEnvironment, options: ExecutorOptions, logger: Logger) {
        (self.environment, self.options, self.logger) = (environment, options, logger)
    }

    // MARK: What the program part does

    func update(_ status: TaskStatus) throws(ClusterError) {
        guard status.state != .staging else {
            throw ClusterError(.invalidArgument, "An executor cannot report TASK_STAGING", field: "status.state")
        }
        var status = status
        var random = SystemRandomNumberGenerator()
        let uuid = UniqueID(high: random.next(), low: random.next())
        status.uuid = uuid
        (status.source, status.executorID) = (.executor, environment.executorID)
        status.agentID = environment.agentID ?? status.agentID
        status.timestamp = status.timestamp ?? LocalHost.now()
        let isTaken = state.withLock { state in
            guard state.ledger.updateCount < Self.callLimit else { return false }
            state.ledger.sent(status, uuid: uuid)
            // When the queue is full the agent hears of it at the next subscription.
            _ = state.calls?.offer(.update(status))
            return true
        }
        guard isTaken else {
            throw ClusterError(.limitExceeded, "\(Self.callLimit) updates are unacknowledged already")
        }
    }

    func enqueue(_ call: ExecutorCall) throws(ClusterError) {
        guard let calls = state.withLock({ $0.calls }) else {
            throw ClusterError(.unavailable, "There is no connection to the agent")
        }
        guard calls.offer(call) else { throw ClusterError(.limitExceeded, "\(Self.callLimit) calls wait already") }
    }

    @discardableResult
    func drained(within limit: Duration) async -> Bool {
        let end = ContinuousClock.now + limit
        while !Task.isCancelled {
            if state.withLock({ $0.ledger.updateCount == 0 }) { return true }
            let left = end - .now
            if left <= .zero { return false }
            await acknowledgements.next(within: left)
        }
        return false
    }

    func untilCancelled() async {
        while !Task.isCancelled { try? await Task.sleep(for: .seconds(3_600)) }
    }

    // MARK: The connection

    /// Keeps the connection; returns when the executor should end because of it.
    func connect(_ pool: HTTPClientPool) async -> Ending {
        var lostAt = ContinuousClock.now
        while !Task.isCancelled {
            let reason: String
            do { reason = try await subscribe(pool) } catch { return .refused(error) }
            let (wasSubscribed, hasSubscribed) = state.withLock { state in
                defer { state.calls = nil }
                return (state.calls != nil, state.hasSubscribed)
            }
            if Task.isCancelled { break }
            logger.info("not subscribed", metadata: ["agent": "\(environment.agentURL)", "reason": "\(reason)"])
            if wasSubscribed {
                lostAt = .now
                await inputs.push(.disconnected)
            }
            let patience =
                !hasSubscribed
                ? Self.registrationLimit : environment.isCheckpointing ? environment.recoveryTimeout : .zero
            let left = patience - (ContinuousClock.now - lostAt)
            if left <= .zero { return .lost(reason) }
            let pause = environment.subscriptionBackoffMax.totalSeconds * Double.random(in: 0..<1)
            try? await Task.sleep(for: min(.fractionalSeconds(pause), left))
        }
        return .stopped
    }

    private func channel(_ pool: HTTPClientPool) -> CallChannel {
        let base =
            environment.domainSocket.map { "http+unix://\(PercentCoding.encode($0))/slave(1)" } ?? environment.agentURL
        return CallChannel(
            url: base + "/api/v1/executor", format: options.encoding == .json ? .json : .protobuf,
            authorization: environment.authenticationToken.map { "Bearer \($0)" }, streamID: nil,
            timeout: options.callTimeout, pool: pool)
    }

    private func encode(_ call: ExecutorCall, _ format: WireFormat) -> [UInt8] {
        let request = ExecutorRequest(
            frameworkID: environment.frameworkID, executorID: environment.executorID, call: call)
        return ExecutorCodec.encodeCall(request, as: format)
    }

    /// One subscription; returns why it ended.
    ///
    /// Throws `ClusterError` when there can be no other.
    private func subscribe(_ pool: HTTPClientPool) async throws(ClusterError) -> String {
        let channel = channel(pool)
        let call = state.withLock { $0.ledger.subscribe() }
        let response: StreamingResponse
        do { response = try await channel.open(encode(call, channel.format)) } catch { return "\(error)" }
        switch response.status.code {
        case 200: break
        case 400, 401, 403, 405, 406, 415:
            let words = await CallChannel.words(of: response)
            throw ClusterError(.forbidden, "The agent refuses this executor (\(response.status.code)): \(words)")
        default: return await CallChannel.words(of: response)
        }
        let calls = BoundedChannel<ExecutorCall>(limit: Self.callLimit)
        let reader = EventReader(liveness: StreamLiveness(limit: .seconds(86_400)), recordLimit: options.recordLimit)
        do {
            return try await withThrowingTaskGroup(of: String.self) { group in
                defer { group.cancelAll() }
                group.addTask {
                    try await reader.read(response.body) { record in
                        try await self.receive(record, reader.liveness, calls, channel.format)
                    }
                }
                group.addTask {
                    try await reader.watch(); return "stopped"
                }
                group.addTask { try await self.sendCalls(calls, on: channel) }
                return try await group.next() ?? "stopped"
            }
        } catch let error as StreamBreak {
            return error.description
        } catch is CancellationError {
            return "stopped"
        } catch let error as ClusterError where error.code == .forbidden {
            throw error
        } catch {
            return "\(error)"
        }
    }

    private func receive(
        _ record: [UInt8], _ liveness: StreamLiveness, _ calls: BoundedChannel<ExecutorCall>, _ format: WireFormat
    ) async throws {
        let decoded: ExecutorEvent?
        do { decoded = try ExecutorCodec.decodeEvent(record, as: format) } catch {
            throw StreamBreak("an event cannot be read: \(error)")
        }
        guard let event = decoded else { return }
        switch event {
        case .subscribed:
            state.withLock { state in
                (state.calls, state.hasSubscribed) = (calls, true)
                for update in state.ledger.sinceSubscribe() { _ = calls.offer(.update(update)) }
            }
        case .launch(let task): state.withLock { $0.ledger.launched(task) }
        case .launchGroup(let tasks): state.withLock { state in for task in tasks { state.ledger.launched(task) } }
        case .acknowledged(let task, let uuid):
            state.withLock { $0.ledger.acknowledged(task, uuid: uuid) }
            _ = acknowledgements.offer(())
            return
        case .heartbeat:
            liveness.expect(within: Self.heartbeatInterval * 2)
            return
        case .error(let message):
            await inputs.push(.event(event))
            throw ClusterError(.forbidden, "The agent refuses this executor: \(message)")
        case .kill, .message, .shutdown: break
        }
        await inputs.push(.event(event))
    }

    private func sendCalls(_ calls: BoundedChannel<ExecutorCall>, on channel: CallChannel) async throws -> String {
        while !Task.isCancelled {
            let call = await calls.next(within: Self.heartbeatInterval) ?? .heartbeat
            if Task.isCancelled { break }
            let response = try await channel.send(encode(call, channel.format))
            if response.status.isSuccess { continue }
            let words = CallChannel.words(response.body, status: response.status)
            if response.status.code == 400, case .update(let status) = call, let uuid = status.uuid,
                !words.contains("cannot be found")
            {
                logger.error("update refused", metadata: ["task_id": "\(status.taskID)", "message": "\(words)"])
                state.withLock { $0.ledger.refused(uuid) }
                _ = acknowledgements.offer(())
                continue
            }
            return "the agent refused a call (\(response.status.code)): \(words)"
        }
        return "stopped"
    }
}
