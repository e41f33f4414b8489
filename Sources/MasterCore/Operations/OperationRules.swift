internal import ClusterBase
internal import ClusterModel
internal import ResourceModel

/// The rules for operations other than launches, in upstream's order (spec `mesos/02` §2.6; mesos
/// `src/master/validation.cpp`); the first problem counts.
enum OperationRules {
    /// What a rule may know besides the operation.
    struct Context: Sendable {
        /// The framework; nil when an operator asks.
        var framework: FrameworkInfo?
        /// Who asks: the framework's principal, or the authenticated operator.
        var principal: String?
        /// The agent's capabilities.
        var capabilities: [String]
        /// Dynamic reservations and volumes of the agent, not allocated.
        var checkpointed: Resources
        /// What tasks and executors use on the agent, not allocated.
        var used: Resources

        func agentIs(_ capability: String) -> Bool { capabilities.contains(capability) }
    }

    /// What is wrong with the form of the resources in an operation; nil when nothing is.
    static func formProblem(_ operation: OfferOperation) -> String? {
        if let problem = operation.resourceProblem { return problem }
        switch operation.action {
        case .launch(let tasks): return formProblem(tasks)
        case .launchGroup(let executor, let tasks):
            return ResourceRules.formProblem(executor.resources) ?? formProblem(tasks)
        case .reserve(let source, let resources):
            return ResourceRules.formProblem(resources) ?? ResourceRules.formProblem(source)
        case .unreserve(let resources), .create(let resources), .destroy(let resources):
            return ResourceRules.formProblem(resources)
        case .growVolume(let volume, let addition):
            return ResourceRules.formProblem(volume) ?? ResourceRules.formProblem(addition)
        case .shrinkVolume(let volume, _): return ResourceRules.formProblem(volume)
        case .createDisk(let source, _, _), .destroyDisk(let source): return ResourceRules.formProblem(source)
        case .unsupported: return "Unknown offer operation"
        }
    }

    private static func formProblem(_ tasks: [TaskInfo]) -> String? {
        for task in tasks {
            if let problem = ResourceRules.formProblem(task.resources) { return problem }
            if let problem = task.executor.flatMap({ ResourceRules.formProblem($0.resources) }) { return problem }
        }
        return nil
    }

    /// What is wrong with an operation; nil when nothing is, and for launches, which have rules of their own.
    static func problem(_ action: OfferOperation.Action, _ context: Context) -> String? {
        switch action {
        case .reserve(let source, let resources):
            sourceProblem(source, resources) ?? reserveProblem(resources, context)
        case .unreserve(let resources): unreserveProblem(resources)
        case .create(let volumes): createProblem(volumes, context)
        case .destroy(let volumes): destroyProblem(volumes.strippingAllocation, context)
        case .growVolume(let volume, let addition): growProblem(volume, addition, context)
        case .shrinkVolume(let volume, let subtract): shrinkProblem(volume, subtract, context)
        case .createDisk(let source, let kind, let profile): createDiskProblem(source, kind, profile)
        case .destroyDisk(let source): destroyDiskProblem(source)
        case .launch, .launchGroup, .unsupported: nil
        }
    }

    // MARK: Reservations

    private static func sourceProblem(_ source: Resources, _ target: Resources) -> String? {
        if let problem = ResourceRules.problem(target) { return "Invalid resources: \(problem)" }
        if let problem = ResourceRules.problem(source) { return "Invalid source: \(problem)" }
        guard !source.isEmpty else { return nil }
        if let problem = mixedReservations(source) { return "Invalid source: \(problem)" }
        if let problem = mixedReservations(target) { return "Invalid resources: \(problem)" }
        let (before, after) = (source.toUnreserved, target.toUnreserved)
        guard !before.contains(after) || !after.contains(before) else { return nil }
        return "Source and target resources should refer to identical resource quantities: \(before) vs. \(after)"
    }

    private static func mixedReservations(_ resources: Resources) -> String? {
        guard let first = resources.first(where: { _ in true }) else { return "Resource cannot be empty" }
        if resources.allSatisfy({ $0.reservations == first.reservations }) { return nil }
        return "Mixed reservations are not supported: \(resources)"
    }

    private static func reserveProblem(_ resources: Resources, _ context: Context) -> String? {
        if let problem = ResourceRules.providerProblem(resources) { return "Invalid resources: \(problem)" }
        for entry in resources {
            guard entry.isDynamicallyReserved else { return "Resource \(entry) is not dynamically reserved" }
            let problem =
                capabilityProblem(entry, "Resource", "reserved", context) ?? reserverProblem(entry, context)
                ?? ownerProblem(entry, context)
            if let problem { return problem }
        }
        guard context.framework != nil, let problem = ResourceRules.allocationProblem(resources) else { return nil }
        return "Invalid reservation resources: \(problem)"
    }

