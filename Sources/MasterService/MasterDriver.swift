internal import ClusterBase
internal import ClusterModel
internal import HTTPTransport
internal import Logging
internal import MasterCore
internal import NIOConcurrencyHelpers
internal import NIOCore

/// Owns the core: feeds it events one after the other, makes records durable, then performs effects.
///
/// One loop takes everything that waits, steps the core for each, commits the records of the whole batch with one
/// write, and performs the effects in order. Nothing suspends inside a decision, and no effect leaves before the
/// records that came before it are durable (style: durable before visible).
final class MasterDriver: Sendable {
    private enum Input: Sendable {
        case event(CoreEvent)
        case read(@Sendable (MasterCore) -> Void)
    }

    private let mailbox: Mailbox<Input>
    private let replies = NIOLockedValueBox<[RequestToken: Reply]>([:])
    private let tokens = NIOLockedValueBox<UInt64>(0)
    private let clock = ServiceClock()
    private let timer: any EventLoop
    let streams = StreamTable()
    let operators: OperatorStreams
    let metrics = ServiceMetrics()
    /// Holds back what schedulers call too fast.
    let limiter: CallLimiter
    private let heartbeatInterval: Duration
    private let channel: AgentChannel
    private let registry: Registry
    private let logger: Logger

    init(
        channel: AgentChannel, registry: Registry, timer: any EventLoop, configuration: MasterServiceConfiguration,
        logger: Logger
    ) {
        mailbox = Mailbox(limit: configuration.queueLimit)
        heartbeatInterval = configuration.core.heartbeatInterval
        limiter = CallLimiter(configuration.rateLimits, timer: timer)
        operators = OperatorStreams(
            heartbeatInterval: heartbeatInterval, streamLimit: configuration.operatorStreamLimit)
        (self.channel, self.registry, self.timer, self.logger) = (channel, registry, timer, logger)
    }

    var now: Instant { clock.now }

    /// Hands an event to the core; false when too much waits already.
    @discardableResult
    func post(_ event: MasterEvent) -> Bool { mailbox.post(.event(event)) }

    /// What waits for the core: messages and calls from outside, and what the master itself asks of it.
    var backlog: (messages: Int, own: Int) {
        let count = mailbox.count { input in
            switch input {
            case .event(.ticked), .read: true
            case .event: false
            }
        }
        return (count.all - count.matching, count.matching)
    }

    /// The registry's size in bytes; nil before it was read.
    var registrySize: Int? { get async { await registry.size } }

    /// A number that is used once.
    func nextToken() -> UInt64 {
        tokens.withLockedValue { token in
            token += 1
            return token
        }
    }

    /// Hands an event that the core answers with `.respond`; false when too much waits already.
    func post(answering reply: Reply, _ event: (RequestToken) -> MasterEvent) {
        let token = RequestToken(nextToken())
        replies.withLockedValue { $0[token] = reply }
        guard !post(event(token)) else { return }
        let unanswered = replies.withLockedValue { $0.removeValue(forKey: token) }
        unanswered?.send(.error(.serviceUnavailable, "The master has too much to do; try again"))
    }

    /// Hands an event that the core answers with `.respond`, and waits for the answer.
    func ask(_ event: (RequestToken) -> MasterEvent) async -> HTTPResponse {
        await withCheckedContinuation { continuation in
            post(answering: Reply { continuation.resume(returning: $0) }, event)
        }
    }

