public import ResourceModel

/// What a role with all roles below it is promised, and what it may have at most (`quota.QuotaConfig`; spec `mesos/06`
/// §6.5).
public struct QuotaConfig: Hashable, Sendable {
    /// The role.
    public var role: String
    /// What is promised, by resource; nothing of those not named.
    public var guarantees: [String: Double]
    /// What it may have at most, by resource; those not named have no limit.
    public var limits: [String: Double]

    /// Makes a configuration; without guarantees and limits it means no quota.
    public init(role: String, guarantees: [String: Double] = [:], limits: [String: Double] = [:]) {
        (self.role, self.guarantees, self.limits) = (role, guarantees, limits)
    }
}

/// The older way to set a quota: guarantee and limit are the same (`quota.QuotaRequest`).
public struct QuotaRequest: Hashable, Sendable {
    /// The role; nil = not given.
    public var role: String?
    /// What is promised and is the limit too, as given: names may repeat.
    public var guarantee: [Resource]
    /// Whether the cluster need not have so much.
    public var force: Bool

    /// Makes a request.
    public init(role: String?, guarantee: [Resource], force: Bool = false) {
        (self.role, self.guarantee, self.force) = (role, guarantee, force)
    }
}

/// How much a role counts against its siblings (`WeightInfo`).
public struct RoleWeight: Hashable, Sendable {
    /// The role.
    public var role: String
    /// Its weight; 1 is usual.
    public var weight: Double

    /// Makes a weight.
    public init(role: String, weight: Double) { (self.role, self.weight) = (role, weight) }
}