    /// Roles below others and refined reservations need agents that know them.
    private static func capabilityProblem(
        _ entry: Resource, _ noun: String, _ verb: String, _ context: Context
    ) -> String? {
        if !context.agentIs("HIERARCHICAL_ROLE"), entry.role.utf8.contains(0x2f) {
            return "\(noun) \(entry) with reservation for hierarchical role '\(entry.role)' cannot be \(verb) on an"
                + " agent without HIERARCHICAL_ROLE capability"
        }
        if !context.agentIs("RESERVATION_REFINEMENT"), entry.reservations.count > 1 {
            return "\(noun) \(entry) with reservation refinement cannot be \(verb) on an agent without"
                + " RESERVATION_REFINEMENT capability"
        }
        return nil
    }

    private static func reserverProblem(_ entry: Resource, _ context: Context) -> String? {
        guard let principal = context.principal else { return nil }
        guard let reserver = entry.reservations.last?.principal else {
            return "A reserve operation was attempted by principal '\(principal)', but there is a reserved resource in"
                + " the request with no principal set"
        }
        if reserver == principal { return nil }
        return "A reserve operation was attempted by authenticated principal '\(principal)', which does not match a"
            + " reserved resource in the request with principal '\(reserver)'"
    }

    /// Frameworks reserve what is allocated to one of their roles for that role; operators what is not allocated.
    private static func ownerProblem(_ entry: Resource, _ context: Context) -> String? {
        guard let framework = context.framework else {
            if entry.allocationRole == nil { return nil }
            return "A reserve operation was attempted with an allocated resource, but the operator API only allows"
                + " reservations to be made to unallocated resources"
        }
        guard let allocated = entry.allocationRole else {
            return "A reserve operation was attempted on unallocated resource \(entry), but frameworks can only perform"
                + " reservations on allocated resources"
        }
        if allocated != entry.role {
            return "A reserve operation was attempted for a resource with role '\(entry.role)', but the resource was"
                + " allocated to role '\(allocated)'"
        }
        if framework.roles.contains(allocated) { return nil }
        let roles = "{ " + framework.roles.sorted().joined(separator: ", ") + " }"
        return "A reserve operation was attempted for a resource allocated to role '\(allocated)', but the framework"
            + " only has roles '\(roles)'"
    }

    private static func unreserveProblem(_ resources: Resources) -> String? {
        let problem = ResourceRules.problem(resources) ?? ResourceRules.providerProblem(resources)
        if let problem { return "Invalid resources: \(problem)" }
        for entry in resources {
            guard entry.isDynamicallyReserved else { return "Resource \(entry) is not dynamically reserved" }
            if entry.isPersistentVolume {
                return "A dynamically reserved persistent volume \(entry) cannot be unreserved directly. Please destroy"
                    + " the persistent volume first then unreserve the resource"
            }
        }
        return nil
    }

    // MARK: Volumes

    private static func createProblem(_ volumes: Resources, _ context: Context) -> String? {
        let problem = ResourceRules.problem(volumes) ?? ResourceRules.providerProblem(volumes)
        if let problem { return "Invalid resources: \(problem)" }
        if let problem = ResourceRules.volumeProblem(volumes) { return "Not a persistent volume: \(problem)" }
        let repeated = volumes.first { $0.sharedCount > 1 }?.disk?.persistenceID
        if let repeated { return "Persistence ID '\(repeated)' is not unique" }
        let all = Array(context.checkpointed.persistentVolumes) + Array(volumes.strippingAllocation)
        if let problem = duplicateVolume(all) { return problem }
        for volume in volumes {
            if let framework = context.framework, volume.isShared, !framework.capabilities.contains(.sharedResources) {
                return "Create volume operation for '\(volume)' has been attempted by framework "
                    + "'\(framework.id?.value ?? "")' with no SHARED_RESOURCES capability"
            }
            let problem = capabilityProblem(volume, "Volume", "created", context) ?? creatorProblem(volume, context)
            if let problem { return problem }
        }
        guard context.framework != nil, let problem = ResourceRules.allocationProblem(volumes) else { return nil }
        return "Invalid volume resources: \(problem)"
    }

    /// As `ResourceRules.duplicateVolume`, for volumes that are not to be merged.
    private static func duplicateVolume(_ volumes: [Resource]) -> String? {
        var seen = Set<[String]>()
        for volume in volumes {
            guard let id = volume.disk?.persistenceID else { continue }
            if !seen.insert([volume.role, id]).inserted { return "Persistence ID '\(id)' is not unique" }
        }
        return nil
    }

