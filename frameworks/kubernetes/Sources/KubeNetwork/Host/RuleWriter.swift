internal import ClusterBase
internal import KubeNetworkCore

/// Reads and writes rules with the system's `iptables`.
struct RuleWriter: Sendable {
    /// How long a tool waits for others that write rules, in seconds.
    private static let patience = "20"

    /// The first version that gives masqueraded connections random ports.
    private static let randomPorts = [1, 6, 2]

    /// Whether masquerading can pick ports at random; throws when there is no iptables.
    static func picksRandomPorts() async throws -> Bool {
        // "iptables v1.8.9 (nf_tables)"
        let text = try await Command.call("iptables", ["--version"])
        let version = text.split(separator: " ").first { $0.hasPrefix("v") }?.dropFirst() ?? ""
        let numbers = version.split(separator: ".").compactMap { Int($0) }
        return !numbers.lexicographicallyPrecedes(randomPorts)
    }

    /// What is written of some frames' jumps, and with `chains` which chains there are.
    func listing(_ frames: [RuleFrame], chains: Bool) async throws -> RuleListing {
        var listing = RuleListing()
        for chain in Set(frames.flatMap(\.jumps).map(\.chain)).sorted() {
            let arguments = ["-w", Self.patience, "-t", chain.table.rawValue, "-S", chain.name]
            listing.add(chain, listing: try await Command.call("iptables", arguments))
        }
        for table in RuleTable.allCases where chains {
            listing.add(table, saved: try await Command.call("iptables-save", ["-t", table.rawValue]))
        }
        return listing
    }

    /// Carries an update out; each table changes as a whole or not at all.
    func write(_ update: RuleUpdate) async throws {
        guard !update.isEmpty else { return }
        let arguments = ["-w", Self.patience, "--noflush", "--counters"]
        try await Command.call("iptables-restore", arguments, input: update.text)
    }
}
