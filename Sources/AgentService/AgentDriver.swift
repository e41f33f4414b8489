internal import AgentCore
internal import ClusterBase
internal import ClusterModel
internal import HTTPTransport
internal import Logging
internal import MesosProtocol
internal import NIOCore
internal import NIOPosix

/// Owns the core: feeds it events one after the other, makes records durable, then carries out effects.
///
/// One loop takes everything that waits, steps the core for each event, writes the records of the whole batch with one
/// sync per file, and carries the effects out in order. Nothing suspends inside a decision, and no effect leaves before
/// the records that came before it are on the disk.
final class AgentDriver: Sendable {
    enum Input: Sendable {
        case event(AgentEvent)
        case read(@Sendable (AgentCore) -> Void)
        case retryRecords
        /// The agent cannot go on; what is on the disk stays as it is.
        case fail(String)
    }

    /// How the agent came to its end.
    struct End: Sendable {
        var reason: String
        var isFailure: Bool
    }

    /// What is done outside of this process.
    struct Outside: Sendable {
        var channel: MasterChannel
        /// Nil when the agent has nothing to prove who it is with.
        var authenticatee: Authenticatee?
        var containers: ContainerRunner
        var probes: ProbeRunner
        var work: WorkGroup
        var workDirectory: String
        var recoveryAttempts: Int
    }

    private let mailbox: Mailbox<Input>
    private let clock = AgentClock()
    let streams: ExecutorStreams
    private let logger: Logger

    init(queueLimit: Int, logger: Logger) {
        let mailbox = Mailbox<Input>(limit: queueLimit)
        self.mailbox = mailbox
        self.logger = logger
        streams = ExecutorStreams { mailbox.report(.event(.executorStreamClosed($0))) }
    }

    var now: Instant { clock.now }

    /// Hands over an event from outside; false when too much waits already.
    func post(_ event: AgentEvent) -> Bool { mailbox.post(.event(event)) }

    /// Hands over an event that the agent's own work brought about.
    func report(_ event: AgentEvent) { mailbox.report(.event(event)) }

    /// Hands over a call of an executor; what cannot be taken is answered 503 at once.
    func post(_ request: ExecutorRequest, container: ContainerID?, format: WireFormat, reply: Reply) {
        let id = streams.add(reply, format: format)
        let call = AgentEvent.executorCall(
            id, request.frameworkID, request.executorID, request.call, container: container)
        guard !post(call) else { return }
        streams.respond(id, .unavailable("The agent has too much to do; try again"))
    }

