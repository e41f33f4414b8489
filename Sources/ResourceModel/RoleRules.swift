/// The rules for role names.
public enum RoleRules {
    /// What is wrong with a role name, or nil when it is acceptable.
    ///
    /// `*` alone, or `/`-separated components: none empty, `.`, `..`, `*`, starting with `-`, or with blanks or control
    /// characters. Source: spec `mesos/01` §1.4; mesos `src/common/roles.cpp`.
    public static func problem(_ role: String) -> String? {
        if role == "*" { return nil }
        if role.isEmpty { return "Role names cannot be the empty string" }
        if role.hasPrefix("/") { return "Role '\(role)' cannot start with a slash" }
        if role.hasSuffix("/") { return "Role '\(role)' cannot end with a slash" }
        let components = role.split(separator: "/", omittingEmptySubsequences: false)
        if components.contains(where: \.isEmpty) { return "Role '\(role)' cannot contain two adjacent slashes" }
        for component in components {
            if component == "." || component == ".." || component == "*" {
                return "Role '\(role)' cannot include '\(component)' as a component"
            }
            if component.hasPrefix("-") {
                return "Role component '\(component)' is invalid because it starts with a dash"
            }
            let invalid = component.utf8.contains { (0x09...0x0d).contains($0) || $0 == 0x20 || $0 == 0x7f }
            if invalid { return "Role component '\(component)' is invalid because it contains backspace or whitespace" }
        }
        return nil
    }

    /// Whether `role` is `ancestor` or below it in the role tree.
    public static func isWithin(_ role: String, _ ancestor: String) -> Bool {
        role == ancestor || (role.hasPrefix(ancestor) && role.utf8.dropFirst(ancestor.utf8.count).first == 0x2f)
    }
}
