internal import ClusterBase

/// What was given for the flags of a table.
public struct FlagValues: Sendable {
    var texts: [String: String] = [:]
    private let table: FlagTable
    /// Arguments that are not flags, in order.
    public internal(set) var positional: [String] = []
    /// Whether `--help` was among them.
    public internal(set) var wantsHelp = false

    init(table: FlagTable) { self.table = table }

    /// Whether a flag was given (on the command line or in the environment).
    public func isGiven(_ name: String) -> Bool { texts[name] != nil }

    /// The value given, or the default; nil when there is neither.
    public subscript(name: String) -> String? { texts[name] ?? row(name).defaultValue }

    /// The value of a boolean flag.
    public func bool(_ name: String) -> Bool { self[name] == "true" || self[name] == "1" }
    /// The value of an integer flag.
    public func integer(_ name: String) -> Int? { self[name].flatMap { Int($0) } }
    /// The value of a number flag.
    public func number(_ name: String) -> Double? { self[name].flatMap { Double($0) } }
    /// The value of a duration flag.
    public func duration(_ name: String) -> Duration? { self[name].flatMap(UnitText.duration) }
    /// The value of a size flag, in bytes.
    public func bytes(_ name: String) -> UInt64? { self[name].flatMap(UnitText.bytes) }

    /// The value, or an error that names the flag as required.
    public func required(_ name: String) throws -> String {
        guard let value = self[name], !value.isEmpty else { throw UsageError(flag: "--\(name)", "is required") }
        return value
    }

    /// The value of a port flag, 0 to 65535.
    public func port(_ name: String) throws -> Int {
        guard let port = integer(name), (0...65_535).contains(port) else {
            throw UsageError(flag: "--\(name)", "expected a port from 0 to 65535, not '\(self[name] ?? "")'")
        }
        return port
    }

    /// Flags that have a value, as text, in table order: what `/flags` and `/state` show.
    ///
    /// Given secrets are not shown.
    public var shown: [(name: String, value: String)] {
        table.flags.compactMap { flag in
            guard let value = self[flag.name] else { return nil }
            let isSecret = flag.name.contains("credential") || flag.name.contains("secret")
            return (flag.name, isSecret && isGiven(flag.name) ? "(hidden)" : Self.withoutPassword(value))
        }
    }

    /// A ZooKeeper URL without what stands before its `@`; other values as they are.
    private static func withoutPassword(_ value: String) -> String {
        guard value.hasPrefix("zk://"), let at = value.lastIndex(of: "@") else { return value }
        return "zk://(hidden)" + value[at...]
    }

    /// Given flags that have no effect in this version.
    public var ineffective: [String] {
        table.flags.filter { $0.effect == .accepted && isGiven($0.name) }.map(\.name)
    }

    private func row(_ name: String) -> Flag {
        guard let row = table.flags.first(where: { $0.name == name }) else {
            preconditionFailure("no flag \(name) in the table of \(table.command)")
        }
        return row
    }
}
