internal import AllocatorCore
internal import ClusterBase
internal import ClusterModel
internal import ResourceModel

/// Accepted offers while their operations are carried out.
struct Acceptance: Sendable {
    let framework: FrameworkID
    let agent: AgentID
    let role: String
    /// What was offered.
    let offered: Resources
    /// What the operations have not used yet, conversions applied.
    var remaining: Resources
    /// Shared resources of the offers, however many tasks use them; conversions applied.
    var shared: Resources
    /// What volumes that were resized became; not for later operations of the same call.
    var resized = Resources()
    /// How many tasks and operations came of it.
    var done = 0
    /// Whether operations made other resources of what was offered.
    var isConverted = false

    init(framework: FrameworkID, agent: AgentID, role: String, offered: Resources) {
        (self.framework, self.agent, self.role, self.offered) = (framework, agent, role, offered)
        (remaining, shared) = (offered, offered.shared)
    }
}

extension MasterCore {
    /// ACCEPT (spec `mesos/02` §2.4): operations run in order against what remains; one's failure does not stop the
    /// next.
    ///
    /// Deciding takes one step, so an offer that is valid at the start has a connected agent to the end.
    mutating func accept(_ ids: [OfferID], _ operations: [OfferOperation], _ filters: Filters, of id: FrameworkID) {
        for case .launch(let tasks) in operations.lazy.map(\.action) {
            counters.count(tasks.isEmpty ? .declines : .accepts)
        }
        if let problem = problem(withOffers: ids, of: id) {
            for key in ids where offers[key]?.frameworkID == id { withdraw(key, rescinding: false) }
            return lose(operations, problem, of: id)
        }
        let taken = ids.compactMap { removeOffer($0) }
        guard let first = taken.first else { return }
        count(.offersAccepted, of: id, by: taken.count)
        var acceptance = Acceptance(
            framework: id, agent: first.agentID, role: first.role, offered: Resources.sum(taken.map(\.resources)))
        for operation in acceptable(operations, acceptance) { perform(operation, &acceptance) }
        giveBack(acceptance, filters)
    }

    /// Returns what is left: what operations made of the offers without a filter, the rest with it.
    private mutating func giveBack(_ acceptance: Acceptance, _ filters: Filters) {
        let (id, agent, now) = (acceptance.framework, acceptance.agent, now)
        let left = acceptance.remaining + acceptance.resized
        let converted = acceptance.isConverted ? left - acceptance.offered : Resources()
        let interval = configuration.allocationInterval
        var refusal = filters.refusal(allocationInterval: interval)
        if acceptance.done == 0, refusal == nil { refusal = interval }  // as DECLINE; decision 0005
        allocator.recover(converted, of: id, on: agent, now: now)
        allocator.recover(left - converted, of: id, on: agent, refusal: refusal, now: now)
    }

    /// What is wrong with the offers of an ACCEPT (spec `mesos/02` §2.4.1); nil when nothing is.
    private func problem(withOffers ids: [OfferID], of id: FrameworkID) -> String? {
        guard let first = ids.first else { return "No offers specified" }
        var seen = Set<OfferID>()
        for key in ids where !seen.insert(key).inserted { return "Duplicate offer \(key) in offer list" }
        for key in ids where offers[key] == nil { return "Offer \(key) is no longer valid" }
        for key in ids {
            guard let offer = offers[key], offer.frameworkID != id else { continue }
            return "Offer \(key) has invalid framework \(offer.frameworkID) while framework \(id) is expected"
        }
        guard let expected = offers[first] else { return nil }
        for key in ids {
            guard let offer = offers[key], offer.role != expected.role else { continue }
            return "Aggregated offers must be allocated to the same role. Offer \(key) uses role '\(offer.role)' but"
                + " another is using role '\(expected.role)'"
        }
        for key in ids {
            guard let offer = offers[key], offer.agentID != expected.agentID else { continue }
            return "Aggregated offers must belong to one single agent. Offer \(key) uses agent \(offer.agentID) and"
                + " agent \(expected.agentID)"
        }
        return nil
    }

