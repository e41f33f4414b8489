internal import ClusterBase
internal import ClusterModel
internal import OrderedCollections
internal import ResourceModel

// Operations on the agent's own resources, and their statuses (spec mesos/02 §2.4, mesos/11 §11.7).
extension AgentCore {
    /// The most operations whose statuses wait for acknowledgements; further ones are dropped.
    static let operationsMax = 10_000

    /// Carries an operation out: checkpointed first, told to the master and retried until acknowledged after that.
    mutating func applyOperation(
        _ frameworkID: FrameworkID?, _ operation: OfferOperation, uuid: UniqueID, version: UniqueID
    ) {
        guard let agentID = state.info.id else { return }
        guard state.resources.operations[uuid] == nil else { return resendOperation(uuid) }
        var status = OperationStatus(
            operationID: operation.id, state: .finished, statusUUID: random.uuid(), agentID: agentID)
        guard state.resources.operations.count < Self.operationsMax else {
            (status.state, status.statusUUID) = (.dropped, nil)
            status.message = "Too many operations wait for acknowledgements on this agent"
            sendOnce(status, frameworkID, uuid)
            return tellWhatThereIs()
        }
        var hasDiverged = false
        if version != state.resourceVersion {
            (status.state, status.message) = (.dropped, "Operation assumes outdated resource state")
        } else {
            do throws(ClusterError) {
                try carryOut(operation)
            } catch {
                (status.state, status.message) = (.failed, error.message)
                hasDiverged = true
            }
        }
        state.resources.operations[uuid] = AgentOperation(
            record: OperationRecord(
                frameworkID: frameworkID, agentID: agentID, operation: operation, latest: status, uuid: uuid),
            stream: OperationStream())
        take(status, for: uuid)
        guard hasDiverged else { return }
        log("Operation \(operation.name) failed: \(status.message ?? "")")
        tellWhatThereIs()
    }

    /// The master counted on success: what it believes of this agent's resources is wrong, and what it sent since.
    private mutating func tellWhatThereIs() {
        state.resourceVersion = random.uuid()
        if state.phase == .running { registerAgain() }
    }

    private mutating func carryOut(_ operation: OfferOperation) throws(ClusterError) {
        let total = try state.resources.applying(operation)
        let gone = state.resources.volumes.filter { volume in !total.contains { $0.isVolume(volume) } }
        if !gone.isEmpty {
            for used in allocatedResources where gone.contains(where: used.isVolume) {
                throw ClusterError(.conflict, "Persistent volume '\(used.disk?.persistenceID ?? "")' is in use")
            }
        }
        state.resources.set(total)
    }

    /// Takes a status of an operation in: on the disk before anybody hears of it.
    mutating func take(_ status: OperationStatus, for uuid: UniqueID) {
        guard var known = state.resources.operations[uuid], known.stream.append(status) else { return }
        known.record.latest = status
        known.record.statuses.append(status)
        state.resources.operations[uuid] = known
        recordResources()
        record(.operationUpdate(update(status, known.record)))
        if known.stream.pending.count == 1 { forwardOperation(uuid) }
    }

    private func update(_ status: OperationStatus, _ operation: OperationRecord) -> OperationUpdate {
        OperationUpdate(
            frameworkID: operation.frameworkID, agentID: operation.agentID, status: status,
            operationUUID: operation.uuid)
    }

    mutating func recordResources() { record(.resources(state.resources.checkpoint)) }

    /// Sends the status in flight, if a master listens, and sets the timer to repeat it.
    mutating func forwardOperation(_ uuid: UniqueID) {
        guard state.phase == .running, let operation = state.resources.operations[uuid],
            let head = operation.stream.head
        else { return }
        var update = update(head, operation.record)
        update.latest = operation.stream.latest
        send(.updateOperationStatus(update))
        let interval = state.resources.operations[uuid]?.stream.nextInterval() ?? OperationStream.firstInterval
        state.resources.operations[uuid]?.stream.retry = state.timers.set(.operationRetry(uuid), at: now + interval)
    }

    /// Sends the status in flight at once, starting the intervals anew.
    mutating func resendOperation(_ uuid: UniqueID) {
        pauseOperation(uuid)
        state.resources.operations[uuid]?.stream.startAnew()
        forwardOperation(uuid)
    }

    /// Stops repeating the status in flight.
    mutating func pauseOperation(_ uuid: UniqueID) {
        state.timers.cancel(state.resources.operations[uuid]?.stream.retry)
        state.resources.operations[uuid]?.stream.retry = nil
    }

    mutating func operationAcknowledged(_ uuid: UniqueID, statusUUID: UniqueID) {
        guard let status = state.resources.operations[uuid]?.stream.acknowledge(statusUUID) else {
            return log("Ignoring an acknowledgement for operation \(uuid), which does not wait for it")
        }
        pauseOperation(uuid)
        guard status.state.isTerminal else {
            record(.operationAcknowledgement(uuid, status: statusUUID))
            return forwardOperation(uuid)
        }
        state.resources.operations[uuid] = nil
        recordResources()
        record(.operationForgotten(uuid))
        endDrainIfIdle()
    }

    /// Answers the question of how far operations are: the master's own about what it misses, or a scheduler's.
    mutating func reconcileOperations(_ frameworkID: FrameworkID?, _ references: [OperationReference]) {
        let names = frameworkID.map(operationNames) ?? [:]
        for reference in references {
            let uuid = reference.operationID.flatMap { names[$0] }
            let known = (state.resources.operations[reference.uuid] ?? uuid.flatMap { state.resources.operations[$0] })?
                .record
            guard let frameworkID else {
                // What is known was reported, or is about to be.
                guard known == nil else { continue }
                let status = OperationStatus(
                    operationID: reference.operationID, state: .dropped, agentID: state.info.id,
                    providerID: reference.providerID)
                sendOnce(status, nil, reference.uuid)
                continue
            }
            var status =
                known?.latest
                ?? OperationStatus(
                    operationID: reference.operationID, state: .unknown, agentID: state.info.id,
                    providerID: reference.providerID)
            status.statusUUID = nil
            sendOnce(status, frameworkID, known?.uuid ?? reference.uuid)
        }
    }

    /// The names within the cluster of a framework's operations by its own, the oldest of each.
    private func operationNames(of frameworkID: FrameworkID) -> [OperationID: UniqueID] {
        var names: [OperationID: UniqueID] = [:]
        for (uuid, known) in state.resources.operations where known.record.frameworkID == frameworkID {
            if let id = known.record.operation.id, names[id] == nil { names[id] = uuid }
        }
        return names
    }

    /// Tells a status without asking for an acknowledgement.
    private mutating func sendOnce(_ status: OperationStatus, _ frameworkID: FrameworkID?, _ uuid: UniqueID) {
        send(
            .updateOperationStatus(
                OperationUpdate(
                    frameworkID: frameworkID, agentID: state.info.id, status: status, operationUUID: uuid)))
    }

    /// An older master decides by itself what is reserved and which volumes there are.
    mutating func checkpointResources(_ resources: Resources) {
        do throws(ClusterError) {
            let before = state.resources.checkpointed
            try state.resources.restore(resources.allocated(to: nil))
            if !before.isEqual(to: state.resources.checkpointed) { recordResources() }
        } catch {
            emit(.log(isError: true, "The master's reservations do not fit this agent: \(error.message)"))
        }
    }
}

extension Resources {
    /// Whether both hold the same, in whatever order.
    func isEqual(to other: Resources) -> Bool { contains(other) && other.contains(self) }
}
