public import ClusterBase
public import ClusterModel

/// One entry of a task's `task.updates` file (`StatusUpdateRecord`; spec `mesos/05` §5.3).
public enum StatusUpdateRecord: Hashable, Sendable, WireModel {
    /// An update that was accepted from an executor or made by the agent.
    case update(StatusUpdate)
    /// The acknowledgement of the update with this uuid.
    case acknowledged(UniqueID)

    /// `mesos.internal.StatusUpdateRecord`.
    public static var messageName: String { "mesos.internal.StatusUpdateRecord" }

    /// Reads a record; one whose payload is missing is an error.
    public init(from reader: inout WireReader) throws(WireError) {
        var (type, update, uuid): (Int, StatusUpdate?, UniqueID?) = (0, nil, nil)
        while let field = try reader.next() {
            switch field {
            case Wire.Internal.StatusUpdateRecord.type: type = try reader.int()
            case Wire.Internal.StatusUpdateRecord.update: update = try reader.message()
            case Wire.Internal.StatusUpdateRecord.uuid: uuid = try reader.optionalUUID("uuid")
            default: try reader.skip()
            }
        }
        if type == 0, let update {
            self = .update(update)
        } else if type == 1, let uuid {
            self = .acknowledged(uuid)
        } else {
            throw .invalid("The record of a status update lacks its payload")
        }
    }

    /// Writes the record.
    public func write(to writer: inout WireWriter) {
        switch self {
        case .update(let update):
            writer.integer(Wire.Internal.StatusUpdateRecord.type, 0)
            writer.message(Wire.Internal.StatusUpdateRecord.update, update)
        case .acknowledged(let uuid):
            writer.integer(Wire.Internal.StatusUpdateRecord.type, 1)
            writer.data(Wire.Internal.StatusUpdateRecord.uuid, uuid.bytes)
        }
    }
}

/// The agent's checkpoint files: each message with its length before it, four bytes little-endian.
///
/// Source: spec `mesos/05` §5.3.
public enum CheckpointCodec {
    /// The largest message that is believed, in bytes.
    public static let maximumRecordBytes = 64 << 20

    /// One message of a file: written whole for `*.info`, appended for `task.updates`.
    public static func encode(_ value: some WireModel, style: WireStyle = .daemon) -> [UInt8] {
        var writer = WireWriter(style: style)
        value.write(to: &writer)
        let count = UInt32(writer.bytes.count)
        return (0..<4).map { UInt8(truncatingIfNeeded: count >> ($0 * 8)) } + writer.bytes
    }

    /// The only message of a file.
    ///
    /// Throws `malformed` when the file does not hold exactly one.
    public static func decodeOne<Value: WireModel>(_ type: Value.Type, from bytes: [UInt8]) throws(WireError) -> Value {
        let (values, valid) = try decode(type, from: bytes)
        guard values.count == 1, valid == bytes.count else { throw .malformed }
        return values[0]
    }

    /// The messages of a file that is appended to, and how many bytes of it are whole messages.
    ///
    /// A crash may have left a part of one at the end, which the caller truncates. Throws for messages that are whole
    /// but cannot be read.
    public static func decode<Value: WireModel>(
        _: Value.Type, from bytes: [UInt8]
    ) throws(WireError) -> (values: [Value], validBytes: Int) {
        let message = MessageDescriptor.named(Value.messageName)
        var values: [Value] = []
        var at = 0
        while bytes.count - at >= 4 {
            let count = (0..<4).reduce(0) { $0 | Int(bytes[at + $1]) << ($1 * 8) }
            guard count <= maximumRecordBytes else { throw .malformed }
            guard bytes.count - at - 4 >= count else { break }
            let content = Array(bytes[(at + 4)..<(at + 4 + count)])
            let missing = try message.missingRequired(in: content)
            guard missing.isEmpty else { throw .missingRequired(missing) }
            var reader = WireReader(content)
            values.append(try Value(from: &reader))
            at += 4 + count
        }
        return (values, at)
    }
}