    private static func creatorProblem(_ volume: Resource, _ context: Context) -> String? {
        guard let principal = context.principal else { return nil }
        guard let creator = volume.disk?.persistencePrincipal else {
            return "Create volume operation attempted by principal '\(principal)', but there is a volume in the"
                + " operation with no principal set in 'disk.persistence'"
        }
        if creator == principal { return nil }
        return "Create volume operation attempted by authenticated principal '\(principal)', which does not match a"
            + " volume in the operation with principal '\(creator)' set in 'disk.persistence'"
    }

    private static func destroyProblem(_ volumes: Resources, _ context: Context) -> String? {
        let problem = ResourceRules.problem(volumes) ?? ResourceRules.providerProblem(volumes)
        if let problem { return "Invalid resources: \(problem)" }
        if let problem = ResourceRules.volumeProblem(volumes) { return "Not a persistent volume: \(problem)" }
        for volume in volumes where volume.providerID == nil {
            if !context.checkpointed.contains(volume) { return "Persistent volumes not found" }
        }
        for volume in volumes where context.used.contains(volume) { return "Persistent volumes in use" }
        return nil
    }

    private static func growProblem(_ volume: Resource, _ addition: Resource, _ context: Context) -> String? {
        if let problem = ResourceRules.formProblem(volume) {
            return "Invalid resource in the 'GrowVolume.volume' field: \(problem)"
        }
        if let problem = ResourceRules.formProblem(addition) {
            return "Invalid resource in the 'GrowVolume.addition' field: \(problem)"
        }
        guard case .scalar(let amount) = addition.value, amount > .zero else {
            return "The size of 'GrowVolume.addition' field must be greater than zero"
        }
        if volume.providerID != nil { return "Growing a volume from a resource provider is not supported" }
        if let problem = ResourceRules.volumeProblem([volume]) {
            return "Invalid persistent volume in the 'GrowVolume.volume' field: \(problem)"
        }
        if volume.isShared { return "Growing a shared persistent volume is not supported" }
        if Resources([volume.withoutVolume, addition]).count != 1 {
            return "Incompatible resources in the 'GrowVolume.volume' and 'GrowVolume.addition' fields"
        }
        if context.agentIs("RESIZE_VOLUME") { return nil }
        return "Volume \(volume) cannot be grown on an agent without RESIZE_VOLUME capability"
    }

    private static func shrinkProblem(_ volume: Resource, _ subtract: Scalar, _ context: Context) -> String? {
        if let problem = ResourceRules.formProblem(volume) {
            return "Invalid resource in the 'ShrinkVolume.volume' field: \(problem)"
        }
        if subtract <= .zero { return "Value of 'ShrinkVolume.subtract' must be greater than zero" }
        guard case .scalar(let size) = volume.value, size > subtract else {
            return "Value of 'ShrinkVolume.subtract' must be smaller than the size of 'ShrinkVolume.volume'"
        }
        if volume.providerID != nil { return "Shrinking a volume from a resource provider is not supported" }
        if volume.disk?.source?.kind == .mount { return "Shrinking a volume on a MOUNT disk is not supported" }
        if let problem = ResourceRules.volumeProblem([volume]) {
            return "Invalid persistent volume in the 'ShrinkVolume.volume' field: \(problem)"
        }
        if volume.isShared { return "Shrinking a shared persistent volume is not supported" }
        if context.agentIs("RESIZE_VOLUME") { return nil }
        return "Volume \(volume) cannot be shrunk on an agent without RESIZE_VOLUME capability"
    }

    // MARK: Disks of resource providers

    private static func createDiskProblem(
        _ source: Resource, _ kind: Resource.Disk.Source.Kind?, _ profile: String?
    ) -> String? {
        if let problem = ResourceRules.problem([source]) { return "Invalid resource: \(problem)" }
        if source.providerID == nil { return "'source' is not managed by a resource provider" }
        if source.disk?.source?.kind != .raw { return "'source' is not a RAW disk resource" }
        if kind != .mount, kind != .block { return "'target_type' is neither MOUNT or BLOCK" }
        guard (source.disk?.source?.profile != nil) == (profile != nil) else { return nil }
        return profile == nil
            ? "'target_profile' must be set when 'source' has no profile"
            : "'target_profile' must not be set when 'source' has a profile"
    }

    private static func destroyDiskProblem(_ source: Resource) -> String? {
        if let problem = ResourceRules.problem([source]) { return "Invalid resource: \(problem)" }
        if source.providerID == nil { return "'source' is not managed by a resource provider" }
        guard let kind = source.disk?.source?.kind, kind != .path else {
            return "'source' is neither a MOUNT, BLOCK or RAW disk resource"
        }
        if source.disk?.source?.id == nil { return "'source' is not backed by a CSI volume" }
        guard source.isPersistentVolume else { return nil }
        return "A disk resource containing a persistent volume \(source) cannot be destroyed directly. Please destroy"
            + " the persistent volume first then destroy the disk resource"
    }
}
