internal import ClusterBase
internal import ClusterModel
internal import ClusterPorts
internal import FrameworkSDK
internal import HTTPTransport
internal import Logging
internal import MarathonAPI
internal import MarathonCore

/// Owns the core: feeds it, makes its records durable, and only then lets replies, calls and events leave.
///
/// Steps never suspend. Outcomes are committed in order by one loop, as many per write as have gathered meanwhile.
actor MarathonDriver: MarathonBackend {
    /// Bounds of what waits inside.
    enum Limits {
        /// Outcomes that wait to be durable; beyond it commands are refused and the master's events wait.
        static let uncommittedOutcomes = 4_096
        /// Clients of the event stream.
        static let subscribers = 512
        /// Records written at once.
        static let batchRecords = 5_000
        /// Bytes written at once; a ZooKeeper transaction is bounded by 1 MiB.
        static let batchBytes = 900_000
    }

    /// Before every name in the store, which others may share.
    static let prefix = "marathon/"

    nonisolated let info: MarathonInfo
    private var core: MarathonCore
    private let store: any VariableStore
    private let link: any SchedulerLink
    private let logger: Logger
    private let clock: @Sendable () -> Instant
    private var pending: [MarathonOutcome] = []
    private var isCommitting = false
    private var isStopped = false
    private var lastCommand: CommandID = 0
    private var answers: [CommandID: CheckedContinuation<CommandAnswer, any Error>] = [:]
    private var registrations: [CheckedContinuation<Void, any Error>] = []
    private var readersAtLimit: [CheckedContinuation<Void, Never>] = []
    private var subscribers: [Subscriber] = []
    private var alarms: Set<Instant> = []
    private let commits = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
    private let deadlines = AsyncStream.makeStream(of: Instant.self)

    private struct Subscriber {
        var stream: ResponseStream
        var types: Set<String>
        var client: String
    }

    init(
        core: MarathonCore, first: MarathonOutcome, store: any VariableStore, link: any SchedulerLink,
        info: MarathonInfo, logger: Logger, clock: @escaping @Sendable () -> Instant
    ) {
        (self.core, self.store, self.link, self.info) = (core, store, link, info)
        (self.logger, self.clock) = (logger, clock)
        pending = [first]
    }

    // MARK: What the API asks for

    func submit(_ command: MarathonCommand) async throws -> CommandAnswer {
        guard !isStopped else { throw ClusterError(.unavailable, "Marathon is shutting down") }
        guard pending.count < Limits.uncommittedOutcomes else {
            throw ClusterError(.unavailable, "Too many changes are waiting to be stored")
        }
        lastCommand += 1
        let id = lastCommand
        return try await withCheckedThrowingContinuation { continuation in
            answers[id] = continuation
            step(.command(id, command))
        }
    }

    func view<Answer: Sendable>(_ body: @Sendable (MarathonCore, Instant) -> Answer) -> Answer { body(core, clock()) }

    func subscribe(_ stream: ResponseStream, types: [String], client: String) {
        guard subscribers.count < Limits.subscribers else {
            stream.close()
            return
        }
        subscribers.append(Subscriber(stream: stream, types: Set(types), client: client))
        send(.stream(isAttached: true, client: client, at: clock()))
    }

    /// Returns when the master has taken the framework in; throws when the service ends before.
    func registered() async throws {
        if core.isConnected { return }
        guard !isStopped else { throw ClusterError(.unavailable, "Marathon is shutting down") }
        try await withCheckedThrowingContinuation { registrations.append($0) }
    }

    // MARK: Steps

    private func step(_ event: MarathonEvent) {
        let outcome = core.step(event, now: clock())
        if let due = core.nextDeadline, alarms.insert(due).inserted { deadlines.continuation.yield(due) }
        if outcome.records.isEmpty, pending.isEmpty, !isCommitting {
            for effect in outcome.effects { perform(effect) }
            return
        }
        if outcome.records.isEmpty, outcome.effects.isEmpty { return }
        pending.append(outcome)
        commits.continuation.yield()
    }

    /// Feeds the core with what the master says, until the link ends.
    func readSignals() async {
        await link.read { signal in await self.take(signal) }
    }

    private func take(_ signal: SchedulerSignal) async {
        if pending.count >= Limits.uncommittedOutcomes { await withCheckedContinuation { readersAtLimit.append($0) } }
        switch signal {
        case .event(let event):
            step(.scheduler(event))
            if case .subscribed = event { finishRegistrations(.success(())) }
        case .notice(.disconnected(let reason)):
            logger.info("disconnected from the master", metadata: ["reason": "\(reason)"])
            step(.disconnected)
        case .notice(.refused(let call, let status, let message)):
            logger.warning("call refused", metadata: ["status": "\(status)", "message": "\(message)"])
            unsent(call, message)
        }
    }

    /// Tells the core that the tasks of a call were never launched.
    private func unsent(_ call: SchedulerCall, _ message: String) {
        guard case .accept(_, let operations, _) = call else { return }
        for case .launch(let tasks) in operations.map(\.action) {
            for task in tasks {
                let status = TaskStatus(
                    taskID: task.id, state: .dropped, message: message, source: .master, reason: .invalidOffers,
                    agentID: task.agentID)
                step(.scheduler(.update(status)))
            }
        }
    }

    // MARK: Effects

    /// Commits outcomes as they come and carries out their effects; throws when the state cannot be stored.
    func commitOutcomes() async throws {
        commits.continuation.yield()
        for await _ in commits.stream {
            while !pending.isEmpty {
                let batch = takeBatch()
                isCommitting = true
                let operations = MarathonDriver.operations(batch.flatMap(\.records))
                if !operations.isEmpty { try await commit(operations) }
                isCommitting = false
                for outcome in batch {
                    for effect in outcome.effects {
                        if case .stop(let message) = effect { throw ClusterError(.forbidden, message) }
                        perform(effect)
                    }
                }
                for reader in readersAtLimit { reader.resume() }
                readersAtLimit = []
            }
        }
    }

    /// The outcomes that are made durable next: at least one, and no more than a store takes at once.
    private func takeBatch() -> [MarathonOutcome] {
        var (count, records, bytes) = (0, 0, 0)
        for outcome in pending {
            records += outcome.records.count
            bytes += outcome.records.reduce(0) { $0 + $1.size }
            if count > 0, records > Limits.batchRecords || bytes > Limits.batchBytes { break }
            count += 1
        }
        defer { pending.removeFirst(count) }
        return Array(pending.prefix(count))
    }

    /// Writes, again and again while the store is away: what is written does not depend on what is there.
    private func commit(_ operations: [VariableOperation]) async throws {
        var pause = Duration.milliseconds(100)
        while true {
            do {
                _ = try await store.commit(operations)
                return
            } catch let error as ClusterError where error.code == .unavailable || error.code == .timeout {
                logger.warning("cannot store the state, trying again", metadata: ["error": "\(error)"])
                try await Task.sleep(for: pause)
                pause = min(pause * 2, .seconds(5))
            }
        }
    }

    /// Of several writes of a variable only the last counts.
    static func operations(_ records: [StateRecord]) -> [VariableOperation] {
        var last: [String: Int] = [:]
        for (index, record) in records.enumerated() { last[record.name] = index }
        return records.enumerated().compactMap { index, record in
            guard last[record.name] == index else { return nil }
            return switch record {
            case .put(let name, let value): .put(name: prefix + name, value: value)
            case .delete(let name): .delete(name: prefix + name)
            }
        }
    }

    private func perform(_ effect: MarathonEffect) {
        switch effect {
        case .call(let call):
            do { try link.send(call) } catch {
                logger.debug("call not sent", metadata: ["error": "\(error)"])
                unsent(call, error.message)
            }
        case .reply(let id, let result):
            answers.removeValue(forKey: id)?.resume(with: result.mapError { $0 as any Error })
        case .publish(let notice):
            if !subscribers.isEmpty { send(StreamEvent(notice, at: clock())) }
        case .stop(let message): logger.error("the master ends the framework", metadata: ["message": "\(message)"])
        }
    }

    private func send(_ event: StreamEvent) {
        dropClosedSubscribers()
        let chunk = EncodedChunk(event.frame)
        for subscriber in subscribers where subscriber.types.isEmpty || subscriber.types.contains(event.type) {
            subscriber.stream.write(chunk)
        }
    }

    private func dropClosedSubscribers() {
        let gone = subscribers.filter { !$0.stream.isOpen }
        guard !gone.isEmpty else { return }
        subscribers.removeAll { !$0.stream.isOpen }
        for subscriber in gone { send(.stream(isAttached: false, client: subscriber.client, at: clock())) }
    }

    // MARK: Time

    /// Wakes the core at its deadlines; one sleeper per deadline that was ever the next.
    func keepDeadlines() async {
        await withDiscardingTaskGroup { group in
            for await due in deadlines.stream {
                group.addTask {
                    try? await Task.sleep(for: max(.zero, due - self.clock()))
                    if !Task.isCancelled { await self.wake(due) }
                }
            }
        }
    }

    private func wake(_ due: Instant) {
        alarms.remove(due)
        step(.tick)
    }

    /// Writes a blank line to every event stream now and then, since clients drop silent ones.
    func keepStreamsAlive(every interval: Duration = .seconds(10)) async {
        while (try? await Task.sleep(for: interval)) != nil {
            dropClosedSubscribers()
            for subscriber in subscribers { subscriber.stream.write(StreamEvent.keepAlive) }
        }
    }

    // MARK: End

    private func finishRegistrations(_ result: Result<Void, any Error>) {
        for registration in registrations { registration.resume(with: result) }
        registrations = []
    }

    /// Answers everybody who waits; nothing is taken afterwards.
    func stop() {
        isStopped = true
        let error = ClusterError(.unavailable, "Marathon is shutting down")
        for id in answers.keys { answers.removeValue(forKey: id)?.resume(throwing: error) }
        finishRegistrations(.failure(error))
        for reader in readersAtLimit { reader.resume() }
        readersAtLimit = []
        for subscriber in subscribers { subscriber.stream.close() }
        subscribers = []
        commits.continuation.finish()
        deadlines.continuation.finish()
    }
}
