internal import AgentCore
internal import ClusterModel
internal import HTTPTransport
internal import MesosProtocol
internal import NIOConcurrencyHelpers

/// Requests of executors that wait for an answer, and the event streams that SUBSCRIBE opened.
final class ExecutorStreams: Sendable {
    private struct Waiting {
        var reply: Reply
        var format: WireFormat
    }

    private struct Open {
        var stream: ResponseStream
        var format: WireFormat
    }

    private struct State {
        var last: UInt64 = 0
        var waiting: [RequestID: Waiting] = [:]
        var open: [RequestID: Open] = [:]
    }

    private let state = NIOLockedValueBox(State())
    /// Called once when the peer of an open stream is gone or too slow.
    private let closed: @Sendable (RequestID) -> Void

    init(closed: @escaping @Sendable (RequestID) -> Void) { self.closed = closed }

    /// Remembers a request until it is answered; `format` is that of the events, should it open a stream.
    func add(_ reply: Reply, format: WireFormat) -> RequestID {
        state.withLockedValue { state in
            state.last += 1
            let id = RequestID(state.last)
            state.waiting[id] = Waiting(reply: reply, format: format)
            return id
        }
    }

    func respond(_ id: RequestID, _ answer: ExecutorReply) {
        let waiting = state.withLockedValue { $0.waiting.removeValue(forKey: id) }
        waiting?.reply.send(Self.response(answer))
    }

    private static func response(_ answer: ExecutorReply) -> HTTPResponse {
        switch answer {
        case .accepted: .accepted
        case .badRequest(let text): .error(.badRequest, text)
        case .forbidden(let text): .error(.forbidden, text)
        case .unavailable(let text): .error(.serviceUnavailable, text)
        }
    }

    /// Answers a SUBSCRIBE with a stream.
    func open(_ id: RequestID) {
        guard let waiting = state.withLockedValue({ $0.waiting.removeValue(forKey: id) }) else { return }
        let stream = ResponseStream { [weak self] end in
            guard let self, state.withLockedValue({ $0.open.removeValue(forKey: id) }) != nil else { return }
            closed(id)
        }
        state.withLockedValue { $0.open[id] = Open(stream: stream, format: waiting.format) }
        waiting.reply.send(.stream(stream, as: waiting.format == .json ? .json : .protobuf))
    }

    func send(_ id: RequestID, _ event: ExecutorEvent) {
        guard let open = state.withLockedValue({ $0.open[id] }) else { return }
        open.stream.write(RecordIO.frame(ExecutorCodec.encodeEvent(event, as: open.format)))
    }

    /// Ends a stream after what was put into it.
    func close(_ id: RequestID) {
        let open = state.withLockedValue { $0.open.removeValue(forKey: id) }
        open?.stream.close()
    }
}
