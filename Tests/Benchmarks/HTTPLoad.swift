internal import NIOConcurrencyHelpers
internal import NIOCore
internal import NIOPosix
internal import TestSupport

/// Requests over many keep-alive connections, each sending its next when the answer to the last is complete.
struct HTTPLoad {
    /// What came of a run.
    struct Outcome {
        /// From the first request to the last answer.
        var elapsed: Duration
        /// Answers whose status was not 2xx.
        var failures: Int
        /// Answer times, in milliseconds.
        var latencies: Samples
    }

    var port: Int
    var connections: Int

    /// A GET.
    static func get(_ path: String) -> ByteBuffer {
        ByteBuffer(string: "GET \(path) HTTP/1.1\r\nHost: x\r\nAccept: application/json\r\n\r\n")
    }

    /// A request with a JSON body.
    static func send(_ method: String, _ path: String, _ body: String) -> ByteBuffer {
        ByteBuffer(
            string: "\(method) \(path) HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
                + "Content-Length: \(body.utf8.count)\r\n\r\n\(body)")
    }

    /// Sends `times` requests per connection; `request` gets the number of the connection and of the request.
    func run(times: Int, _ request: @escaping @Sendable (Int, Int) -> ByteBuffer) async throws -> Outcome {
        let loops = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let results = NIOLockedValueBox<(times: [Double], failures: Int)>(([], 0))
        let start = ContinuousClock.now
        var channels: [any Channel] = []
        for number in 0..<connections {
            channels.append(
                try await ClientBootstrap(group: loops)
                    .channelOption(.socketOption(.tcp_nodelay), value: 1)
                    .channelInitializer { channel in
                        channel.eventLoop.makeCompletedFuture {
                            let exchange = LoadExchange(times: times, results: results) { request(number, $0) }
                            try channel.pipeline.syncOperations.addHandler(exchange)
                        }
                    }.connect(host: "127.0.0.1", port: port).get())
        }
        for channel in channels { try await channel.closeFuture.get() }
        let elapsed = ContinuousClock.now - start
        try await loops.shutdownGracefully()
        let (latencies, failures) = results.withLockedValue { $0 }
        guard latencies.count == connections * times else {
            throw TestError("\(latencies.count) of \(connections * times) answers came")
        }
        return Outcome(elapsed: elapsed, failures: failures, latencies: Samples(latencies))
    }
}

/// One connection of a load.
private final class LoadExchange: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let times: Int
    private let request: (Int) -> ByteBuffer
    private let results: NIOLockedValueBox<(times: [Double], failures: Int)>
    private var (sent, failures, missing) = (0, 0, 0)
    private var head: [UInt8] = []
    private var latencies: [Double] = []
    private var began = ContinuousClock.now

    init(
        times: Int, results: NIOLockedValueBox<(times: [Double], failures: Int)>,
        request: @escaping (Int) -> ByteBuffer
    ) {
        (self.times, self.results, self.request) = (times, results, request)
    }

    func channelActive(context: ChannelHandlerContext) { send(context) }

    private func send(_ context: ChannelHandlerContext) {
        began = .now
        context.writeAndFlush(wrapOutboundOut(request(sent)), promise: nil)
        sent += 1
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var bytes = unwrapInboundIn(data)
        if missing == 0 {
            head += bytes.readBytes(length: bytes.readableBytes) ?? []
            guard let end = Self.end(of: head) else { return }
            let text = String(decoding: head[..<end], as: UTF8.self).lowercased()
            if !text.hasPrefix("http/1.1 2") { failures += 1 }
            let length = text.split(separator: "\r\n").first { $0.hasPrefix("content-length:") }
            missing = (length.flatMap { Int($0.dropFirst(15).drop { $0 == " " }) } ?? 0) - (head.count - end)
            head = []
        } else {
            missing -= bytes.readableBytes
        }
        guard missing <= 0 else { return }
        missing = 0
        latencies.append((ContinuousClock.now - began).milliseconds)
        if sent < times { send(context) } else { context.close(promise: nil) }
    }

    private static func end(of head: [UInt8]) -> Int? {
        guard head.count >= 4 else { return nil }
        for at in 0...(head.count - 4) where head[at] == 13 && head[at..<at + 4] == [13, 10, 13, 10] { return at + 4 }
        return nil
    }

    func channelInactive(context: ChannelHandlerContext) {
        results.withLockedValue { results in
            results.times += latencies
            results.failures += failures
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}
