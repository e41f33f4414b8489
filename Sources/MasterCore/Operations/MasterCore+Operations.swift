internal import ClusterBase
internal import ClusterModel
internal import ResourceModel

/// Operations on their way: sent to agents, their statuses passed on and acknowledged.
///
/// Source: spec `mesos/03` §3.3, `mesos/06` §6.8.
extension MasterCore {
    // MARK: Sending

    /// Books the success of a speculative operation in the agent's total and has the agent carry it out.
    ///
    /// What the allocator knows and what was offered are the caller's part. Agents that know operations get this one,
    /// older ones all that they are to keep.
    mutating func carryOut(_ operation: OfferOperation, of framework: FrameworkID?, on id: AgentID) {
        if let conversion = try? operation.strippingAllocation.conversion() {
            agents.update(id) { agent in
                agent.total -= conversion.consumed
                agent.total += conversion.produced
            }
        }
        if let framework, let counter = FrameworkCounter(operation) { count(counter, of: framework) }
        guard let agent = agents[id] else { return }
        guard agent.capabilities.contains("RESOURCE_PROVIDER"), let version = agent.resourceVersion else {
            return sendCheckpointed(to: id)
        }
        let status = OperationStatus(
            operationID: operation.id, state: .pending, agentID: id, providerID: operation.providerID)
        let entry = OperationRecord(
            frameworkID: framework, agentID: id, operation: operation, latest: status, uuid: random.uuid())
        add(entry)
        tell(id, .applyOperation(framework, operation, uuid: entry.uuid, resourceVersion: version))
    }

    /// Tells an older agent which reservations and volumes to keep.
    ///
    /// Nothing when it would not understand them: it lost that ability since they were made.
    mutating func sendCheckpointed(to id: AgentID) {
        guard let agent = agents[id] else { return }
        let resources = agent.total.checkpointed
        if !agent.capabilities.contains("RESERVATION_REFINEMENT"),
            resources.contains(where: { $0.reservations.count > 1 })
        {
            return
        }
        tell(id, .checkpointResources(resources))
    }

    // MARK: Books

    /// Books an operation of a registered agent.
    private mutating func add(_ entry: OperationRecord) {
        operationCounts.count(entry.operation, entry.latest.state)
        agents.update(entry.agentID) { $0.operations[entry.uuid] = entry }
        guard let framework = entry.frameworkID else { return }
        frameworks.update(framework) { $0.note(entry) }
    }

    /// Forgets an operation.
    private mutating func remove(_ entry: OperationRecord) {
        if !entry.latest.state.isTerminal { operationCounts.count(entry.operation, entry.latest.state, by: -1) }
        agents.update(entry.agentID) { $0.operations[entry.uuid] = nil }
        if let framework = entry.frameworkID { frameworks.update(framework) { $0.forget(entry) } }
        noteEmptied(entry.agentID)
    }

    /// Gives a framework that became known the operations that agents reported before.
    mutating func adoptOperations(of id: FrameworkID) {
        for agent in agents.values where !agent.operations.isEmpty {
            for entry in agent.operations.values where entry.frameworkID == id {
                frameworks.update(id) { $0.note(entry) }
            }
        }
    }

    /// Ends the operations of an agent that is lost: unreachable, gone, or (nil) removed without a word.
    ///
    /// Frameworks are told without asking for an acknowledgement; they may ask again.
    mutating func loseOperations(of agent: Agent, _ state: OperationState?) {
        let words = state == .goneByOperator ? "Agent has been marked gone" : "Agent was marked unreachable"
        for entry in agent.operations.values {
            if let state {
                operationCounts.count(entry.operation, state)
                if let operationID = entry.operation.id, let framework = entry.frameworkID {
                    let status = OperationStatus(
                        operationID: operationID, state: state, message: words, agentID: agent.id,
                        providerID: entry.operation.providerID)
                    send(.updateOperationStatus(status), to: framework)
                }
            }
            remove(entry)
        }
    }

    // MARK: Agents speak

    /// UpdateSlaveMessage: what may be taken back at any time, and the operations that the agent knows.
    mutating func agentUpdated(
        _ id: AgentID, _ version: UniqueID?, _ oversubscribed: Resources?, _ operations: [OperationRecord]
    ) {
        agents.update(id) { agent in
            if let version { agent.resourceVersion = version }
            agent.awaitsUpdate = false
        }
        if let oversubscribed { setOversubscribed(oversubscribed, on: id) }
        reconcileOperations(of: id, reported: operations)
        noteEmptied(id)
    }

    private mutating func setOversubscribed(_ oversubscribed: Resources, on id: AgentID) {
        guard let agent = agents[id] else { return }
        let kept = agent.total.filter { !$0.isRevocable || $0.providerID != nil }
        let total = kept + oversubscribed
        guard !(total.contains(agent.total) && agent.total.contains(total)) else { return }
        for key in agent.offers.keys where offers[key]?.resources.contains(where: \.isRevocable) == true {
            withdraw(key, rescinding: true)
        }
        setTotal(total, of: id)
    }

