internal import AllocatorCore
internal import ClusterBase
internal import ClusterModel
internal import ResourceModel

extension MasterCore {
    // MARK: Subscribing

    mutating func subscribe(_ subscription: Subscription) {
        var info = subscription.info
        if info.id?.value.isEmpty == true { info.id = nil }
        if info.principal == nil { info.principal = subscription.principal }
        counters.count(info.id == nil ? .subscribes : .resubscribes)
        guard elected != nil else { return refuse(subscription.stream, "Master has not finished recovery") }
        if let problem = problem(with: info, suppressed: subscription.suppressedRoles)
            ?? denial(of: info, to: subscription.principal ?? info.principal)
        {
            return refuse(subscription.stream, problem)
        }
        let filter: OfferConstraintsFilter?
        do { filter = try checked(subscription.offerConstraints, roles: info.roles) } catch {
            return refuse(subscription.stream, error.message)
        }
        guard let id = info.id else {
            let id = FrameworkID("\(master.id)-\(MasterCore.padded(frameworkCount))")
            frameworkCount += 1
            info.id = id
            return connect(id, info, subscription, filter, isNew: true)
        }
        guard let known = frameworks[id] else { return connect(id, info, subscription, filter, isNew: true) }
        if known.info.principal != info.principal {
            return refuse(subscription.stream, "Changing framework's principal is not allowed.")
        }
        (info.user, info.checkpoint) = (known.info.user, known.info.checkpoint)
        discardOffers(of: id)
        if let old = known.stream {
            send(.error("Framework failed over"), to: id)
            perform(.closeStream(old))
            streams[old] = nil
        }
        connect(id, info, subscription, filter, isNew: false)
        for agent in agents.values where agent.isConnected { tell(agent.id, .updateFramework(info)) }
    }

    private mutating func connect(
        _ id: FrameworkID, _ info: FrameworkInfo, _ subscription: Subscription, _ filter: OfferConstraintsFilter?,
        isNew: Bool
    ) {
        let stream = subscription.stream
        let connection = Framework.Connection.connected(stream, streamID: subscription.streamID)
        if isNew {
            frameworks[id] = Framework(id: id, info: info, connection: connection, registered: now)
        } else {
            let now = now
            frameworks.update(id) { framework in
                framework.info = info
                if framework.isRecovered { framework.registered = now }
                framework.connection = connection
                framework.reregistered = framework.reregistered.suffix(9) + [now]
            }
        }
        streams[stream] = id
        frameworks.update(id) { $0.offerConstraints = filter }
        describe(id, suppressedRoles: subscription.suppressedRoles)
        if isNew { adoptOperations(of: id) }
        tellFramework(id, isNew: isNew)
        let interval = configuration.heartbeatInterval
        count(.callSubscribe, of: id)
        send(.subscribed(id, heartbeatInterval: interval, master: master), to: id)
        send(.heartbeat, to: id)
        timers.push(.heartbeat(id, stream), at: now + interval)
    }

    private mutating func refuse(_ stream: StreamToken, _ problem: String) {
        perform(.send(stream, .error(problem)))
        perform(.closeStream(stream))
    }

    private func problem(with info: FrameworkInfo, suppressed: [String]) -> String? {
        let isCompleted = info.id.map { completed.contains($0) } ?? false
        return FrameworkRules.problem(
            info, suppressed: suppressed,
            .init(
                allowedRoles: configuration.roles, rootSubmissions: configuration.rootSubmissions,
                isCompleted: isCompleted))
    }

    /// Tells the allocator what the framework is now.
    private mutating func describe(_ id: FrameworkID, suppressedRoles: [String]) {
        frameworks.update(id) { $0.suppressedRoles = Set(suppressedRoles) }
        guard let framework = frameworks[id] else { return }
        allocator.setFramework(
            id, roles: framework.info.roles, suppressed: framework.suppressedRoles,
            capabilities: framework.info.capabilities, isActive: framework.isActive)
        allocator.setOfferConstraints(id, framework.offerConstraints)
        allocator.setMinAllocatable(id, framework.info.minimumsByRole)
    }

    static func padded(_ number: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    }

    // MARK: Losing and ending

    mutating func closed(_ stream: StreamToken) {
        guard let id = streams.removeValue(forKey: stream), let framework = frameworks[id] else { return }
        frameworks.update(id) { $0.connection = .disconnected(since: now) }
        allocator.setFrameworkActive(id, false)
        discardOffers(of: id)
        timers.push(.failover(id, disconnected: now), at: now + framework.info.failoverTimeout)
    }

    mutating func teardown(_ id: FrameworkID, for request: RequestToken, principal: String?) {
        guard let framework = frameworks[id] else {
            let text = "No framework found with specified ID"
            return perform(.respond(request, .refused(status: 400, text: text)))
        }
        guard mayTearDown(framework.info, principal) else { return perform(.respond(request, Self.forbidden)) }
        removeFramework(id)
        perform(.respond(request, .ok))
    }

