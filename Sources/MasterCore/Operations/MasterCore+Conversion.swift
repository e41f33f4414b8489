internal import AccessControl
internal import AllocatorCore
internal import ClusterBase
internal import ClusterModel
internal import ResourceModel

extension MasterCore {
    // MARK: Operations of ACCEPT

    /// RESERVE, UNRESERVE, CREATE, DESTROY, GROW_VOLUME, SHRINK_VOLUME: checked, assumed to succeed, sent to the agent.
    mutating func convert(_ operation: OfferOperation, _ acceptance: inout Acceptance) {
        let (id, agentID) = (acceptance.framework, acceptance.agent)
        guard let framework = frameworks[id]?.info, let agent = agents[agentID] else { return }
        let limit = configuration.maxOperationsPerFramework
        if frameworks.read(id, { $0.operations.count >= limit }) == true {
            return drop(operation, "More than \(limit) operations of the framework are not acknowledged", of: id)
        }
        let context = OperationRules.Context(
            framework: framework, principal: framework.principal, capabilities: agent.capabilities,
            checkpointed: agent.total.checkpointed, used: agent.used.strippingAllocation)
        if let problem = OperationRules.problem(operation.action, context) {
            return drop(operation, "\(problem); on agent \(agent.words)", of: id)
        }
        if let problem = denial(of: operation, to: framework.principal) { return drop(operation, problem, of: id) }
        if case .destroy(let volumes) = operation.action { rescindOffers(of: volumes, on: agentID) }
        do throws(ClusterError) {
            let conversion = try operation.conversion()
            if operation.isResize {
                try resize(operation, conversion, &acceptance)
            } else {
                acceptance.remaining = try converted(acceptance.remaining, by: operation)
                if operation.changesVolumes { acceptance.shared = acceptance.remaining.shared }
            }
            _ = allocator.convert(
                consumed: conversion.consumed, produced: conversion.produced, on: agentID, of: id)
        } catch {
            return drop(operation, error.message, of: id)
        }
        acceptance.isConverted = true
        acceptance.done += 1
        carryOut(operation, of: id, on: agentID)
    }

    private func resize(
        _ operation: OfferOperation, _ conversion: ResourceConversion, _ acceptance: inout Acceptance
    ) throws(ClusterError) {
        guard acceptance.remaining.contains(conversion.consumed) else {
            let text =
                "Invalid \(operation.name) operation: \(acceptance.remaining) does not contain "
                + "\(conversion.consumed)"
            throw ClusterError(.invalidArgument, text, field: "resources")
        }
        acceptance.remaining -= conversion.consumed
        acceptance.resized += conversion.produced
    }

    /// Resources after an operation; throws when they do not hold what it takes.
    func converted(_ resources: Resources, by operation: OfferOperation) throws(ClusterError) -> Resources {
        let result = try resources.applying(try operation.conversion())
        guard case .destroy(let volumes) = operation.action else { return result }
        for volume in volumes where result.contains(volume) {
            let text = "Persistent volume \(volume) cannot be removed due to additional shared copies"
            throw ClusterError(.invalidArgument, text, field: "volumes")
        }
        return result
    }

    /// Takes back the offers that contain volumes about to be destroyed; only shared ones can be in any.
    mutating func rescindOffers(of volumes: Resources, on id: AgentID) {
        let volumes = volumes.strippingAllocation
        for key in agents[id]?.offers.keys ?? [] {
            let offered = offers[key]?.resources.strippingAllocation ?? []
            if volumes.contains(where: offered.contains) { withdraw(key, rescinding: true) }
        }
    }

    /// CREATE_DISK, DESTROY_DISK: only resource providers can do it, and no agent of this version has one; what they
    /// would act on is therefore never offered.
    mutating func refuseDisk(_ operation: OfferOperation, _ acceptance: Acceptance) {
        let id = acceptance.framework
        guard let framework = frameworks[id]?.info, let agent = agents[acceptance.agent] else { return }
        guard agent.capabilities.contains("RESOURCE_PROVIDER") else {
            let problem = "Not supported on agent \(agent.words) because it does not have RESOURCE_PROVIDER capability"
            return drop(operation, problem, of: id)
        }
        let context = OperationRules.Context(
            framework: framework, principal: framework.principal, capabilities: agent.capabilities, checkpointed: [],
            used: [])
        if let problem = OperationRules.problem(operation.action, context) {
            return drop(operation, "\(problem); on agent \(agent.words)", of: id)
        }
        if let problem = denial(of: operation, to: framework.principal) { return drop(operation, problem, of: id) }
        switch operation.action {
        case .createDisk(let source, _, _), .destroyDisk(let source):
            let problem = "Invalid \(operation.name) Operation: \(acceptance.remaining) does not contain \(source)"
            drop(operation, problem, of: id)
        default: break
        }
    }

    /// Answers an operation that is not carried out; only those with an id are of interest to their framework.
    mutating func drop(_ operation: OfferOperation, _ problem: String, of id: FrameworkID) {
        operationCounts.count(operation, .error)
        guard let operationID = operation.id else { return }
        let status = OperationStatus(operationID: operationID, state: .error, message: problem)
        send(.updateOperationStatus(status), to: id)
    }
}

extension OfferOperation {
    fileprivate var isResize: Bool {
        switch action {
        case .growVolume, .shrinkVolume: true
        default: false
        }
    }

    fileprivate var changesVolumes: Bool {
        switch action {
        case .create, .destroy: true
        default: false
        }
    }
}

extension Agent {
    /// The agent in words: id, address and host.
    var words: String { "\(id) at \(pid) (\(info.hostname))" }
}