    /// Operations that are news are booked; the agent is asked about those that it does not report.
    private mutating func reconcileOperations(of id: AgentID, reported: [OperationRecord]) {
        guard let known = agents[id]?.operations, !(known.isEmpty && reported.isEmpty) else { return }
        for entry in reported where !known.contains(entry.uuid) {
            var entry = entry
            entry.agentID = id
            add(entry)
        }
        let uuids = Set(reported.map(\.uuid))
        let missing = known.values.filter { !uuids.contains($0.uuid) }.map {
            OperationReference(uuid: $0.uuid, providerID: $0.operation.providerID)
        }
        if !missing.isEmpty { tell(id, .reconcileOperations(nil, missing)) }
    }

    /// UpdateOperationStatusMessage: recorded, and passed on to a framework that will acknowledge it; else the master
    /// acknowledges.
    mutating func operationUpdated(_ update: OperationUpdate, from pid: String) {
        counters.count(.operationUpdates)
        guard let id = agentsByPID[pid], update.agentID == nil || update.agentID == id else {
            return counters.count(.invalidOperationUpdates)
        }
        var status = update.status
        guard let known = agents[id]?.operations[update.operationUUID] else { return unknown(update, from: id) }
        counters.count(.validOperationUpdates)
        if let operationID = known.operation.id { status.operationID = operationID }
        if status.agentID == nil { status.agentID = id }
        let entry = book(status, latest: update.latest ?? status, of: known)
        if let framework = entry.frameworkID, entry.operation.id != nil, !completed.contains(framework) {
            send(.updateOperationStatus(status), to: framework)
            if status.state.isTerminal, status.statusUUID == nil { return remove(entry) }
            guard frameworks[framework] == nil, !isFresh(id) else { return }
        }
        // Nobody else will acknowledge it.
        if let uuid = status.statusUUID {
            tell(
                id,
                .acknowledgeOperation(
                    statusUUID: uuid, operationUUID: entry.uuid, providerID: entry.operation.providerID))
        }
        if status.state.isTerminal { remove(entry) }
    }

    /// A status of an operation that is not booked: the answer to a framework's question, or one that was acknowledged
    /// before without the agent getting to know, so that it would be repeated for ever.
    private mutating func unknown(_ update: OperationUpdate, from id: AgentID) {
        if let framework = update.frameworkID {
            counters.count(.invalidOperationUpdates)
            if update.status.operationID != nil { send(.updateOperationStatus(update.status), to: framework) }
        }
        guard let uuid = update.status.statusUUID, agents[id]?.awaitsUpdate == false else { return }
        tell(
            id,
            .acknowledgeOperation(
                statusUUID: uuid, operationUUID: update.operationUUID, providerID: update.status.providerID))
    }

    /// Whether frameworks that an agent's operations belong to may still be about to come back.
    private func isFresh(_ id: AgentID) -> Bool {
        guard let since = agents[id]?.reregistered else { return false }
        return now - since < .seconds(600)
    }

    /// Records a status of an operation; the first terminal one is its last state.
    private mutating func book(
        _ status: OperationStatus, latest: OperationStatus, of known: OperationRecord
    ) -> OperationRecord {
        var entry = known
        if !known.latest.state.isTerminal {
            operationCounts.count(known.operation, known.latest.state, by: -1)
            operationCounts.count(known.operation, latest.state)
            entry.latest = latest
            entry.latest.operationID = known.operation.id
        }
        let limit = configuration.maxStatusesPerTask
        if entry.statuses.last != status {
            if entry.statuses.count >= limit { entry.statuses.removeFirst() }
            entry.statuses.append(status)
        }
        agents.update(entry.agentID) { $0.operations[entry.uuid] = entry }
        return entry
    }

    // MARK: Frameworks speak

    /// ACKNOWLEDGE_OPERATION_STATUS: passed on to the agent; with a terminal status the operation is forgotten.
    mutating func acknowledgeOperation(_ operation: OperationID, uuid: UniqueID, agent: AgentID?, of id: FrameworkID) {
        counters.count(.operationAcknowledgements)
        guard let agent, let side = agents[agent], side.isConnected,
            side.capabilities.contains("AGENT_OPERATION_FEEDBACK"),
            let operationUUID = frameworks[id]?.operationUUIDs[operation],
            let entry = side.operations[operationUUID],
            let status = entry.statuses.first(where: { $0.statusUUID == uuid })
        else { return counters.count(.invalidOperationAcknowledgements) }
        counters.count(.validOperationAcknowledgements)
        if status.state.isTerminal { remove(entry) }
        tell(
            agent,
            .acknowledgeOperation(
                statusUUID: uuid, operationUUID: operationUUID, providerID: entry.operation.providerID))
    }
}

extension Framework {
    mutating func note(_ operation: OperationRecord) {
        operations[operation.uuid] = operation.agentID
        if let id = operation.operation.id { operationUUIDs[id] = operation.uuid }
    }

    mutating func forget(_ operation: OperationRecord) {
        operations[operation.uuid] = nil
        if let id = operation.operation.id, operationUUIDs[id] == operation.uuid { operationUUIDs[id] = nil }
    }
}
