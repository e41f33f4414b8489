internal import KubeStore
internal import Synchronization

/// Which claims (addresses, node ports) are held, so that free ones are found without asking the store.
///
/// Only a guide: the store's transaction decides. Of two reports on a claim the one of the later revision counts.
/// Bounded by the number of addresses and ports there are.
final class ClaimLedger: Sendable {
    /// Where claims lie in the store.
    static let root = "/claims/"

    private struct Entry {
        var revision: Int64
        var isHeld: Bool
    }
    private let entries = Mutex<[String: Entry]>([:])
    private let source = Mutex<(any StoreWatch)?>(nil)

    /// Reads the claims that are held and follows them.
    func open(_ store: any RevisionedStore) async throws {
        let page = try await store.list(prefix: Self.root, after: nil, limit: nil, at: nil)
        for value in page.values { note(value.key, isHeld: true, revision: value.modRevision) }
        let watch = try await store.watch(prefix: Self.root, after: page.revision) { [weak self] signal in
            guard case .events(let events) = signal else { return }
            for event in events { self?.note(event.key, isHeld: event.value != nil, revision: event.revision) }
        }
        source.withLock { $0 = watch }
    }

    func close() { source.withLock { $0.take() }?.cancel() }

    func isHeld(_ key: String) -> Bool { entries.withLock { $0[key]?.isHeld ?? false } }

    func note(_ key: String, isHeld: Bool, revision: Int64) {
        guard key.hasPrefix(Self.root) else { return }
        entries.withLock { entries in
            if let known = entries[key], known.revision > revision { return }
            entries[key] = Entry(revision: revision, isHeld: isHeld)
        }
    }

    /// Takes in what a transaction of this process did.
    func note(_ changes: [StoreChange], revision: Int64) {
        for change in changes {
            switch change {
            case .create(let key, _, _), .update(let key, _, _, _): note(key, isHeld: true, revision: revision)
            case .delete(let key, _): note(key, isHeld: false, revision: revision)
            case .check: break
            }
        }
    }

    /// Takes a claim for free that the store does not know.
    func forget(_ key: String) { entries.withLock { $0[key] = nil } }
}
