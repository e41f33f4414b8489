internal import ClusterBase
internal import ClusterModel
internal import ResourceModel

extension OfferOperation {
    /// The same with resources allocated to nobody.
    var strippingAllocation: OfferOperation { mappingResources { $0.allocationRole = nil } }

    /// The same with resources allocated to a role where nothing is said.
    func allocated(to role: String) -> OfferOperation {
        mappingResources { if $0.allocationRole == nil { $0.allocationRole = role } }
    }

    /// The operation after a change of each of its resources; launches stay as they are.
    private func mappingResources(_ change: (inout Resource) -> Void) -> OfferOperation {
        func changed(_ resource: Resource) -> Resource {
            var resource = resource
            change(&resource)
            return resource
        }
        var result = self
        result.action =
            switch action {
            case .reserve(let source, let resources):
                .reserve(source: source.mapped(change), resources: resources.mapped(change))
            case .unreserve(let resources): .unreserve(resources.mapped(change))
            case .create(let volumes): .create(volumes.mapped(change))
            case .destroy(let volumes): .destroy(volumes.mapped(change))
            case .growVolume(let volume, let addition):
                .growVolume(volume: changed(volume), addition: changed(addition))
            case .shrinkVolume(let volume, let subtract): .shrinkVolume(volume: changed(volume), subtract: subtract)
            case .createDisk(let source, let kind, let profile):
                .createDisk(source: changed(source), kind: kind, profile: profile)
            case .destroyDisk(let source): .destroyDisk(source: changed(source))
            case .launch, .launchGroup, .unsupported: action
            }
        return result
    }

    /// The resource provider of its resources; nil = the agent itself.
    var providerID: String? {
        switch action {
        case .reserve(_, let resources), .unreserve(let resources), .create(let resources), .destroy(let resources):
            resources.first { _ in true }?.providerID
        case .growVolume(let resource, _), .shrinkVolume(let resource, _), .createDisk(let resource, _, _),
            .destroyDisk(let resource):
            resource.providerID
        case .launch, .launchGroup, .unsupported: nil
        }
    }
}

extension Resources {
    /// Dynamic reservations and persistent volumes of an agent: what it keeps on disk.
    var checkpointed: Resources {
        filter { $0.providerID == nil && ($0.isDynamicallyReserved || $0.isPersistentVolume) }
    }

    /// The resources an agent was started with, after what it keeps on disk was made of them; throws
    /// `invalidArgument` when they do not hold it.
    ///
    /// Source: mesos `src/common/resources_utils.cpp` (`applyCheckpointedResources`).
    func applying(checkpointed: Resources) throws(ClusterError) -> Resources {
        var total = self
        for entry in checkpointed {
            guard entry.isDynamicallyReserved || entry.isPersistentVolume else {
                throw ClusterError(
                    .invalidArgument, "Unexpected checkpointed resources \(entry)", field: "checkpointed_resources")
            }
            var origin = entry.withoutVolume
            if entry.isDynamicallyReserved {
                origin.reservations = entry.reservations.prefix(1).filter { $0.kind == .static }
            }
            guard total.contains(origin) else {
                throw ClusterError(
                    .invalidArgument, "Incompatible agent resources: \(total) does not contain \(origin)",
                    field: "checkpointed_resources")
            }
            total.subtract(origin)
            total.add(entry)
        }
        return total
    }
}
