internal import ClusterBase
public import HTTPTransport
internal import NIOConcurrencyHelpers
internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix

/// A request passed on to another server over a connection of its own, and its answer passed back.
///
/// A 101 joins the two connections byte by byte, whatever protocol they change to; any other answer is streamed.
/// The server behind is a node, a pod, or a service's endpoint; nothing is retried.
public struct UpstreamRequest: Sendable {
    /// Where the server listens.
    public var host: String
    /// Its port.
    public var port: Int
    /// The method.
    public var method: RequestMethod
    /// Path and query as they shall stand on the wire.
    public var target: String
    /// The fields to send; `Host` and the body's length are added.
    public var headers: HeaderFields
    /// The body.
    public var body: [UInt8]
    /// How long connecting may take.
    public var connectTimeout: Duration = .seconds(10)
    /// How long the answer may take to begin.
    public var answerTimeout: Duration = .seconds(60)
    /// Whether the body of an answer of 400 or more is collected (up to 64 KiB) instead of streamed.
    public var collectsErrors = false
    /// Changes the fields of the answer before they are passed on.
    public var adjust: @Sendable (inout HeaderFields) -> Void = { _ in }

    /// Makes a request.
    public init(
        host: String, port: Int, method: RequestMethod, target: String, headers: HeaderFields, body: [UInt8] = []
    ) {
        (self.host, self.port, self.method) = (host, port, method)
        (self.target, self.headers, self.body) = (target, headers, body)
    }

    /// The fields of a request that belong to one connection only and are not passed on, unless it changes protocol.
    public static let connectionFields: Set<String> = [
        "connection", "keep-alive", "proxy-authenticate", "proxy-authorization", "proxy-connection", "te", "trailer",
        "transfer-encoding", "upgrade",
    ]

    /// Sends the request; the answer's body streams as it comes.
    ///
    /// Throws `ClusterError` `unavailable` when the server cannot be reached or breaks off before its answer, and
    /// `timeout` when that takes too long.
    public func send() async throws -> HTTPResponse {
        let bootstrap = ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connectTimeout(TimeAmount(connectTimeout))
            .channelOption(.allowRemoteHalfClosure, value: true)
            .channelOption(.socketOption(.tcp_nodelay), value: 1)
        let channel: any Channel
        do { channel = try await bootstrap.connect(host: host, port: port).get() } catch {
            throw ClusterError(.unavailable, "cannot connect to \(host):\(port)", cause: error)
        }
        let promise = channel.eventLoop.makePromise(of: HTTPResponse.self)
        let exchange = UpstreamExchange(self, channel: channel, answer: promise)
        do {
            try await channel.eventLoop.submit { try exchange.start() }.get()
            return try await withTaskCancellationHandler {
                try await promise.futureResult.get()
            } onCancel: {
                channel.close(promise: nil)
            }
        } catch {
            channel.close(promise: nil)
            throw error
        }
    }
}

/// One request and its answer on a connection; lives on the connection's event loop.
final class UpstreamExchange: ChannelDuplexHandler, RemovableChannelHandler, @unchecked Sendable {
    typealias InboundIn = HTTPClientResponsePart
    typealias OutboundIn = HTTPClientRequestPart
    typealias OutboundOut = HTTPClientRequestPart

    /// How many chunks may wait for the client before reading pauses; far below the limit at which it is cut off.
    private static let backlogLimit = 64

    private let request: UpstreamRequest
    private let channel: any Channel
    private var answer: EventLoopPromise<HTTPResponse>?
    private var stream: ResponseStream?
    private var refusal: (head: HTTPResponse, text: [UInt8])?
    private var upgrade: HTTPResponseHead?
    private var timeout: Scheduled<Void>?

    init(_ request: UpstreamRequest, channel: any Channel, answer: EventLoopPromise<HTTPResponse>) {
        (self.request, self.channel, self.answer) = (request, channel, answer)
    }

