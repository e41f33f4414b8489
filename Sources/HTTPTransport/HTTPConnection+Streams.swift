internal import NIOCore

// Feeding a stream to its client.

extension HTTPConnection {
    /// Writes what waits while the socket takes it, one flush for all; goes on when the socket is writable again.
    func drain() {
        guard let stream = current?.stream, life == .open else { return }
        while channel.isWritable {
            guard let (chunks, isFinished) = stream.take(bytes: 64 << 10) else { return }
            if isFinished {
                stream.finish(.finished)
                return endStream(keepAlive: current?.job.keepsAlive == true)
            }
            guard !chunks.isEmpty else { break }
            writeCoalesced(chunks)
            if !channel.isWritable { flushStream() }
        }
        flushStream()
    }

    func writeNow(_ chunk: EncodedChunk) -> Bool {
        guard life == .open, current?.stream != nil, channel.isWritable else { return false }
        write(chunk.framed)
        flushStream()
        return true
    }

    func abort() {
        guard life == .open else { return }
        if current?.stream?.end == .overflow { core.countOverflow() }
        close()
    }

    /// Ends the chunked body.
    func endStream(keepAlive: Bool) {
        write(ByteBuffer(staticString: "0\r\n\r\n"))
        current?.stream = nil
        finishCurrent(keepAlive: keepAlive)
    }

    private func flushStream() {
        guard isFlushDue else { return }
        isFlushDue = false
        channel.flush()
    }

    /// Small chunks leave in one buffer: copying a few bytes costs less than a buffer's way through the pipeline.
    private func writeCoalesced(_ chunks: [EncodedChunk]) {
        if chunks.count == 1 || chunks[0].framed.readableBytes > 16 << 10 {
            for chunk in chunks { write(chunk.framed) }
        } else {
            write(EncodedChunk(joining: chunks[...]).framed)
        }
    }
}
