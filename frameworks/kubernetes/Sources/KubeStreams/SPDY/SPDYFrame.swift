/// What a peer did wrong; the connection ends.
public enum SPDYError: Error, Hashable, Sendable {
    /// Bytes that are no frame of SPDY/3.1.
    case malformed(String)
    /// A frame or header block above the bounds.
    case tooLarge(String)
    /// zlib has no memory.
    case noMemory
}

/// Why a stream was reset (SPDY/3 §2.6.3).
public enum SPDYReset: UInt32, Sendable {
    /// The peer broke the protocol.
    case protocolError = 1
    /// A frame for a stream that is not there.
    case invalidStream = 2
    /// The stream was refused before any processing.
    case refusedStream = 3
    /// The stream is no longer wanted.
    case cancel = 5
    /// This end failed.
    case internalError = 6
}

/// A frame of SPDY/3.1 with its header block still compressed (spec `kubernetes/10` §10.2).
enum SPDYFrame: Hashable, Sendable {
    case synStream(id: UInt32, flags: UInt8, block: ArraySlice<UInt8>)
    case synReply(id: UInt32, flags: UInt8, block: ArraySlice<UInt8>)
    case reset(id: UInt32, status: UInt32)
    case ping(id: UInt32)
    case goAway(lastID: UInt32)
    case headers(id: UInt32, flags: UInt8, block: ArraySlice<UInt8>)
    case data(id: UInt32, flags: UInt8, bytes: ArraySlice<UInt8>)
    /// Settings, window updates and unknown control frames, which these protocols do without.
    case ignored(type: UInt16)

    /// The flag that ends the sender's direction of a stream.
    static let fin: UInt8 = 1

    /// The bytes of the frame.
    var encoded: [UInt8] {
        switch self {
        case .synStream(let id, let flags, let block):
            return Self.control(1, flags, id, [0, 0, 0, 0, 0, 0] + block)
        case .synReply(let id, let flags, let block): return Self.control(2, flags, id, Array(block))
        case .reset(let id, let status): return Self.control(3, 0, id, Self.bytes(of: status))
        case .ping(let id): return Self.control(6, 0, id, [])
        case .goAway(let lastID): return Self.control(7, 0, lastID, [0, 0, 0, 0])
        case .headers(let id, let flags, let block): return Self.control(8, flags, id, Array(block))
        case .data(let id, let flags, let bytes):
            var frame: [UInt8] = []
            frame.reserveCapacity(8 + bytes.count)
            frame.append(bigEndian: id)
            frame.append(bigEndian: UInt32(flags) << 24 | UInt32(bytes.count))
            return frame + bytes
        case .ignored: return []
        }
    }

    private static func control(_ type: UInt32, _ flags: UInt8, _ id: UInt32, _ payload: [UInt8]) -> [UInt8] {
        var frame: [UInt8] = []
        frame.append(bigEndian: 0x8003_0000 | type)
        frame.append(bigEndian: UInt32(flags) << 24 | UInt32(payload.count + 4))
        frame.append(bigEndian: id)
        return frame + payload
    }

    private static func bytes(of number: UInt32) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.append(bigEndian: number)
        return bytes
    }
}

/// Cuts a byte stream into frames; bytes may come in any pieces.
struct SPDYFrameParser {
    /// The most bytes of one frame's payload.
    static let payloadLimit = 1 << 20
    private var buffer: [UInt8] = []

    /// Takes bytes and gives the frames that are complete now.
    mutating func feed(_ bytes: some Sequence<UInt8>) throws(SPDYError) -> [SPDYFrame] {
        buffer.append(contentsOf: bytes)
        var (frames, start) = ([SPDYFrame](), 0)
        while buffer.count - start >= 8 {
            let length = Int(buffer[start + 5]) << 16 | Int(buffer[start + 6]) << 8 | Int(buffer[start + 7])
            guard length <= Self.payloadLimit else { throw .tooLarge("frame of \(length) bytes") }
            guard buffer.count - start >= 8 + length else { break }
            frames.append(try Self.frame(buffer[start..<start + 8 + length]))
            start += 8 + length
        }
        if start > 0 { buffer.removeFirst(start) }
        return frames
    }

    private static func frame(_ bytes: ArraySlice<UInt8>) throws(SPDYError) -> SPDYFrame {
        var reader = ByteReader(bytes)
        guard let first = reader.readUInt32(), let second = reader.readUInt32() else { throw .malformed("frame") }
        let (flags, payload) = (UInt8(second >> 24), reader.rest)
        guard first & 0x8000_0000 != 0 else { return .data(id: first, flags: flags, bytes: payload) }
        guard first >> 16 & 0x7fff == 3 else { throw .malformed("version \(first >> 16 & 0x7fff)") }
        return try control(UInt16(truncatingIfNeeded: first), flags, payload)
    }

    private static func control(
        _ type: UInt16, _ flags: UInt8, _ payload: ArraySlice<UInt8>
    ) throws(SPDYError) -> SPDYFrame {
        guard [1, 2, 3, 6, 7, 8].contains(type) else { return .ignored(type: type) }
        var reader = ByteReader(payload)
        guard let number = reader.readUInt32() else { throw .malformed("control frame \(type)") }
        let id = number & 0x7fff_ffff
        switch type {
        case 1:
            guard reader.rest.count >= 6 else { throw .malformed("SYN_STREAM") }
            return .synStream(id: id, flags: flags, block: reader.rest.dropFirst(6))
        case 2: return .synReply(id: id, flags: flags, block: reader.rest)
        case 3: return .reset(id: id, status: reader.readUInt32() ?? 0)
        case 6: return .ping(id: number)
        case 7: return .goAway(lastID: id)
        default: return .headers(id: id, flags: flags, block: reader.rest)
        }
    }
}