    /// Writes the request and waits for the answer.
    func start() throws {
        let pipeline = channel.pipeline.syncOperations
        let decoder = HTTPResponseDecoder(leftOverBytesStrategy: .forwardBytes, informationalResponseStrategy: .forward)
        try pipeline.addHandler(HTTPRequestEncoder(), name: "encoder")
        try pipeline.addHandler(ByteToMessageHandler(decoder), name: "decoder")
        try pipeline.addHandler(self, name: "exchange")
        var head = HTTPRequestHead(
            version: .http1_1, method: HTTPMethod(rawValue: request.method.name), uri: request.target)
        for (name, value) in request.headers { head.headers.add(name: name, value: value) }
        head.headers.replaceOrAdd(name: "Host", value: "\(request.host):\(request.port)")
        head.headers.remove(name: "Content-Length")
        if !request.body.isEmpty || ["POST", "PUT", "PATCH"].contains(request.method.name) {
            head.headers.add(name: "Content-Length", value: "\(request.body.count)")
        }
        channel.write(HTTPClientRequestPart.head(head), promise: nil)
        if !request.body.isEmpty {
            channel.write(HTTPClientRequestPart.body(.byteBuffer(ByteBuffer(bytes: request.body))), promise: nil)
        }
        channel.writeAndFlush(HTTPClientRequestPart.end(nil), promise: nil)
        timeout = channel.eventLoop.scheduleTask(in: TimeAmount(request.answerTimeout)) {
            self.fail(ClusterError(.timeout, "\(self.request.host):\(self.request.port) does not answer"))
        }
    }

    func read(context: ChannelHandlerContext) {
        guard let stream, stream.backlog > Self.backlogLimit else { return context.read() }
        // The client is behind: a large answer waits on the other side until it has caught up.
        context.eventLoop.scheduleTask(in: .milliseconds(20)) { [channel] in channel.read() }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head): received(head)
        case .body(let bytes) where refusal != nil:
            let room = (64 << 10) - (refusal?.text.count ?? 0)
            refusal?.text.append(contentsOf: bytes.readableBytesView.prefix(room))
        case .body(let bytes):
            if stream?.write(Array(bytes.readableBytesView)) == false { channel.close(promise: nil) }
        case .end:
            if let upgrade { return join(upgrade) }
            if let refusal {
                var response = refusal.head
                response.body = .bytes(refusal.text)
                succeed(response)
            }
            stream?.close()
            if stream != nil || refusal != nil { channel.close(promise: nil) }
        }
    }

    private func received(_ head: HTTPResponseHead) {
        if head.status == .switchingProtocols {
            upgrade = head
            return
        }
        guard head.status.code >= 200 else { return }
        var headers = HeaderFields(head.headers.map { ($0.name, $0.value) })
        for name in UpstreamRequest.connectionFields.union(["content-length", "date"]) { headers[name] = nil }
        request.adjust(&headers)
        if request.collectsErrors, head.status.code >= 400 {
            refusal = (HTTPResponse(HTTPStatus(Int(head.status.code)), headers: headers), [])
            return
        }
        let channel = channel
        let stream = ResponseStream(limits: .init(bytes: 16 << 20)) { _ in channel.close(promise: nil) }
        self.stream = stream
        let hasNoBody = request.method == .head || head.status.code == 204 || head.status.code == 304
        succeed(
            HTTPResponse(
                HTTPStatus(Int(head.status.code)), headers: headers, body: hasNoBody ? .empty : .stream(stream)))
        if hasNoBody { channel.close(promise: nil) }
    }

    /// Joins both connections once the client's is handed over; until then nothing is read from this one.
    ///
    /// Called at the end of the answer: what the decoder holds beyond it, it passes on to the splice as it goes.
    private func join(_ head: HTTPResponseHead) {
        var headers = HeaderFields(head.headers.map { ($0.name, $0.value) })
        request.adjust(&headers)
        let channel = channel
        do {
            let joint = SpliceHandler()
            try channel.pipeline.syncOperations.addHandler(joint, name: "splice")
            channel.pipeline.syncOperations.removeHandler(self, promise: nil)
            channel.pipeline.syncOperations.removeHandler(name: "decoder", promise: nil)
            channel.pipeline.syncOperations.removeHandler(name: "encoder", promise: nil)
            let unjoined = UnjoinedConnection(joint, channel)
            let takeover = Takeover { client in
                withExtendedLifetime(unjoined) { Splice.join(client, channel, joint) }
            }
            succeed(HTTPResponse(.switchingProtocols, headers: headers, body: .takeover(takeover)))
        } catch {
            fail(ClusterError(.system, "cannot join connections", cause: error))
        }
    }

    private func succeed(_ response: HTTPResponse) {
        timeout?.cancel()
        answer?.succeed(response)
        answer = nil
    }

    private func fail(_ error: ClusterError) {
        timeout?.cancel()
        answer?.fail(error)
        answer = nil
        channel.close(promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
        fail(ClusterError(.unavailable, "\(request.host):\(request.port) closed the connection"))
        // A body without a length ends with its connection.
        stream?.close()
        context.fireChannelInactive()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case .some(.inputClosed) = event as? ChannelEvent { channel.close(promise: nil) }
        context.fireUserInboundEventTriggered(event)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        fail(ClusterError(.unavailable, "\(request.host):\(request.port) broke the protocol", cause: error))
    }
}
