public import ClusterBase
internal import ClusterModel

/// Writes one protobuf message field by field into one buffer.
///
/// Messages within are written in place: their length is put before them afterwards.
public struct WireWriter: Sendable {
    private var buffer: WireBuffer
    /// How resources are written.
    public let style: WireStyle

    /// An empty writer.
    public init(style: WireStyle = .full, capacity: Int = 256) {
        (self.style, buffer) = (style, WireBuffer(capacity: capacity))
    }

    /// What was written so far.
    public var bytes: [UInt8] { buffer.bytes }

    /// Forgets what was written and keeps the memory.
    mutating func removeAll() { buffer.removeAll() }

    /// An integer of any width.
    @inline(__always)
    public mutating func integer(_ field: Int, _ value: some BinaryInteger) {
        buffer.tag(field, .varint)
        buffer.varint(UInt64(truncatingIfNeeded: value))
    }

    /// A boolean.
    public mutating func bool(_ field: Int, _ value: Bool) { integer(field, value ? 1 : 0) }

    /// A double.
    public mutating func double(_ field: Int, _ value: Double) {
        buffer.tag(field, .fixed64)
        buffer.fixed(value.bitPattern, 8)
    }

    /// Text.
    public mutating func string(_ field: Int, _ value: String) {
        buffer.tag(field, .bytes)
        buffer.varint(UInt64(value.utf8.count))
        buffer.append(value)
    }

    /// Bytes.
    public mutating func data(_ field: Int, _ value: [UInt8]) {
        buffer.tag(field, .bytes)
        buffer.varint(UInt64(value.count))
        buffer.append(value)
    }

    /// A message written by a closure.
    public mutating func nested(_ field: Int, _ body: (inout WireWriter) -> Void) {
        let start = buffer.open(field)
        body(&self)
        buffer.close(start)
    }

    /// Bytes that are fields already.
    mutating func raw(_ fields: ArraySlice<UInt8>) { buffer.append(fields) }

    /// An id, which on the wire is a message around text.
    public mutating func id<Tag>(_ field: Int, _ id: TaggedID<Tag>) {
        let count = id.value.utf8.count
        buffer.tag(field, .bytes)
        buffer.varint(UInt64(1 + WireBuffer.varintSize(count) + count))
        string(1, id.value)
    }
}

extension WireWriter {
    /// A message of the model.
    public mutating func message(_ field: Int, _ value: some WireModel) { nested(field) { value.write(to: &$0) } }

    /// A message of the model, if there is one.
    mutating func message(_ field: Int, ifPresent value: (some WireModel)?) { if let value { message(field, value) } }

    /// Text, if there is some.
    mutating func string(_ field: Int, ifPresent value: String?) { if let value { string(field, value) } }

    /// An id, if there is one.
    mutating func id<Tag>(_ field: Int, ifPresent id: TaggedID<Tag>?) { if let id { self.id(field, id) } }

    /// A duration as `DurationInfo`.
    mutating func duration(_ field: Int, _ value: Duration) { nested(field) { $0.integer(1, value.totalNanoseconds) } }

    /// A moment as `TimeInfo`.
    mutating func instant(_ field: Int, _ value: Instant) { nested(field) { $0.integer(1, value.nanoseconds) } }

    /// A moment as `TimeInfo`, if there is one.
    mutating func instant(_ field: Int, ifPresent value: Instant?) { if let value { instant(field, value) } }
}
