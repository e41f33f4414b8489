internal import ClusterBase
internal import ClusterModel
internal import ResourceModel

// Messages between master and agents about operations and draining.

extension InternalCodec {
    static func encode(_ update: OperationUpdate) -> Envelope {
        envelope("UpdateOperationStatusMessage") { update.write(to: &$0) }
    }

    static func apply(
        _ operation: OfferOperation, of framework: FrameworkID?, uuid: UniqueID, resourceVersion: UniqueID
    ) -> Envelope {
        envelope("ApplyOperationMessage") { writer in
            typealias Field = Wire.Internal.ApplyOperationMessage
            writer.id(Field.frameworkID, ifPresent: framework)
            writer.message(Field.operationInfo, operation)
            writer.uuid(Field.operationUUID, uuid)
            writer.nested(Field.resourceVersionUUID) {
                $0.uuid(Wire.Internal.ResourceVersionUUID.uuid, resourceVersion)
            }
        }
    }

    static func reconcile(_ operations: [OperationReference], of framework: FrameworkID?) -> Envelope {
        envelope("ReconcileOperationsMessage") { writer in
            typealias Field = Wire.Internal.ReconcileOperationsMessage
            for operation in operations {
                writer.nested(Field.operations) { writer in
                    writer.uuid(Field.Operation.operationUUID, operation.uuid)
                    writer.provider(Field.Operation.resourceProviderID, operation.providerID)
                    writer.id(Field.Operation.operationID, ifPresent: operation.operationID)
                }
            }
            writer.id(Field.frameworkID, ifPresent: framework)
        }
    }

    static func acknowledge(status: UniqueID, of operation: UniqueID, provider: String?) -> Envelope {
        envelope("AcknowledgeOperationStatusMessage") { writer in
            typealias Field = Wire.Internal.AcknowledgeOperationStatusMessage
            writer.uuid(Field.statusUUID, status)
            writer.uuid(Field.operationUUID, operation)
            writer.provider(Field.resourceProviderID, provider)
        }
    }
}

extension MasterMessage {
    /// Reads the messages of this file; nil for other names.
    static func readOperationMessage(
        _ name: Substring, _ reader: inout WireReader
    ) throws(WireError) -> MasterMessage? {
        switch name {
        case "ApplyOperationMessage": return try readApplication(&reader)
        case "CheckpointResourcesMessage":
            var resources = Resources()
            while let field = try reader.next() {
                if field == 1 { resources.add(try reader.message()) } else { try reader.skip() }
            }
            return .checkpointResources(resources)
        case "AcknowledgeOperationStatusMessage": return try readAcknowledgement(&reader)
        case "ReconcileOperationsMessage": return try readReconciliation(&reader)
        case "DrainSlaveMessage":
            return try reader.first(1) { (reader) throws(WireError) in try reader.message(DrainConfig.self) }
                .map(MasterMessage.drain)
        default: return nil
        }
    }

    private static func readApplication(_ reader: inout WireReader) throws(WireError) -> MasterMessage? {
        typealias Field = Wire.Internal.ApplyOperationMessage
        var (framework, operation): (FrameworkID?, OfferOperation?)
        var (uuid, version): (UniqueID?, UniqueID?)
        while let field = try reader.next() {
            switch field {
            case Field.frameworkID: framework = try reader.id()
            case Field.operationInfo: operation = try reader.message()
            case Field.operationUUID: uuid = try reader.uuidMessage("operation_uuid")
            case Field.resourceVersionUUID:
                version = try reader.nested { (reader) throws(WireError) in
                    try reader.first(Wire.Internal.ResourceVersionUUID.uuid) { (reader) throws(WireError) in
                        try reader.uuidMessage("resource_version_uuid.uuid")
                    } ?? nil
                }
            default: try reader.skip()
            }
        }
        guard let operation, let uuid, let version else { return nil }
        return .applyOperation(framework, operation, uuid: uuid, resourceVersion: version)
    }

    private static func readAcknowledgement(_ reader: inout WireReader) throws(WireError) -> MasterMessage? {
        typealias Field = Wire.Internal.AcknowledgeOperationStatusMessage
        var (status, operation, provider): (UniqueID?, UniqueID?, String?)
        while let field = try reader.next() {
            switch field {
            case Field.statusUUID: status = try reader.uuidMessage("status_uuid")
            case Field.operationUUID: operation = try reader.uuidMessage("operation_uuid")
            case Field.resourceProviderID: provider = try reader.provider()
            default: try reader.skip()
            }
        }
        guard let status, let operation else { return nil }
        return .acknowledgeOperation(statusUUID: status, operationUUID: operation, providerID: provider)
    }

    private static func readReconciliation(_ reader: inout WireReader) throws(WireError) -> MasterMessage {
        typealias Field = Wire.Internal.ReconcileOperationsMessage
        var (framework, operations): (FrameworkID?, [OperationReference]) = (nil, [])
        while let field = try reader.next() {
            switch field {
            case Field.operations: if let one = try reader.nested(readReference) { operations.append(one) }
            case Field.frameworkID: framework = try reader.id()
            default: try reader.skip()
            }
        }
        return .reconcileOperations(framework, operations)
    }

    private static func readReference(_ reader: inout WireReader) throws(WireError) -> OperationReference? {
        typealias Field = Wire.Internal.ReconcileOperationsMessage.Operation
        var (uuid, id, provider): (UniqueID?, OperationID?, String?)
        while let field = try reader.next() {
            switch field {
            case Field.operationUUID: uuid = try reader.uuidMessage("operations.operation_uuid")
            case Field.operationID: id = try reader.id()
            case Field.resourceProviderID: provider = try reader.provider()
            default: try reader.skip()
            }
        }
        return uuid.map { OperationReference(uuid: $0, operationID: id, providerID: provider) }
    }
}
