internal import ClusterBase
internal import HTTPTransport
internal import Libprocess
internal import Logging
internal import MesosProtocol
internal import NIOConcurrencyHelpers
internal import NIOCore
internal import NIOPosix
internal import TestSupport

/// Bytes over real loopback sockets; both ends run in this process and share its cores.
let transportBenchmarks = [
    Benchmark(
        name: "http.fan-out", what: "RecordIO events to 1,000 subscribers through one StreamGroup", run: fanOut),
    Benchmark(name: "http.post", what: "small POST to a direct handler over 64 connections", run: smallPost),
    Benchmark(name: "libprocess.messages", what: "200-byte messages from one transport to another", run: messages),
]

let silent = Logger(label: "benchmark") { _ in SwiftLogNoOpLogHandler() }

private func withServer<Result>(
    _ routes: [Route], interceptor: (any RequestInterceptor)? = nil,
    _ body: (BoundAddress) async throws -> Result
) async throws -> Result {
    var configuration = HTTPServerConfiguration()
    configuration.stopTimeout = .seconds(1)
    let server = HTTPServer(
        configuration, service: HTTPService(routes: routes, interceptor: interceptor), logger: silent)
    let address = try await server.start()
    do {
        let result = try await body(address)
        await server.stop()
        return result
    } catch {
        await server.stop()
        throw error
    }
}

/// Bytes received over all connections of a benchmark.
private final class ByteCounter: Sendable {
    private let state = NIOLockedValueBox(0)
    var count: Int { state.withLockedValue { $0 } }
    func add(_ bytes: Int) { state.withLockedValue { $0 += bytes } }

    func wait(for target: Int) async throws {
        try await eventually("\(target) bytes", within: .seconds(60), every: .microseconds(200)) { count >= target }
    }
}

private final class CountingHandler: ChannelInboundHandler, Sendable {
    typealias InboundIn = ByteBuffer
    private let counter: ByteCounter

    init(_ counter: ByteCounter) { self.counter = counter }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) { counter.add(unwrapInboundIn(data).readableBytes) }
    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}

private func fanOut(_: BenchmarkContext) async throws -> [Figure] {
    let (subscribers, events) = (1_000, 100)
    let counter = ByteCounter()
    let group = StreamGroup()
    let route = Route.direct(.post, "/events") { _, reply in
        let stream = ResponseStream()
        reply.send(.stream(stream, as: .protobuf))
        group.add(stream)
    }
    return try await withServer([route]) { address in
        let loops = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        var channels: [any Channel] = []
        for _ in 0..<subscribers {
            let channel = try await ClientBootstrap(group: loops)
                .channelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try channel.pipeline.syncOperations.addHandler(CountingHandler(counter))
                    }
                }.connect(host: "127.0.0.1", port: address.port).get()
            try await channel.writeAndFlush(
                ByteBuffer(string: "POST /events HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n"))
            channels.append(channel)
        }
        try await eventually("all subscribers", within: .seconds(30)) { group.count == subscribers }
        try await Task.sleep(for: .milliseconds(200))
        let record = RecordIO.frame(sampleOffer.encoded(as: .protobuf))
        let chunk = record.count + String(record.count, radix: 16).utf8.count + 4
        var rates: (batched: [Double], single: [Double]) = ([], [])
        for round in 0...5 {
            for isBatched in [true, false] {
                let start = ContinuousClock.now
                let begin = counter.count
                for number in 1...events {
                    group.send(record)
                    if !isBatched { try await counter.wait(for: begin + number * subscribers * chunk) }
                }
                try await counter.wait(for: begin + events * subscribers * chunk)
                let rate = Double(subscribers * events) / (ContinuousClock.now - start).seconds
                guard round > 0 else { continue }
                if isBatched { rates.batched.append(rate) } else { rates.single.append(rate) }
            }
        }
        for channel in channels { channel.close(promise: nil) }
        try await loops.shutdownGracefully()
        return [
            Figure("event of", "bytes", Samples(Double(record.count))),
            Figure("100 events at once", "events/s", Samples(rates.batched)),
            Figure("one event at a time, awaited by all", "events/s", Samples(rates.single)),
        ]
    }
}

