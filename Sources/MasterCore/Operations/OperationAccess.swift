internal import AccessControl
internal import ClusterBase
internal import ClusterModel
internal import ResourceModel

/// One thing that somebody must be allowed to do before an operation is carried out.
struct AccessDemand: Hashable, Sendable {
    let action: AccessAction
    let object: AccessObject

    /// The demand in words, to follow "to".
    var words: String {
        let name = action.rawValue.uppercased()
        return switch object {
        case .any: "perform action \(name) on ANY object"
        case .role(let role): "perform action \(name) on role '\(role)'"
        case .user(let user): "perform action \(name) as user '\(user)'"
        case .principal(let principal): "perform action \(name) on what principal '\(principal)' made"
        case .path(let path): "perform action \(name) on path '\(path)'"
        }
    }
}

extension OfferOperation {
    /// What must be allowed for it (spec `mesos/02` §2.4; mesos `src/master/authorization.cpp`); nothing for launches,
    /// whose tasks have their own.
    var demands: [AccessDemand] {
        switch action {
        case .reserve(let source, let resources): Self.reservation(source, resources)
        case .unreserve(let resources): Self.unreservation(resources)
        case .create(let volumes): Self.roles(of: volumes, .createVolume, orAny: true)
        case .destroy(let volumes): Self.destruction(volumes)
        case .growVolume(let volume, _), .shrinkVolume(let volume, _):
            [AccessDemand(action: .resizeVolume, object: .role(volume.role))]
        case .createDisk(let source, let kind, _):
            [AccessDemand(action: kind == .block ? .createBlockDisk : .createMountDisk, object: .role(source.role))]
        case .destroyDisk(let source):
            [AccessDemand(action: Self.destroying(source.disk?.source?.kind), object: .role(source.role))]
        case .launch, .launchGroup, .unsupported: []
        }
    }

    private static func destroying(_ kind: Resource.Disk.Source.Kind?) -> AccessAction {
        switch kind {
        case .block: .destroyBlockDisk
        case .raw: .destroyRawDisk
        case .mount, .path, nil: .destroyMountDisk
        }
    }

    private static func roles(
        of resources: Resources, _ action: AccessAction, orAny: Bool = false
    ) -> [AccessDemand] {
        var roles: [String] = []
        var seen = Set<String>()
        for entry in resources where seen.insert(entry.role).inserted { roles.append(entry.role) }
        if roles.isEmpty, orAny { return [AccessDemand(action: action, object: .any)] }
        return roles.map { AccessDemand(action: action, object: .role($0)) }
    }

    /// A change of reservations takes the old ones back to what both have in common, and then makes the new ones.
    private static func reservation(_ source: Resources, _ target: Resources) -> [AccessDemand] {
        guard let old = source.first(where: { _ in true })?.reservations,
            let new = target.first(where: { _ in true })?.reservations
        else { return roles(of: target, .reserveResources) }
        let common = zip(old, new).prefix { $0 == $1 }.count
        var demands: [AccessDemand] = []
        var rest = source
        for _ in common..<max(common, old.count) {
            demands += unreservation(rest)
            rest = rest.popping()
        }
        for reservation in new.dropFirst(common) {
            demands.append(AccessDemand(action: .reserveResources, object: .role(reservation.role)))
        }
        return demands
    }

    private static func unreservation(_ resources: Resources) -> [AccessDemand] {
        var demands: [AccessDemand] = []
        var seen = Set<AccessDemand>()
        for entry in resources {
            let object = (entry.reservations.last?.principal).map { AccessObject.principal($0) } ?? .any
            let demand = AccessDemand(action: .unreserveResources, object: object)
            if seen.insert(demand).inserted { demands.append(demand) }
        }
        return demands
    }

    private static func destruction(_ volumes: Resources) -> [AccessDemand] {
        let creators = volumes.filter(\.isPersistentVolume).map { $0.disk?.persistencePrincipal ?? "" }
        if creators.isEmpty { return [AccessDemand(action: .destroyVolume, object: .any)] }
        return creators.map { AccessDemand(action: .destroyVolume, object: .principal($0)) }
    }
}

extension MasterCore {
    /// The first demand of an operation that its principal is not allowed, in words; nil when all are allowed.
    func denial(of operation: OfferOperation, to principal: String?) -> String? {
        for demand in operation.demands where !isAllowed(principal, demand.action, demand.object) {
            return "Principal '\(principal ?? "")' not authorized to \(demand.words)"
        }
        return nil
    }

    /// Why a framework may not run a task as its user, or the task's executor as its own; nil when it may.
    func denial(of task: TaskInfo, to framework: FrameworkInfo) -> String? {
        let executor = task.executor?.command?.user
        let users = [task.command?.user ?? executor ?? framework.user, executor].compactMap { $0 }
        guard let user = users.first(where: { !isAllowed(framework.principal, .runTask, .user($0)) }) else {
            return nil
        }
        return "Principal '\(framework.principal ?? "")' not authorized to launch task \(task.id) of framework "
            + "\(framework.id?.value ?? "") under user '\(user)'"
    }
}
