internal import ClusterBase
internal import ClusterModel
internal import OrderedCollections
internal import ResourceModel

/// What an agent has: what it was started with, and what operations made of it (spec `mesos/02` §2.4).
struct AgentResources: Sendable {
    /// What `--resources` says; never changes.
    let configured: Resources
    /// All there is now, without allocations.
    private(set) var total: Resources
    /// The part of `total` that only operations can make: dynamic reservations and persistent volumes.
    private(set) var checkpointed: Resources = []
    /// Operations whose last status is not acknowledged, oldest first.
    var operations: OrderedDictionary<UniqueID, AgentOperation> = [:]

    init(configured: Resources) { (self.configured, total) = (configured, configured) }

    /// Puts what was checkpointed in the place of what it was made of.
    ///
    /// Throws `conflict` when the agent was not started with that. Source: mesos `src/common/resources_utils.cpp`
    /// (`applyCheckpointedResources`).
    mutating func restore(_ checkpointed: Resources) throws(ClusterError) {
        var total = configured
        for resource in checkpointed {
            guard resource.needsCheckpoint else {
                throw ClusterError(.conflict, "\(resource) is neither dynamically reserved nor a persistent volume")
            }
            try resource.checkVolume()
            let origin = resource.beforeOperations
            guard total.contains(origin) else { throw ClusterError(.conflict, "\(total) does not contain \(origin)") }
            total.subtract(origin)
            total.add(resource)
        }
        set(total)
    }

    /// What an operation makes of it all; throws `conflict` when it cannot be carried out.
    func applying(_ operation: OfferOperation) throws(ClusterError) -> Resources {
        var conversion = try operation.conversion()
        conversion.consumed = conversion.consumed.allocated(to: nil)
        conversion.produced = conversion.produced.allocated(to: nil)
        for resource in conversion.produced where resource.needsCheckpoint { try resource.checkVolume() }
        return try total.applying(conversion)
    }

    /// Makes the result of `applying` the truth.
    mutating func set(_ total: Resources) {
        self.total = total
        checkpointed = total.filter(\.needsCheckpoint)
    }

    /// The persistent volumes.
    var volumes: [Resource] { checkpointed.filter(\.isPersistentVolume).map { $0 } }

    /// What is written to disk.
    var checkpoint: ResourceCheckpoint {
        ResourceCheckpoint(resources: checkpointed, operations: operations.values.map(\.record))
    }
}

/// An operation on this agent's resources, and its statuses on their way to whoever asked for it.
struct AgentOperation: Sendable {
    var record: OperationRecord
    var stream: OperationStream
}

extension Resource {
    /// Whether it exists because of an operation on the agent's own resources, so that only a checkpoint knows of it.
    var needsCheckpoint: Bool { providerID == nil && (isDynamicallyReserved || isPersistentVolume) }

    /// What it was on the command line: without dynamic reservations, without a volume.
    var beforeOperations: Resource {
        var origin = withoutVolume
        origin.reservations = Array(reservations.prefix { $0.kind == .static })
        return origin
    }

    /// Whether both are the same persistent volume, whatever its size.
    func isVolume(_ other: Resource) -> Bool {
        isPersistentVolume && disk?.persistenceID == other.disk?.persistenceID && role == other.role
    }

    /// Throws `invalidArgument` for a volume that cannot have a directory: ids and roles become path components.
    func checkVolume() throws(ClusterError) {
        guard isPersistentVolume else { return }
        guard AgentPaths.volume(self, below: "/") != nil else {
            throw ClusterError(.invalidArgument, "volume '\(disk?.persistenceID ?? "")' cannot have a directory here")
        }
    }
}
