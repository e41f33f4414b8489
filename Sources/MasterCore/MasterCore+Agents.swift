internal import AllocatorCore
internal import ClusterBase
internal import ClusterModel
internal import ResourceModel

extension MasterCore {
    mutating func hear(_ message: AgentMessage, from pid: String) {
        guard elected != nil else { return counters.count(.droppedMessages) }
        if let denial = denial(of: message, from: pid) {
            counters.count(.droppedMessages)
            return perform(.log(denial))
        }
        switch message {
        case .register(let registration): register(registration, from: pid)
        case .reregister(let registration, let inventory): reregister(registration, inventory, from: pid)
        case .unregister(let id):
            counters.count(.unregistrations)
            guard agents[id]?.pid == pid else { return counters.count(.droppedMessages) }
            removeAgent(id, why: "the agent unregistered", counting: .removedUnregistered)
        case .statusUpdate(let update): updated(update, from: pid)
        case .exitedExecutor(let id, let framework, let executor, let status):
            guard agents[id]?.pid == pid else { return counters.count(.droppedMessages) }
            exited(executor, of: framework, on: id, status: status)
        case .executorMessage(let id, let framework, let executor, let data):
            relayed(data, of: executor, framework: framework, agent: id, pid: pid)
        case .update(let id, let resourceVersion, let oversubscribed, let operations):
            counters.count(.agentUpdates)
            guard agents[id]?.pid == pid else { return counters.count(.droppedMessages) }
            agentUpdated(id, resourceVersion, oversubscribed, operations)
        case .updateOperationStatus(let update): operationUpdated(update, from: pid)
        case .pong: ponged(pid)
        }
    }

    // MARK: Registration

    private mutating func register(_ registration: AgentRegistration, from pid: String) {
        counters.count(.registrations)
        if isDown(registration.info, at: pid) { return perform(.sendAgent(pid: pid, .shutdown("Machine is `DOWN`"))) }
        guard problem(with: registration) == nil else { return counters.count(.droppedMessages) }
        if let known = agentsByPID[pid] {
            if agents[known]?.isConnected == true {
                perform(.sendAgent(pid: pid, .registered(known, pingTimeout: configuration.totalPingTimeout)))
                return
            }
            removeAgent(known, why: "a new agent registered at the same address", counting: .removedRegistered)
        }
        guard let total = admittedTotal(of: registration, pid: pid) else { return }
        var info = registration.info
        let id = AgentID("\(master.id)-S\(agentCount)")
        agentCount += 1
        info.id = id
        record(.putAgent(info))
        add(id, info, registration, total, pid: pid, isNew: true)
        tellAgentAdded(id)
        counters.count(.agentsRegistered)
        tell(id, .registered(id, pingTimeout: configuration.totalPingTimeout))
    }

    private func problem(with registration: AgentRegistration) -> String? {
        let info = registration.info
        if Self.isTooLarge(info) { return "the agent's description is too large" }
        if !Self.isSupported(registration.version) { return "the agent's version is not supported" }
        if configuration.requireAgentDomain, info.domain == nil { return "the agent has no fault domain" }
        if info.hostname.isEmpty { return "the host name is missing" }
        if info.domain != nil, master.domain == nil { return "the agent has a fault domain and the master has none" }
        return registration.resourceProblem ?? ResourceRules.problem(info.resources)
    }

    /// Books a new agent, links it and starts its pings; the first comes at a random time within one interval.
    private mutating func add(
        _ id: AgentID, _ info: AgentInfo, _ registration: AgentRegistration, _ total: Resources, pid: String,
        isNew: Bool
    ) {
        let observer = nextEpoch()
        agents[id] = Agent(
            id: id, info: info, pid: pid, version: registration.version, capabilities: registration.capabilities,
            resourceVersion: registration.resourceVersion, registered: now, reregistered: isNew ? nil : now,
            total: total, epoch: nextEpoch(), observer: observer)
        agentsByPID[pid] = id
        if let deactivation = deactivated[id] { agents.update(id) { $0.deactivation = deactivation } }
        allocator.setAgent(id, profile(info, total, registration.capabilities), isActive: !deactivated.contains(id))
        schedule(id)
        perform(.link(pid: pid))
        let offset = random.duration(below: configuration.agentPingTimeout)
        timers.push(.ping(id, observer: observer), at: now + offset)
    }

