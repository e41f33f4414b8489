/// How the value of a field is encoded; raw values are protobuf's.
enum WireType: UInt8 {
    case varint = 0
    case fixed64 = 1
    case bytes = 2
    case fixed32 = 5
}

/// A position in protobuf bytes: the lowest level of reading, shared by models, JSON mapping and checks.
struct WireCursor: Sendable {
    let bytes: [UInt8]
    private(set) var at: Int
    let end: Int

    init(_ bytes: [UInt8], _ range: Range<Int>) { (self.bytes, at, end) = (bytes, range.lowerBound, range.upperBound) }

    /// The number and encoding of the next field; nil at the end.
    mutating func tag() throws(WireError) -> (field: Int, type: WireType)? {
        guard at < end else { return nil }
        let tag = try varint()
        guard let type = WireType(rawValue: UInt8(truncatingIfNeeded: tag & 7)), tag >> 3 > 0, tag >> 3 < 1 << 29 else {
            throw .malformed
        }
        return (Int(tag >> 3), type)
    }

    mutating func varint() throws(WireError) -> UInt64 {
        guard at < end else { throw .malformed }
        var byte = bytes[at]
        at += 1
        if byte < 0x80 { return UInt64(byte) }
        var result = UInt64(byte & 0x7f)
        var shift: UInt64 = 7
        while shift < 64 {
            guard at < end else { throw .malformed }
            byte = bytes[at]
            at += 1
            result |= UInt64(byte & 0x7f) << shift
            if byte < 0x80 { return result }
            shift += 7
        }
        throw .malformed
    }

    /// A little-endian number of `count` bytes.
    mutating func fixed(_ count: Int) throws(WireError) -> UInt64 {
        guard count <= end - at else { throw .malformed }
        var bits: UInt64 = 0
        var index = at + count
        while index > at {
            index -= 1
            bits = bits << 8 | UInt64(bytes[index])
        }
        at += count
        return bits
    }

    /// The place of a value with a length before it.
    mutating func range() throws(WireError) -> Range<Int> {
        let length = try varint()
        guard length <= UInt64(end - at) else { throw .malformed }
        let range = at..<(at + Int(length))
        at = range.upperBound
        return range
    }

    mutating func skip(_ type: WireType) throws(WireError) {
        switch type {
        case .varint: _ = try varint()
        case .fixed64: _ = try fixed(8)
        case .fixed32: _ = try fixed(4)
        case .bytes: _ = try range()
        }
    }
}

/// Growing protobuf bytes: the lowest level of writing.
struct WireBuffer: Sendable {
    private(set) var bytes: [UInt8] = []

    init(capacity: Int) { bytes.reserveCapacity(capacity) }

    @inline(__always)
    mutating func varint(_ value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(truncatingIfNeeded: rest))
    }

    @inline(__always)
    mutating func tag(_ field: Int, _ type: WireType) { varint(UInt64(field) << 3 | UInt64(type.rawValue)) }

    mutating func fixed(_ value: UInt64, _ count: Int) {
        var bits = value
        for _ in 0..<count {
            bytes.append(UInt8(truncatingIfNeeded: bits))
            bits >>= 8
        }
    }

    mutating func append(_ content: some Collection<UInt8>) { bytes.append(contentsOf: content) }

    mutating func append(_ text: String) {
        let isDone: Void? = text.utf8.withContiguousStorageIfAvailable { bytes.append(contentsOf: $0) }
        if isDone == nil { bytes.append(contentsOf: text.utf8) }
    }

    mutating func removeAll() { bytes.removeAll(keepingCapacity: true) }

    mutating func append(_ byte: UInt8) { bytes.append(byte) }

    /// Begins a value whose length is not known yet; give the result to `close`.
    mutating func open(_ field: Int) -> Int {
        tag(field, .bytes)
        bytes.append(0)
        return bytes.count
    }

    /// Puts the length of what was written since `open` before it, making room where one byte is too small.
    mutating func close(_ start: Int) {
        var length = UInt64(bytes.count - start)
        guard length >= 0x80 else {
            bytes[start - 1] = UInt8(length)
            return
        }
        let extra = Self.varintSize(Int(length)) - 1
        let end = bytes.count
        for _ in 0..<extra { bytes.append(0) }
        bytes.withUnsafeMutableBufferPointer { bytes in
            guard let base = bytes.baseAddress else { return }
            (base + start + extra).update(from: base + start, count: end - start)
            var at = start - 1
            while length >= 0x80 {
                bytes[at] = UInt8(truncatingIfNeeded: length) | 0x80
                length >>= 7
                at += 1
            }
            bytes[at] = UInt8(length)
        }
    }

    static func varintSize(_ value: Int) -> Int {
        var (size, rest) = (1, value >> 7)
        while rest > 0 {
            size += 1
            rest >>= 7
        }
        return size
    }
}
