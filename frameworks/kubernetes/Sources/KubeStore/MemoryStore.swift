internal import ClusterBase

/// The engine for tests and simulation, and the model that the others are measured against: all in memory.
public final class MemoryStore: Sendable {
    /// Makes an empty store at revision 1.
    public init(options: StoreOptions = StoreOptions()) {}
}
