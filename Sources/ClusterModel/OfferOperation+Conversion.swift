public import ClusterBase
public import ResourceModel

extension OfferOperation {
    /// Whether what it makes is known before it is done, so that the master counts on it.
    ///
    /// Source: mesos `src/common/protobuf_utils.cpp` (`isSpeculativeOperation`).
    public var isSpeculative: Bool {
        switch action {
        case .reserve, .unreserve, .create, .destroy, .growVolume, .shrinkVolume: true
        case .launch, .launchGroup, .createDisk, .destroyDisk, .unsupported: false
        }
    }

    /// All that a speculative operation takes and gives.
    ///
    /// Throws `invalidArgument` for other operations, and for volumes of resource providers that are to be resized.
    /// Source: mesos `src/common/resources_utils.cpp` (`getResourceConversions`).
    public func conversion() throws(ClusterError) -> ResourceConversion {
        switch action {
        case .reserve(let source, let resources):
            return ResourceConversion(consumed: source.isEmpty ? resources.popping() : source, produced: resources)
        case .unreserve(let resources):
            return ResourceConversion(consumed: resources, produced: resources.popping())
        case .create(let volumes):
            return ResourceConversion(consumed: Self.disks(of: volumes), produced: volumes)
        case .destroy(let volumes):
            return ResourceConversion(consumed: volumes, produced: Self.disks(of: volumes))
        case .growVolume(let volume, let addition):
            try Self.check(volume)
            let grown = volume.resized { $0 + addition.quantity }
            return ResourceConversion(consumed: [volume, addition], produced: [grown])
        case .shrinkVolume(let volume, let amount):
            try Self.check(volume)
            let parts: Resources = [volume.resized { $0 - amount }, volume.withoutVolume.resized { _ in amount }]
            return ResourceConversion(consumed: [volume], produced: parts)
        case .launch, .launchGroup, .createDisk, .destroyDisk:
            throw ClusterError(.invalidArgument, "Operation not supported", field: "type")
        case .unsupported: throw ClusterError(.invalidArgument, "Unknown operation", field: "type")
        }
    }

    private static func disks(of volumes: Resources) -> Resources { Resources(volumes.map(\.withoutVolume)) }

    private static func check(_ volume: Resource) throws(ClusterError) {
        guard volume.providerID != nil else { return }
        throw ClusterError(.invalidArgument, "Operation not supported for resource provider", field: "volume")
    }
}

extension Resource {
    fileprivate func resized(_ change: (Scalar) -> Scalar) -> Resource {
        guard case .scalar(let amount) = value else { return self }
        var result = self
        result.value = .scalar(change(amount))
        return result
    }
}
