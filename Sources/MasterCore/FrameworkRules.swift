internal import ClusterBase
internal import ClusterModel
internal import ResourceModel

/// The rules for a framework's description, in order; the first problem counts (spec `mesos/01` §1.3, §1.4).
enum FrameworkRules {
    struct Context: Sendable {
        var allowedRoles: [String]?
        var rootSubmissions: Bool
        var isCompleted: Bool
    }

    typealias Rule = @Sendable (FrameworkInfo, Context) -> String?

    static let rules: [Rule] = [
        { info, _ in rolesProblem(info) },
        { info, _ in
            guard let id = info.id, !id.value.isEmpty else { return nil }
            return IDRules.problem(id.value).map { "'FrameworkInfo.id' is invalid: \($0)" }
        },
        { info, _ in filtersProblem(info) },
        { info, _ in
            let nanoseconds = info.failoverTimeout.totalNanoseconds
            guard nanoseconds == .max || nanoseconds == .min else { return nil }
            return "The framework failover_timeout (\(info.failoverTimeout.totalSeconds)) is invalid"
        },
        { info, context in
            guard let allowed = context.allowedRoles else { return nil }
            let absent = info.roles.filter { $0 != "*" && !allowed.contains($0) }
            return absent.isEmpty ? nil : "Roles \(text(absent)) are not present in the master's --roles"
        },
        { info, context in
            guard info.user == "root", !context.rootSubmissions else { return nil }
            return "User 'root' is not allowed to run frameworks without --root_submissions set"
        },
        { _, context in context.isCompleted ? "Framework has been removed" : nil },
    ]

    static func problem(_ info: FrameworkInfo, suppressed: [String], _ context: Context) -> String? {
        for rule in rules { if let problem = rule(info, context) { return problem } }
        let own = Set(info.roles)
        let foreign = suppressed.filter { !own.contains($0) }
        return foreign.isEmpty ? nil : "Suppressed roles \(text(foreign)) are not contained in the set of roles"
    }

    private static func rolesProblem(_ info: FrameworkInfo) -> String? {
        var seen = Set<String>()
        let duplicates = Set(info.roles.filter { !seen.insert($0).inserted })
        if info.isMultiRole, !duplicates.isEmpty {
            return "'FrameworkInfo.roles' contains duplicate items: \(text(Array(duplicates)))"
        }
        if !info.isMultiRole, info.roles.count != 1 {
            return "'FrameworkInfo.roles' must not be set when the framework is not MULTI_ROLE capable"
        }
        for role in info.roles { if let problem = RoleRules.problem(role) { return problem } }
        return nil
    }

    private static func filtersProblem(_ info: FrameworkInfo) -> String? {
        for (_, filters) in info.offerFilters.sorted(by: { $0.key < $1.key }) {
            if filters.minimumAllocatable?.contains(where: \.isEmpty) == true {
                return "Resource quantities must contain at least one quantity"
            }
            if let problem = filters.formProblem { return problem }
        }
        return nil
    }

    /// `{a, b}`, sorted.
    static func text(_ roles: [String]) -> String { "{" + roles.sorted().joined(separator: ", ") + "}" }
}
