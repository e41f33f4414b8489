internal import ClusterBase
internal import ClusterModel

/// What `Call.Subscribe` and `Call.UpdateFramework` hold.
struct SubscriptionParts {
    var info = FrameworkInfo(user: "", name: "")
    var roles: [String] = []
    var constraints: OfferConstraints?
    /// As `SchedulerRequest.frameworkInfoProblem`.
    var problem: String?
}

extension SchedulerCall {
    /// `Call.Subscribe` and `Call.UpdateFramework`, which are alike.
    static func readSubscription(_ reader: inout WireReader) throws(WireError) -> SubscriptionParts {
        try reader.nested { (reader) throws(WireError) in
            var parts = SubscriptionParts()
            while let field = try reader.next() {
                switch field {
                case Wire.Scheduler.Call.Subscribe.frameworkInfo:
                    let content = try reader.data()
                    var inner = WireReader(content)
                    parts.info = try FrameworkInfo(from: &inner)
                    parts.problem = try FrameworkInfo.wireProblem(content)
                case Wire.Scheduler.Call.Subscribe.suppressedRoles: parts.roles.append(try reader.string())
                case Wire.Scheduler.Call.Subscribe.offerConstraints: parts.constraints = try reader.message()
                default: try reader.skip()
                }
            }
            return parts
        }
    }

    /// The payload in a field, other than the subscriptions; nil for unknown fields.
    static func readPayload(_ field: Int, _ reader: inout WireReader) throws(WireError) -> SchedulerCall? {
        switch field {
        case Wire.Scheduler.Call.accept: return try readAccept(&reader)
        case Wire.Scheduler.Call.decline:
            let (offers, filters) = try readOffers(&reader)
            return .decline(offers: offers, filters: filters)
        case Wire.Scheduler.Call.acceptInverseOffers:
            let (offers, filters) = try readOffers(&reader)
            return .acceptInverseOffers(offers, filters: filters)
        case Wire.Scheduler.Call.declineInverseOffers:
            let (offers, filters) = try readOffers(&reader)
            return .declineInverseOffers(offers, filters: filters)
        case Wire.Scheduler.Call.revive:
            return .revive(roles: try reader.list { (reader) throws(WireError) in try reader.string() })
        case Wire.Scheduler.Call.suppress:
            return .suppress(roles: try reader.list { (reader) throws(WireError) in try reader.string() })
        case Wire.Scheduler.Call.kill: return try reader.nested(readKill)
        case Wire.Scheduler.Call.shutdown: return try reader.nested(readShutdown)
        case Wire.Scheduler.Call.acknowledge: return try reader.nested(readAcknowledge)
        case Wire.Scheduler.Call.acknowledgeOperationStatus: return try reader.nested(readAcknowledgeOperation)
        case Wire.Scheduler.Call.reconcile:
            return .reconcile(try reader.list { (reader) throws(WireError) in try reader.nested(readQuery) })
        case Wire.Scheduler.Call.reconcileOperations:
            return .reconcileOperations(
                try reader.list { (reader) throws(WireError) in try reader.nested(readOperationQuery) })
        case Wire.Scheduler.Call.message: return try reader.nested(readMessage)
        case Wire.Scheduler.Call.request:
            try reader.pass()
            return .request
        default:
            try reader.skip()
            return nil
        }
    }

    private static func readAccept(_ reader: inout WireReader) throws(WireError) -> SchedulerCall {
        try reader.nested { (reader) throws(WireError) in
            var (offers, operations, filters): ([OfferID], [OfferOperation], Filters) = ([], [], Filters())
            while let field = try reader.next() {
                switch field {
                case Wire.Scheduler.Call.Accept.offerIDs: offers.append(try reader.id())
                case Wire.Scheduler.Call.Accept.operations: operations.append(try reader.message())
                case Wire.Scheduler.Call.Accept.filters: filters = try reader.message()
                default: try reader.skip()
                }
            }
            return .accept(offers: offers, operations: operations, filters: filters)
        }
    }

    /// Offer ids and filters, as declining and both answers to inverse offers have them.
    private static func readOffers(_ reader: inout WireReader) throws(WireError) -> ([OfferID], Filters) {
        try reader.nested { (reader) throws(WireError) in
            var (offers, filters): ([OfferID], Filters) = ([], Filters())
            while let field = try reader.next() {
                switch field {
                case Wire.Scheduler.Call.Decline.offerIDs: offers.append(try reader.id())
                case Wire.Scheduler.Call.Decline.filters: filters = try reader.message()
                default: try reader.skip()
                }
            }
            return (offers, filters)
        }
    }

