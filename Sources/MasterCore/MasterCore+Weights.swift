internal import AllocatorCore
internal import ClusterModel
internal import ResourceModel

/// Weights of roles: durable, then visible (spec `mesos/06` §6.6).
extension MasterCore {
    mutating func updateWeights(_ weights: [RoleWeight]) -> CallReply {
        let refusal = "Failed to validate update weights request JSON"
        var entries: [RoleWeight] = []
        for entry in weights {
            let role = Self.trimmed(entry.role)
            if let problem = RoleRules.problem(role) ?? QuotaRules.length(of: role) {
                return bad("\(refusal): Invalid role '\(role)': \(problem)")
            }
            if !isWhitelisted(role) { return bad("\(refusal): Unknown role '\(role)'") }
            guard entry.weight > 0, entry.weight.isFinite else {
                return bad(
                    "\(refusal) for role '\(role)': Invalid weight '\(Self.text(entry.weight))': "
                        + "Weights must be positive")
            }
            entries.append(RoleWeight(role: role, weight: entry.weight))
        }
        for entry in entries {
            setWeight(entry)
            record(.putWeight(entry))
        }
        // What is on offer was shared out by the old weights.
        if entries.contains(where: { isInUse($0.role) }) {
            for offer in offers.keys { withdraw(offer, rescinding: true) }
        }
        return .ok
    }

    /// What the registry has holds; `--weights` counts, and is stored, only where it has none.
    mutating func recoverWeights(_ registry: RegistrySnapshot) {
        for entry in registry.weights { setWeight(entry) }
        guard registry.weights.isEmpty else { return }
        for (role, weight) in configuration.weights.sorted(by: { $0.key < $1.key }) {
            setWeight(RoleWeight(role: role, weight: weight))
            record(.putWeight(RoleWeight(role: role, weight: weight)))
        }
    }

    private mutating func setWeight(_ entry: RoleWeight) {
        weights[entry.role] = entry.weight
        allocator.setWeight(entry.weight, of: entry.role)
    }

    private func isInUse(_ role: String) -> Bool {
        frameworks.values.contains { $0.info.roles.contains { RoleRules.isWithin($0, role) } }
    }

    private static func trimmed(_ text: String) -> String {
        let blanks: Set<Character> = [" ", "\t", "\n", "\r", "\u{b}", "\u{c}", "\r\n"]
        let start = text.drop { blanks.contains($0) }
        guard let end = start.lastIndex(where: { !blanks.contains($0) }) else { return "" }
        return String(start[...end])
    }

    private static func text(_ weight: Double) -> String {
        weight == weight.rounded() && abs(weight) < 1e6 ? "\(Int(weight))" : "\(weight)"
    }
}
