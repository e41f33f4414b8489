internal import ClusterModel
public import ResourceModel

/// Amounts of scalar resources by name, whatever they are reserved for; what is not named is nothing.
public struct Quantities: Hashable, Sendable, CustomStringConvertible {
    /// The amounts, none of which is zero.
    public private(set) var amounts: [String: Scalar]

    /// Makes quantities; zeros are left out.
    public init(_ amounts: [String: Scalar] = [:]) { self.amounts = amounts.filter { $0.value != .zero } }

    /// The scalars among resources.
    init(of resources: some Sequence<Resource>) {
        self.init()
        add(resources)
    }

    /// The amounts by name.
    public var sorted: [(name: String, amount: Scalar)] {
        amounts.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }.map { ($0.key, $0.value) }
    }

    /// Whether there is nothing.
    public var isEmpty: Bool { amounts.isEmpty }

    /// One amount.
    public subscript(name: String) -> Scalar { amounts[name] ?? .zero }

    /// Mesos' text form: `cpus:2; mem:1024`, or `{}`.
    public var description: String {
        isEmpty ? "{}" : sorted.map { "\($0.name):\($0.amount)" }.joined(separator: "; ")
    }

    /// Whether there is at least as much of everything.
    func contains(_ other: Quantities) -> Bool { other.amounts.allSatisfy { self[$0.key] >= $0.value } }

    mutating func add(_ resources: some Sequence<Resource>) {
        for entry in resources {
            if case .scalar(let amount) = entry.value, amount != .zero {
                amounts[entry.name] = self[entry.name] + amount
            }
        }
    }

    static func + (left: Self, right: Self) -> Self {
        Quantities(left.amounts.merging(right.amounts) { $0 + $1 })
    }
}

/// What a role with all below it is promised, and what it may have at most.
public struct Quota: Hashable, Sendable {
    /// What is promised.
    public let guarantees: Quantities
    /// What it may have at most, zeros included; those not named have no limit.
    public let limits: [String: Scalar]

    init(_ config: QuotaConfig) {
        guarantees = Quantities(config.guarantees.mapValues { Scalar($0) })
        limits = config.limits.mapValues { Scalar($0) }
    }

    /// Neither guarantees nor limits.
    var isDefault: Bool { guarantees.isEmpty && limits.isEmpty }

    /// The limits by name.
    public var sortedLimits: [(name: String, amount: Scalar)] {
        limits.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }.map { ($0.key, $0.value) }
    }

    /// The limits in Mesos' text form.
    var limitsText: String {
        limits.isEmpty ? "{}" : sortedLimits.map { "\($0.name):\($0.amount)" }.joined(separator: "; ")
    }

    /// The first name of which there is more than the limit; nil when all is within the limits.
    func exceeded(by quantities: Quantities) -> String? {
        sortedLimits.first { quantities[$0.name] > $0.amount }?.name
    }

    /// The quota as it is stored and shown.
    func config(_ role: String) -> QuotaConfig {
        QuotaConfig(
            role: role, guarantees: guarantees.amounts.mapValues(\.value), limits: limits.mapValues(\.value))
    }
}
