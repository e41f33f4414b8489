import ClusterBase
import ClusterModel
import MasterCore
import ResourceModel

extension MasterWorld {
    /// What agents of this version can do.
    static let allCapabilities = [
        "MULTI_ROLE", "HIERARCHICAL_ROLE", "RESERVATION_REFINEMENT", "RESOURCE_PROVIDER", "RESIZE_VOLUME",
        "AGENT_OPERATION_FEEDBACK", "AGENT_DRAINING", "TASK_RESOURCE_LIMITS",
    ]
    static let resourceVersion = UniqueID(high: 7, low: 7)

    /// What an agent of this version says of itself; without some capabilities for older ones.
    func ableRegistration(
        _ name: String, without lacking: [String] = [], checkpointed: Resources = []
    ) -> AgentRegistration? {
        agents[name].map { side in
            AgentRegistration(
                info: side.info, version: "1.11.0",
                capabilities: MasterWorld.allCapabilities.filter { !lacking.contains($0) },
                resourceVersion: MasterWorld.resourceVersion, checkpointedResources: checkpointed)
        }
    }

    /// Registers an agent that knows operations.
    @discardableResult
    mutating func registerAble(
        _ name: String, _ resources: Resources, without lacking: [String] = [], checkpointed: Resources = []
    ) -> [MasterEffect] {
        let number = name.drop { !$0.isNumber }
        agents[name] = AgentSide(
            info: AgentInfo(hostname: name, port: 5051, resources: resources), pid: "slave(1)@10.0.0.\(number):5051")
        guard let registration = ableRegistration(name, without: lacking, checkpointed: checkpointed) else { return [] }
        return say(name, .register(registration))
    }

    /// Registers such an agent again, with what it keeps on disk.
    @discardableResult
    mutating func reregisterAble(
        _ name: String, checkpointed: Resources = [], tasks: [TaskRecord] = [], of frameworks: [String] = [],
        without lacking: [String] = []
    ) -> [MasterEffect] {
        guard let registration = ableRegistration(name, without: lacking, checkpointed: checkpointed) else { return [] }
        let inventory = AgentInventory(tasks: tasks, frameworks: frameworks.compactMap { schedulers[$0]?.info })
        return say(name, .reregister(registration, inventory))
    }

    /// Uses all offers of a scheduler for operations.
    @discardableResult
    mutating func accept(_ name: String, _ operations: [OfferOperation], refuse: Double = 5) -> [MasterEffect] {
        let ids = offers(name).map(\.id)
        return call(name, .accept(offers: ids, operations: operations, filters: Filters(refuseSeconds: refuse)))
    }

    /// An agent says how an operation is.
    @discardableResult
    mutating func report(
        _ agent: String, _ uuid: UniqueID, _ state: OperationState, status number: UInt64?, of scheduler: String? = "f",
        id: OperationID? = nil
    ) -> [MasterEffect] {
        let status = OperationStatus(
            operationID: id, state: state, statusUUID: number.map { self.uuid($0) }, agentID: agents[agent]?.id)
        return say(
            agent,
            .updateOperationStatus(
                OperationUpdate(
                    frameworkID: scheduler.flatMap { schedulers[$0]?.id }, agentID: agents[agent]?.id, status: status,
                    latest: status, operationUUID: uuid)))
    }

    // MARK: Looking

    func operationStatuses(in effects: [MasterEffect]) -> [OperationStatus] {
        events(in: effects).compactMap { if case .updateOperationStatus(let status) = $0 { status } else { nil } }
    }

    /// The operations that agents are told to carry out.
    func applied(in effects: [MasterEffect]) -> [OfferOperation] {
        messages(in: effects).compactMap {
            if case .applyOperation(_, let operation, _, _) = $0 { operation } else { nil }
        }
    }

    /// The names of the operations that agents are told to carry out.
    func appliedUUIDs(in effects: [MasterEffect]) -> [UniqueID] {
        messages(in: effects).compactMap { if case .applyOperation(_, _, let uuid, _) = $0 { uuid } else { nil } }
    }

    func total(_ agent: String) -> Resources {
        agents[agent].flatMap { core.state.agent($0.id)?.totalResources } ?? []
    }

    func operations(_ agent: String) -> [OperationRecord] {
        agents[agent].flatMap { core.state.agent($0.id)?.operations } ?? []
    }

    // MARK: Resources

    static func reserved(
        _ name: String, _ amount: Double, _ roles: String..., principal: String? = nil,
        kind: Resource.Reservation.Kind = .dynamic
    ) -> Resource {
        Resource(
            name: name, value: .scalar(Scalar(amount)),
            reservations: roles.map { .init(kind: kind, role: $0, principal: principal) })
    }

    static func volume(
        _ id: String, _ amount: Double, _ role: String = "r", principal: String? = nil, isShared: Bool = false
    ) -> Resource {
        var volume = reserved("disk", amount, role, principal: principal)
        volume.disk = .init(persistenceID: id, persistencePrincipal: principal, containerPath: "data")
        volume.isShared = isShared
        return volume
    }
}
