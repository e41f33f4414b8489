internal import ResourceModel

/// Amounts of up to eight scalar resources in thousandths, at lanes given by a `ScalarLanes`.
typealias ScalarVector = SIMD8<Int64>

extension ScalarVector {
    /// Whether no lane is less than the other's.
    func covers(_ other: ScalarVector) -> Bool { all(self .>= other) }
    var isNothing: Bool { all(self .<= .zero) }
}

/// Which lane holds which resource: four fixed ones, four more for names as they turn up.
///
/// Names beyond the eighth take no part in sharing and are kept by name; nobody has that many kinds of scalars.
struct ScalarLanes: Sendable {
    private(set) var names = ["cpus", "mem", "disk", "gpus"]
    static let gpus = 3

    mutating func lane(of name: String) -> Int? {
        if let lane = names.firstIndex(of: name) { return lane }
        guard names.count < ScalarVector.scalarCount else { return nil }
        names.append(name)
        return names.count - 1
    }

    /// The sum of all scalars by name, whatever they are reserved for.
    mutating func amounts(of resources: Resources) -> ScalarVector {
        var vector = ScalarVector.zero
        for entry in resources {
            if case .scalar(let amount) = entry.value, let lane = lane(of: entry.name) {
                vector[lane] &+= amount.thousandths
            }
        }
        return vector
    }

    /// Splits resources into plain amounts and the rest.
    mutating func bundle(_ resources: Resources) -> ResourceBundle {
        var bundle = ResourceBundle()
        for var entry in resources {
            entry.allocationRole = nil
            if case .scalar(let amount) = entry.value, entry.isPlain, let lane = lane(of: entry.name) {
                bundle.scalars[lane] &+= amount.thousandths
            } else if entry.isPlain {
                bundle.plain.add(entry)
            } else {
                bundle.special.add(entry)
            }
        }
        return bundle
    }

    /// The resources of a bundle, allocated to a role.
    func resources(of bundle: ResourceBundle, allocatedTo role: String) -> Resources {
        var result = Resources()
        for lane in names.indices where bundle.scalars[lane] > 0 {
            let amount = Scalar(thousandths: bundle.scalars[lane])
            result.add(Resource(name: names[lane], value: .scalar(amount), allocationRole: role))
        }
        result += bundle.plain.allocated(to: role)
        result += bundle.special.allocated(to: role)
        return result
    }
}

extension Resource {
    /// Whether anybody may have it in any amount: neither reserved nor revocable nor a volume nor a provider's.
    var isPlain: Bool {
        reservations.isEmpty && !isRevocable && !isShared && disk == nil && providerID == nil
    }
}

extension Resource {
    /// Whether it counts against a quota while somebody holds it; reservations count by themselves.
    var countsForQuota: Bool { !isReserved && !isRevocable }
}

/// Resources in the allocator's form: plain scalars as a vector, the rest in side tables.
struct ResourceBundle: Sendable {
    /// Plain scalars.
    var scalars = ScalarVector.zero
    /// Plain ranges and sets.
    var plain = Resources()
    /// Reserved, revocable, shared resources and volumes.
    var special = Resources()

    var isEmpty: Bool { scalars.isNothing && plain.isEmpty && special.isEmpty }

    static func += (left: inout Self, right: Self) {
        left.scalars &+= right.scalars
        if !right.plain.isEmpty { left.plain += right.plain }
        if !right.special.isEmpty { left.special += right.special }
    }

    static func -= (left: inout Self, right: Self) {
        left.scalars &-= right.scalars
        if !right.plain.isEmpty { left.plain -= right.plain }
        if !right.special.isEmpty { left.special -= right.special }
    }

    /// Whether all of the other is in this one; amounts of no size are.
    func covers(_ other: ResourceBundle) -> Bool {
        scalars.covers(other.scalars) && plain.contains(other.plain) && special.contains(other.special)
    }
}

extension Resources {
    /// The sum of all quantities, whatever they are: nothing when and only when it is 0.
    var mass: Int64 {
        reduce(0) { sum, entry in
            switch entry.value {
            case .scalar(let amount): sum &+ amount.thousandths
            case .ranges(let ranges): sum &+ Int64(truncatingIfNeeded: ranges.count &* 1_000)
            case .set(let items): sum &+ Int64(items.count) &* 1_000
            }
        }
    }
}
