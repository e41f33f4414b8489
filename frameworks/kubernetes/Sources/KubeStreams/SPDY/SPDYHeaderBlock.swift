internal import CZlib

/// Header blocks of one direction of a connection: one zlib stream over all of them, never reset.
///
/// The class is not thread-safe; it belongs to its connection's event loop.
final class SPDYHeaderCoder {
    private let stream: OpaquePointer
    private let limit: Int

    /// Makes the coder of a direction; nil when zlib has no memory.
    ///
    /// `limit` bounds a block after decompression.
    init?(compresses: Bool, limit: Int = 64 << 10) {
        // The dictionary is a constant of the process: its bytes stay where they are.
        guard let stream = czlib_stream_open(compresses ? 1 : 0, Self.dictionary.baseAddress, Self.dictionary.count)
        else { return nil }
        (self.stream, self.limit) = (stream, limit)
    }

    deinit { czlib_stream_close(stream) }

    /// Compresses a block.
    func encode(_ headers: [(name: String, value: String)]) throws(SPDYError) -> [UInt8] {
        var plain: [UInt8] = []
        plain.append(bigEndian: UInt32(headers.count))
        for (name, value) in headers {
            for text in [name, value] {
                plain.append(bigEndian: UInt32(text.utf8.count))
                plain.append(contentsOf: text.utf8)
            }
        }
        return try run(plain)
    }

    /// Decompresses and reads a block; names in lower case, several values of a name as several pairs.
    func decode(_ block: some Collection<UInt8>) throws(SPDYError) -> [(name: String, value: String)] {
        let plain = try run(Array(block))
        var reader = ByteReader(plain[...])
        guard let count = reader.readUInt32(), count <= 1_024 else { throw .malformed("header count") }
        var headers: [(name: String, value: String)] = []
        for _ in 0..<count {
            guard let name = reader.readText(), let values = reader.readText() else { throw .malformed("header") }
            for value in values.split(separator: "\0", omittingEmptySubsequences: false) {
                headers.append((name.lowercased(), String(value)))
            }
        }
        return headers
    }

    private func run(_ input: [UInt8]) throws(SPDYError) -> [UInt8] {
        var (output, rest) = ([UInt8](), input[...])
        let step = 4_096
        while true {
            var (consumed, written) = (0, 0)
            let piece = [UInt8](unsafeUninitializedCapacity: step) { buffer, count in
                written = rest.withUnsafeBufferPointer {
                    czlib_stream_run(stream, $0.baseAddress, $0.count, &consumed, buffer.baseAddress, step)
                }
                count = max(0, written)
            }
            guard written >= 0 else { throw .malformed("compressed headers") }
            output += piece
            rest = rest.dropFirst(consumed)
            guard output.count <= limit else { throw .tooLarge("header block") }
            if written < step { break }
        }
        guard rest.isEmpty else { throw .malformed("compressed headers") }
        return output
    }

    nonisolated(unsafe) private static let dictionary: UnsafeBufferPointer<UInt8> = {
        let copy = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: SPDYDictionary.bytes.count)
        _ = copy.initialize(from: SPDYDictionary.bytes)
        return UnsafeBufferPointer(copy)
    }()
}
