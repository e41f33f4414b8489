internal import ClusterBase
internal import Dispatch
internal import Logging
internal import Synchronization

extension SQLiteStore {
    /// See `RevisionedStore.commit`.
    public func commit(_ changes: [StoreChange]) async throws -> Int64 {
        try StorePlan.check(changes)
        return try await withCheckedThrowingContinuation { continuation in
            do {
                try gate.add(WaitingCommit(changes: changes, continuation: continuation))
                queue.async { [self] in
                    if !gate.isEmpty { writeGroup() }
                }
            } catch {
                continuation.resume(throwing: error)
            }
        }
    }

    /// See `RevisionedStore.compact`; returns when the space is free for others to use.
    public func compact(before revision: Int64) async throws {
        try requireOpen()
        let result = await onQueue { [self] in
            Result { () throws(StoreError) in
                try writer.withLock { writer throws(StoreError) in try writer.compact(before: revision) }
                while writer.withLock({ $0.mustSweep }) {
                    try requireOpen()
                    if let error = writeGroup() { throw error }
                }
            }
        }
        try result.get()
    }

    /// Deletes the keys whose time to live has ended, as the store also does by itself; returns how many there were.
    @discardableResult
    public func expire() async throws -> Int {
        try requireOpen()
        return try await onQueue { [self] in Result { try expireDue() } }.get()
    }

    // MARK: On the queue

    /// Writes what has gathered and tells everybody concerned; returns why it failed, if it did.
    @discardableResult
    func writeGroup(duty: StoreWriter.Duty = .none) -> StoreError? {
        write(duty: duty).error
    }

    func expireDue() throws -> Int {
        var count = 0
        while true {
            try requireOpen()
            let outcome = write(duty: .expire)
            if let error = outcome.error {
                setTimer(noLaterThan: StorePlan.milliseconds(clock() + .seconds(5)))
                throw error
            }
            count += outcome.expired
            guard outcome.expired == StoreOptions.expiriesPerTransaction else { return count }
        }
    }

    private func write(duty: StoreWriter.Duty) -> StoreWriter.Outcome {
        let commits = gate.take()
        let now = clock()
        let (outcome, oldest, canSweep) = writer.withLock { writer in
            let outcome = writer.write(commits, duty: duty, file: file, cache: cache, now: now)
            return (outcome, writer.floor, writer.canSweep)
        }
        floor.store(oldest, ordering: .releasing)
        if let last = outcome.changes.last {
            hub.publish(outcome.changes.map(\.event), revision: ChangeID.revision(of: last.id))
        }
        for (commit, result) in zip(commits, outcome.results) { commit.continuation.resume(with: result) }
        if let deadline = outcome.nextDeadline { setTimer(noLaterThan: deadline) }
        if let error = outcome.error { logger.warning("the store cannot write", metadata: ["error": "\(error)"]) }
        if canSweep || !gate.isEmpty { queue.async { [weak self] in self?.continueWriting() } }
        return outcome
    }

    private func continueWriting() {
        guard !gate.isEmpty || writer.withLock({ $0.canSweep }), (try? requireOpen()) != nil else { return }
        writeGroup()
    }

    private func setTimer(noLaterThan deadline: Int64) {
        timer.set(noLaterThan: deadline) { [weak self] in _ = try? self?.expireDue() }
    }
}
