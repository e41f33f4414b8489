import HTTPTransport
import NIOConcurrencyHelpers
import NIOCore
import NIOPosix

/// A TCP client that sends bytes as they are and collects what comes back.
final class RawClient: Sendable {
    fileprivate struct State {
        var received: [UInt8] = []
        var isClosed = false
        var waiters: [(isDone: @Sendable ([UInt8], Bool) -> Bool, promise: EventLoopPromise<[UInt8]>)] = []
    }

    struct TimedOut: Error { var received: String }

    let channel: any Channel
    private let state: NIOLockedValueBox<State>

    private init(_ channel: any Channel, _ state: NIOLockedValueBox<State>) {
        (self.channel, self.state) = (channel, state)
    }

    static func connect(_ address: BoundAddress, receiveBuffer: Int? = nil) async throws -> RawClient {
        let state = NIOLockedValueBox(State())
        var bootstrap = ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelOption(.allowRemoteHalfClosure, value: true)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(Collector(state))
                }
            }
        if let receiveBuffer {
            bootstrap = bootstrap.channelOption(.socketOption(.so_rcvbuf), value: .init(receiveBuffer))
                .channelOption(.autoRead, value: false)
        }
        let channel = try await bootstrap.connect(host: "127.0.0.1", port: address.port).get()
        return RawClient(channel, state)
    }

    func send(_ text: String) async throws { try await channel.writeAndFlush(ByteBuffer(string: text)).get() }
    func send(_ bytes: [UInt8]) async throws { try await channel.writeAndFlush(ByteBuffer(bytes: bytes)).get() }
    func finishSending() async throws { try await channel.close(mode: .output).get() }
    func close() async { try? await channel.close().get() }

    /// What came so far.
    var text: String { String(decoding: state.withLockedValue { $0.received }, as: UTF8.self) }

    /// Waits until the bytes received fulfil a condition (its second argument: whether the server closed).
    @discardableResult
    func wait(
        _ seconds: Int64 = 10, until isDone: @escaping @Sendable (String, Bool) -> Bool
    ) async throws -> String {
        let bytes = try await waitBytes(seconds) { isDone(String(decoding: $0, as: UTF8.self), $1) }
        return String(decoding: bytes, as: UTF8.self)
    }

    private func waitBytes(
        _ seconds: Int64, until isDone: @escaping @Sendable ([UInt8], Bool) -> Bool
    ) async throws -> [UInt8] {
        let promise = channel.eventLoop.makePromise(of: [UInt8].self)
        let timer = channel.eventLoop.scheduleTask(in: .seconds(seconds)) {
            promise.fail(TimedOut(received: self.text))
        }
        defer { timer.cancel() }
        state.withLockedValue { state in
            state.waiters.append((isDone, promise))
            state.settle()
        }
        return try await promise.futureResult.get()
    }

    /// Waits until so many bytes have come.
    func wait(bytes: Int) async throws {
        _ = try await waitBytes(10) { received, _ in received.count >= bytes }
    }

    @discardableResult
    func wait(for text: String) async throws -> String { try await wait { received, _ in received.contains(text) } }

    /// Everything until the server closes.
    func toEnd() async throws -> String { try await wait { _, isClosed in isClosed } }

    private final class Collector: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        let state: NIOLockedValueBox<State>

        init(_ state: NIOLockedValueBox<State>) { self.state = state }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            let bytes = Array(unwrapInboundIn(data).readableBytesView)
            state.withLockedValue { state in
                state.received += bytes
                state.settle()
            }
        }

        func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
            if case .inputClosed? = event as? ChannelEvent {
                ended()
                context.close(promise: nil)
            }
        }

        func channelInactive(context: ChannelHandlerContext) { ended() }

        func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

        private func ended() {
            state.withLockedValue { state in
                state.isClosed = true
                state.settle()
            }
        }
    }
}

extension RawClient.State {
    fileprivate mutating func settle() {
        for waiter in waiters where waiter.isDone(received, isClosed) { waiter.promise.succeed(received) }
        waiters.removeAll { $0.isDone(received, isClosed) }
    }
}
