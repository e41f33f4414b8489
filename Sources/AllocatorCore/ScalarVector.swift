internal import ResourceModel

/// Amounts of up to eight scalar resources in thousandths, at lanes given by a `ScalarLanes`.
package typealias ScalarVector = SIMD8<Int64>

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
    mutating func amounts(
        of resources: Resources, where isCounted: (Resource) -> Bool = { _ in true }
    ) -> ScalarVector {
        var vector = ScalarVector.zero
        for entry in resources {
            if case .scalar(let amount) = entry.value, isCounted(entry), let lane = lane(of: entry.name) {
                vector[lane] &+= amount.thousandths
            }
        }
        return vector
    }
}

extension Resource {
    /// Whether anybody may have it in any amount: neither reserved nor revocable nor a volume nor a provider's.
    var isPlain: Bool {
        reservations.isEmpty && !isRevocable && !isShared && disk == nil && providerID == nil
    }

    /// Whether it counts against a quota while somebody holds it; reservations count by themselves.
    var countsForQuota: Bool { !isReserved && !isRevocable }
}