    /// Ends a framework: its executors are shut down everywhere, its tasks are recorded as killed without a word to it.
    mutating func removeFramework(_ id: FrameworkID) {
        guard let framework = frameworks[id] else { return }
        allocator.setFrameworkActive(id, false)
        for agent in agents.values where agent.isConnected { tell(agent.id, .shutdownFramework(id)) }
        discardOffers(of: id)
        forgetAnswers(of: id)
        for task in framework.tasks.values {
            let status = masterStatus(
                of: task.id, .killed, .frameworkRemoved, "Framework \(id) removed", agent: task.agentID,
                executor: task.executorID)
            apply(status, latest: .killed, uuid: nil, to: TaskKey(framework: id, task: task.id))
            removeTask(TaskKey(framework: id, task: task.id))
        }
        for placed in framework.executors.keys { removeExecutor(placed.executor, of: id, on: placed.agent) }
        for agent in agents.keys {
            agents.update(agent) { entry in
                for key in entry.kills.keys where key.framework == id { entry.kills[key] = nil }
            }
        }
        if let stream = framework.stream {
            perform(.closeStream(stream))
            streams[stream] = nil
        }
        allocator.removeFramework(id)
        archive(id)
    }

    private mutating func archive(_ id: FrameworkID) {
        guard var framework = frameworks.removeValue(forKey: id) else { return }
        keepCalls(of: framework)
        framework.connection = .completed(at: now)
        for task in framework.unreachableTasks.values {
            framework.complete(task, limit: configuration.maxCompletedTasksPerFramework)
        }
        framework.unreachableTasks.removeAll()
        tell(.frameworkRemoved(framework.info))
        completed[id] = framework
        while completed.count > configuration.maxCompletedFrameworks, let oldest = completed.firstKey {
            completed.removeValue(forKey: oldest)
        }
    }

    /// Makes a framework known that an agent reported.
    mutating func recoverFramework(_ info: FrameworkInfo) {
        guard let id = info.id, !frameworks.contains(id), !completed.contains(id) else { return }
        frameworks[id] = Framework(id: id, info: info, connection: .recovered, registered: now)
        describe(id, suppressedRoles: [])
        adoptOperations(of: id)
        tellFramework(id, isNew: true)
    }

    // MARK: Changing

    /// UPDATE_FRAMEWORK: stricter than a new subscription (spec `mesos/01` §1.4 item 5).
    mutating func update(
        _ id: FrameworkID, to new: FrameworkInfo, suppressedRoles: [String], constraints: OfferConstraints?
    ) -> CallReply {
        guard let old = frameworks[id]?.info else { return .refused(status: 400, text: "Framework cannot be found") }
        var info = new
        info.id = id
        if let problem = problem(with: info, suppressed: suppressedRoles) {
            return .refused(status: 400, text: "'UpdateFramework.framework_info' is not valid: \(problem)")
        }
        let filter: OfferConstraintsFilter?
        do { filter = try checked(constraints, roles: info.roles) } catch {
            return .refused(status: 400, text: "'UpdateFramework' call is not valid: \(error.message)")
        }
        if let denial = denial(of: info, to: info.principal) { return .refused(status: 403, text: denial) }
        func change(_ field: String, _ from: String, _ to: String) -> CallReply {
            let text = "Updating 'FrameworkInfo.\(field)' is unsupported; attempted to update from '\(from)' to '\(to)'"
            return .refused(status: 400, text: text)
        }
        if old.principal != info.principal { return change("principal", old.principal ?? "", info.principal ?? "") }
        if old.user != info.user { return change("user", old.user, info.user) }
        if old.checkpoint != info.checkpoint { return change("checkpoint", "\(old.checkpoint)", "\(info.checkpoint)") }
        rescindOffers(of: id, keepingRoles: info.roles)
        frameworks.update(id) { ($0.info, $0.offerConstraints) = (info, filter) }
        describe(id, suppressedRoles: suppressedRoles)
        tellFramework(id, isNew: false)
        if old != info {
            for agent in agents.values where agent.isConnected { tell(agent.id, .updateFramework(info)) }
        }
        return .ok
    }

    /// REVIVE and SUPPRESS; one role that is not the framework's, and the whole call is dropped.
    mutating func setSuppressed(_ suppressed: Bool, roles: [String], of id: FrameworkID) {
        guard let framework = frameworks[id] else { return }
        let chosen = roles.isEmpty ? framework.info.roles : roles
        guard Set(framework.info.roles).isSuperset(of: chosen) else { return }
        frameworks.update(id) { entry in
            if suppressed { entry.suppressedRoles.formUnion(chosen) } else { entry.suppressedRoles.subtract(chosen) }
        }
        if suppressed { allocator.suppress(id, roles: chosen) } else { allocator.revive(id, roles: chosen) }
    }
}
