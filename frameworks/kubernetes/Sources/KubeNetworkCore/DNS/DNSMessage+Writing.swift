internal import KubeModel

extension DNSMessage {
    /// The message as bytes, names compressed, of no more than `limit` bytes.
    ///
    /// Records that do not fit are left out; the message says so (`isTruncated`) unless they are only additional ones.
    ///
    /// - Parameter limit: at least 512.
    public func bytes(limit: Int = DNSMessage.longest) -> [UInt8] {
        var writer = DNSWriter()
        writer.bytes.reserveCapacity(min(limit, 512))
        for _ in 0..<6 { writer.short(0) }
        if let question {
            writer.name(question.name)
            writer.short(question.type.rawValue)
            writer.short(question.recordClass.rawValue)
        }
        let room = limit - (edns == nil ? 0 : DNSWriter.ednsLength)
        var truncated = isTruncated
        var counts: [UInt16] = []
        for (place, section) in [answers, authority, additional].enumerated() {
            // Nothing of a later section when an earlier one is not complete.
            let written = truncated && !isTruncated ? 0 : writer.records(section, limit: room)
            if written < section.count, place < 2 { truncated = true }
            counts.append(UInt16(written))
        }
        if let edns {
            writer.edns(edns, upperCode: code.rawValue >> 4)
            counts[2] += 1
        }
        writer.head(id, flags(truncated: truncated), [question == nil ? 0 : 1] + counts)
        return writer.bytes
    }

    private func flags(truncated: Bool) -> UInt16 {
        var flags = UInt16(operation & 15) << 11 | code.rawValue & 15
        for (isSet, bit) in [
            (isResponse, UInt16(0x8000)), (isAuthoritative, 0x400), (truncated, 0x200), (wantsRecursion, 0x100),
            (offersRecursion, 0x80),
        ] where isSet { flags |= bit }
        return flags
    }
}

/// Writes the parts of a message; remembers where names stand, to point at them.
private struct DNSWriter {
    /// The bytes of an extension without options.
    static let ednsLength = 11
    /// Pointers reach no further.
    private static let pointerReach = 0x3fff

    var bytes: [UInt8] = []
    private var places: [[String]: Int] = [:]

    mutating func short(_ value: UInt16) {
        bytes.append(UInt8(value >> 8))
        bytes.append(UInt8(truncatingIfNeeded: value))
    }

    mutating func long(_ value: UInt32) {
        short(UInt16(value >> 16))
        short(UInt16(truncatingIfNeeded: value))
    }

    mutating func head(_ id: UInt16, _ flags: UInt16, _ counts: [UInt16]) {
        for (place, value) in ([id, flags] + counts).enumerated() {
            bytes[2 * place] = UInt8(value >> 8)
            bytes[2 * place + 1] = UInt8(truncatingIfNeeded: value)
        }
    }

    mutating func name(_ name: DNSName, compressed: Bool = true) {
        var rest = name.labels[...]
        while let label = rest.first {
            if compressed, let place = places[Array(rest)] {
                short(0xc000 | UInt16(place))
                return
            }
            if bytes.count <= Self.pointerReach { places[Array(rest)] = bytes.count }
            let scalars = label.unicodeScalars
            bytes.append(UInt8(scalars.count))
            bytes.append(contentsOf: scalars.lazy.map { UInt8(truncatingIfNeeded: $0.value) })
            rest = rest.dropFirst()
        }
        bytes.append(0)
    }

    /// Writes records while they fit; returns how many did.
    mutating func records(_ records: [DNSRecord], limit: Int) -> Int {
        for (place, item) in records.enumerated() {
            let start = bytes.count
            record(item)
            if bytes.count > limit {
                bytes.removeSubrange(start...)
                places = places.filter { $0.value < start }
                return place
            }
        }
        return records.count
    }

    private mutating func record(_ record: DNSRecord) {
        name(record.name)
        short(record.data.type.rawValue)
        short(record.recordClass.rawValue)
        long(record.timeToLive)
        let start = bytes.count
        short(0)
        data(record.data)
        let count = bytes.count - start - 2
        bytes[start] = UInt8(truncatingIfNeeded: count >> 8)
        bytes[start + 1] = UInt8(truncatingIfNeeded: count)
    }

    private mutating func data(_ data: DNSData) {
        switch data {
        case .address(let address):
            for shift in stride(from: address.width - 8, through: 0, by: -8) {
                bytes.append(UInt8(truncatingIfNeeded: address.bits >> UInt128(shift)))
            }
        case .alias(let target), .pointer(let target): name(target)
        case .service(let priority, let weight, let port, let target):
            [priority, weight, port].forEach { short($0) }
            // RFC 2782: not to be compressed.
            name(target, compressed: false)
        case .text(let texts):
            for text in texts {
                let scalars = text.unicodeScalars.prefix(255)
                bytes.append(UInt8(scalars.count))
                bytes.append(contentsOf: scalars.map { UInt8(truncatingIfNeeded: $0.value) })
            }
        case .start(let start):
            name(start.server)
            name(start.mailbox)
            [start.serial, start.refresh, start.retry, start.expire, start.minimum].forEach { long($0) }
        case .other(_, let raw): bytes += raw
        }
    }

    mutating func edns(_ edns: DNSMessage.Extension, upperCode: UInt16) {
        bytes.append(0)
        short(DNSType.opt.rawValue)
        short(edns.payloadLimit)
        long(UInt32(upperCode & 0xff) << 24 | UInt32(edns.version) << 16)
        short(0)
    }
}