    /// Tells a framework that nothing comes of operations on offers that are not valid.
    private mutating func lose(_ operations: [OfferOperation], _ problem: String, of id: FrameworkID) {
        let state: TaskState = frameworks[id]?.info.isPartitionAware == true ? .dropped : .lost
        for operation in operations {
            guard let tasks = operation.tasks else {
                drop(operation, "Operation attempted with invalid offers: \(problem)", of: id)
                continue
            }
            for task in tasks {
                let status = masterStatus(
                    of: task.id, state, .invalidOffers, "Task launched with invalid offers: \(problem)",
                    agent: task.agentID, executor: task.executor?.id)
                counters.countEnd(status)
                send(.update(status), to: id)
            }
        }
    }

    // MARK: Before operations run

    /// The operations that can be tried, with what older frameworks leave out; the others are answered.
    private mutating func acceptable(_ operations: [OfferOperation], _ acceptance: Acceptance) -> [OfferOperation] {
        operations.compactMap { operation in
            if let problem = OperationRules.formProblem(operation) ?? sourceProblem(operation) {
                guard let tasks = operation.tasks else {
                    drop(operation, "Operation attempted with invalid resources: \(problem)", of: acceptance.framework)
                    return nil
                }
                refuse(tasks, operation.invalidTaskReason, problem, of: acceptance.framework)
                return nil
            }
            if operation.id != nil, let tasks = operation.tasks {
                let problem = "The `id` field cannot be set on \(operation.name) operations"
                refuse(tasks, operation.invalidTaskReason, problem, of: acceptance.framework)
                return nil
            }
            if operation.id != nil, let problem = feedbackProblem(operation, on: acceptance.agent) {
                drop(operation, problem, of: acceptance.framework)
                return nil
            }
            return operation.allocated(to: acceptance.role)
        }
    }

    private func sourceProblem(_ operation: OfferOperation) -> String? {
        guard case .reserve(let source, _) = operation.action, !source.isEmpty else { return nil }
        return "Reservation updates are not yet implemented for the scheduler API."
    }

    /// Why an agent cannot tell how an operation goes; nil when it can.
    private func feedbackProblem(_ operation: OfferOperation, on id: AgentID) -> String? {
        let capabilities = agents[id]?.capabilities ?? []
        guard capabilities.contains("RESOURCE_PROVIDER") else {
            return "Operation requested feedback, but agent \(id) does not have the required RESOURCE_PROVIDER"
                + " capability"
        }
        if operation.providerID != nil || capabilities.contains("AGENT_OPERATION_FEEDBACK") { return nil }
        return "Operation on agent default resources requested feedback, but agent \(id) does not have the required"
            + " AGENT_OPERATION_FEEDBACK and RESOURCE_PROVIDER capabilities"
    }

    private mutating func perform(_ operation: OfferOperation, _ acceptance: inout Acceptance) {
        switch operation.action {
        case .launch(let tasks): launch(tasks, &acceptance)
        case .launchGroup(let executor, let tasks): launchGroup(executor, tasks, &acceptance)
        case .reserve, .unreserve, .create, .destroy, .growVolume, .shrinkVolume: convert(operation, &acceptance)
        case .createDisk, .destroyDisk: refuseDisk(operation, acceptance)
        case .unsupported: break  // dropped before
        }
    }

    /// Refuses tasks with one message.
    mutating func refuse(_ tasks: [TaskInfo], _ reason: StatusReason, _ problem: String, of id: FrameworkID) {
        for task in tasks {
            let status = masterStatus(
                of: task.id, .error, reason, problem, agent: task.agentID, executor: task.executor?.id)
            counters.countEnd(status)
            send(.update(status), to: id)
        }
    }
}

extension OfferOperation {
    /// The tasks it would launch; nil for an operation of another kind.
    var tasks: [TaskInfo]? {
        switch action {
        case .launch(let tasks), .launchGroup(_, let tasks): tasks
        default: nil
        }
    }

    /// The reason given for its tasks when it is invalid.
    fileprivate var invalidTaskReason: StatusReason {
        if case .launchGroup = action { return .taskGroupInvalid }
        return .taskInvalid
    }
}
