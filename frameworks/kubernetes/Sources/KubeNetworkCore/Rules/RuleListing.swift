/// What is written at present: the rules of the system's chains that jumps are in, and the chains there are.
public struct RuleListing: Sendable {
    private var rules: [ChainName: [Substring]] = [:]
    private var chainsByTable: [RuleTable: Set<String>] = [:]

    /// Knows nothing: no chain, no jump.
    public init() {}

    /// Takes what `iptables -t TABLE -S CHAIN` says.
    public mutating func add(_ chain: ChainName, listing: String) {
        rules[chain] = listing.split(separator: "\n")
    }

    /// Takes the chains named in what `iptables-save -t TABLE` says.
    public mutating func add(_ table: RuleTable, saved: String) {
        var names: Set<String> = []
        for line in saved.split(separator: "\n") where line.hasPrefix(":") {
            names.insert(String(line.dropFirst().prefix { $0 != " " }))
        }
        chainsByTable[table] = names
    }

    /// Whether there is such a chain, as far as is known.
    public func contains(_ chain: ChainName) -> Bool { chainsByTable[chain.table]?.contains(chain.name) == true }

    /// The known chains, in order.
    public var chains: [ChainName] {
        RuleTable.allCases.flatMap { table in
            (chainsByTable[table] ?? []).sorted().map { ChainName(table, $0) }
        }
    }

    /// What is known of a jump.
    public func state(of jump: RuleJump) -> RuleJump.State { jump.state(in: rules[jump.chain] ?? []) }
}