/// Sends the next request when the answer to the last one is complete.
private final class PostHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer
    private let request: ByteBuffer
    private var left: Int
    private var missing: Int
    private let responseBytes: Int

    init(_ request: ByteBuffer, times: Int, responseBytes: Int) {
        (self.request, left, missing, self.responseBytes) = (request, times, responseBytes, responseBytes)
    }

    func channelActive(context: ChannelHandlerContext) { send(context) }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        missing -= unwrapInboundIn(data).readableBytes
        guard missing <= 0 else { return }
        missing = responseBytes
        left -= 1
        if left > 0 { send(context) } else { context.close(promise: nil) }
    }

    private func send(_ context: ChannelHandlerContext) {
        context.writeAndFlush(wrapOutboundOut(request), promise: nil)
    }
}

private func smallPost(_: BenchmarkContext) async throws -> [Figure] {
    let (connections, times) = (64, 2_000)
    let route = Route.direct(.post, "/api/v1/scheduler") { _, reply in reply.send(.accepted) }
    let body = String(repeating: "x", count: 120)
    let request = ByteBuffer(
        string: "POST /api/v1/scheduler HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/x-protobuf\r\n"
            + "Mesos-Stream-Id: 2d5ad38d-9b3a-4c61-9d5b-43b0b1a7b5a5\r\n"
            + "Content-Length: \(body.utf8.count)\r\n\r\n\(body)"
    )
    return try await withServer([route]) { address in
        let loops = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let counter = ByteCounter()
        let probe = try await ClientBootstrap(group: loops)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(CountingHandler(counter))
                }
            }.connect(host: "127.0.0.1", port: address.port).get()
        try await probe.writeAndFlush(request)
        try await eventually("an answer") { counter.count > 0 }
        try await Task.sleep(for: .milliseconds(50))
        let responseBytes = counter.count
        try await probe.close()
        var rates: [Double] = []
        for round in 0...5 {
            let start = ContinuousClock.now
            var ends: [EventLoopFuture<Void>] = []
            for _ in 0..<connections {
                let channel = try await ClientBootstrap(group: loops)
                    .channelInitializer { channel in
                        channel.eventLoop.makeCompletedFuture {
                            try channel.pipeline.syncOperations.addHandler(
                                PostHandler(request, times: times, responseBytes: responseBytes))
                        }
                    }.connect(host: "127.0.0.1", port: address.port).get()
                ends.append(channel.closeFuture)
            }
            for end in ends { try await end.get() }
            if round > 0 { rates.append(Double(connections * times) / (ContinuousClock.now - start).seconds) }
        }
        try await loops.shutdownGracefully()
        return [Figure("64 connections, 202 without a body", "requests/s", Samples(rates))]
    }
}

private func messages(_: BenchmarkContext) async throws -> [Figure] {
    let total = 50_000
    let receiver = LibprocessTransport(logger: silent)
    let sender = LibprocessTransport(logger: silent)
    let received = ByteCounter()
    receiver.register("master") { _ in
        received.add(1)
        return true
    }
    let body = [UInt8](repeating: 7, count: 200)
    let figures = try await withServer([], interceptor: receiver.interceptor) { to in
        try await withServer([], interceptor: sender.interceptor) { from in
            let target = UPID(id: "master", host: "127.0.0.1", port: to.port)
            let own = UPID(id: "slave(1)", host: "127.0.0.1", port: from.port)
            sender.link(target, from: "slave(1)")
            var rates: [Double] = []
            for round in 0...5 {
                let begin = received.count
                let start = ContinuousClock.now
                for _ in 0..<total {
                    sender.send(to: target, from: own, name: "mesos.internal.StatusUpdateMessage", body: body)
                }
                try await received.wait(for: begin + total)
                if round > 0 { rates.append(Double(total) / (ContinuousClock.now - start).seconds) }
            }
            return [Figure("one link, bursts of 50,000", "messages/s", Samples(rates))]
        }
    }
    await sender.shutdown()
    await receiver.shutdown()
    return figures
}
