public import ClusterBase
public import ResourceModel

/// How far an operation is; raw values are the numbers on the wire (`OperationState` of the v1 messages).
public enum OperationState: Int, Hashable, Sendable, CaseIterable {
    /// The receiver knows a state that this version does not.
    case unsupported
    /// On its way or being carried out.
    case pending
    /// Carried out.
    case finished
    /// Tried, without success.
    case failed
    /// Refused as invalid.
    case error
    /// It never reached whoever should carry it out.
    case dropped
    /// Its agent cannot be reached.
    case unreachable
    /// An operator gave its agent up.
    case goneByOperator
    /// The master recovers and does not know yet.
    case recovering
    /// The master does not know it.
    case unknown

    /// The name on the wire.
    public var wireName: String {
        switch self {
        case .unsupported: "OPERATION_UNSUPPORTED"
        case .pending: "OPERATION_PENDING"
        case .finished: "OPERATION_FINISHED"
        case .failed: "OPERATION_FAILED"
        case .error: "OPERATION_ERROR"
        case .dropped: "OPERATION_DROPPED"
        case .unreachable: "OPERATION_UNREACHABLE"
        case .goneByOperator: "OPERATION_GONE_BY_OPERATOR"
        case .recovering: "OPERATION_RECOVERING"
        case .unknown: "OPERATION_UNKNOWN"
        }
    }

    /// Whether nothing more comes after it.
    ///
    /// Source: mesos `src/common/protobuf_utils.cpp` (`isTerminalState(OperationState)`).
    public var isTerminal: Bool {
        switch self {
        case .finished, .failed, .error, .dropped, .goneByOperator: true
        case .unsupported, .pending, .unreachable, .recovering, .unknown: false
        }
    }
}

/// What is known of an operation at one moment (`OperationStatus` of the v1 messages).
public struct OperationStatus: Hashable, Sendable {
    /// The framework's id of the operation.
    public var operationID: OperationID?
    /// How far it is.
    public var state: OperationState
    /// Words for people.
    public var message: String?
    /// What the operation made, once finished; nil when nothing is said.
    public var convertedResources: Resources?
    /// Present when the scheduler must acknowledge.
    public var statusUUID: UniqueID?
    /// The agent.
    public var agentID: AgentID?
    /// The resource provider, if not the agent itself.
    public var providerID: String?

    /// Makes a status.
    public init(
        operationID: OperationID? = nil, state: OperationState, message: String? = nil,
        convertedResources: Resources? = nil, statusUUID: UniqueID? = nil, agentID: AgentID? = nil,
        providerID: String? = nil
    ) {
        (self.operationID, self.state, self.message) = (operationID, state, message)
        (self.convertedResources, self.statusUUID) = (convertedResources, statusUUID)
        (self.agentID, self.providerID) = (agentID, providerID)
    }
}

/// An operation as master and agent keep it (`Operation` of the v1 messages).
public struct OperationRecord: Hashable, Sendable {
    /// The framework; nil when an operator asked for it.
    public var frameworkID: FrameworkID?
    /// The agent.
    public var agentID: AgentID
    /// What is done.
    public var operation: OfferOperation
    /// The newest status.
    public var latest: OperationStatus
    /// All statuses, oldest first.
    public var statuses: [OperationStatus]
    /// Names the operation within the cluster.
    public var uuid: UniqueID

    /// Makes a record.
    public init(
        frameworkID: FrameworkID? = nil, agentID: AgentID, operation: OfferOperation, latest: OperationStatus,
        statuses: [OperationStatus] = [], uuid: UniqueID
    ) {
        (self.frameworkID, self.agentID, self.operation) = (frameworkID, agentID, operation)
        (self.latest, self.statuses, self.uuid) = (latest, statuses, uuid)
    }
}

/// A status of an operation on its way through the cluster (`UpdateOperationStatusMessage` of the internal messages).
public struct OperationUpdate: Hashable, Sendable {
    /// The framework; nil when an operator asked for the operation.
    public var frameworkID: FrameworkID?
    /// The agent.
    public var agentID: AgentID?
    /// The status.
    public var status: OperationStatus
    /// The newest status of the operation, even while older ones wait.
    public var latest: OperationStatus?
    /// Names the operation within the cluster.
    public var operationUUID: UniqueID

    /// Makes an update.
    public init(
        frameworkID: FrameworkID? = nil, agentID: AgentID? = nil, status: OperationStatus,
        latest: OperationStatus? = nil, operationUUID: UniqueID
    ) {
        (self.frameworkID, self.agentID, self.status) = (frameworkID, agentID, status)
        (self.latest, self.operationUUID) = (latest, operationUUID)
    }
}

/// An operation whose state a scheduler asks for.
public struct OperationQuery: Hashable, Sendable {
    /// The framework's id of it.
    public var operationID: OperationID
    /// Where it should be.
    public var agentID: AgentID?
    /// The resource provider, if not the agent itself.
    public var providerID: String?

    /// Makes a query.
    public init(operationID: OperationID, agentID: AgentID? = nil, providerID: String? = nil) {
        (self.operationID, self.agentID, self.providerID) = (operationID, agentID, providerID)
    }
}

/// An operation that the master asks an agent about (`ReconcileOperationsMessage.Operation` of the internal messages).
public struct OperationReference: Hashable, Sendable {
    /// Its name within the cluster.
    public var uuid: UniqueID
    /// The framework's id of it.
    public var operationID: OperationID?
    /// The resource provider, if not the agent itself.
    public var providerID: String?

    /// Makes a reference.
    public init(uuid: UniqueID, operationID: OperationID? = nil, providerID: String? = nil) {
        (self.uuid, self.operationID, self.providerID) = (uuid, operationID, providerID)
    }
}
