public import ClusterBase
public import ClusterModel

/// Offer constraints, checked and ready to be applied to agents (spec `mesos/02` §2.8).
public struct OfferConstraintsFilter: Sendable {
    /// How large a regular expression may be.
    public struct Limits: Hashable, Sendable {
        /// The memory of its program in bytes (`--offer_constraints_re2_max_mem`).
        public var maxMemory = 4_096
        /// The instructions of its program (`--offer_constraints_re2_max_program_size`).
        public var maxProgramSize = 100

        /// Makes upstream's limits.
        public init() {}
    }

    private enum Test: Sendable {
        case exists, notExists
        case equals(String), notEquals(String)
        case matches(RegularExpression), notMatches(RegularExpression)
    }

    private struct Constraint: Sendable {
        let selector: AttributeConstraint.Selector
        let test: Test
    }

    /// What the constraints were made of.
    public let constraints: OfferConstraints
    private var groups: [String: [[Constraint]]] = [:]

    /// Checks constraints.
    ///
    /// Throws `invalidArgument` naming the constraint when a role has no groups or occurs twice, a group is empty, a
    /// selector or predicate is not known, or a regular expression is malformed or too large.
    public init(_ constraints: OfferConstraints, limits: Limits = Limits()) throws(ClusterError) {
        self.constraints = constraints
        for entry in constraints.roles {
            let field = "offer_constraints.role_constraints[\(entry.role)]"
            guard groups[entry.role] == nil else {
                throw ClusterError(
                    .invalidArgument, "Role '\(entry.role)' occurs twice in the offer constraints", field: field)
            }
            guard !entry.groups.isEmpty else {
                throw ClusterError(
                    .invalidArgument, "Offer constraints of role '\(entry.role)' have no groups", field: field)
            }
            var checked: [[Constraint]] = []
            for (number, group) in entry.groups.enumerated() {
                let field = "\(field).groups[\(number)]"
                guard !group.isEmpty else {
                    throw ClusterError(
                        .invalidArgument, "Group \(number) of the offer constraints of role '\(entry.role)' is empty",
                        field: field)
                }
                var constraints: [Constraint] = []
                for (place, constraint) in group.enumerated() {
                    let field = "\(field).attribute_constraints[\(place)]"
                    constraints.append(try Self.check(constraint, field: field, limits: limits))
                }
                checked.append(constraints)
            }
            groups[entry.role] = checked
        }
    }

    private static func check(
        _ constraint: AttributeConstraint, field: String, limits: Limits
    ) throws(ClusterError) -> Constraint {
        if case .unknown = constraint.selector {
            throw ClusterError(.invalidArgument, "The selector of an offer constraint is not known", field: field)
        }
        let test: Test =
            switch constraint.predicate {
            case .exists: .exists
            case .notExists: .notExists
            case .textEquals(let text): .equals(text)
            case .textNotEquals(let text): .notEquals(text)
            case .textMatches(let pattern): .matches(try expression(pattern, field: field, limits: limits))
            case .textNotMatches(let pattern): .notMatches(try expression(pattern, field: field, limits: limits))
            case .unknown:
                throw ClusterError(.invalidArgument, "The predicate of an offer constraint is not known", field: field)
            }
        return Constraint(selector: constraint.selector, test: test)
    }

    private static func expression(
        _ pattern: String, field: String, limits: Limits
    ) throws(ClusterError) -> RegularExpression {
        do {
            return try RegularExpression(
                pattern, maxProgramSize: limits.maxProgramSize, maxMemory: limits.maxMemory)
        } catch {
            throw ClusterError(.invalidArgument, error.message, field: field)
        }
    }

    /// Whether any role is restricted.
    public var isEmpty: Bool { groups.isEmpty }

    /// Whether agents of this kind are kept from the role.
    public func excludes(_ agent: AgentProfile, role: String) -> Bool {
        guard let groups = groups[role] else { return false }
        return !groups.contains { $0.allSatisfy { Self.holds($0, for: agent) } }
    }

    private static func holds(_ constraint: Constraint, for agent: AgentProfile) -> Bool {
        let value: Attribute.Value? =
            switch constraint.selector {
            case .attribute(let name): agent.attributes.first { $0.name == name }?.value
            case .hostname: .text(agent.hostname)
            case .region: agent.region.map { .text($0) }
            case .zone: agent.zone.map { .text($0) }
            case .unknown: nil
            }
        switch (constraint.test, value) {
        case (.exists, _): return value != nil
        case (.notExists, _): return value == nil
        case (.equals, nil), (.matches, nil): return false
        case (.notEquals, nil), (.notMatches, nil): return true
        case (.equals(let wanted), .text(let text)): return text == wanted
        case (.notEquals(let unwanted), .text(let text)): return text != unwanted
        case (.matches(let pattern), .text(let text)): return pattern.matches(text)
        case (.notMatches(let pattern), .text(let text)): return !pattern.matches(text)
        case (_, .scalar), (_, .ranges): return true
        }
    }
}