    private static func readKill(_ reader: inout WireReader) throws(WireError) -> SchedulerCall {
        var (task, agent, policy): (TaskID, AgentID?, KillPolicy?) = ("", nil, nil)
        while let field = try reader.next() {
            switch field {
            case Wire.Scheduler.Call.Kill.taskID: task = try reader.id()
            case Wire.Scheduler.Call.Kill.agentID: agent = try reader.id()
            case Wire.Scheduler.Call.Kill.killPolicy: policy = try reader.message()
            default: try reader.skip()
            }
        }
        return .kill(task, agent: agent, policy: policy)
    }

    private static func readShutdown(_ reader: inout WireReader) throws(WireError) -> SchedulerCall {
        var (executor, agent): (ExecutorID, AgentID) = ("", "")
        while let field = try reader.next() {
            switch field {
            case Wire.Scheduler.Call.Shutdown.executorID: executor = try reader.id()
            case Wire.Scheduler.Call.Shutdown.agentID: agent = try reader.id()
            default: try reader.skip()
            }
        }
        return .shutdown(executor, agent: agent)
    }

    private static func readAcknowledge(_ reader: inout WireReader) throws(WireError) -> SchedulerCall {
        var (agent, task, uuid): (AgentID, TaskID, UniqueID) = ("", "", UniqueID(high: 0, low: 0))
        while let field = try reader.next() {
            switch field {
            case Wire.Scheduler.Call.Acknowledge.agentID: agent = try reader.id()
            case Wire.Scheduler.Call.Acknowledge.taskID: task = try reader.id()
            case Wire.Scheduler.Call.Acknowledge.uuid: uuid = try reader.uuid("acknowledge.uuid")
            default: try reader.skip()
            }
        }
        return .acknowledge(agent: agent, task: task, uuid: uuid)
    }

    private static func readAcknowledgeOperation(_ reader: inout WireReader) throws(WireError) -> SchedulerCall {
        var (agent, uuid, operation): (AgentID?, UniqueID, OperationID) = (nil, UniqueID(high: 0, low: 0), "")
        while let field = try reader.next() {
            switch field {
            case Wire.Scheduler.Call.AcknowledgeOperationStatus.agentID: agent = try reader.id()
            case Wire.Scheduler.Call.AcknowledgeOperationStatus.uuid:
                uuid = try reader.uuid("acknowledge_operation_status.uuid")
            case Wire.Scheduler.Call.AcknowledgeOperationStatus.operationID: operation = try reader.id()
            default: try reader.skip()
            }
        }
        return .acknowledgeOperationStatus(agent: agent, uuid: uuid, operation: operation)
    }

    private static func readQuery(_ reader: inout WireReader) throws(WireError) -> TaskQuery {
        var query = TaskQuery(taskID: "")
        while let field = try reader.next() {
            switch field {
            case Wire.Scheduler.Call.Reconcile.Task.taskID: query.taskID = try reader.id()
            case Wire.Scheduler.Call.Reconcile.Task.agentID: query.agentID = try reader.id()
            default: try reader.skip()
            }
        }
        return query
    }

    private static func readOperationQuery(_ reader: inout WireReader) throws(WireError) -> OperationQuery {
        var query = OperationQuery(operationID: "")
        while let field = try reader.next() {
            switch field {
            case Wire.Scheduler.Call.ReconcileOperations.Operation.operationID: query.operationID = try reader.id()
            case Wire.Scheduler.Call.ReconcileOperations.Operation.agentID: query.agentID = try reader.id()
            case Wire.Scheduler.Call.ReconcileOperations.Operation.resourceProviderID:
                query.providerID = try reader.provider()
            default: try reader.skip()
            }
        }
        return query
    }

    private static func readMessage(_ reader: inout WireReader) throws(WireError) -> SchedulerCall {
        var (agent, executor, data): (AgentID, ExecutorID, [UInt8]) = ("", "", [])
        while let field = try reader.next() {
            switch field {
            case Wire.Scheduler.Call.Message.agentID: agent = try reader.id()
            case Wire.Scheduler.Call.Message.executorID: executor = try reader.id()
            case Wire.Scheduler.Call.Message.data: data = try reader.data()
            default: try reader.skip()
            }
        }
        return .message(agent: agent, executor: executor, data: data)
    }
}

