internal import NIOConcurrencyHelpers
internal import NIOCore

/// Stops reading a socket while what was read from it waits for its consumers.
final class ReadThrottle: @unchecked Sendable {
    /// What may wait before the socket is no longer read.
    static let limit = 1 << 20

    private let channel: any Channel
    private let waiting = NIOLockedValueBox(0)
    /// Used on the event loop only.
    private var isPaused = false

    init(_ channel: any Channel) { self.channel = channel }

    /// Takes note of bytes that were read; on the event loop.
    func added(_ count: Int) {
        guard change(by: count) > Self.limit, !isPaused else { return }
        isPaused = true
        channel.setOption(.autoRead, value: false).whenComplete { _ in }
    }

    /// Takes note of bytes that were consumed; any thread.
    func consumed(_ count: Int) {
        guard change(by: -count) <= Self.limit / 2 else { return }
        channel.eventLoop.execute {
            guard self.isPaused else { return }
            self.isPaused = false
            self.channel.setOption(.autoRead, value: true).whenComplete { _ in }
        }
    }

    private func change(by count: Int) -> Int {
        waiting.withLockedValue { value in
            value += count
            return value
        }
    }
}
