internal import NIOCore
internal import NIOHTTP1

// Reading requests and running them in order.

extension HTTPConnection {
    func beginRequest(_ head: HTTPRequestHead) {
        clock.headArrived()
        var request = HTTPRequest(
            RequestMethod(head.method), head.uri, headers: HeaderFields(head.headers), remoteAddress: remote.address,
            remotePort: remote.port, isSecure: isSecure)
        let service = core.service
        let (dispatch, limit) =
            service?.dispatch(&request, defaultLimit: core.configuration.bodyLimit)
            ?? (.answer(.error(.serviceUnavailable, "The server is starting")), 0)
        var job = Job(
            request: request, dispatch: dispatch, errorRenderer: service?.service.errorRenderer ?? ErrorTable.render,
            isHTTP11: head.version.minor >= 1, keepsAlive: head.isKeepAlive,
            acceptsGzip: Gzip.isAccepted(request.headers),
            isUpgrade: isUpgrade(head))
        if case .interceptor = dispatch { clock.carriesMessages = true }
        let length = head.headers.first(name: "content-length").flatMap { Int($0) }
        if let length, length > limit, !job.dispatch.isAnswer { job.dispatch = .answer(tooLarge(limit)) }
        var incoming = Incoming(job: job, bodyLimit: limit)
        let expectsContinue =
            head.version.minor >= 1 && head.headers.contains(name: "expect")
            && head.headers[canonicalForm: "expect"].contains { $0.lowercased() == "100-continue" }
        if let length, length > 0, !job.dispatch.isAnswer {
            incoming.job.request.body.reserveCapacity(min(length, 1 << 20))
        }
        if job.dispatch.isAnswer, expectsContinue || (length ?? 0) > limit {
            // Answered without the body: what the client still sends is dropped, and the connection ends.
            incoming.isDiscarding = true
            self.incoming = incoming
            reject(incoming.job)
            return
        }
        incoming.awaitsContinue = expectsContinue
        self.incoming = incoming
        sendContinueIfDue()
    }

    func appendBody(_ buffer: ByteBuffer) {
        guard var incoming else { return }
        if incoming.isDiscarding {
            discardedBytes += buffer.readableBytes
            if discardedBytes > ConnectionClock.discardLimit { close() }
            return
        }
        guard incoming.job.request.body.count + buffer.readableBytes <= incoming.bodyLimit else {
            incoming.isDiscarding = true
            incoming.job.request.body = []
            if !incoming.job.dispatch.isAnswer { incoming.job.dispatch = .answer(tooLarge(incoming.bodyLimit)) }
            self.incoming = incoming
            return reject(incoming.job)
        }
        if incoming.job.dispatch.isAnswer { return }
        self.incoming = nil  // so that the body grows in place
        buffer.withUnsafeReadableBytes { incoming.job.request.body.append(contentsOf: $0) }
        self.incoming = incoming
    }

    func endRequest() {
        clock.messageEnded()
        guard let incoming else { return }
        self.incoming = nil
        core.countRequest()
        if incoming.isDiscarding { return }
        if !incoming.job.keepsAlive || incoming.job.isUpgrade { isInputOver = true }
        enqueue(incoming.job)
    }

    /// Queues an answer that does not wait for the rest of its request; nothing is read after it.
    private func reject(_ job: Job) {
        var job = job
        job.keepsAlive = false
        isInputOver = true
        enqueue(job)
    }

    func enqueue(_ job: Job) {
        waiting.append(job)
        waitingBytes += job.request.body.count
        advance()
    }

    /// Starts waiting requests until one of them does not answer at once.
    func advance() {
        guard !isAdvancing else { return }
        isAdvancing = true
        while current == nil, life == .open, channel.isWritable, let job = waiting.popFirst() {
            waitingBytes -= job.request.body.count
            start(job)
        }
        isAdvancing = false
        if life == .open, current == nil, waiting.isEmpty {
            if isInputOver, incoming == nil { closeAfterFlush() } else { sendContinueIfDue() }
        }
        if isReadPaused, !isFull {
            isReadPaused = false
            channel.read()
        }
    }

    private func start(_ job: Job) {
        serial += 1
        let serial = serial
        current = Current(job: job, serial: serial)
        switch job.dispatch {
        case .answer(let response): complete(serial, response)
        case .interceptor(let interceptor): interceptor.handle(job.request, reply(serial))
        case .handler(.direct(let handler)): handler(job.request, reply(serial))
        case .handler(.async(let handler)):
            // Cancelled by `release` when the connection ends, so no task outlives its connection unnoticed.
            current?.task = Task { [request = job.request, render = job.errorRenderer] in
                let response: HTTPResponse
                do { response = try await handler(request) } catch { response = render(error) }
                self.eventLoop.execute { self.complete(serial, response) }
            }
        }
    }

    private func reply(_ serial: Int) -> Reply {
        Reply { response in
            if self.eventLoop.inEventLoop {
                self.complete(serial, response)
            } else {
                self.eventLoop.execute { self.complete(serial, response) }
            }
        }
    }

    private func sendContinueIfDue() {
        guard let incoming, incoming.awaitsContinue, current == nil, waiting.isEmpty, life == .open else { return }
        self.incoming?.awaitsContinue = false
        write(ByteBuffer(staticString: "HTTP/1.1 100 Continue\r\n\r\n"))
        flush()
    }

    private func tooLarge(_ limit: Int) -> HTTPResponse {
        core.service?.service.bodyTooLarge(limit) ?? .error(.contentTooLarge)
    }

    /// Whether the decoder stops after this request because the client wants another protocol.
    private func isUpgrade(_ head: HTTPRequestHead) -> Bool {
        head.method == .CONNECT
            || (head.headers.contains(name: "upgrade")
                && head.headers[canonicalForm: "connection"].contains { $0.lowercased() == "upgrade" })
    }
}

extension Dispatch {
    var isAnswer: Bool { if case .answer = self { true } else { false } }
}
