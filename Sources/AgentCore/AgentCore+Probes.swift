internal import ClusterBase
internal import ClusterModel

// Checks and health checks of tasks that the agent runs itself (spec mesos/04 §4.8).
extension AgentCore {
    /// A check is due.
    mutating func probe(_ key: TaskKey, _ kind: ProbeKind) {
        guard let run = run(of: key), let task = supervised(run, key.taskID), task.ending == nil, task.start != nil
        else { return }
        let definition: (probe: Probe, timeout: Duration)? =
            switch kind {
            case .health: task.health.map { ($0.definition.probe, $0.definition.timeout) }
            case .check: task.check.map { ($0.definition.probe, $0.definition.timeout) }
            }
        guard let definition else { return }
        let isIPv6 = kind == .health && task.health?.definition.isIPv6 == true
        let address = task.start?.addresses.first ?? (isIPv6 ? "::1" : "127.0.0.1")
        state.lastProbe += 1
        let id = ProbeID(state.lastProbe)
        state.probes[id] = (key, kind)
        emit(
            .runProbe(
                id,
                ProbeRequest(
                    containerID: task.containerID, probe: definition.probe, address: address,
                    timeout: definition.timeout > .zero ? definition.timeout : nil)))
    }

    mutating func probeEnded(_ id: ProbeID, _ result: ProbeResult) {
        guard let (key, kind) = state.probes.removeValue(forKey: id), let run = run(of: key),
            let task = supervised(run, key.taskID), task.ending == nil
        else { return }
        switch kind {
        case .health: healthProbed(run, task, result)
        case .check: checkProbed(run, task, result)
        }
    }

    /// The run of a task that has not ended.
    func run(of key: TaskKey) -> RunID? {
        guard let framework = state.frameworks[key.frameworkID], let id = framework.taskExecutors[key.taskID] else {
            return nil
        }
        return framework.executors[id]?.run
    }

    private mutating func healthProbed(_ run: RunID, _ task: SupervisedTask, _ result: ProbeResult) {
        guard var health = task.health else { return }
        let taskID = task.info.id
        let key = TaskKey(frameworkID: run.frameworkID, taskID: taskID)
        health.timer = state.timers.set(.probe(key, .health), at: now + health.definition.interval)
        if result.isSuccess {
            let isNews = health.isHealthy != true
            (health.hasSucceeded, health.failures, health.isHealthy) = (true, 0, true)
            change(run) { $0.tasks[taskID]?.supervised?.health = health }
            if isNews { publishSupervised(run, taskID, .running, reason: .taskHealthCheckStatusUpdated) }
            return
        }
        let isExcused = !health.hasSucceeded && now < health.startedAt + health.definition.gracePeriod
        guard !isExcused else {
            change(run) { $0.tasks[taskID]?.supervised?.health = health }
            return
        }
        health.failures += 1
        health.isHealthy = false
        change(run) { $0.tasks[taskID]?.supervised?.health = health }
        publishSupervised(
            run, taskID, .running, reason: .taskHealthCheckStatusUpdated,
            message: "Health check failed: \(result.words)")
        guard health.failures >= health.definition.consecutiveFailures else { return }
        endSupervised(run, taskID, .unhealthy, policy: nil)
    }

    private mutating func checkProbed(_ run: RunID, _ task: SupervisedTask, _ result: ProbeResult) {
        guard var check = task.check else { return }
        let taskID = task.info.id
        let key = TaskKey(frameworkID: run.frameworkID, taskID: taskID)
        check.timer = state.timers.set(.probe(key, .check), at: now + check.definition.interval)
        let old = check.status
        switch (check.status, result) {
        case (.command, .exited(let code)): check.status = .command(exitCode: code)
        case (.http, .answered(let status)): check.status = .http(statusCode: status)
        case (.tcp, .connected(let succeeded)): check.status = .tcp(succeeded: succeeded)
        case (.command, _): check.status = .command(exitCode: nil)
        case (.http, _): check.status = .http(statusCode: nil)
        case (.tcp, _): check.status = .tcp(succeeded: nil)
        }
        change(run) { $0.tasks[taskID]?.supervised?.check = check }
        if check.status != old { publishSupervised(run, taskID, .running, reason: .taskCheckStatusUpdated) }
    }
}

extension ProbeResult {
    /// Whether a health check passes.
    var isSuccess: Bool {
        switch self {
        case .exited(let code): code == 0
        case .answered(let status): (200..<400).contains(status)
        case .connected(let succeeded): succeeded
        case .failed: false
        }
    }

    /// What went wrong.
    var words: String {
        switch self {
        case .exited(let code): "command exited with status \(code)"
        case .answered(let status): "answer with status \(status)"
        case .connected: "connection refused"
        case .failed(let words): words
        }
    }
}
