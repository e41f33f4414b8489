internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix

// Writing answers.

extension HTTPConnection {
    /// Takes the answer of the current request; a late answer of a request that is over is discarded.
    func complete(_ serial: Int, _ response: HTTPResponse) {
        guard let current, current.serial == serial, current.stream == nil, life == .open else {
            if case .stream(let stream) = response.body { stream.finish(isStopping ? .serverStopping : .clientGone) }
            return
        }
        self.current?.task = nil
        switch response.body {
        case .empty: send(response, bytes: [], for: current.job)
        case .bytes(let bytes):
            if current.job.acceptsGzip, bytes.count >= core.configuration.compressionMinimum,
                !response.headers.contains("content-encoding")
            {
                compress(bytes, of: response, serial: serial)
            } else {
                send(response, bytes: bytes, for: current.job)
            }
        case .stream(let stream): send(response, stream: stream, for: current.job)
        case .takeover(let takeover): hand(over: takeover, response, for: current.job)
        }
    }

    /// Compresses a body, a large one off the event loop.
    private func compress(_ bytes: [UInt8], of response: HTTPResponse, serial: Int) {
        @Sendable func finished(_ packed: [UInt8]?) {
            guard let job = current?.job, current?.serial == serial, life == .open else { return }
            var response = response
            if packed != nil { response.headers["Content-Encoding"] = "gzip" }
            send(response, bytes: packed ?? bytes, for: job)
        }
        if bytes.count <= 64 << 10 {
            finished(Gzip.compress(bytes))
        } else {
            NIOThreadPool.singleton.submit { _ in
                let packed = Gzip.compress(bytes)
                self.eventLoop.execute { finished(packed) }
            }
        }
    }

    private func send(plain response: HTTPResponse, for job: Job) {
        if case .bytes(let bytes) = response.body { send(response, bytes: bytes, for: job) }
    }

    private func send(_ response: HTTPResponse, bytes: [UInt8], for job: Job) {
        let code = response.status.code
        let hasBody = code >= 200 && code != 204 && code != 304
        let isHead = job.request.method == .head
        let inline = hasBody && !isHead && bytes.count <= 32 << 10
        var buffer = channel.allocator.buffer(capacity: 256 + (inline ? bytes.count : 0))
        ResponseHead.write(
            response, framing: hasBody ? .length(bytes.count) : .none, connection: connectionField(job),
            date: core.date.now, to: &buffer)
        if inline { buffer.writeBytes(bytes) }
        write(buffer)
        if hasBody, !isHead, !inline { writePieces(of: bytes) }
        finishCurrent(keepAlive: job.keepsAlive)
    }

    /// Writes a large body in pieces, so that a slow client is told from a stuck one.
    private func writePieces(of bytes: [UInt8]) {
        var rest = ByteBuffer(bytes: bytes)
        while let piece = rest.readSlice(length: min(rest.readableBytes, 256 << 10)), piece.readableBytes > 0 {
            let written = eventLoop.makePromise(of: Void.self)
            written.futureResult.whenSuccess { self.clock.progressed() }
            channel.write(piece, promise: written)
        }
        isFlushDue = true
    }

    private func send(_ response: HTTPResponse, stream: ResponseStream, for job: Job) {
        guard job.isHTTP11 else {
            stream.finish(.notSent)
            return send(plain: .error(505, "Streams need HTTP/1.1"), for: job)
        }
        if job.request.method == .head {
            stream.finish(.notSent)
            return send(response, bytes: [], for: job)
        }
        if hasSeenEOF || isStopping {
            stream.finish(isStopping ? .serverStopping : .clientGone)
            return close()
        }
        guard stream.attach(self) == nil else {
            return send(plain: .error(.serviceUnavailable, "The stream has ended"), for: job)
        }
        var buffer = channel.allocator.buffer(capacity: 256)
        ResponseHead.write(
            response, framing: .chunked, connection: connectionField(job), date: core.date.now, to: &buffer)
        write(buffer)
        current?.stream = stream
        drain()
        flush()
    }

    /// The `Connection` field: only where it differs from the version's default.
    private func connectionField(_ job: Job) -> StaticString? {
        if !job.keepsAlive || isStopping || job.isUpgrade { return "close" }
        return job.isHTTP11 ? nil : "keep-alive"
    }

    /// The answer of the current request is written: the next one's turn, or the end.
    func finishCurrent(keepAlive: Bool) {
        let isUpgrade = current?.job.isUpgrade == true
        current = nil
        clock.idleSince = .now()
        flush()
        guard keepAlive, !isStopping, !isUpgrade else { return closeAfterFlush() }
        advance()
    }

    /// Closes once everything is written.
    ///
    /// When a request was not read to its end, the client is given time to read the answer: closing at once would reset
    /// the connection and lose it.
    func closeAfterFlush() {
        isInputOver = true
        waiting.removeAll()
        if isFlushDue {
            isFlushDue = false
            channel.flush()
        }
        guard incoming != nil else {
            channel.writeAndFlush(ByteBuffer()).whenComplete { _ in self.close() }
            return
        }
        life = .lingering
        incoming = nil
        channel.close(mode: .output, promise: nil)
        eventLoop.scheduleTask(in: ConnectionClock.linger) { self.close() }
    }

    func write(_ buffer: ByteBuffer) {
        channel.write(buffer, promise: nil)
        isFlushDue = true
    }

    /// Flushes now, or when the bytes read together have all been handled.
    func flush() {
        guard isFlushDue, !isReading else { return }
        isFlushDue = false
        channel.flush()
    }

    private func hand(over takeover: Takeover, _ response: HTTPResponse, for job: Job) {
        guard job.isUpgrade else {
            let refusal = HTTPResponse.error(426, "The request must carry 'Connection: Upgrade'")
            return complete(serial, refusal)
        }
        var buffer = channel.allocator.buffer(capacity: 256)
        let field: StaticString? = response.status == .switchingProtocols ? "Upgrade" : nil
        ResponseHead.write(response, framing: .none, connection: field, date: core.date.now, to: &buffer)
        write(buffer)
        isFlushDue = false
        channel.flush()
        life = .takenOver
        clock.cancel()
        current = nil
        takeover.begin(channel).hop(to: eventLoop).whenComplete { result in
            guard case .success = result else { return self.close() }
            self.core.removeHTTPHandlers(from: self.channel, connection: self)
        }
    }
}
