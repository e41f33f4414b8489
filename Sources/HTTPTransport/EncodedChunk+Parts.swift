internal import NIOCore

extension EncodedChunk {
    /// Frames several pieces as one chunk; together they must not be empty.
    public init(joining parts: [[UInt8]]) {
        let count = parts.reduce(0) { $0 + $1.count }
        precondition(count > 0, "an empty chunk would end the stream")
        let size = String(count, radix: 16)
        var buffer = ByteBufferAllocator().buffer(capacity: size.utf8.count + count + 4)
        buffer.writeString(size)
        buffer.writeStaticString("\r\n")
        for part in parts { buffer.writeBytes(part) }
        buffer.writeStaticString("\r\n")
        self.init(framed: buffer, count: 1)
    }

    /// What a chunk of one piece carries, without its frame.
    public var content: some Sequence<UInt8> {
        let bytes = framed.readableBytesView
        let start = bytes.firstIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? bytes.startIndex
        return bytes[start..<(bytes.endIndex - 2)]
    }
}
