internal import ClusterBase
internal import ClusterModel
internal import MasterCore

/// A master's process: the real core with the shared registry, links to agents and schedulers' streams.
final class SimulatedMaster {
    private struct Batch {
        let records: [RegistryRecord]
        let effects: [MasterEffect]
    }

    unowned let world: ClusterSimulation
    let index: Int
    private var random: SeededRandom
    private(set) var info: MasterInfo
    private(set) var core: MasterCore?
    private(set) var generation = 0
    private(set) var isLeading = false
    private var epoch = 0
    private var batches: [Batch] = []
    private var storeBusyUntil = Instant.epoch
    private var nextTick: Instant?
    private var steps = 0
    private var links: [Int: SimulatedNetwork.Connection] = [:]
    private var unlinked: [Int: SimulatedNetwork.Connection] = [:]
    private var sessions: [StreamToken: SchedulerSession] = [:]
    private var replies: [RequestToken: (CallReply) -> Void] = [:]
    private var lastToken: UInt64 = 0

    init(world: ClusterSimulation, index: Int, random: SeededRandom) {
        (self.world, self.index, self.random) = (world, index, random)
        info = MasterInfo(
            id: "", ip: "10.0.0.\(index + 1)", port: 5050, hostname: "m\(index)", version: "1.12.0",
            capabilities: ["AGENT_UPDATE", "AGENT_DRAINING", "QUOTA_V2"])
    }

    var node: SimulatedNode { .master(index) }
    var pid: String { info.pid }
    var isElected: Bool { isLeading && core?.state.elected != nil }

    // MARK: Process

    func start() {
        guard core == nil else { return }
        generation += 1
        info.id = random.uuid().description
        core = MasterCore(
            configuration: world.plan.masterConfiguration, master: info, seed: random.next(), now: world.clock.now)
        world.note("\(node) starts")
        world.election.join(index)
    }

    func crash(backAfter delay: Duration, _ why: String) {
        guard core != nil else { return }
        world.note("\(node) ends: \(why)")
        // What was under way to the store may have reached it.
        if isLeading, let batch = batches.first, random.chance(0.5) {
            _ = world.registry.commit(batch.records, epoch: epoch)
        }
        core = nil
        generation += 1
        isLeading = false
        (batches, nextTick, links, unlinked, sessions, replies) = ([], nil, [:], [:], [:], [:])
        world.network.processEnded(node)
        world.election.leave(index)
        world.clock.after(delay) { [unowned self] in self.start() }
    }

    /// Becomes the leader: takes over the registry, reads it, begins.
    func elected() {
        isLeading = true
        let generation = generation
        world.clock.after(.milliseconds(5) + random.duration(below: .milliseconds(300))) { [unowned self] in
            guard self.generation == generation else { return }
            let snapshot = world.registry.takeOver()
            epoch = world.registry.epoch
            world.note("\(node) leads; the registry has \(snapshot.agents.count) agents")
            step(.recovered(snapshot))
            if let limits = world.plan.limits {
                step(.shareChangeRequested(RequestToken(nextToken()), .updateQuota([limits], force: true)))
            }
        }
    }

    func step(_ event: MasterEvent) {
        guard let outcome = core?.step(event, now: world.clock.now) else { return }
        steps += 1
        put(outcome)
        var ticks = 0
        while let deadline = core?.nextDeadline, deadline <= world.clock.now,
            let outcome = core?.step(.ticked, now: world.clock.now)
        {
            put(outcome)
            ticks += 1
            if ticks > 10 { return world.report("\(node): ticks do not move the deadline") }
        }
        if steps % world.plan.checkInterval == 0 { check() }
        scheduleTick()
    }

    func check() {
        for problem in core?.checkInvariants() ?? [] { world.report("\(node): \(problem)") }
    }

    private func scheduleTick() {
        guard let deadline = core?.nextDeadline, nextTick.map({ deadline < $0 }) ?? true else { return }
        nextTick = deadline
        let generation = generation
        world.clock.at(deadline) { [unowned self] in
            guard self.generation == generation, nextTick == deadline else { return }
            nextTick = nil
            step(.ticked)
        }
    }

    // MARK: Registry

    private func put(_ outcome: MasterOutcome) {
        for case .send(_, .offers(let offers)) in outcome.effects { if let core { world.check(offers, of: core) } }
        if outcome.records.isEmpty, batches.isEmpty { return perform(outcome.effects) }
        guard !outcome.records.isEmpty || !outcome.effects.isEmpty else { return }
        var time = max(storeBusyUntil, world.clock.now)
        if !outcome.records.isEmpty { time = time + .milliseconds(1) + random.duration(below: .milliseconds(30)) }
        storeBusyUntil = time
        batches.append(Batch(records: outcome.records, effects: outcome.effects))
        let generation = generation
        world.clock.at(time) { [unowned self] in
            guard self.generation == generation else { return }
            let batch = batches.removeFirst()
            for case .putUnreachable in batch.records { world.mark("unreachable agent") }
            if !batch.records.isEmpty, !world.registry.commit(batch.records, epoch: epoch) {
                world.mark(epoch == world.registry.epoch ? "registry write refused" : "old leader fenced")
                return crash(backAfter: .seconds(2), "the registry was not written")
            }
            perform(batch.effects)
        }
    }

    // MARK: Effects

    private func perform(_ effects: [MasterEffect]) {
        let generation = generation
        for effect in effects where self.generation == generation { perform(effect) }
    }