    /// Something read from the core between two events; `take` must be quick.
    func read<Value: Sendable>(_ take: @escaping @Sendable (AgentCore) -> Value) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            let isAccepted = mailbox.post(.read { continuation.resume(returning: take($0)) })
            guard !isAccepted else { return }
            continuation.resume(throwing: ClusterError(.unavailable, "The agent has too much to do; try again"))
        }
    }

    /// Ends `run` after what waits already.
    func stop() { mailbox.close() }

    /// How many events wait for the core.
    var backlog: Int { mailbox.count }

    /// Runs until `stop`, cancellation or the core's wish to exit, which is returned.
    func run(core initial: AgentCore, store initialStore: CheckpointStore, _ outside: Outside) async -> End? {
        var core = initial
        var writer = RecordWriter(store: initialStore, logger: logger)
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        var alarm: (at: Instant, task: Scheduled<Void>)?
        defer { alarm?.task.cancel() }
        while true {
            let inputs = await mailbox.next()
            if inputs.isEmpty { return nil }
            if let end = await process(inputs, &core, &writer, outside) { return end }
            guard let deadline = core.nextDeadline else { continue }
            if let alarm, alarm.at == deadline, deadline > clock.now { continue }
            alarm?.task.cancel()
            let delay = max(0, (deadline - clock.now).totalNanoseconds)
            let mailbox = mailbox
            alarm = (
                deadline, loop.scheduleTask(in: .nanoseconds(delay)) { mailbox.report(.event(.tick)) }
            )
        }
    }

    private func process(
        _ inputs: [Input], _ core: inout AgentCore, _ writer: inout RecordWriter, _ outside: Outside
    ) async -> End? {
        var records: [CheckpointRecord] = []
        var effects: [AgentEffect] = []
        var readers: [@Sendable (AgentCore) -> Void] = []
        let now = clock.now
        var isRetry = false
        for input in inputs {
            switch input {
            case .event(let event):
                let outcome = core.step(event, now: now)
                records += outcome.records
                effects += outcome.effects
            case .read(let reader): readers.append(reader)
            case .retryRecords: isRetry = true
            case .fail(let reason): return End(reason: reason, isFailure: true)
            }
        }
        if !records.isEmpty || isRetry {
            let refused = await writer.write(records, &effects)
            for event in refused { report(event) }
            if writer.hasBacklog, !writer.isRetryScheduled {
                writer.isRetryScheduled = true
                let mailbox = mailbox
                MultiThreadedEventLoopGroup.singleton.next().scheduleTask(in: .seconds(1)) {
                    mailbox.report(.retryRecords)
                }
            }
            if let error = writer.fatal { return End(reason: error.description, isFailure: true) }
        }
        var end: End?
        for effect in effects { end = carryOut(effect, outside) ?? end }
        for reader in readers { reader(core) }
        return end
    }

    private func carryOut(_ effect: AgentEffect, _ outside: Outside) -> End? {
        switch effect {
        case .send(let pid, let message): outside.channel.send(message, to: pid)
        case .authenticate(let number, let pid, let timeout):
            guard let authenticatee = outside.authenticatee else {
                report(.authenticationEnded(number, .failed("the agent has no credential")))
                return nil
            }
            authenticatee.authenticate(number, with: pid, timeout: timeout)
        case .link(let pid): outside.channel.link(pid)
        case .detectMaster: logger.info("the master is contacted anew")
        case .launchContainer(let plan): outside.containers.launch(plan)
        case .stopContainer(let id, let grace): outside.containers.stop(id, grace: grace)
        case .destroyContainer(let id): outside.containers.destroy(id)
        case .updateContainer(let id, let limits): outside.containers.update(id, limits)
        case .linkVolumes(let id, let sandbox, let added, let removed):
            // At once, not in the container's turn: the next effect may hand over the task that needs them.
            do throws(ClusterError) {
                try SandboxBuilder.unlink(removed, sandbox: sandbox)
                try SandboxBuilder.link(added, sandbox: sandbox)
            } catch {
                report(.containerUpdateFailed(id, message: ContainerRunner.words(error)))
            }
        case .forgetContainer(let id): outside.containers.forget(id)
        case .recoverContainers(let traces):
            outside.containers.recover(traces, attempts: outside.recoveryAttempts) { [mailbox] error in
                mailbox.report(.fail("cannot recover containers: \(error)"))
            }
        case .runProbe(let id, let request):
            outside.work.add { [mailbox] in mailbox.report(.event(.probeEnded(id, await outside.probes.run(request)))) }
        case .openStream(let id): streams.open(id)
        case .sendExecutor(let id, let event): streams.send(id, event)
        case .closeStream(let id): streams.close(id)
        case .respond(let id, let answer): streams.respond(id, answer)
        case .measureDisk:
            guard let fraction = FileSystem.usedFraction(outside.workDirectory) else { return nil }
            report(.diskMeasured(usedFraction: fraction))
        case .removeDirectory(let path):
            outside.work.add { [mailbox, logger] in
                do {
                    try await NIOThreadPool.singleton.runIfActive { try FileSystem.removeTree(path) }
                    mailbox.report(.event(.directoryRemoved(path, succeeded: true)))
                } catch {
                    logger.warning("cannot remove a directory", metadata: ["error": "\(error)"])
                    mailbox.report(.event(.directoryRemoved(path, succeeded: false)))
                }
            }
        case .exit(let reason, let isFailure): return End(reason: reason, isFailure: isFailure)
        case .log(let isError, let text): logger.log(level: isError ? .error : .info, "\(text)")
        }
        return nil
    }
}
