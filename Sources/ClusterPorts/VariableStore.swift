/// A durable set of named variables with compare-and-swap, the state port of master and frameworks (decision D7).
///
/// A commit is one batch: all of its operations hold, or none. When `commit` returns, the batch is durable.
/// Engines: SQLite (embedded), ZooKeeper (HA), memory (tests and simulation). One contract suite holds for all.
public protocol VariableStore: Sendable {
    /// Every variable whose name starts with `prefix`, ordered by name (UTF-8 bytes).
    func readAll(prefix: String) async throws -> [Variable]

    /// Applies a batch atomically; returns, for each operation in order, the variable's version afterwards
    /// (`.absent` after a delete, the checked version after a check).
    ///
    /// Throws `ClusterError` with code `conflict` (field = variable name) when an expected version does not hold,
    /// `limit_exceeded` when a value is larger than the engine holds (1 MiB less overhead), `unavailable` when the
    /// outcome is unknown: the caller must then assume neither and recover by reading.
    func commit(_ operations: [VariableOperation]) async throws -> [VariableVersion]
}

/// One named value with its version.
public struct Variable: Hashable, Sendable {
    /// The name: `/`-separated components, each 1–255 bytes without control characters.
    public var name: String
    /// The value, at most 1,000,000 bytes.
    public var value: [UInt8]
    /// Changes with every write of this variable.
    public var version: VariableVersion

    /// Makes a variable.
    public init(name: String, value: [UInt8], version: VariableVersion) {
        (self.name, self.value, self.version) = (name, value, version)
    }
}

/// The version of a variable; opaque but for equality.
public struct VariableVersion: Hashable, Sendable {
    /// The engine's number; never 0 for an existing variable.
    public let number: UInt64

    /// Makes a version of an engine's number.
    public init(_ number: UInt64) { self.number = number }

    /// The version of a variable that does not exist.
    public static let absent = VariableVersion(0)
}

/// One step of a commit.
public enum VariableOperation: Hashable, Sendable {
    /// Writes a value; with `ifVersion` only if the variable has that version now (`.absent`: does not exist).
    case put(name: String, value: [UInt8], ifVersion: VariableVersion? = nil)
    /// Removes a variable; nothing happens when it is absent and no version is expected.
    case delete(name: String, ifVersion: VariableVersion? = nil)
    /// Only checks that the variable has the version.
    case check(name: String, version: VariableVersion)
}
