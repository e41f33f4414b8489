internal import ClusterBase
internal import ClusterModel
internal import MarathonModel
internal import OrderedCollections

extension InstanceCondition {
    /// The condition that a status stands for (spec `marathon` §5.6).
    init(_ status: TaskStatus) {
        switch status.state {
        case .staging: self = .staging
        case .starting: self = .starting
        case .running: self = .running
        case .killing: self = .killing
        case .finished: self = .finished
        case .failed: self = .failed
        case .error: self = .error
        case .killed: self = .killed
        case .dropped: self = .dropped
        case .gone, .goneByOperator: self = .gone
        case .unreachable: self = .unreachable
        case .unknown: self = .unknown
        case .lost:
            switch status.reason {
            case .taskUnknown?: self = .unknown
            case .reconciliation?, .agentDisconnected?, .agentRemoved?:
                self = status.message?.contains("Task is unknown to") == true ? .unknown : .unreachable
            default: self = .gone
            }
        }
    }
}

extension MarathonCore {
    /// Takes a status in and acknowledges it; what it changes is recorded before the acknowledgement leaves.
    mutating func handle(_ status: TaskStatus) {
        defer {
            if let uuid = status.uuid, let agent = status.agentID {
                call(.acknowledge(agent: agent, task: status.taskID, uuid: uuid))
            }
        }
        let named = InstanceID.parse(task: status.taskID)
        guard let named, let instance = instances[named.id], instance.incarnation == named.incarnation,
            instance.run != nil
        else {
            handleUnknown(status, named?.id)
            return
        }
        unanswered.remove(instance.id)
        apply(status, to: instance)
    }

    /// A task that is not wanted: killed while it lives.
    private mutating func handleUnknown(_ status: TaskStatus, _ id: InstanceID?) {
        let condition = InstanceCondition(status)
        if condition.isTerminal {
            if let id { publish(.unknownTerminated(id, condition)) }
        } else if condition != .unreachable, status.agentID != nil {
            call(.kill(status.taskID, agent: status.agentID, policy: nil))
        }
    }

    private mutating func apply(_ status: TaskStatus, to instance: Instance) {
        let condition = InstanceCondition(status)
        var changed = instance
        changed.isHealthy = status.isHealthy ?? changed.isHealthy
        if let addresses = status.containerStatus?.addresses, !addresses.isEmpty { changed.run?.addresses = addresses }
        let isRepetition =
            condition == instance.condition
            || (condition == .unreachable && instance.condition == .unreachableInactive)
        guard !isRepetition else {
            set(instance.id, to: changed)
            return
        }
        (changed.condition, changed.since) = (condition, Timestamp(now))
        if condition == .running, changed.run?.startedAt == nil { changed.run?.startedAt = Timestamp(now) }
        changed.run?.unreachableSince = condition == .unreachable ? status.unreachableTime ?? now : nil
        noteFailure(changed, status)
        publish(.status(changed, status))
        if condition.isTerminal {
            end(changed, status)
            return
        }
        set(instance.id, to: changed)
        if let spec = apps[instance.app]?.spec { delays.advanced(spec.delayKey, now: now) }
        switch condition {
        case .unreachable: reviewUnreachable(changed)
        case .staging, .starting:
            timers.add(.overdue(instance.id, incarnation: instance.incarnation), at: now + settings.launchTimeout)
        default: break
        }
    }

    /// An instance whose task has ended: forgotten when that was wanted, else it waits for its next incarnation.
    private mutating func end(_ instance: Instance, _ status: TaskStatus) {
        kills.ended(instance.id)
        guard instance.goal == .running, let spec = apps[instance.app]?.spec else {
            publish(.instanceChanged(instance))
            set(instance.id, to: nil)
            return
        }
        // An offer that was withdrawn meanwhile is nobody's failure.
        if instance.condition.delaysLaunch, status.reason != .invalidOffers, instance.version >= spec.configuredAt {
            delays.failed(spec.delayKey, strategy: spec.backoff, now: now)
        }
        if status.reason == .agentDraining || status.state == .goneByOperator { delays.reset(instance.app) }
        publish(.instanceChanged(instance))
        var next = instance
        (next.condition, next.since, next.run, next.isHealthy) = (.scheduled, Timestamp(now), nil, nil)
        next.incarnation += 1
        set(instance.id, to: next)
    }

    /// Replaces or gives up an instance that has been unreachable for as long as its app allows.
    mutating func reviewUnreachable(_ instance: Instance) {
        guard let since = instance.run?.unreachableSince, let times = apps[instance.app]?.spec.unreachableStrategy.times
        else { return }
        let inactiveAt = since + .seconds(times.inactiveAfterSeconds)
        let expungeAt = since + .seconds(times.expungeAfterSeconds)
        if expungeAt <= now {
            decommission(instance.id)
            return
        }
        var changed = instance
        if inactiveAt <= now { changed.condition = .unreachableInactive }
        set(instance.id, to: changed)
        timers.add(
            .unreachable(instance.id, incarnation: instance.incarnation), at: inactiveAt <= now ? expungeAt : inactiveAt
        )
    }

    private mutating func noteFailure(_ instance: Instance, _ status: TaskStatus) {
        let isFailure: Bool =
            switch instance.condition {
            case .failed, .error, .gone, .dropped, .unreachable, .unknown: true
            case .killed: status.isHealthy == false
            default: false
            }
        guard isFailure, apps[instance.app] != nil else { return }
        let message =
            instance.condition == .killed
            ? "Task was killed since health check failed. Reason: \(status.message ?? "")" : status.message ?? ""
        let failure = TaskFailure(
            taskID: status.taskID, instance: instance.id, state: status.state, message: String(message.prefix(10_000)),
            hostname: instance.run?.hostname ?? "", agentID: instance.run?.agentID, timestamp: Timestamp(now),
            version: instance.version)
        apps[instance.app]?.lastFailure = failure
        put("failures/\(instance.app.safe)", failure.json)
    }
}