    private func perform(_ effect: MasterEffect) {
        switch effect {
        case .respond(let request, let reply): replies.removeValue(forKey: request)?(reply)
        case .send(let stream, let event): send(event, on: stream)
        case .closeStream(let stream):
            guard let session = sessions.removeValue(forKey: stream) else { return }
            world.network.send(on: session.down) { session.framework.lost(session, "the master closed the stream") }
            world.network.close(session.down)
        case .sendAgent(let pid, let message): send(message, to: pid)
        case .link(let pid): link(pid)
        case .unlink(let pid):
            guard let agent = world.agent(at: pid), let link = links.removeValue(forKey: agent.index) else { return }
            world.network.close(link)
        case .log(let text): world.note(text)
        case .exit(let reason): crash(backAfter: .seconds(5), reason)
        }
    }

    // MARK: Agents

    /// As the transport does: a connection that stands, or is believed to, is used again.
    private func link(_ pid: String) {
        guard let agent = world.agent(at: pid), links[agent.index] == nil else { return }
        let generation = generation
        links[agent.index] = world.network.connect(node, agent.node) { [unowned self] in
            guard self.generation == generation else { return }
            links[agent.index] = nil
            world.note("\(node) lost \(agent.node)")
            step(.agentLinkBroken(pid: pid))
        }
    }

    private func send(_ message: MasterMessage, to pid: String) {
        guard let agent = world.agent(at: pid) else { return }
        if links[agent.index] == nil, unlinked[agent.index]?.isBroken ?? true {
            unlinked[agent.index] = world.network.connect(node, agent.node)
        }
        guard let connection = links[agent.index] ?? unlinked[agent.index] else { return }
        let from = self.pid
        world.note("\(node) > \(agent.node) \(message.summary)")
        world.network.send(on: connection) { agent.receive(message, from: from) }
    }

    // MARK: Schedulers

    /// Opens a stream; nil when this master cannot serve it now, as its HTTP side would answer 307 or 503.
    func open(_ session: SchedulerSession) -> Bool {
        guard isElected else { return false }
        sessions[session.token] = session
        let generation = generation
        session.down.onBreak = { [unowned self] in
            guard self.generation == generation, sessions.removeValue(forKey: session.token) != nil else { return }
            step(.streamClosed(session.token))
        }
        return true
    }

    func nextToken() -> UInt64 {
        lastToken += 1
        return lastToken
    }

    func call(
        _ call: SchedulerCall, of session: SchedulerSession, _ id: FrameworkID, _ reply: @escaping (CallReply) -> Void
    ) {
        let request = RequestToken(nextToken())
        replies[request] = reply
        step(
            .called(
                SchedulerRequest(request: request, frameworkID: id, streamID: session.streamID, call: call)))
    }

    private func send(_ event: SchedulerEvent, on stream: StreamToken) {
        guard let session = sessions[stream] else { return }
        if case .offers(let offers) = event, isLeading, epoch == world.registry.epoch { world.check(offers) }
        world.note("\(node) > \(session.framework.node) \(event.summary)")
        world.network.send(on: session.down) { session.framework.receive(event, on: session) }
    }
}

extension MasterMessage {
    /// A few words for the transcript.
    var summary: String {
        switch self {
        case .registered(let id, _): "registered \(id)"
        case .reregistered(let id, _, let unknown):
            "reregistered \(id), asks for \(unknown.flatMap(\.taskIDs).count) tasks"
        case .runTask(_, let task, _): "run \(task.id)"
        case .runTaskGroup(_, let executor, let tasks, _): "run group \(executor.id) of \(tasks.count)"
        case .killTask(_, let task, _): "kill \(task)"
        case .shutdownExecutor(_, let executor): "shut down executor \(executor)"
        case .shutdownFramework(let id): "shut down framework \(id)"
        case .frameworkMessage(_, _, let executor, _): "message for \(executor)"
        case .acknowledge(_, _, let task, _): "acknowledge \(task)"
        case .updateFramework(let info): "framework \(info.id?.value ?? "?")"
        case .applyOperation(_, let operation, let uuid, _): "apply \(operation.name) \(uuid)"
        case .checkpointResources(let resources): "checkpoint \(resources)"
        case .acknowledgeOperation(_, let uuid, _): "acknowledge operation \(uuid)"
        case .reconcileOperations(_, let operations): "asks for \(operations.count) operations"
        case .drain: "drain"
        case .shutdown(let reason): "shut down: \(reason)"
        case .ping(let connected): connected ? "ping" : "ping, not connected"
        }
    }
}

extension SchedulerEvent {
    /// A few words for the transcript.
    var summary: String {
        switch self {
        case .subscribed(let id, _, _): "subscribed \(id)"
        case .heartbeat: "heartbeat"
        case .offers(let offers):
            "offers " + offers.map { "\($0.id.value.suffix(6)) of \($0.hostname)" }.joined(separator: ", ")
        case .rescind(let id): "rescind \(id.value.suffix(6))"
        case .update(let status): "update \(status.taskID) \(status.state)\(status.uuid == nil ? " (master)" : "")"
        case .inverseOffers(let offers): "inverse offers of " + offers.map(\.hostname).joined(separator: ", ")
        case .rescindInverseOffer(let id): "rescind inverse \(id.value.suffix(6))"
        case .updateOperationStatus(let status): "operation \(status.operationID?.value ?? "") \(status.state)"
        case .message(_, let executor, _): "message of \(executor)"
        case .failure(let agent, let executor, _): "failure \(agent?.value ?? "") \(executor?.value ?? "")"
        case .error(let text): "error: \(text)"
        }
    }
}
