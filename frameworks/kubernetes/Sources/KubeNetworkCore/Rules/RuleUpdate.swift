/// Commands for `iptables-restore --noflush --counters`, table by table; each table changes as one.
public struct RuleUpdate: Sendable {
    private struct Table {
        var declarations = ""
        var rules = ""
        var jumps = ""
        var deletions = ""
        var isEmpty: Bool { declarations.isEmpty && jumps.isEmpty }
    }

    private var tables: [RuleTable: Table] = [:]
    /// How many chains are written.
    public private(set) var writtenChains = 0
    /// How many chains are taken away.
    public private(set) var removedChains = 0

    init() {}

    /// Whether there is nothing to do.
    public var isEmpty: Bool { tables.values.allSatisfy(\.isEmpty) }

    /// The input of `iptables-restore`; empty when there is nothing to do.
    public var text: String {
        var text = ""
        for name in RuleTable.allCases {
            guard let table = tables[name], !table.isEmpty else { continue }
            text += "*\(name.rawValue)\n" + table.declarations + table.rules + table.jumps + table.deletions
            text += "COMMIT\n"
        }
        return text
    }

    /// Makes a chain hold exactly these lines.
    mutating func write(_ chain: ChainName, _ lines: String) {
        tables[chain.table, default: Table()].declarations += ":\(chain.name) - [0:0]\n"
        tables[chain.table, default: Table()].rules += lines
        writtenChains += 1
    }

    /// Empties a chain and takes it away; made and taken away again when it is not there.
    mutating func remove(_ chain: ChainName) {
        tables[chain.table, default: Table()].declarations += ":\(chain.name) - [0:0]\n"
        tables[chain.table, default: Table()].deletions += "-X \(chain.name)\n"
        removedChains += 1
    }

    /// Adds a command on one of the system's chains.
    mutating func jump(_ table: RuleTable, _ command: String) {
        tables[table, default: Table()].jumps += command + "\n"
    }
}
