internal import ClusterBase
internal import ClusterModel
internal import OrderedCollections
internal import ResourceModel

// Detection, registration with backoff, pings (spec mesos/05 §5.1, §5.2).
extension AgentCore {
    mutating func masterDetected(_ master: MasterInfo?) {
        state.master = master
        guard state.phase != .terminating else { return }
        disconnect()
        scheduleFirstRegistration()
    }

    /// Stops talking to the master; streams keep what they have.
    mutating func disconnect() {
        state.timers.cancel(state.registration.timer)
        state.timers.cancel(state.registration.pingTimer)
        (state.registration.timer, state.registration.pingTimer) = (nil, nil)
        (state.registration.isAuthenticated, state.registration.isAuthenticating) = (false, false)
        guard state.phase == .running else { return }
        state.phase = .disconnected
        for key in state.streams.keys.sorted() {
            state.timers.cancel(state.streams[key]?.retry)
            state.streams[key]?.retry = nil
        }
        for uuid in state.resources.operations.keys { pauseOperation(uuid) }
    }

    mutating func scheduleFirstRegistration() {
        guard state.phase == .disconnected, state.master != nil else { return }
        state.timers.cancel(state.registration.timer)
        state.registration.attempts = 0
        let delay = random.duration(below: configuration.registrationDelay)
        state.registration.timer = state.timers.set(.register, at: now + delay)
    }

    /// Sends a registration and sets the timer of the next one.
    mutating func register() {
        state.registration.timer = nil
        guard state.phase == .disconnected, let master = state.master else { return }
        // A master that does not answer may have forgotten who this is.
        if state.registration.unanswered >= 5 { state.registration.isAuthenticated = false }
        if mustAuthenticate { return authenticate(with: master) }
        if state.registration.attempts == 0 { emit(.link(master.pid)) }
        // What the master sent before it hears of this inventory is about other resources.
        if state.info.id != nil { state.resourceVersion = random.uuid() }
        let registration = AgentRegistration(
            info: state.info, version: configuration.version, capabilities: configuration.capabilities,
            resourceVersion: state.resourceVersion, checkpointedResources: state.resources.checkpointed)
        emit(
            .send(
                to: master.pid,
                state.info.id == nil ? .register(registration) : .reregister(registration, inventory())))
        let factor = configuration.registrationBackoffFactor
        let bound = min(.seconds(60), factor * (1 << min(state.registration.attempts, 12)))
        state.registration.attempts += 1
        state.registration.unanswered += 1
        let delay = max(min(.milliseconds(50), bound), random.duration(below: bound))
        state.registration.timer = state.timers.set(.register, at: now + delay)
    }

    mutating func registered(_ id: AgentID, pingTimeout: Duration, again: Bool) {
        if let known = state.info.id, known != id {
            return exit("The master registered this agent as \(id), but it is \(known)")
        }
        if state.info.id == nil, again {
            return exit("The master registered this agent again as \(id), but it never was registered")
        }
        switch state.phase {
        case .recovering, .terminating: return
        case .running: return watchPings(pingTimeout)
        case .disconnected: break
        }
        if state.info.id == nil {
            state.info.id = id
            record(.agent(state.info))
        }
        state.phase = .running
        state.timers.cancel(state.registration.timer)
        state.registration.timer = nil
        watchPings(pingTimeout)
        send(
            .update(
                id, resourceVersion: state.resourceVersion,
                operations: state.resources.operations.values.map(\.record)))
        for key in state.streams.keys.sorted() { resend(key) }
        for uuid in state.resources.operations.keys { resendOperation(uuid) }
    }

    private mutating func watchPings(_ timeout: Duration) {
        state.registration.pingTimeout = timeout > .zero ? timeout : configuration.pingTimeout
        heardPing()
    }

    private mutating func heardPing() {
        state.timers.cancel(state.registration.pingTimer)
        let timeout = state.registration.pingTimeout ?? configuration.pingTimeout
        state.registration.pingTimer = state.timers.set(.pingWatchdog, at: now + timeout)
    }

    mutating func pinged(from observer: String, connected: Bool) {
        guard state.phase != .recovering else { return }
        emit(.send(to: observer, .pong))
        guard state.phase == .running else { return }
        if connected { return heardPing() }
        log("The master lost its connection to this agent; registering again")
        registerAgain()
    }

    mutating func pingsMissed() {
        state.registration.pingTimer = nil
        guard state.phase == .running else { return }
        log("No ping from the master for \(UnitText.text(state.registration.pingTimeout ?? .zero)); registering again")
        registerAgain()
    }

    mutating func registerAgain() {
        disconnect()
        emit(.detectMaster)
        scheduleFirstRegistration()
    }

    /// The connection to a master broke, and what was under way on it is lost: an executor's exit is told only once, so
    /// registering again is what makes both sides count the same.
    mutating func masterLinkBroken(_ pid: String) {
        guard state.phase == .running, pid == state.master?.pid else { return }
        log("The connection to the master broke; registering again")
        registerAgain()
    }

    /// Answers the master's question about tasks that it had and the agent did not report (spec `mesos/03` §3.4).
    ///
    /// Live ones were launched while the report was under way: a new report tells of them and of their executors.
    mutating func reportUnknown(_ lists: [FrameworkTasks]) {
        let isOutdated = lists.contains { list in
            list.taskIDs.contains { state.frameworks[list.frameworkID]?.taskExecutors[$0] != nil }
        }
        defer { if isOutdated { registerAgain() } }
        for list in lists {
            for taskID in list.taskIDs {
                let key = TaskKey(frameworkID: list.frameworkID, taskID: taskID)
                guard !knows(key) else { continue }
                drop(
                    key, state: list.isPartitionAware ? .dropped : .lost, reason: .reconciliation,
                    message: "Task is unknown to the agent", executorID: nil)
            }
        }
    }

    /// Whether a task is queued, runs, or has updates to be acknowledged.
    func knows(_ key: TaskKey) -> Bool {
        state.streams[key] != nil || state.frameworks[key.frameworkID]?.taskExecutors[key.taskID] != nil
    }

    /// Everything that runs here, for a registration.
    func inventory() -> AgentInventory {
        var inventory = AgentInventory()
        for framework in sortedFrameworks {
            inventory.frameworks.append(framework.info)
            for executor in framework.executors.values.sorted(by: { $0.run.executorID < $1.run.executorID }) {
                if executor.supervision != .command, executor.stage != .terminated {
                    inventory.executors.append(executor.info)
                }
                for task in executor.queuedTasks {
                    inventory.tasks.append(TaskRecord(launching: task, frameworkID: framework.id))
                }
                inventory.tasks += executor.tasks.values.map(\.record).sorted { $0.id < $1.id }
                inventory.tasks += executor.ended.values.sorted { $0.id < $1.id }
            }
        }
        return inventory
    }

    var sortedFrameworks: [Framework] { state.frameworks.values.sorted { $0.id < $1.id } }
}
