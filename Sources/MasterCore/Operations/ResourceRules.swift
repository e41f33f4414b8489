internal import ClusterBase
internal import ClusterModel
internal import ResourceModel

/// The rules for resources, whoever sends them (spec `mesos/02` §2.6; mesos `src/common/resources.cpp`,
/// `src/master/validation.cpp`).
///
/// What the model cannot hold (negative scalars, overlapping ranges, contradictory formats) is found while decoding
/// and reaches the core as a problem in words.
enum ResourceRules {
    // MARK: Single resources

    /// What is wrong with the form of one resource; nil when nothing is.
    static func formProblem(_ entry: Resource) -> String? {
        if entry.name.isEmpty { return "Empty resource name" }
        if entry.disk != nil, entry.name != "disk" { return "DiskInfo should not be set for \(entry.name) resource" }
        if let problem = reservationProblem(entry.reservations) { return problem }
        guard entry.isShared else { return nil }
        if entry.name != "disk" { return "Resource \(entry.name) cannot be shared" }
        return entry.isPersistentVolume ? nil : "Only persistent volumes can be shared"
    }

    /// What is wrong with the form of the first bad resource, with that resource.
    static func formProblem(_ resources: Resources) -> String? {
        for entry in resources {
            if let problem = formProblem(entry) { return "Resource '\(entry)' is invalid: \(problem)" }
        }
        return nil
    }

    private static func reservationProblem(_ reservations: [Resource.Reservation]) -> String? {
        for reservation in reservations {
            if let problem = RoleRules.problem(reservation.role) { return problem }
            if reservation.role == "*" { return "Invalid reservation: role \"*\" cannot be reserved" }
        }
        for (outer, inner) in zip(reservations, reservations.dropFirst()) {
            if inner.kind == .static { return "Invalid refined reservation: A refined reservation cannot be STATIC" }
            if inner.role == outer.role || !RoleRules.isWithin(inner.role, outer.role) {
                return "Invalid refined reservation: role '\(inner.role)' is not a refinement of '\(outer.role)'"
            }
        }
        return nil
    }

    // MARK: Resources of a request

    /// What is wrong with resources by themselves; nil when nothing is.
    static func problem(_ resources: Resources) -> String? {
        if let problem = formProblem(resources) { return "Invalid resources: \(problem)" }
        if resources.gpus.thousandths % 1000 != 0 {
            return "Invalid 'gpus' resource: The 'gpus' resource must be an unsigned integer"
        }
        for entry in resources {
            if let problem = diskProblem(entry) { return "Invalid DiskInfo: \(problem)" }
        }
        for entry in resources where entry.isDynamicallyReserved && entry.isRevocable {
            return "Invalid ReservationInfo: Dynamically reserved resource \(entry) cannot be created from revocable"
                + " resources"
        }
        return nil
    }

    private static func diskProblem(_ entry: Resource) -> String? {
        guard let disk = entry.disk else { return nil }
        guard let id = disk.persistenceID else {
            if disk.mounting != nil { return "Non-persistent volume not supported" }
            return disk.source == nil ? "DiskInfo is set but empty" : nil
        }
        if entry.isRevocable { return "Persistent volumes cannot be created from revocable resources" }
        if !entry.isReserved { return "Persistent volumes cannot be created from unreserved resources" }
        guard let mounting = disk.mounting else { return "Expecting 'volume' to be set for persistent volume" }
        if mounting.hostPath != nil { return "Expecting 'host_path' to be unset for persistent volume" }
        return IDRules.problem(id).map { "Invalid persistence ID for persistent volume: \($0)" }
    }

    /// The first persistence id that a role has twice, in words; nil when all are unique.
    static func duplicateVolume(_ resources: Resources) -> String? {
        var seen = Set<[String]>()
        for entry in resources {
            guard let id = entry.disk?.persistenceID else { continue }
            if !seen.insert([entry.role, id]).inserted { return "Persistence ID '\(id)' is not unique" }
        }
        return nil
    }

    /// What is wrong with the roles that resources are allocated to: there must be one.
    static func allocationProblem(_ resources: Resources) -> String? {
        var role: String?
        for entry in resources {
            guard let other = entry.allocationRole else { return "The resources are not allocated to a role" }
            if let role, role != other {
                return "The resources have multiple allocation roles ('\(other)' and '\(role)') but only one allocation"
                    + " role is allowed"
            }
            role = other
        }
        return nil
    }

    /// The name of which there are revocable and other resources, in words; nil when there is none.
    static func mixtureProblem(_ resources: Resources) -> String? {
        guard resources.contains(where: \.isRevocable) else { return nil }
        let kept = Set(resources.lazy.filter { !$0.isRevocable }.map(\.name))
        guard let entry = resources.first(where: { $0.isRevocable && kept.contains($0.name) }) else { return nil }
        return "Cannot use both revocable and non-revocable '\(entry.name)' at the same time"
    }

    /// What is wrong with the providers of resources: all must come from the agent itself or from one provider.
    static func providerProblem(_ resources: Resources) -> String? {
        var providers: [String] = []
        var seen = Set<String>()
        var hasDefault = false
        for entry in resources {
            guard let provider = entry.providerID else {
                hasDefault = true
                continue
            }
            if seen.insert(provider).inserted { providers.append(provider) }
        }
        if providers.count + (hasDefault ? 1 : 0) == 1 { return nil }
        if hasDefault { return "Some resources have a resource provider and some do not" }
        return "The resources have multiple resource providers: " + providers.joined(separator: ", ")
    }

    /// What keeps resources from being persistent volumes that can be written.
    static func volumeProblem(_ resources: some Sequence<Resource>) -> String? {
        for entry in resources {
            guard let disk = entry.disk else { return "Resource \(entry) does not have DiskInfo" }
            if disk.persistenceID == nil { return "'persistence' is not set in DiskInfo" }
            guard let mounting = disk.mounting else { return "Expecting 'volume' to be set for persistent volume" }
            if mounting.isReadOnly { return "Read-only persistent volume not supported" }
        }
        return nil
    }

    /// Whether any of several resources use the same numbers or names.
    static func areOverlapping(_ parts: [Resources]) -> Bool {
        var all = Resources()
        for part in parts {
            for entry in part where !entry.isScalar {
                if let other = all.first(where: { $0.isSameKind(as: entry) }), shares(entry.value, other.value) {
                    return true
                }
                all.add(entry)
            }
        }
        return false
    }

    private static func shares(_ left: Resource.Value, _ right: Resource.Value) -> Bool {
        switch (left, right) {
        case (.ranges(let left), .ranges(let right)): (left - right) != left
        case (.set(let left), .set(let right)): left.contains(where: right.contains)
        default: false
        }
    }
}