extension SchedulerCall {
    private var type: SchedulerCallType {
        switch self {
        case .subscribe: .subscribe
        case .teardown: .teardown
        case .accept: .accept
        case .decline: .decline
        case .acceptInverseOffers: .acceptInverseOffers
        case .declineInverseOffers: .declineInverseOffers
        case .revive: .revive
        case .suppress: .suppress
        case .kill: .kill
        case .shutdown: .shutdown
        case .acknowledge: .acknowledge
        case .acknowledgeOperationStatus: .acknowledgeOperationStatus
        case .reconcile: .reconcile
        case .reconcileOperations: .reconcileOperations
        case .message: .message
        case .request: .request
        case .updateFramework: .updateFramework
        }
    }

    /// Writes type and payload.
    func write(to writer: inout WireWriter) {
        writer.integer(Wire.Scheduler.Call.type, type.rawValue)
        switch self {
        case .teardown: break
        case .revive(let roles):
            writer.nested(Wire.Scheduler.Call.revive) { for role in roles { $0.string(1, role) } }
        case .suppress(let roles):
            writer.nested(Wire.Scheduler.Call.suppress) { for role in roles { $0.string(1, role) } }
        default:
            guard let (field, _) = type.payload else { return }
            writer.nested(field) { writePayload(to: &$0) }
        }
    }

    private func writePayload(to writer: inout WireWriter) {
        switch self {
        case .subscribe(let info, let roles, let constraints), .updateFramework(let info, let roles, let constraints):
            writer.message(Wire.Scheduler.Call.Subscribe.frameworkInfo, info)
            for role in roles { writer.string(Wire.Scheduler.Call.Subscribe.suppressedRoles, role) }
            writer.message(Wire.Scheduler.Call.Subscribe.offerConstraints, ifPresent: constraints)
        case .accept(let offers, let operations, let filters):
            for offer in offers { writer.id(Wire.Scheduler.Call.Accept.offerIDs, offer) }
            for operation in operations { writer.message(Wire.Scheduler.Call.Accept.operations, operation) }
            writer.message(Wire.Scheduler.Call.Accept.filters, filters)
        case .decline(let offers, let filters), .acceptInverseOffers(let offers, let filters),
            .declineInverseOffers(let offers, let filters):
            for offer in offers { writer.id(Wire.Scheduler.Call.Decline.offerIDs, offer) }
            writer.message(Wire.Scheduler.Call.Decline.filters, filters)
        case .kill(let task, let agent, let policy):
            writer.id(Wire.Scheduler.Call.Kill.taskID, task)
            writer.id(Wire.Scheduler.Call.Kill.agentID, ifPresent: agent)
            writer.message(Wire.Scheduler.Call.Kill.killPolicy, ifPresent: policy)
        case .shutdown(let executor, let agent):
            writer.id(Wire.Scheduler.Call.Shutdown.executorID, executor)
            writer.id(Wire.Scheduler.Call.Shutdown.agentID, agent)
        case .acknowledge(let agent, let task, let uuid):
            writer.id(Wire.Scheduler.Call.Acknowledge.agentID, agent)
            writer.id(Wire.Scheduler.Call.Acknowledge.taskID, task)
            writer.data(Wire.Scheduler.Call.Acknowledge.uuid, uuid.bytes)
        case .acknowledgeOperationStatus(let agent, let uuid, let operation):
            writer.id(Wire.Scheduler.Call.AcknowledgeOperationStatus.agentID, ifPresent: agent)
            writer.data(Wire.Scheduler.Call.AcknowledgeOperationStatus.uuid, uuid.bytes)
            writer.id(Wire.Scheduler.Call.AcknowledgeOperationStatus.operationID, operation)
        case .reconcile(let queries):
            for query in queries {
                writer.nested(1) { writer in
                    writer.id(Wire.Scheduler.Call.Reconcile.Task.taskID, query.taskID)
                    writer.id(Wire.Scheduler.Call.Reconcile.Task.agentID, ifPresent: query.agentID)
                }
            }
        case .reconcileOperations(let operations):
            for query in operations {
                writer.nested(1) { writer in
                    typealias Field = Wire.Scheduler.Call.ReconcileOperations.Operation
                    writer.id(Field.operationID, query.operationID)
                    writer.id(Field.agentID, ifPresent: query.agentID)
                    writer.provider(Field.resourceProviderID, query.providerID)
                }
            }
        case .message(let agent, let executor, let data):
            writer.id(Wire.Scheduler.Call.Message.agentID, agent)
            writer.id(Wire.Scheduler.Call.Message.executorID, executor)
            writer.data(Wire.Scheduler.Call.Message.data, data)
        case .teardown, .revive, .suppress, .request: break
        }
    }
}
