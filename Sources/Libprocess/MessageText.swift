internal import NIOCore

/// The HTTP form of a message (spec `mesos/11` §11.2).
enum MessageText {
    /// A complete request, or nil when ids or name cannot stand in a request line.
    static func encode(to: UPID, from: UPID, name: String, body: [UInt8]) -> ByteBuffer? {
        guard !to.id.isEmpty, !name.isEmpty, isPlain(to.id), isPlain(name), isPlain(from.id), isPlain(from.host),
            isPlain(to.host)
        else { return nil }
        var buffer = ByteBufferAllocator().buffer(capacity: 256 + body.count)
        buffer.writeString(
            "POST /\(to.id)/\(name) HTTP/1.1\r\nUser-Agent: libprocess/\(from)\r\nLibprocess-From: \(from)\r\n"
                + "Connection: Keep-Alive\r\nHost: \(to.address)\r\n")
        guard !body.isEmpty else {
            buffer.writeStaticString("\r\n")
            return buffer
        }
        buffer.writeString("Transfer-Encoding: chunked\r\n\r\n\(String(body.count, radix: 16))\r\n")
        buffer.writeBytes(body)
        buffer.writeStaticString("\r\n0\r\n\r\n")
        return buffer
    }

    /// Ids stand unencoded in the path, so they must not end it.
    private static func isPlain(_ text: String) -> Bool {
        text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7f && $0 != UInt8(ascii: "?") && $0 != UInt8(ascii: "#") }
    }
}
