internal import NIOConcurrencyHelpers

/// The sizes of a client's terminal, read from its resize stream.
enum TerminalSizes {
    /// A stream of sizes that keeps the newest only, and the task that fills it; ended at once without a stream.
    static func stream(from source: ByteStream?) -> (AsyncStream<TerminalSize>, Task<Void, Never>?) {
        let (sizes, continuation) = AsyncStream.makeStream(
            of: TerminalSize.self, bufferingPolicy: .bufferingNewest(1))
        guard let source else {
            continuation.finish()
            return (sizes, nil)
        }
        let reader = Task {
            var line: [UInt8] = []
            while let bytes = await source.read() {
                for byte in bytes {
                    line.append(byte)
                    // Messages end with a line feed or, in WebSocket messages, with the brace.
                    guard byte == UInt8(ascii: "}") else { continue }
                    if let size = TerminalSize(line.drop { $0 != UInt8(ascii: "{") }) { continuation.yield(size) }
                    line = []
                }
                if line.count > 1_024 { line = [] }
            }
            continuation.finish()
        }
        return (sizes, reader)
    }
}

/// A task that its connection cancels, whichever of start and cancellation comes first.
final class RunningTask: Sendable {
    private let state = NIOLockedValueBox<(task: Task<Void, Never>?, isCancelled: Bool)>((nil, false))

    func start(_ work: @escaping @Sendable () async -> Void) {
        state.withLockedValue { state in
            guard !state.isCancelled else { return }
            state.task = Task { await work() }
        }
    }

    func cancel() {
        state.withLockedValue { state in
            state.isCancelled = true
            return state.task
        }?.cancel()
    }
}
