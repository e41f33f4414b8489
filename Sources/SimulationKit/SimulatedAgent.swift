internal import AgentCore
internal import ClusterBase
internal import ClusterModel
internal import MasterCore
internal import ResourceModel

/// A machine with an agent on it: the real core with a virtual disk, containers and process.
final class SimulatedAgent {
    private struct Batch {
        let records: [CheckpointRecord]
        let effects: [AgentEffect]
    }

    unowned let world: ClusterSimulation
    let index: Int
    let info: AgentInfo
    let configuration: AgentConfiguration
    let containers: SimulatedContainers
    private var random: SeededRandom
    private(set) var core: AgentCore?
    private(set) var generation = 0
    private var image = CheckpointImage()
    private var hasRebooted = false
    private var batches: [Batch] = []
    private var diskBusyUntil = Instant.epoch
    private var nextTick: Instant?
    private var steps = 0
    private var connections: [Int: SimulatedNetwork.Connection] = [:]
    private var containerTasks: [ContainerID: TaskID] = [:]

    init(world: ClusterSimulation, index: Int, random: SeededRandom) {
        var random = random
        (self.world, self.index) = (world, index)
        let cpus = Double([2, 4, 8][random.below(3)])
        info = AgentInfo(
            hostname: "host\(index)", port: 5051,
            resources: [
                .scalar("cpus", cpus), .scalar("mem", cpus * 1024), .scalar("disk", 10_000),
                .ranges("ports", [31000...31019]),
            ])
        configuration = AgentConfiguration(
            ip: "10.0.1.\(index + 1)", port: 5051, workDirectory: "/work", runtimeDirectory: "/run/agent")
        containers = SimulatedContainers(clock: world.clock, random: random.split())
        self.random = random.split()
        containers.onStart = { [unowned self] task in self.world.containerStarts(task, on: self) }
        containers.leaks = world.plan.sabotage == .leakyContainers
    }

    var node: SimulatedNode { .agent(index) }
    var pid: String { configuration.pid }

    // MARK: Process

    func start() {
        guard core == nil else { return }
        generation += 1
        world.note("\(node) starts\(hasRebooted ? " after a reboot" : "")")
        core = AgentCore(configuration: configuration, info: info, seed: random.next(), now: world.clock.now)
        containers.owner = { [unowned self] event in self.step(event) }
        step(.recovered(image.recovered(hasRebooted: hasRebooted)))
        world.detector.watch(node) { [unowned self] master in self.step(.masterDetected(master)) }
    }

    /// Ends the process at once; it comes back later.
    func crash(reboot: Bool, backAfter delay: Duration) {
        guard core != nil else { return }
        world.note("\(node) \(reboot ? "reboots" : "crashes")")
        core = nil
        generation += 1
        nextTick = nil
        connections = [:]
        let unwritten = batches.flatMap(\.records)
        for record in unwritten.prefix(random.below(unwritten.count + 1)) { write(record) }
        batches = []
        world.detector.forget(node)
        containers.ownerEnded()
        if reboot {
            containers.reboot()
            hasRebooted = true
        }
        world.network.processEnded(node)
        world.clock.after(delay) { [unowned self] in self.start() }
    }

    func step(_ event: AgentEvent) {
        guard let outcome = core?.step(event, now: world.clock.now) else { return }
        steps += 1
        if steps % world.plan.checkInterval == 0 { check() }
        put(outcome)
        scheduleTick()
    }

    func check() {
        for problem in core?.checkInvariants() ?? [] { world.report("\(node): \(problem)") }
    }

    private func scheduleTick() {
        guard let deadline = core?.nextDeadline, nextTick.map({ deadline < $0 }) ?? true else { return }
        let due = max(deadline, world.clock.now)
        nextTick = due
        let generation = generation
        world.clock.at(due) { [unowned self] in
            guard self.generation == generation, nextTick == due else { return }
            nextTick = nil
            step(.tick)
        }
    }

    // MARK: Disk

    private func put(_ outcome: AgentOutcome) {
        if outcome.records.isEmpty, batches.isEmpty { return perform(outcome.effects) }
        guard !outcome.isEmpty else { return }
        var time = max(diskBusyUntil, world.clock.now)
        if !outcome.records.isEmpty {
            time =
                time + .microseconds(300)
                + random.duration(below: random.chance(0.02) ? .milliseconds(500) : .milliseconds(8))
        }
        diskBusyUntil = time
        batches.append(Batch(records: outcome.records, effects: outcome.effects))
        let generation = generation
        world.clock.at(time) { [unowned self] in
            guard self.generation == generation else { return }
            let batch = batches.removeFirst()
            for record in batch.records { write(record) }
            perform(batch.effects)
        }
    }

