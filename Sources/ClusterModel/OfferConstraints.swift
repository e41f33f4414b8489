/// Which agents a framework wants offers of, by role (`scheduler.OfferConstraints`; spec `mesos/02` §2.8).
///
/// Roles that are not named are not restricted.
public struct OfferConstraints: Hashable, Sendable {
    /// The constraints of one role.
    public struct Role: Hashable, Sendable {
        /// The role.
        public var role: String
        /// An agent is wanted when any group holds; a group holds when all of its constraints do.
        public var groups: [[AttributeConstraint]]

        /// Makes constraints of a role.
        public init(role: String, groups: [[AttributeConstraint]]) { (self.role, self.groups) = (role, groups) }
    }

    /// The constraints, one entry per role.
    public var roles: [Role]

    /// Makes constraints; none by default.
    public init(roles: [Role] = []) { self.roles = roles }
}

/// A condition on an attribute of an agent (`scheduler.AttributeConstraint`).
public struct AttributeConstraint: Hashable, Sendable {
    /// What the condition is about.
    public enum Selector: Hashable, Sendable {
        /// The first attribute of that name.
        case attribute(String)
        /// The agent's host name.
        case hostname
        /// The region of the agent's fault domain.
        case region
        /// The zone of the agent's fault domain.
        case zone
        /// None that is known; refused when the constraints are used.
        case unknown
    }

    /// The condition.
    public enum Predicate: Hashable, Sendable {
        /// It is there.
        case exists
        /// It is not there.
        case notExists
        /// It is this text, or not text at all.
        case textEquals(String)
        /// It is not this text, or not there.
        case textNotEquals(String)
        /// The regular expression matches all of it, or it is not text at all.
        case textMatches(String)
        /// The regular expression does not match all of it, or it is not there.
        case textNotMatches(String)
        /// None that is known; refused when the constraints are used.
        case unknown
    }

    /// What the condition is about.
    public var selector: Selector
    /// The condition.
    public var predicate: Predicate

    /// Makes a condition.
    public init(_ selector: Selector, _ predicate: Predicate) {
        (self.selector, self.predicate) = (selector, predicate)
    }
}
