internal import NIOConcurrencyHelpers

/// Concurrent work on containers, probes and directories.
///
/// It is cancelled at the end but not waited for: containers outlive the agent, and a wait for one ends with the
/// container only. How much there is at a time is bounded by the containers and probes it is about.
final class WorkGroup: Sendable {
    private struct State {
        var last: UInt64 = 0
        var tasks: [UInt64: Task<Void, Never>] = [:]
        var isFinished = false
    }

    private let state = NIOLockedValueBox(State())

    /// Starts work, unless the end has come.
    func add(_ work: @escaping @Sendable () async -> Void) {
        state.withLockedValue { state in
            guard !state.isFinished else { return }
            state.last += 1
            let id = state.last
            state.tasks[id] = Task {
                await work()
                self.state.withLockedValue { $0.tasks[id] = nil }
            }
        }
    }

    /// Cancels everything and takes nothing further.
    func finish() {
        let tasks = state.withLockedValue { state in
            state.isFinished = true
            return Array(state.tasks.values)
        }
        for task in tasks { task.cancel() }
    }
}
