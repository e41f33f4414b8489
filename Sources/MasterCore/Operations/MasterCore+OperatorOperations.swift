internal import AllocatorCore
internal import ClusterBase
internal import ClusterModel
internal import ResourceModel

/// Reservations and volumes of operators (spec `mesos/06` §6.8): 202 done, 400 invalid, 403 forbidden, 409 the agent
/// has not got what it takes.
extension MasterCore {
    /// Carries out an operation on what is not offered; offers that contain it are taken back one by one until it is
    /// enough, and none when all of them would not be.
    mutating func operate(_ operation: OfferOperation, on id: AgentID?, principal: String?) -> CallReply {
        guard let id, let agent = agents[id] else {
            return .refused(status: 400, text: "No agent found with specified ID")
        }
        if let problem = OperationRules.formProblem(operation) { return .refused(status: 400, text: problem) }
        let context = OperationRules.Context(
            framework: nil, principal: principal, capabilities: agent.capabilities,
            checkpointed: agent.total.checkpointed, used: agent.used.strippingAllocation)
        if let problem = OperationRules.problem(operation.action, context) {
            let place = operation.namesAgent ? " on agent \(agent.words)" : ""
            return .refused(status: 400, text: "Invalid \(operation.name) operation\(place): \(problem)")
        }
        if denial(of: operation, to: principal) != nil { return Self.forbidden }
        let operation = operation.strippingAllocation
        do throws(ClusterError) {
            let conversion = try operation.conversion()
            let offered = agent.offered.filter { !$0.isShared }.strippingAllocation
            _ = try converted(Self.free(of: agent) + offered, by: operation)
            if case .destroy(let volumes) = operation.action { rescindOffers(of: volumes, on: id) }
            rescindOffers(until: operation, taking: conversion.consumed, appliesTo: id)
            guard allocator.convert(consumed: conversion.consumed, produced: conversion.produced, on: id, of: nil)
            else { return .refused(status: 409, text: "The agent does not have \(conversion.consumed) to spare") }
        } catch {
            return .refused(status: 409, text: error.message)
        }
        carryOut(operation, of: nil, on: id)
        return .accepted
    }

    /// Takes back offers that contain what an operation needs, until it can be carried out.
    private mutating func rescindOffers(
        until operation: OfferOperation, taking needed: Resources, appliesTo id: AgentID
    ) {
        let refusal = Filters().refusal(allocationInterval: configuration.allocationInterval)
        for key in agents[id]?.offers.keys ?? [] {
            guard let agent = agents[id] else { return }
            let free = Self.free(of: agent)
            if (try? converted(free, by: operation)) != nil { return }
            let missing = needed - free
            guard let offered = offers[key]?.resources.strippingAllocation, missing - offered != missing else {
                continue
            }
            withdraw(key, rescinding: true, refusal: refusal)
        }
    }
}

extension OfferOperation {
    /// Whether messages about it name the agent, as upstream's do.
    fileprivate var namesAgent: Bool {
        switch action {
        case .reserve, .create, .growVolume, .shrinkVolume: true
        default: false
        }
    }
}
