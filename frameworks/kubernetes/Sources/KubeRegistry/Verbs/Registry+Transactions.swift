internal import KubeKinds
internal import KubeModel
internal import KubeStore

extension Registry {
    /// What an attempt at a write came to.
    enum Decision: Sendable {
        /// Nothing is to be committed (no change, dry run).
        case answer(Written)
        /// The changes are to be committed; the answer is made with their revision.
        case commit([StoreChange], @Sendable (Int64) -> Written)

        /// The same with changes committed along; a decision without a commit has no use for them.
        func joined(by further: [StoreChange]) -> Decision {
            guard case .commit(let changes, let answer) = self else { return self }
            return .commit(changes + further, answer)
        }
    }

    /// What a write left.
    struct Written: Sendable {
        /// The object as it now is, or last was.
        var object: RegistryObject
        /// Whether it is new.
        var isCreated = false
        /// Whether it is gone.
        var isGone = false
    }

    /// Attempts before a write that keeps losing against others is given up with a conflict.
    private static let attempts = 256

    /// Decides and commits, again and again while others are faster; every attempt decides on the newest state.
    ///
    /// With `assumesAbsent` the first attempt takes the key for absent, which saves reading it.
    func transact(
        _ kind: StoredKind, _ key: String, name: String, assumesAbsent: Bool = false,
        _ decide: (StoredValue?) async throws -> Decision
    ) async throws -> Written {
        var current = assumesAbsent ? nil : try await reader.value(key)
        for _ in 0..<Self.attempts {
            let (changes, finish): ([StoreChange], @Sendable (Int64) -> Written)
            switch try await decide(current) {
            case .answer(let written): return written
            case .commit(let decided, let answer): (changes, finish) = (decided, answer)
            }
            do {
                let revision = try await store.commit(changes)
                claims.note(changes, revision: revision)
                return finish(revision)
            } catch StoreError.conflict(let found, let value) where found == key {
                current = value
            } catch StoreError.exists(let found, let value) {
                if found == key {
                    current = value
                } else {
                    claims.note(found, isHeld: true, revision: value.modRevision)
                }
            } catch StoreError.absent(let found) {
                if found == key { current = nil } else { claims.forget(found) }
            } catch StoreError.conflict {
                // Something beside the object changed, such as its namespace: the next attempt looks at it again.
            }
        }
        throw APIError.modified(kind.row.resource, name)
    }

    /// Lets rules of a phase decide.
    func admit(_ review: inout AdmissionReview, _ phase: AdmissionRule.Phase) async throws {
        for rule in rules where rule.phase == phase { try await rule.admit(&review, reader) }
    }
}
