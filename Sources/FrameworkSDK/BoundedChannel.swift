internal import ClusterBase
internal import Synchronization

/// A queue between tasks with a bound: writers wait or are refused when it is full, the reader waits when it is empty.
///
/// For one reader at a time. Cancelling the reader's or a writer's task ends its waiting, not the channel.
final class BoundedChannel<Element: Sendable>: Sendable {
    private struct Writer: Sendable {
        var id: UInt64
        var element: Element
        var continuation: CheckedContinuation<Bool, Never>
    }
    private struct State: Sendable {
        var waiting: BoundedQueue<Element>
        var reader: (id: UInt64, continuation: CheckedContinuation<Element?, Never>)?
        var writers: [Writer] = []
        var cancelled: Set<UInt64> = []
        var isFinished = false
        var counter: UInt64 = 0
    }
    private let state: Mutex<State>

    init(limit: Int) { state = Mutex(State(waiting: BoundedQueue(limit: limit))) }

    /// How many elements wait for the reader.
    var count: Int { state.withLock { $0.waiting.count } }

    /// Adds an element at once; false, and nothing added, when the channel is full or finished.
    func offer(_ element: Element) -> Bool {
        let (accepted, reader) = state.withLock { state -> (Bool, CheckedContinuation<Element?, Never>?) in
            guard !state.isFinished else { return (false, nil) }
            if let reader = state.reader {
                state.reader = nil
                return (true, reader.continuation)
            }
            return (state.waiting.push(element), nil)
        }
        reader?.resume(returning: element)
        return accepted
    }

    /// Adds an element, waiting while the channel is full; false when it is finished or the task is cancelled.
    @discardableResult
    func push(_ element: Element) async -> Bool {
        if offer(element) { return true }
        let id = nextID()
        return await withTaskCancellationHandler {
            await withCheckedContinuation { write(element, as: id, $0) }
        } onCancel: {
            let writer = state.withLock { state -> Writer? in
                guard let at = state.writers.firstIndex(where: { $0.id == id }) else {
                    state.cancelled.insert(id)
                    return nil
                }
                return state.writers.remove(at: at)
            }
            writer?.continuation.resume(returning: false)
        }
    }

    /// The oldest element, waiting for one; nil when the channel is finished and empty, or the task is cancelled.
    func next() async -> Element? {
        let id = nextID()
        let element = await withTaskCancellationHandler {
            await withCheckedContinuation { read(as: id, $0) }
        } onCancel: {
            let reader = state.withLock { state -> CheckedContinuation<Element?, Never>? in
                guard state.reader?.id == id else {
                    state.cancelled.insert(id)
                    return nil
                }
                defer { state.reader = nil }
                return state.reader?.continuation
            }
            reader?.resume(returning: nil)
        }
        state.withLock { _ = $0.cancelled.remove(id) }
        return element
    }

    /// Whether `finish` was called.
    var isFinished: Bool { state.withLock { $0.isFinished } }

    /// Waits for an element, but no longer than a time; nil = for ever.
    @discardableResult
    func next(within limit: Duration?) async -> Element? {
        guard let limit else { return await next() }
        return await withTaskGroup(of: Element?.self) { group in
            group.addTask { await self.next() }
            group.addTask {
                try? await Task.sleep(for: limit)
                return nil
            }
            // An element that arrives in the last moment is returned, not lost.
            var found: Element?
            for await element in group {
                found = element ?? found
                group.cancelAll()
            }
            return found
        }
    }

    /// Ends the channel: what waits can still be read, nothing can be added.
    func finish() {
        let (reader, writers) = state.withLock { state in
            state.isFinished = true
            defer { (state.reader, state.writers) = (nil, []) }
            return (state.reader?.continuation, state.writers)
        }
        reader?.resume(returning: nil)
        for writer in writers { writer.continuation.resume(returning: false) }
    }

    private enum WriteStep { case done(Bool), handOver(CheckedContinuation<Element?, Never>), wait }
    private enum ReadStep { case element(Element, Writer?), end, wait }

    private func write(_ element: Element, as id: UInt64, _ continuation: CheckedContinuation<Bool, Never>) {
        let step = state.withLock { state -> WriteStep in
            if state.isFinished || state.cancelled.remove(id) != nil { return .done(false) }
            if let reader = state.reader {
                state.reader = nil
                return .handOver(reader.continuation)
            }
            if state.writers.isEmpty, state.waiting.push(element) { return .done(true) }
            state.writers.append(Writer(id: id, element: element, continuation: continuation))
            return .wait
        }
        switch step {
        case .done(let accepted): continuation.resume(returning: accepted)
        case .handOver(let reader):
            reader.resume(returning: element)
            continuation.resume(returning: true)
        case .wait: break
        }
    }

    private func read(as id: UInt64, _ continuation: CheckedContinuation<Element?, Never>) {
        let step = state.withLock { state -> ReadStep in
            if let element = state.waiting.pop() {
                let writer = state.writers.isEmpty ? nil : state.writers.removeFirst()
                if let writer { _ = state.waiting.push(writer.element) }
                return .element(element, writer)
            }
            if state.isFinished || state.cancelled.remove(id) != nil { return .end }
            precondition(state.reader == nil, "a channel has one reader at a time")
            state.reader = (id, continuation)
            return .wait
        }
        switch step {
        case .element(let element, let writer):
            writer?.continuation.resume(returning: true)
            continuation.resume(returning: element)
        case .end: continuation.resume(returning: nil)
        case .wait: break
        }
    }

    private func nextID() -> UInt64 {
        state.withLock { state in
            state.counter += 1
            return state.counter
        }
    }
}