    /// Something read from the core between two events, for endpoints that read; `take` must be quick.
    func read<Value: Sendable>(_ take: @escaping @Sendable (MasterCore) -> Value) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            let accepted = mailbox.post(.read { continuation.resume(returning: take($0)) })
            if !accepted {
                continuation.resume(throwing: ClusterError(.unavailable, "The master has too much to do; try again"))
            }
        }
    }

    /// What the master keeps durably at this moment.
    func registryContents() async throws -> RegistrySnapshot { try await registry.contents() }

    /// As `read`, or nil when the core does not come to it in time.
    func read<Value: Sendable>(
        within limit: Duration, _ take: @escaping @Sendable (MasterCore) -> Value
    ) async -> Value? {
        await withCheckedContinuation { continuation in
            let waiting = NIOLockedValueBox<CheckedContinuation<Value?, Never>?>(continuation)
            let answer: @Sendable (Value?) -> Void = { value in
                let first = waiting.withLockedValue { waiting in
                    defer { waiting = nil }
                    return waiting
                }
                first?.resume(returning: value)
            }
            let alarm = timer.scheduleTask(in: .nanoseconds(max(0, limit.totalNanoseconds))) { answer(nil) }
            let accepted = mailbox.post(
                .read { core in
                    alarm.cancel()
                    answer(take(core))
                })
            if !accepted { answer(nil) }
        }
    }

    /// Runs until the mailbox is closed, the task is cancelled, or the master must step down, which throws.
    func run(core initial: MasterCore) async throws {
        var core = initial
        var alarm: (at: Instant, task: Scheduled<Void>)?
        let beat = TimeAmount.nanoseconds(heartbeatInterval.totalNanoseconds)
        let operators = operators
        let heart = timer.scheduleRepeatedTask(initialDelay: beat, delay: beat) { _ in operators.beat() }
        defer {
            alarm?.task.cancel()
            heart.cancel()
        }
        while true {
            let inputs = await mailbox.next()
            if inputs.isEmpty { return }
            try await process(inputs, &core)
            guard let deadline = core.nextDeadline else { continue }
            if let alarm, alarm.at == deadline, deadline > clock.now { continue }
            alarm?.task.cancel()
            let delay = max(0, (deadline - clock.now).totalNanoseconds)
            let mailbox = mailbox
            alarm = (
                deadline, timer.scheduleTask(in: .nanoseconds(delay)) { _ = mailbox.post(.event(.ticked)) }
            )
        }
    }

    private func process(_ inputs: [Input], _ core: inout MasterCore) async throws {
        var records: [RegistryRecord] = []
        var effects: [MasterEffect] = []
        var changes: [MasterChange] = []
        var readers: [@Sendable (MasterCore) -> Void] = []
        let now = clock.now
        core.reportsChanges = operators.isWatched
        for input in inputs {
            switch input {
            case .event(.ticked): break
            case .event(let event): take(core.step(event, now: now), &records, &effects, &changes)
            case .read(let reader): readers.append(reader)
            }
        }
        // Ticks come last: what the batch made due (an allocation above all) is done at once, for all of it together.
        var ticks = 0
        while let deadline = core.nextDeadline, deadline <= now, ticks < 100 {
            let (runs, start, latency) = (core.allocationRuns, ContinuousClock.now, clock.now - deadline)
            take(core.step(.ticked, now: now), &records, &effects, &changes)
            if core.allocationRuns != runs {
                metrics.allocationRun.add(ContinuousClock.now - start)
                metrics.allocationLatency.add(latency)
            }
            ticks += 1
        }
        if !records.isEmpty {
            let start = ContinuousClock.now
            metrics.queuedRecords.withLockedValue { $0 = records.count }
            do { try await registry.commit(records) } catch {
                throw ClusterError(.system, "cannot write the registry; the master steps down", cause: error)
            }
            metrics.queuedRecords.withLockedValue { $0 = 0 }
            metrics.stateStore.add(ContinuousClock.now - start)
        }
        for effect in effects { try perform(effect) }
        // Readers come last: an operator who joins here has the whole batch in the state and none of it as events.
        operators.announce(changes)
        for reader in readers { reader(core) }
    }

    private func take(
        _ outcome: MasterOutcome, _ records: inout [RegistryRecord], _ effects: inout [MasterEffect],
        _ changes: inout [MasterChange]
    ) {
        if !outcome.records.isEmpty { records += outcome.records }
        if !outcome.effects.isEmpty { effects += outcome.effects }
        if !outcome.changes.isEmpty { changes += outcome.changes }
    }

    private func perform(_ effect: MasterEffect) throws {
        switch effect {
        case .respond(let token, let answer):
            let reply = replies.withLockedValue { $0.removeValue(forKey: token) }
            reply?.send(Self.response(answer))
        case .send(let token, let event): streams.send(event, to: token)
        case .closeStream(let token): streams.close(token)
        case .sendAgent(let pid, let message): channel.send(message, to: pid)
        case .link(let pid): channel.link(pid)
        case .unlink(let pid): channel.unlink(pid)
        case .log(let text): logger.warning("\(text)")
        case .exit(let reason): throw ClusterError(.system, reason)
        }
    }

    private static func response(_ answer: CallReply) -> HTTPResponse {
        switch answer {
        case .accepted: .accepted
        case .ok: .ok
        case .refused(let status, let text): .error(HTTPStatus(status), text)
        }
    }

    /// Ends the loop and all streams.
    func stop() {
        mailbox.close()
        streams.closeAll()
        operators.closeAll()
    }
}
