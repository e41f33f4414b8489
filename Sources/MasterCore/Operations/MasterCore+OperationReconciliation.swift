internal import ClusterBase
internal import ClusterModel

extension MasterCore {
    /// RECONCILE_OPERATIONS: about all operations of the framework, or about those named (spec `mesos/03` §3.4).
    ///
    /// Answers carry no uuid: they need no acknowledgement. Of operations without an id frameworks do not hear.
    mutating func reconcileOperations(_ queries: [OperationQuery], of id: FrameworkID) {
        counters.count(.operationReconciliations)
        guard let framework = frameworks[id] else { return }
        if queries.isEmpty {
            for uuid in framework.operations.keys {
                let entry = framework.operations[uuid].flatMap { agents[$0]?.operations[uuid] }
                if let entry, entry.operation.id != nil { answer(entry, of: id) }
            }
        }
        var forwarded = OrderedTable<AgentID, [OperationReference]>()
        for query in queries {
            if let entry = operation(query.operationID, of: framework) {
                answer(entry, of: id)
            } else if let agent = query.agentID, isForTheAgent(query) {
                let reference = OperationReference(
                    uuid: random.uuid(), operationID: query.operationID, providerID: query.providerID)
                if forwarded.update(agent, { $0.append(reference) }) == nil { forwarded[agent] = [reference] }
            } else {
                let (state, words) = verdict(on: query)
                let status = OperationStatus(
                    operationID: query.operationID, state: state, message: "Reconciliation: \(words)",
                    agentID: query.agentID, providerID: query.providerID)
                send(.updateOperationStatus(status), to: id)
            }
        }
        for agent in forwarded.keys { tell(agent, .reconcileOperations(id, forwarded[agent] ?? [])) }
    }

    private func operation(_ operationID: OperationID, of framework: Framework) -> OperationRecord? {
        guard let uuid = framework.operationUUIDs[operationID], let agent = framework.operations[uuid] else {
            return nil
        }
        return agents[agent]?.operations[uuid]
    }

    private mutating func answer(_ entry: OperationRecord, of id: FrameworkID) {
        var status = entry.statuses.last ?? entry.latest
        status.statusUUID = nil
        send(.updateOperationStatus(status), to: id)
    }

    /// Whether only the agent can answer: it may have seen the resource provider, which has not subscribed.
    private func isForTheAgent(_ query: OperationQuery) -> Bool {
        guard query.providerID != nil, let agent = query.agentID.flatMap({ agents[$0] }) else { return false }
        return agent.capabilities.contains("AGENT_OPERATION_FEEDBACK")
    }

    /// What is known of an operation that the master does not have; first match wins.
    private func verdict(on query: OperationQuery) -> (OperationState, String) {
        guard let agent = query.agentID else {
            return (.unknown, "Operation is unknown and no 'agent_id' was provided")
        }
        if recovered.contains(agent) { return (.recovering, "Agent is recovered but has not re-registered") }
        if agents.contains(agent) { return (.unknown, "Operation is unknown") }
        if unreachable.contains(agent) { return (.unreachable, "Agent is unreachable") }
        if gone.contains(agent) { return (.goneByOperator, "Agent marked gone by operator") }
        return (.unknown, "Both operation and agent are unknown")
    }
}
