internal import ResourceModel

/// The rules of one action that concern one principal.
public struct AccessApprover: Hashable, Sendable {
    struct Rule: Hashable, Sendable {
        var objects: AccessRules.Entity
        /// False where a rule is about no principal: it denies.
        var allowsSubject: Bool
    }

    let isPermissive: Bool
    let isAboutRoles: Bool
    let rules: [Rule]

    /// Allows everything.
    public static let everything = AccessApprover(isPermissive: true, isAboutRoles: false, rules: [])

    /// Whether the answer is yes for every object.
    public var allowsEverything: Bool {
        for rule in rules {
            guard rule.allowsSubject, rule.objects != .none else { return false }
            if rule.objects == .any { return true }
        }
        return isPermissive
    }

    /// Whether the principal may do it to the object.
    public func allows(_ object: AccessObject) -> Bool {
        let text = object.text
        for rule in rules {
            switch rule.objects {
            case .any: return rule.allowsSubject
            case .none: return false
            case .some(let values):
                guard let text else { continue }
                if values.contains(where: { covers($0, text) }) { return rule.allowsSubject }
            }
        }
        return isPermissive
    }

    /// Whether a value of a rule is the object, or is `a/%` and the object a role below `a`.
    private func covers(_ value: String, _ text: String) -> Bool {
        if value == text { return true }
        guard isAboutRoles, value.hasSuffix("/%") else { return false }
        let ancestor = String(value.dropLast(2))
        return text != ancestor && RoleRules.isWithin(text, ancestor)
    }
}