    private func profile(_ info: AgentInfo, _ total: Resources, _ capabilities: [String]) -> AgentProfile {
        AgentProfile(
            hostname: info.hostname, total: total, region: info.domain?.region, zone: info.domain?.zone,
            isMultiRole: capabilities.contains("MULTI_ROLE"),
            knowsHierarchicalRoles: capabilities.contains("HIERARCHICAL_ROLE"), attributes: info.attributes)
    }

    // MARK: Re-registration

    private mutating func reregister(_ registration: AgentRegistration, _ inventory: AgentInventory, from pid: String) {
        counters.count(.reregistrations)
        guard let id = registration.info.id, IDRules.problem(id.value) == nil
        else { return counters.count(.droppedMessages) }
        if gone.contains(id) {
            return perform(.sendAgent(pid: pid, .shutdown("Agent has been marked gone")))
        }
        if isDown(registration.info, at: pid) { return perform(.sendAgent(pid: pid, .shutdown("Machine is `DOWN`"))) }
        guard problem(with: registration) == nil else { return counters.count(.droppedMessages) }
        if let known = agents[id], isElsewhere(known, registration.info, pid) {
            return perform(.sendAgent(pid: pid, .shutdown("Agent came back with another IP address or host name")))
        }
        if let other = agentsByPID[pid], other != id {
            removeAgent(other, why: "a new agent registered at the same address", counting: .removedRegistered)
        }
        guard let total = admittedTotal(of: registration, pid: pid) else { return }
        for info in inventory.frameworks { recoverFramework(info) }
        counters.count(.agentsReregistered)
        if agents.contains(id) {
            readmit(id, registration, inventory, total, pid: pid)
        } else {
            takeBack(id, registration, inventory, total, pid: pid)
        }
        // One that may have operations says which ones in its first update.
        let awaitsUpdate = registration.capabilities.contains("RESOURCE_PROVIDER")
        agents.update(id) { $0.awaitsUpdate = awaitsUpdate }
        if !awaitsUpdate { restoreCheckpointed(on: id, from: registration) }
        resumeDraining(id)
        for info in inventory.frameworks {
            guard let framework = info.id else { continue }
            if let known = frameworks.read(framework, { $0.info }) {
                tell(id, .updateFramework(known))
            } else {
                tell(id, .shutdownFramework(framework))
            }
        }
        for key in agents.read(id, { $0.kills.keys }) ?? [] {
            if let policy = agents[id]?.kills[key] { tell(id, .killTask(key.framework, key.task, policy)) }
        }
    }

    private func isElsewhere(_ known: Agent, _ info: AgentInfo, _ pid: String) -> Bool {
        known.info.hostname != info.hostname || MasterCore.address(of: known.pid).ip != MasterCore.address(of: pid).ip
    }

