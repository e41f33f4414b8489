import ClusterBase
import ClusterModel
import ResourceModel

@testable import AgentCore

// Reservations, volumes and operations for tests.
extension AgentWorld {
    static let role = "dev"

    static func reserved(_ name: String, _ amount: Double) -> Resource {
        var resource = Resource.scalar(name, amount)
        resource.reservations = [.init(kind: .dynamic, role: role, principal: "ops")]
        return resource
    }

    static func volume(
        _ id: String, _ amount: Double, path: String = "data", isReadOnly: Bool = false, isShared: Bool = false
    ) -> Resource {
        var volume = reserved("disk", amount)
        volume.disk = Resource.Disk(
            persistenceID: id, persistencePrincipal: "ops",
            mounting: .init(containerPath: path, isReadOnly: isReadOnly))
        volume.isShared = isShared
        return volume
    }

    static func uuid(_ number: UInt64) -> UniqueID { UniqueID(high: number, low: number) }

    /// Sends an operation as the master does, with the version it knows.
    @discardableResult
    mutating func apply(
        _ operation: OfferOperation, _ number: UInt64, version: UniqueID? = nil
    ) -> [AgentEffect] {
        fromMaster(
            .applyOperation(
                Self.frameworkID, operation, uuid: Self.uuid(number),
                resourceVersion: version ?? core.state.resourceVersion ?? Self.uuid(99)))
    }

    /// Reserves and makes a volume, with everything acknowledged.
    mutating func makeVolume(_ volume: Resource = volume("v1", 100), number: UInt64 = 100) {
        apply(.reserve([volume.withoutVolume]), number)
        apply(.create([volume]), number + 1)
        acknowledgeOperations()
        effects = []
    }

    /// The statuses of operations sent to the master since the last `take`.
    var operationUpdates: [OperationUpdate] {
        messages.compactMap { if case .updateOperationStatus(let update) = $0 { update } else { nil } }
    }

    /// Acknowledges every status of an operation that was sent.
    mutating func acknowledgeOperations() {
        for update in operationUpdates {
            guard let status = update.status.statusUUID else { continue }
            fromMaster(.acknowledgeOperation(statusUUID: status, operationUUID: update.operationUUID))
        }
    }

    /// A task that uses a volume.
    static func task(_ id: TaskID, using volume: Resource, docker: Bool = false) -> TaskInfo {
        commandTask(id, docker: docker) { $0.resources = ($0.resources + [volume]).allocated(to: role) }
    }
}
