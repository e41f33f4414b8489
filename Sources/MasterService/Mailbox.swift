internal import NIOConcurrencyHelpers

/// A bounded queue from many threads to one consumer, which takes everything that waits at once.
///
/// Posting never suspends; a full mailbox refuses, and the poster answers for it (503, dropped message).
final class Mailbox<Element: Sendable>: Sendable {
    private struct State {
        var waiting: [Element] = []
        var consumer: CheckedContinuation<[Element], Never>?
        var isClosed = false
    }

    private let state = NIOLockedValueBox(State())
    let limit: Int

    init(limit: Int) { self.limit = limit }

    /// Adds an element; false when the mailbox is full or closed.
    func post(_ element: Element) -> Bool {
        let (accepted, consumer) = state.withLockedValue { state -> (Bool, CheckedContinuation<[Element], Never>?) in
            guard !state.isClosed, state.waiting.count < limit else { return (false, nil) }
            guard let consumer = state.consumer else {
                state.waiting.append(element)
                return (true, nil)
            }
            state.consumer = nil
            return (true, consumer)
        }
        consumer?.resume(returning: [element])
        return accepted
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

    /// Refuses further elements and lets the consumer finish.
    func close() {
        let consumer = state.withLockedValue { state -> CheckedContinuation<[Element], Never>? in
            state.isClosed = true
            defer { state.consumer = nil }
            return state.consumer
        }
        consumer?.resume(returning: [])
    }

    /// How many elements wait, and how many of them satisfy a condition; linear in the former.
    func count(where condition: (Element) -> Bool) -> (all: Int, matching: Int) {
        state.withLockedValue { ($0.waiting.count, $0.waiting.count(where: condition)) }
    }
}
