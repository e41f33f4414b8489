internal import ClusterBase
internal import ClusterModel

// One place for what comes in, one for what goes out.
extension AgentCore {
    mutating func handle(_ event: AgentEvent) {
        switch event {
        case .recovered(let recovered): checkpointsRead(recovered)
        case .containersRecovered(let findings): containersFound(findings)
        case .masterDetected(let master): masterDetected(master)
        case .masterMessage(let sender, let message): handle(message, from: sender)
        case .authenticationEnded(let attempt, let result): authenticationEnded(attempt, result)
        case .masterLinkBroken(let pid): masterLinkBroken(pid)
        case .executorCall(let request, let framework, let executor, let call, let container):
            executorCalled(request, framework, executor, call, container: container)
        case .executorStreamClosed(let request): streamClosed(request)
        case .containerLaunched(let id, let start): containerLaunched(id, start)
        case .containerLaunchFailed(let id, let message): containerLaunchFailed(id, message)
        case .containerExited(let id, let exit): containerExited(id, exit)
        case .containerUpdateFailed(let id, let message): containerUpdateFailed(id, message)
        case .taskNotRecorded(let run, let taskID, let message): taskNotRecorded(run, taskID, message)
        case .probeEnded(let id, let result): probeEnded(id, result)
        case .diskMeasured(let usedFraction): diskMeasured(usedFraction: usedFraction)
        case .directoryRemoved(_, let succeeded):
            if succeeded { state.counters.removalsSucceeded += 1 } else { state.counters.removalsFailed += 1 }
        case .shutdownRequested(let reason): terminate(reason: reason, unregisters: true)
        case .tick: break
        }
    }

    /// Messages count only from the master that leads, but for pings, which come from a process of its own beside it.
    private mutating func handle(_ message: MasterMessage, from sender: String) {
        if case .ping(let connected) = message {
            guard Self.address(of: sender) == state.master.map({ Self.address(of: $0.pid) }) else {
                return log("Ignoring a ping from \(sender), which is not at the leading master's address")
            }
            return pinged(from: sender, connected: connected)
        }
        guard sender == state.master?.pid else {
            return log("Ignoring a message from \(sender), which is not the leading master")
        }
        switch message {
        case .registered(let id, let timeout): registered(id, pingTimeout: timeout, again: false)
        case .reregistered(let id, let timeout, let unknown):
            registered(id, pingTimeout: timeout, again: true)
            if state.phase == .running { reportUnknown(unknown) }
        case .shutdown(let reason):
            terminate(reason: "The master told the agent to shut down: \(reason)", unregisters: false)
        case .ping: break
        default:
            guard state.phase == .disconnected || state.phase == .running else { return }
            handleWork(message)
        }
    }

    /// What stands behind the process of a libprocess address.
    private static func address(of pid: String) -> Substring { pid[(pid.lastIndex(of: "@") ?? pid.startIndex)...] }

    private mutating func handleWork(_ message: MasterMessage) {
        switch message {
        case .runTask(let framework, let task, let launchExecutor):
            runTask(framework, task, launchExecutor: launchExecutor)
        case .runTaskGroup(let framework, let executor, let tasks, let launchExecutor):
            runGroup(framework, executor, tasks, launchExecutor: launchExecutor)
        case .killTask(let framework, let task, let policy):
            killTask(TaskKey(frameworkID: framework, taskID: task), policy: policy)
        case .shutdownExecutor(let framework, let executor): shutDownExecutor(framework, executor)
        case .shutdownFramework(let framework): shutDownFramework(framework)
        case .frameworkMessage(_, let framework, let executor, let data): messageForExecutor(framework, executor, data)
        case .acknowledge(let agent, let framework, let task, let uuid):
            acknowledged(agent, TaskKey(frameworkID: framework, taskID: task), uuid: uuid)
        case .updateFramework(let info): updateFramework(info)
        case .applyOperation(let framework, let operation, let uuid, let version):
            applyOperation(framework, operation, uuid: uuid, version: version)
        case .acknowledgeOperation(let status, let operation, _):
            operationAcknowledged(operation, statusUUID: status)
        case .reconcileOperations(let framework, let references): reconcileOperations(framework, references)
        case .checkpointResources(let resources): checkpointResources(resources)
        case .drain(let config): drain(config)
        case .registered, .reregistered, .shutdown, .ping: break
        }
    }

    private mutating func updateFramework(_ info: FrameworkInfo) {
        guard let id = info.id, state.frameworks[id]?.isTerminating == false else { return }
        if state.frameworks[id]?.info != info {
            state.frameworks[id]?.info = info
            if info.checkpoint { record(.framework(info)) }
        }
        for key in state.streams.keys.sorted() where key.frameworkID == id { resend(key) }
    }

    mutating func fireTimers() {
        while let action = state.timers.popDue(now) {
            switch action {
            case .register: register()
            case .pingWatchdog: pingsMissed()
            case .executorReregistration: executorsMissed()
            case .executorRegistration(let run): registrationTimedOut(run)
            case .executorShutdown(let run): shutdownTimedOut(run)
            case .executorHeartbeat(let run): executorHeartbeat(run)
            case .updateRetry(let key): forward(key)
            case .operationRetry(let uuid): forwardOperation(uuid)
            case .probe(let key, let kind): probe(key, kind)
            case .maxCompletion(let key):
                if let run = run(of: key) { endSupervised(run, key.taskID, .tooLong, policy: nil) }
            case .diskWatch: emit(.measureDisk)
            case .garbage:
                state.garbage.timer = nil
                collectGarbage(olderThan: configuration.gcDelay)
            }
        }
    }

    mutating func emit(_ effect: AgentEffect) { outcome.effects.append(effect) }

    mutating func record(_ record: CheckpointRecord) { outcome.records.append(record) }

    mutating func log(_ text: String) { emit(.log(isError: false, text)) }

    mutating func send(_ message: AgentMessage) {
        guard let master = state.master else { return }
        emit(.send(to: master.pid, message))
    }

    mutating func exit(_ reason: String) {
        state.phase = .terminating
        state.hasExited = true
        disconnect()
        emit(.exit(reason: reason, isFailure: true))
    }
}
