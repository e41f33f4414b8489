/// RecordIO framing of event streams: decimal length, `\n`, that many bytes, nothing between records.
///
/// Source: spec `mesos.md` §C.3.
public enum RecordIO {
    /// A record with its length before it, in one allocation.
    public static func frame(_ record: some Collection<UInt8>) -> [UInt8] {
        let count = record.count
        let digits = String(count).utf8
        return [UInt8](unsafeUninitializedCapacity: digits.count + 1 + count) { buffer, used in
            var at = buffer.startIndex
            for digit in digits {
                buffer.initializeElement(at: at, to: digit)
                at += 1
            }
            buffer.initializeElement(at: at, to: 0x0a)
            let rest = UnsafeMutableBufferPointer(rebasing: buffer[(at + 1)...])
            _ = rest.initialize(from: record)
            used = at + 1 + count
        }
    }
}

/// Takes a stream apart again, however it is cut into chunks.
///
/// After an error the decoder stays in error: the place of the next record is unknown.
public struct RecordIODecoder: Sendable {
    /// The largest record that is accepted, in bytes.
    public let maximumRecordBytes: Int
    private var length: Int?
    private var digits = 0
    private var partial: [UInt8] = []
    private var failure: RecordIOError?

    /// A decoder at the start of a stream.
    public init(maximumRecordBytes: Int = 64 << 20) { self.maximumRecordBytes = maximumRecordBytes }

    /// Whether the stream may end here.
    public var isBetweenRecords: Bool { failure == nil && length == nil && digits == 0 }

    /// Takes the next bytes; returns the records that they complete, in order.
    ///
    /// Throws `RecordIOError`; records completed before the bad place are lost with it. Holds at most one record.
    public mutating func decode(_ chunk: some Collection<UInt8>) throws(RecordIOError) -> [[UInt8]] {
        if let failure { throw failure }
        var records: [[UInt8]] = []
        var rest = chunk[...]
        while true {
            if let wanted = length {
                let part = rest.prefix(wanted - partial.count)
                partial.append(contentsOf: part)
                rest = rest.dropFirst(part.count)
                guard partial.count == wanted else { return records }
                records.append(partial)
                (partial, length) = ([], nil)
            }
            guard let byte = rest.popFirst() else { return records }
            try header(byte)
        }
    }

    private var pending = 0

    private mutating func header(_ byte: UInt8) throws(RecordIOError) {
        switch byte {
        case 0x0a where digits > 0:
            partial.reserveCapacity(min(pending, 1 << 16))
            (length, pending, digits) = (pending, 0, 0)
        case 0x30...0x39:
            digits += 1
            guard digits <= 20 else { throw fail(.malformedLength) }
            let (product, overflow) = pending.multipliedReportingOverflow(by: 10)
            pending = product &+ Int(byte - 0x30)
            guard !overflow, pending >= 0, pending <= maximumRecordBytes else {
                throw fail(.recordTooLarge(limit: maximumRecordBytes))
            }
        default: throw fail(.malformedLength)
        }
    }

    private mutating func fail(_ error: RecordIOError) -> RecordIOError {
        failure = error
        return error
    }
}

/// Why a RecordIO stream cannot be read on.
public enum RecordIOError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Something else than a decimal number stands where a length belongs.
    case malformedLength
    /// A record is announced that is larger than accepted.
    case recordTooLarge(limit: Int)

    /// The problem in words.
    public var description: String {
        switch self {
        case .malformedLength: "RecordIO: the length of a record is not a decimal number"
        case .recordTooLarge(let limit): "RecordIO: a record is larger than \(limit) bytes"
        }
    }
}
