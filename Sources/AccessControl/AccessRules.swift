public import ClusterBase

/// Who may do what: the rules of `--acls`.
///
/// For a request the rules of its action are tried in order; the first whose principals and objects both match decides.
/// Where none does, `isPermissive` decides. Source: spec `mesos/06` §6.11; mesos
/// `src/authorizer/local/authorizer.cpp`.
public struct AccessRules: Hashable, Sendable {
    /// The principals or objects that a rule is about.
    public enum Entity: Hashable, Sendable {
        /// All, known or not.
        case any
        /// Nobody, or nothing: a rule that matches denies.
        case none
        /// These.
        case some([String])
    }

    /// One rule.
    public struct Rule: Hashable, Sendable {
        /// Whom it is about.
        public var principals: Entity
        /// What it is about.
        public var objects: Entity

        /// Makes a rule.
        public init(principals: Entity, objects: Entity) { (self.principals, self.objects) = (principals, objects) }
    }

    /// What happens where no rule matches.
    public var isPermissive: Bool
    /// The rules of each action, in order.
    public var rules: [AccessAction: [Rule]]

    /// Makes rules.
    public init(permissive: Bool = true, rules: [AccessAction: [Rule]] = [:]) {
        (isPermissive, self.rules) = (permissive, rules)
    }

    /// Whether a principal (nil = nobody was authenticated) may do something to an object.
    public func allows(_ principal: Principal?, _ action: AccessAction, _ object: AccessObject) -> Bool {
        approver(of: principal, action).allows(object)
    }

    /// The decision on one action for one principal, to be asked for many objects.
    public func approver(of principal: Principal?, _ action: AccessAction) -> AccessApprover {
        // Executors have claims and no name; rules name principals, so they may only do what concerns no rules.
        if let principal, principal.value == nil, !principal.claims.isEmpty {
            return AccessApprover(isPermissive: false, isAboutRoles: false, rules: [])
        }
        let subject = principal?.value
        let matching = (rules[action] ?? []).filter { $0.principals.matches(subject) }
        return AccessApprover(
            isPermissive: isPermissive, isAboutRoles: action.isAboutRoles,
            rules: matching.map { .init(objects: $0.objects, allowsSubject: $0.principals.allows(subject)) })
    }
}

extension AccessRules.Entity {
    /// Whether a rule about this is about the text; nil stands for any.
    func matches(_ text: String?) -> Bool {
        switch self {
        case .any, .none: true
        case .some(let values): text.map(values.contains) ?? false
        }
    }

    /// Whether a rule about this that matches the text allows it.
    func allows(_ text: String?) -> Bool {
        switch self {
        case .any: true
        case .none: false
        case .some(let values): text.map(values.contains) ?? false
        }
    }
}
