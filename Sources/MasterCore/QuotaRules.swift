internal import ClusterModel
internal import ResourceModel

/// The rules for quotas by themselves, in order; the first problem counts (spec `mesos/06` §6.5).
enum QuotaRules {
    /// One exabyte in megabytes, for `mem` and `disk`.
    static let largestSize = 1_099_511_627_776.0
    /// For everything else.
    static let largestAmount = 1_000_000_000_000.0
    /// Bytes of a role's name, which names a variable of the registry, and of all resources' names.
    static let (longestRole, longestNames) = (200, 16_384)

    static func problem(_ config: QuotaConfig) -> String? {
        if let problem = RoleRules.problem(config.role) { return "Invalid 'QuotaConfig.role': \(problem)" }
        if let problem = length(of: config.role) { return "Invalid 'QuotaConfig.role': \(problem)" }
        for (field, amounts) in [("guarantees", config.guarantees), ("limits", config.limits)] {
            if amounts.keys.reduce(0, { $0 + $1.utf8.count }) > longestNames {
                return "Invalid 'QuotaConfig.\(field)': names of more than \(longestNames) bytes are not supported"
            }
            if let problem = largest(amounts) { return "Invalid 'QuotaConfig.\(field)': \(problem)" }
        }
        for (field, amounts) in [("guarantee", config.guarantees), ("limit", config.limits)] {
            for (name, amount) in sorted(amounts) {
                guard let problem = scalar(amount) else { continue }
                return "Invalid \(field) configuration {'\(name)': \(text(amount))}: \(problem)"
            }
        }
        let quota = Quota(config)
        guard quota.exceeded(by: quota.guarantees) != nil else { return nil }
        return "'QuotaConfig.guarantees' \(map(config.guarantees)) is not contained within the 'QuotaConfig.limits' "
            + map(config.limits)
    }

    /// The rules for the older form.
    static func problem(_ request: QuotaRequest) -> String? {
        for entry in request.guarantee {
            if let problem = invalid(entry) { return "QuotaInfo with invalid resource: \(problem)" }
        }
        guard let role = request.role else { return "QuotaInfo must specify a role" }
        if let problem = RoleRules.problem(role) { return "QuotaInfo with invalid role: \(problem)" }
        if request.guarantee.isEmpty { return "QuotaInfo with empty 'guarantee'" }
        var names = Set<String>()
        for entry in request.guarantee {
            if entry.isReserved { return "QuotaInfo must not contain any ReservationInfo" }
            if entry.disk != nil { return "QuotaInfo must not contain DiskInfo" }
            if entry.isRevocable { return "QuotaInfo must not contain RevocableInfo" }
            if !entry.isScalar { return "QuotaInfo must not include non-scalar resources" }
            if !names.insert(entry.name).inserted {
                return "QuotaInfo contains duplicate resource name '\(entry.name)'"
            }
        }
        return problem(config(request))
    }

    /// The newer form of the older: guarantees are limits too.
    static func config(_ request: QuotaRequest) -> QuotaConfig {
        var amounts: [String: Double] = [:]
        for entry in request.guarantee {
            if case .scalar(let amount) = entry.value { amounts[entry.name] = amount.value }
        }
        return QuotaConfig(role: request.role ?? "", guarantees: amounts, limits: amounts)
    }

    /// What is wrong with a role's name as the name of a variable.
    static func length(of role: String) -> String? {
        guard role.utf8.count > longestRole else { return nil }
        return "Role names of more than \(longestRole) bytes are not supported here"
    }

    private static func invalid(_ entry: Resource) -> String? {
        if case .scalar(let amount) = entry.value, amount < .zero { return "Invalid scalar resource: value < 0" }
        return ResourceRules.formProblem(entry)
    }

    private static func largest(_ amounts: [String: Double]) -> String? {
        for (name, amount) in sorted(amounts) {
            let isSize = name == "mem" || name == "disk"
            guard amount > (isSize ? largestSize : largestAmount) else { continue }
            return "{'\(name)': \(text(amount))} is invalid: values greater than "
                + (isSize ? "1 exabyte (\(Int(largestSize)))" : "1 trillion (\(Int(largestAmount)))")
                + " are not supported"
        }
        return nil
    }

    private static func scalar(_ amount: Double) -> String? {
        if amount.isInfinite { return "Infinite values not supported" }
        if amount.isNaN { return "NaN not supported" }
        if amount.isSubnormal { return "Subnormal values not supported" }
        return amount < 0 ? "Negative values not supported" : nil
    }

    private static func sorted(_ amounts: [String: Double]) -> [(key: String, value: Double)] {
        amounts.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
    }

    private static func map(_ amounts: [String: Double]) -> String {
        "{ " + sorted(amounts).map { "\($0.key): \(text($0.value))" }.joined(separator: ", ") + " }"
    }

    private static func text(_ amount: Double) -> String {
        abs(amount) < 1e15 ? Scalar(amount).description : "\(amount)"
    }
}
