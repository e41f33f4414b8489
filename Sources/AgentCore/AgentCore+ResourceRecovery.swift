internal import ClusterBase
internal import ClusterModel
internal import OrderedCollections
internal import ResourceModel

// What operations made, and their statuses, from checkpoints (spec mesos/05 §5.4).
extension AgentCore {
    /// Puts reservations and volumes back; false when the agent has to exit because they do not fit it.
    mutating func restoreResources(_ checkpointed: Resources) -> Bool {
        do throws(ClusterError) {
            try state.resources.restore(checkpointed)
            return true
        } catch {
            let meta = AgentPaths(
                workDirectory: configuration.workDirectory, runtimeDirectory: configuration.runtimeDirectory
            ).meta
            exit(
                "Checkpointed resources \(checkpointed) are incompatible with agent resources "
                    + "\(state.resources.configured): \(error.message). Start the agent with the resources it had; or "
                    + "remove \(meta)/resources, which forgets its reservations and volumes")
            return false
        }
    }

    /// Takes operations up again whose last status nobody acknowledged, and clears up after the others.
    mutating func restoreOperations(_ recovered: RecoveredAgent) {
        var isOutdated = false
        for record in recovered.resources.operations where record.agentID == state.info.id {
            let updates = recovered.operationUpdates[record.uuid] ?? RecoveredOperationUpdates()
            if !restore(record, updates) {
                isOutdated = true
                self.record(.operationForgotten(record.uuid))
            }
        }
        let known = Set(recovered.resources.operations.map(\.uuid))
        for uuid in recovered.operationUpdates.keys.sorted() where !known.contains(uuid) {
            record(.operationForgotten(uuid))
        }
        if isOutdated { recordResources() }
    }

    /// Restores an operation; false when its last status was acknowledged.
    private mutating func restore(_ record: OperationRecord, _ updates: RecoveredOperationUpdates) -> Bool {
        var operation = AgentOperation(record: record, stream: OperationStream())
        for status in updates.statuses { _ = operation.stream.append(status) }
        let hasStatuses = operation.stream.head != nil
        var last: OperationStatus?
        for uuid in updates.acknowledged { last = operation.stream.acknowledge(uuid) ?? last }
        if operation.stream.head == nil, last?.state.isTerminal == true { return false }
        state.resources.operations[record.uuid] = operation
        guard !hasStatuses else { return true }
        // The machine stopped before the status was in its file, or, with another agent program, before it was made.
        if record.latest.state.isTerminal, record.latest.statusUUID != nil {
            state.resources.operations[record.uuid]?.record.statuses.removeAll { $0 == record.latest }
            take(record.latest, for: record.uuid)
        } else {
            finish(record)
        }
        return true
    }

    /// Carries out an operation that another agent program had only begun with.
    private mutating func finish(_ record: OperationRecord) {
        var status = OperationStatus(
            operationID: record.operation.id, state: .finished, statusUUID: random.uuid(), agentID: record.agentID)
        do throws(ClusterError) {
            state.resources.set(try state.resources.applying(record.operation))
        } catch {
            (status.state, status.message) = (.failed, error.message)
        }
        take(status, for: record.uuid)
    }
}
