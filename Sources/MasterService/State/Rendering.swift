internal import HTTPTransport
internal import NIOConcurrencyHelpers

/// A document that is being made, or is made, for all who asked for it.
///
/// Readers get it in chunks as they become ready, each at its own pace, and share their memory. Any thread may call.
final class Rendering: Sendable {
    private struct Reader {
        let stream: ResponseStream
        let suffix: [UInt8]
    }

    private struct State {
        var jobs: [RenderPlan.Job]
        var assembly: RenderAssembly
        var results: [[UInt8]?]
        var next = 0
        /// Jobs before this one are done.
        var done = 0
        var finished: [Bool]
        var chunks: [EncodedChunk] = []
        var bytes = 0
        var isComplete = false
        var readers: [Reader] = []
        var waiting: [CheckedContinuation<Void, Never>] = []
        var completion: (@Sendable () -> Void)?
    }

    /// The state of the core that it shows.
    let revision: UInt64
    private let state: NIOLockedValueBox<State>

    init(_ plan: RenderPlan, revision: UInt64) {
        self.revision = revision
        let jobs = plan.jobs
        state = NIOLockedValueBox(
            State(
                jobs: jobs, assembly: RenderAssembly(plan), results: Array(repeating: nil, count: jobs.count),
                finished: Array(repeating: false, count: jobs.count)))
    }

    /// Makes the document here and now.
    func renderAll() {
        while let (number, job) = nextJob() { finish(number, job()) }
        advance()
    }

    /// Makes the document on the threads for that; calls back when it is done.
    func start(_ completion: @escaping @Sendable () -> Void) {
        state.withLockedValue { $0.completion = completion }
        advance()
        for _ in 0..<RenderPool.threads { work() }
    }

    /// One job, then the next in turn behind those of other documents.
    private func work() {
        RenderPool.submit {
            guard let (number, job) = self.nextJob() else { return }
            self.finish(number, job())
            self.work()
        }
    }

    private func nextJob() -> (Int, RenderPlan.Job)? {
        state.withLockedValue { state in
            guard state.next < state.jobs.count else { return nil }
            defer { state.next += 1 }
            return (state.next, state.jobs[state.next])
        }
    }

    private func finish(_ number: Int, _ result: [UInt8]) {
        state.withLockedValue { state in
            state.results[number] = result
            state.finished[number] = true
            while state.done < state.finished.count, state.finished[state.done] { state.done += 1 }
        }
        advance()
    }

    /// Hands on what is ready; at the end lets go of the state and tells those who wait.
    private func advance() {
        typealias Told = (waiting: [CheckedContinuation<Void, Never>], completion: (@Sendable () -> Void)?)
        let (waiting, completion) = state.withLockedValue { state -> Told in
            guard !state.isComplete else { return ([], nil) }
            let ready = state.assembly.take(&state.results, done: state.done)
            let size = ready.reduce(0) { $0 + $1.count }
            if size > 0 {
                let chunk = EncodedChunk(joining: ready)
                state.chunks.append(chunk)
                state.bytes += size
                state.readers.removeAll { !$0.stream.write(chunk) }
            }
            guard state.done == state.jobs.count else { return ([], nil) }
            state.isComplete = true
            state.jobs = []
            for reader in state.readers {
                reader.stream.write(reader.suffix)
                reader.stream.close()
            }
            defer { (state.readers, state.waiting, state.completion) = ([], [], nil) }
            return (state.waiting, state.completion)
        }
        for continuation in waiting { continuation.resume() }
        completion?()
    }

    /// A stream that gets the whole document.
    func stream(prefix: [UInt8] = [], suffix: [UInt8] = []) -> ResponseStream {
        // The chunks are shared, so that what waits for a slow reader costs nothing beyond the document itself.
        let stream = ResponseStream(limits: .init(chunks: .max, bytes: .max)) { _ in
            // Equal reads may share the document as long as somebody reads it.
            withExtendedLifetime(self) {}
        }
        state.withLockedValue { state in
            stream.write(prefix)
            for chunk in state.chunks { stream.write(chunk) }
            if state.isComplete {
                stream.write(suffix)
                stream.close()
            } else {
                state.readers.append(Reader(stream: stream, suffix: suffix))
            }
        }
        return stream
    }

    /// The whole document, once it is there and if it is no larger than `limit`.
    func bytes(upTo limit: Int = .max) -> [UInt8]? {
        state.withLockedValue { state in
            guard state.isComplete, state.bytes <= limit else { return nil }
            var bytes: [UInt8] = []
            bytes.reserveCapacity(state.bytes)
            for chunk in state.chunks { bytes += chunk.content }
            return bytes
        }
    }

    /// Waits for the end.
    func finished() async {
        await withCheckedContinuation { continuation in
            let isComplete = state.withLockedValue { state -> Bool in
                if !state.isComplete { state.waiting.append(continuation) }
                return state.isComplete
            }
            if isComplete { continuation.resume() }
        }
    }
}
