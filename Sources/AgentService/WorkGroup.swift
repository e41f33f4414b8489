/// Concurrent work with an owner: `run` carries out what `add` brings until it is cancelled, which cancels all of it.
final class WorkGroup: Sendable {
    private let stream: AsyncStream<@Sendable () async -> Void>
    private let continuation: AsyncStream<@Sendable () async -> Void>.Continuation

    init() { (stream, continuation) = AsyncStream.makeStream() }

    /// Starts work; how much there is at a time is bounded by the containers and probes it is about.
    func add(_ work: @escaping @Sendable () async -> Void) { continuation.yield(work) }

    func run() async {
        await withDiscardingTaskGroup { group in
            for await work in stream { group.addTask { await work() } }
            group.cancelAll()
        }
    }

    /// Takes nothing further.
    func finish() { continuation.finish() }
}