    /// An agent that this master has: what both sides believe is compared.
    private mutating func readmit(
        _ id: AgentID, _ registration: AgentRegistration, _ inventory: AgentInventory, _ total: Resources, pid: String
    ) {
        guard let old = agents[id] else { return }
        if old.pid != pid {
            perform(.unlink(pid: old.pid))
            agentsByPID[old.pid] = nil
            agentsByPID[pid] = id
        }
        if old.info != registration.info || old.total != total {
            for offer in old.offers.keys { withdraw(offer, rescinding: true) }
        }
        if old.info != registration.info { record(.putAgent(registration.info)) }
        cancelRemoval(id)
        let (now, epoch) = (now, nextEpoch())
        agents.update(id) { agent in
            (agent.info, agent.total) = (registration.info, total)
            agent.pid = pid
            (agent.version, agent.capabilities) = (registration.version, registration.capabilities)
            agent.resourceVersion = registration.resourceVersion
            (agent.connection, agent.epoch, agent.reregistered) = (.connected, epoch, now)
            (agent.missedPings, agent.awaitsPong) = (0, false)
        }
        let isActive = old.deactivation == nil
        allocator.setAgent(id, profile(registration.info, total, registration.capabilities), isActive: isActive)
        perform(.link(pid: pid))
        dropUnreportedExecutors(of: id, inventory)
        let reported = Set(inventory.tasks.map { TaskKey(framework: $0.frameworkID, task: $0.id) })
        let unknown = old.tasks.keys.filter { !reported.contains($0) }
        // What the agent runs and the master gave up (its framework does not checkpoint) is charged until killed.
        let given = inventory.tasks.filter { !$0.state.isTerminal && !isKnown($0) }
        if !given.isEmpty || inventory.executors.contains(where: { !isKnown($0, on: id) }) {
            // It may have been offered since.
            for offer in agents[id]?.offers.keys ?? [] { withdraw(offer, rescinding: true) }
        }
        for executor in inventory.executors { adopt(executor, on: id) }
        for task in given { adoptLost(task, on: id) }
        let timeout = configuration.totalPingTimeout
        tell(id, .reregistered(id, pingTimeout: timeout, unknownTasks: byFramework(unknown)))
    }

    private func isKnown(_ task: TaskRecord) -> Bool {
        frameworks[task.frameworkID]?.tasks[task.id]?.agentID == task.agentID
    }

    private func isKnown(_ executor: ExecutorInfo, on id: AgentID) -> Bool {
        guard let framework = executor.frameworkID else { return true }
        return agents[id]?.executors.contains(ExecutorKey(framework: framework, executor: executor.id)) == true
    }

    private func byFramework(_ keys: [TaskKey]) -> [FrameworkTasks] {
        var result: [FrameworkTasks] = []
        for key in keys {
            if let at = result.firstIndex(where: { $0.frameworkID == key.framework }) {
                result[at].taskIDs.append(key.task)
            } else {
                let aware = frameworks[key.framework]?.info.isPartitionAware ?? false
                result.append(FrameworkTasks(frameworkID: key.framework, taskIDs: [key.task], isPartitionAware: aware))
            }
        }
        return result
    }

    private mutating func dropUnreportedExecutors(of id: AgentID, _ inventory: AgentInventory) {
        for key in agents[id]?.executors.keys ?? [] {
            let isThere = inventory.executors.contains { $0.id == key.executor && $0.frameworkID == key.framework }
            if !isThere { removeExecutor(key.executor, of: key.framework, on: id) }
        }
    }

    /// An agent that this master does not have: new to it after a failover, or back after it was unreachable.
    private mutating func takeBack(
        _ id: AgentID, _ registration: AgentRegistration, _ inventory: AgentInventory, _ total: Resources, pid: String
    ) {
        cancelRemoval(id)
        let known = recovered.removeValue(forKey: id)
        let wasRecovered = known != nil
        if known != registration.info { record(.putAgent(registration.info)) }
        var missing: [TaskRecord] = []
        if unreachable.removeValue(forKey: id) != nil {
            record(.deleteUnreachable(id))
            missing = takeUnreachableTasks(of: id, missingIn: inventory)
        }
        add(id, registration.info, registration, total, pid: pid, isNew: false)
        let unknown = byFramework(missing.map { TaskKey(framework: $0.frameworkID, task: $0.id) })
        tell(id, .reregistered(id, pingTimeout: configuration.totalPingTimeout, unknownTasks: unknown))
        for task in missing { _ = adopt(task, on: id) }
        for executor in inventory.executors { adopt(executor, on: id) }
        for task in inventory.tasks {
            frameworks.update(task.frameworkID) { $0.unreachableTasks[task.id] = nil }
            guard adopt(task, on: id) else { continue }
            if !wasRecovered, !task.state.isTerminal { announceReturn(of: task, on: id) }
        }
        tellAgentAdded(id)
    }