    private func write(_ record: CheckpointRecord) {
        switch record {
        case .update where world.plan.sabotage == .forgetfulDisk: break
        default: image.apply(record)
        }
        switch record {
        case .bootID: hasRebooted = false
        case .task(_, let task, _, let containerID?): containerTasks[containerID] = task.id
        case .update(_, let update): world.becameDurable(update)
        case .acknowledgement(_, let task, let uuid): world.wasAcknowledged(uuid, of: task, on: self)
        case .agentForgotten: world.report("\(node) was made to give up its id")
        default: break
        }
    }

    // MARK: Effects

    private func perform(_ effects: [AgentEffect]) {
        let generation = generation
        for effect in effects where self.generation == generation { perform(effect) }
    }

    private func perform(_ effect: AgentEffect) {
        switch effect {
        case .send(let pid, let message): send(message, to: pid)
        case .launchContainer(let plan):
            containers.launch(plan.id, task: containerTasks[plan.id] ?? TaskID(plan.executorID.value))
        case .stopContainer(let id, let grace): containers.stop(id, grace: grace)
        case .destroyContainer(let id): containers.destroy(id)
        case .forgetContainer(let id): containers.forget(id)
        case .recoverContainers(let traces):
            soon { agent in
                let findings = agent.containers.recover(traces.map(\.id))
                for finding in findings.values {
                    if case .running = finding {
                        agent.world.mark("container adopted")
                    } else {
                        agent.world.mark("container ended unseen")
                    }
                }
                agent.step(.containersRecovered(findings))
            }
        case .runProbe(let id, _): soon { $0.step(.probeEnded(id, .exited(0))) }
        case .measureDisk: soon { $0.step(.diskMeasured(usedFraction: 0.1)) }
        case .removeDirectory(let path): soon { $0.step(.directoryRemoved(path, succeeded: true)) }
        case .exit(let reason, _):
            world.note("\(node) exits: \(reason)")
            crash(reboot: false, backAfter: .seconds(5))
        case .link, .detectMaster, .authenticate, .updateContainer, .linkVolumes, .openStream, .sendExecutor,
            .closeStream, .respond,
            .log:
            break
        }
    }

    private func soon(_ action: @escaping (SimulatedAgent) -> Void) {
        let generation = generation
        world.clock.after(.milliseconds(1) + random.duration(below: .milliseconds(200))) { [unowned self] in
            if self.generation == generation { action(self) }
        }
    }

    // MARK: Messages

    private func send(_ message: AgentMessage, to pid: String) {
        guard let master = world.masters.first(where: { $0.pid == pid }) else { return }
        if connections[master.index]?.isBroken ?? true {
            let generation = generation
            connections[master.index] = world.network.connect(node, master.node) { [unowned self] in
                if self.generation == generation { step(.masterLinkBroken(pid)) }
            }
        }
        guard let connection = connections[master.index] else { return }
        let from = self.pid
        world.note("\(node) > \(master.node) \(message.summary)")
        if world.plan.sabotage == .forgedAcknowledgements, case .statusUpdate(let update) = message,
            let id = update.agentID, let uuid = update.uuid, random.chance(0.2)
        {
            soon {
                $0.receive(.acknowledge(id, update.frameworkID, update.status.taskID, uuid: uuid), from: pid)
            }
        }
        world.network.send(on: connection) { master.step(.agentSpoke(pid: from, message)) }
    }

    func receive(_ message: MasterMessage, from pid: String) {
        if world.plan.sabotage == .swallowedLaunches, case .runTask = message, random.chance(0.1) { return }
        step(.masterMessage(from: pid, message))
        if world.plan.sabotage == .doubledLaunches {
            world.agents.first { $0 !== self }?.stealLaunch(message, from: pid)
        }
    }

    private func stealLaunch(_ message: MasterMessage, from pid: String) {
        guard case .runTask(let framework, var task, let launch) = message, let id = core?.info.id else { return }
        task.agentID = id
        step(.masterMessage(from: pid, .runTask(framework, task, launchExecutor: launch)))
    }
}

extension AgentMessage {
    /// A few words for the transcript.
    var summary: String {
        switch self {
        case .register: "register"
        case .reregister(let registration, let inventory):
            "reregister \(registration.info.id?.value ?? "?") with \(inventory.tasks.count) tasks"
        case .unregister(let id): "unregister \(id)"
        case .statusUpdate(let update): "update \(update.status.taskID) \(update.status.state)"
        case .exitedExecutor(_, _, let executor, let status): "exited \(executor) \(status)"
        case .executorMessage(_, _, let executor, _): "message of \(executor)"
        case .update: "resources"
        case .updateOperationStatus(let update): "operation \(update.operationUUID) \(update.status.state)"
        case .pong: "pong"
        }
    }
}
