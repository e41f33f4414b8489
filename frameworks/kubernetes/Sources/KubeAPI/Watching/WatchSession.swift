internal import KubeModel
internal import KubeRegistry
internal import NIOConcurrencyHelpers
internal import NIOCore
internal import NIOPosix

/// One watch of one client: takes deliveries of the registry, writes lines, and ends in time.
///
/// The sink's queue is the bound: a client that does not read is disconnected, and the watch with it.
final class WatchSession: Sendable {
    private struct State {
        var handle: WatchHandle?
        var isOver = false
        var wroteFirst = false
        var timers: [Scheduled<Void>] = []
    }

    /// How long before its end a watch sends a last bookmark.
    private static let lastBookmark = Duration.seconds(2)

    private let sink: any EventSink
    private let writer: EventWriter
    private let state = NIOLockedValueBox(State())

    /// Makes a session that lives as long as the registry delivers to it.
    init(_ writer: EventWriter, _ sink: any EventSink) {
        (self.writer, self.sink) = (writer, sink)
        sink.onEnd { [weak self] in self?.finish() }
    }

    /// Takes what the registry delivers; one call at a time.
    func receive(_ delivery: WatchDelivery) {
        do throws(APIError) {
            switch delivery {
            case .events(let events):
                for event in events { sink.write(try writer.line(event, isFirst: takeFirst())) }
            case .bookmark(let revision, let endsInitialEvents):
                sink.write(
                    writer.bookmark(
                        revision: revision, endsInitialEvents: endsInitialEvents, isFirst: takeFirst()))
            case .ended(let error):
                if let error { throw error }
                sink.close()
            }
        } catch {
            sink.write(writer.error(error))
            sink.close()
        }
    }

    private func takeFirst() -> Bool {
        state.withLockedValue { state in
            defer { state.wroteFirst = true }
            return !state.wroteFirst
        }
    }

    /// Keeps the registry's handle, and ends the watch after a time.
    func began(_ handle: WatchHandle, endsAfter timeout: Duration) {
        let loop = MultiThreadedEventLoopGroup.singleton.any()
        let isOver = state.withLockedValue { state in
            guard !state.isOver else { return true }
            state.handle = handle
            if timeout > Self.lastBookmark {
                state.timers.append(
                    loop.scheduleTask(in: TimeAmount(timeout - Self.lastBookmark)) { handle.requestBookmark() })
            }
            state.timers.append(loop.scheduleTask(in: TimeAmount(timeout)) { [sink] in sink.close() })
            return false
        }
        if isOver { handle.cancel() }
    }

    private func finish() {
        let (handle, timers) = state.withLockedValue { state in
            defer { (state.isOver, state.handle, state.timers) = (true, nil, []) }
            return (state.handle, state.timers)
        }
        handle?.cancel()
        for timer in timers { timer.cancel() }
    }
}
