internal import ClusterBase
public import ClusterPorts
internal import Synchronization

/// An engine that keeps everything in memory and forgets it with the process: for tests and simulation.
///
/// Faults can be laid in the way of the next commits, to see what a user of the port does then.
public final class MemoryVariableStore: VariableStore {
    /// What happens to one commit.
    public enum Fault: Hashable, Sendable {
        /// Nothing is done; the caller sees `unavailable`.
        case unavailable
        /// The batch is done, but the caller sees `unavailable`, as after a lost connection.
        case unavailableAfterCommit
        /// The batch waits for this long before anything is done.
        case delay(Duration)
    }

    private struct State {
        var variables: [String: (value: [UInt8], version: VariableVersion)] = [:]
        var lastVersion: UInt64 = 0
        var faults: [Fault] = []
        var commits = 0
    }
    private let state = Mutex(State())

    /// An empty store.
    public init() {}

    /// How many batches have been carried out.
    public var commits: Int { state.withLock { $0.commits } }

    /// Lays faults in the way of the next commits, one each, after those already laid.
    public func inject(_ faults: Fault...) { state.withLock { $0.faults += faults } }

    /// See `VariableStore.readAll`.
    public func readAll(prefix: String) async throws -> [Variable] {
        let start = Array(prefix.utf8)
        return state.withLock { state in
            state.variables.lazy
                .filter { $0.key.utf8.starts(with: start) }
                .map { Variable(name: $0.key, value: $0.value.value, version: $0.value.version) }
                .sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
        }
    }

    /// See `VariableStore.commit`.
    public func commit(_ operations: [VariableOperation]) async throws -> [VariableVersion] {
        try VariableRules.check(operations)
        let fault = state.withLock { $0.faults.isEmpty ? nil : $0.faults.removeFirst() }
        if case .delay(let duration) = fault { try await Task.sleep(for: duration) }
        if fault == .unavailable { throw ClusterError(.unavailable, "the store is away") }
        let versions = try state.withLock { state in
            let copy = (state.variables, state.lastVersion)
            do {
                let versions = try operations.map { try Self.apply($0, &state) }
                state.commits += 1
                return versions
            } catch {
                (state.variables, state.lastVersion) = copy
                throw error
            }
        }
        if fault == .unavailableAfterCommit { throw ClusterError(.unavailable, "the store went away") }
        return versions
    }

    private static func apply(_ operation: VariableOperation, _ state: inout State) throws -> VariableVersion {
        let found = state.variables[operation.name]?.version ?? .absent
        if let expected = operation.expectedVersion, expected != found {
            throw VariableRules.conflict(operation.name, expected: expected, found: found)
        }
        switch operation {
        case .put(let name, let value, _):
            state.lastVersion += 1
            let version = VariableVersion(state.lastVersion)
            state.variables[name] = (value, version)
            return version
        case .delete(let name, _):
            state.variables[name] = nil
            return .absent
        case .check: return found
        }
    }
}
