internal import NIOConcurrencyHelpers

/// A queue from many threads to one consumer, which takes everything that waits at once.
///
/// Posting never suspends. What comes from outside is refused beyond the bound; what the agent's own work brings about
/// is bounded by that work and always taken.
final class Mailbox<Element: Sendable>: Sendable {
    private struct State {
        var waiting: [Element] = []
        var consumer: CheckedContinuation<[Element], Never>?
        var isClosed = false
    }

    private let state = NIOLockedValueBox(State())
    private let limit: Int

    init(limit: Int) { self.limit = limit }

    /// Adds something from outside; false when too much waits, or nobody will read it any longer.
    func post(_ element: Element) -> Bool { add(element, limit: limit) }

    /// Adds something that the agent's own work brought about.
    func report(_ element: Element) { _ = add(element, limit: .max) }

    private func add(_ element: Element, limit: Int) -> Bool {
        let (isAccepted, consumer) = state.withLockedValue { state -> (Bool, CheckedContinuation<[Element], Never>?) in
            guard !state.isClosed, state.waiting.count < limit else { return (false, nil) }
            guard let consumer = state.consumer else {
                state.waiting.append(element)
                return (true, nil)
            }
            state.consumer = nil
            return (true, consumer)
        }
        consumer?.resume(returning: [element])
        return isAccepted
    }

    /// Everything that waits, in order; waits for the first element.
    ///
    /// Empty once the mailbox is closed and drained.
    func next() async -> [Element] {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let ready = state.withLockedValue { state -> [Element]? in
                    guard state.waiting.isEmpty, !state.isClosed else {
                        defer { state.waiting = [] }
                        return state.waiting
                    }
                    state.consumer = continuation
                    return nil
                }
                if let ready { continuation.resume(returning: ready) }
            }
        } onCancel: {
            close()
        }
    }

    /// Refuses everything further and lets the consumer finish.
    func close() {
        let consumer = state.withLockedValue { state -> CheckedContinuation<[Element], Never>? in
            state.isClosed = true
            defer { state.consumer = nil }
            return state.consumer
        }
        consumer?.resume(returning: [])
    }

    /// How many elements wait.
    var count: Int { state.withLockedValue { $0.waiting.count } }
}