    /// Unreachable tasks of an agent that is back and does not report them, as they were before.
    ///
    /// They are booked again until it has answered for them: a launch may have reached it after it wrote its report.
    private mutating func takeUnreachableTasks(of id: AgentID, missingIn inventory: AgentInventory) -> [TaskRecord] {
        let reported = Set(inventory.tasks.map { TaskKey(framework: $0.frameworkID, task: $0.id) })
        var missing: [TaskRecord] = []
        for (framework, task) in takeShelved(of: id) {
            guard !reported.contains(TaskKey(framework: framework, task: task.id)) else { continue }
            frameworks.update(framework) { $0.unreachableTasks[task.id] = nil }
            var task = task
            task.state = task.statuses.last { !$0.state.isTerminal && $0.state != .unreachable }?.state ?? .staging
            missing.append(task)
        }
        return missing
    }

    private mutating func announceReturn(of task: TaskRecord, on id: AgentID) {
        var status = masterStatus(
            of: task.id, task.state, .agentReregistered, "Agent re-registered", agent: id, executor: task.executorID)
        status.isHealthy = task.statuses.last?.isHealthy
        status.containerStatus = task.statuses.last?.containerStatus
        send(.update(status), to: task.frameworkID)
    }

    /// Books an executor that an agent reports; nothing for frameworks that are gone or executors that are known.
    private mutating func adopt(_ executor: ExecutorInfo, on id: AgentID) {
        guard let owner = executor.frameworkID, let role = frameworks.read(owner, { $0.info.roles.first ?? "*" }),
            agents.read(id, { $0.executors.contains(ExecutorKey(framework: owner, executor: executor.id)) }) == false
        else { return }
        var info = executor
        info.resources = allocated(executor.resources, to: role)
        agents.update(id) { agent in
            agent.executors[ExecutorKey(framework: owner, executor: info.id)] = info
            agent.used += info.resources
        }
        frameworks.update(owner) { $0.executors[PlacedExecutor(agent: id, executor: info.id)] = info }
        allocator.assume(info.resources, of: owner, on: id)
    }

    /// Books a task that an agent reports; false when its framework is gone or has the id elsewhere.
    private mutating func adopt(_ task: TaskRecord, on id: AgentID) -> Bool {
        // A framework is looked at where it lies: a copy of it would make the change below copy a part of its tasks.
        let role = frameworks.read(task.frameworkID) { framework in
            framework.tasks.contains(task.id) ? nil : framework.info.roles.first ?? "*"
        }
        guard let role = role ?? nil else { return false }
        var entry = task
        entry.agentID = id
        entry.resources = allocated(task.resources, to: role)
        frameworks.update(task.frameworkID) { framework in
            framework.tasks[entry.id] = entry
            if let counter = FrameworkCounter(ended: entry.state) { framework.counts.count(counter) }
        }
        tell(.taskAdded(entry))
        agents.update(id) { $0.tasks[TaskKey(framework: task.frameworkID, task: task.id)] = true }
        if entry.usesResources {
            charge(entry.resources, on: id)
            allocator.assume(entry.resources, of: task.frameworkID, on: id)
        }
        return true
    }

    /// Books a running task that was declared lost, and has it killed.
    private mutating func adoptLost(_ task: TaskRecord, on id: AgentID) {
        guard frameworks[task.frameworkID] != nil else { return }
        _ = adopt(task, on: id)
        agents.update(id) { $0.kills[TaskKey(framework: task.frameworkID, task: task.id)] = .some(nil) }
    }

    private func allocated(_ resources: Resources, to role: String) -> Resources {
        guard resources.contains(where: { $0.allocationRole == nil }) else { return resources }
        return resources.allocated(to: role)
    }
}
