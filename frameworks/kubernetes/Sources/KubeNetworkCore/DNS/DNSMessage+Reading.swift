internal import KubeModel

extension DNSMessage {
    /// Reads a message; what follows its last record is ignored.
    ///
    /// Names may point backwards only, so that reading ends; counts are believed as far as there are bytes.
    public init(parsing bytes: [UInt8]) throws(DNSFormatError) {
        var reader = DNSReader(bytes: bytes)
        var counts: [Int] = []
        try self.init(head: &reader, recordCounts: &counts)
        let error = DNSFormatError(questionID: isResponse ? nil : id)
        for (section, count) in counts.enumerated() {
            for _ in 0..<count {
                guard let item = reader.record() else { throw error }
                switch (section, item) {
                case (0, .record(let record)): answers.append(record)
                case (1, .record(let record)): authority.append(record)
                case (2, .record(let record)): additional.append(record)
                case (2, .edns(let edns, let upperCode)) where self.edns == nil:
                    self.edns = edns
                    code = DNSResponseCode(rawValue: code.rawValue | upperCode << 4)
                default: throw error
                }
            }
        }
    }

    /// Reads a message up to its question; its records are left out, whatever they are.
    public init(parsingHeadOf bytes: [UInt8]) throws(DNSFormatError) {
        var reader = DNSReader(bytes: bytes)
        var counts: [Int] = []
        try self.init(head: &reader, recordCounts: &counts)
    }

    private init(head reader: inout DNSReader, recordCounts: inout [Int]) throws(DNSFormatError) {
        guard let head = reader.head() else { throw DNSFormatError() }
        id = head.id
        isResponse = head.flags & 0x8000 != 0
        operation = UInt8(head.flags >> 11 & 15)
        (isAuthoritative, isTruncated) = (head.flags & 0x400 != 0, head.flags & 0x200 != 0)
        (wantsRecursion, offersRecursion) = (head.flags & 0x100 != 0, head.flags & 0x80 != 0)
        code = DNSResponseCode(rawValue: head.flags & 15)
        recordCounts = Array(head.counts.dropFirst())
        let error = DNSFormatError(questionID: isResponse ? nil : id)
        switch head.counts[0] {
        case 0: question = nil
        case 1:
            guard let question = reader.question() else { throw error }
            self.question = question
        default: throw error
        }
    }
}

/// Reads the parts of a message, in order; nil where there is no such part.
private struct DNSReader {
    enum Item {
        case record(DNSRecord)
        case edns(DNSMessage.Extension, upperCode: UInt16)
    }

    let bytes: [UInt8]
    var position = 0

    init(bytes: [UInt8]) { self.bytes = bytes }

    mutating func byte() -> UInt8? {
        guard position < bytes.count else { return nil }
        defer { position += 1 }
        return bytes[position]
    }

    mutating func short() -> UInt16? {
        guard let high = byte(), let low = byte() else { return nil }
        return UInt16(high) << 8 | UInt16(low)
    }

    mutating func long() -> UInt32? {
        guard let high = short(), let low = short() else { return nil }
        return UInt32(high) << 16 | UInt32(low)
    }

    mutating func head() -> (id: UInt16, flags: UInt16, counts: [Int])? {
        guard let id = short(), let flags = short() else { return nil }
        var counts: [Int] = []
        for _ in 0..<4 {
            guard let count = short() else { return nil }
            counts.append(Int(count))
        }
        return (id, flags, counts)
    }

    mutating func question() -> DNSQuestion? {
        guard let name = name(), let type = short(), let recordClass = short() else { return nil }
        return DNSQuestion(name, DNSType(rawValue: type), DNSClass(rawValue: recordClass))
    }

    /// A name, following pointers, each of which must lead further back than the one before.
    mutating func name() -> DNSName? {
        var labels: [String] = []
        var length = 1
        var place = position
        var bound = position
        var end: Int?
        while true {
            guard place < bytes.count else { return nil }
            let count = Int(bytes[place])
            switch count {
            case 0:
                position = end ?? place + 1
                return DNSName(unchecked: labels)
            case 1...DNSName.longestLabel:
                length += count + 1
                guard place + count < bytes.count, length <= DNSName.longest else { return nil }
                labels.append(Self.latin(bytes[(place + 1)...(place + count)]))
                place += count + 1
            case 0xc0...:
                guard place + 1 < bytes.count else { return nil }
                let target = (count & 0x3f) << 8 | Int(bytes[place + 1])
                guard target < bound else { return nil }
                end = end ?? place + 2
                (place, bound) = (target, target)
            default: return nil
            }
        }
    }

    static func latin(_ bytes: ArraySlice<UInt8>) -> String {
        if bytes.allSatisfy({ $0 < 128 }) { return String(decoding: bytes, as: UTF8.self) }
        var text = ""
        text.unicodeScalars.append(contentsOf: bytes.map { Unicode.Scalar($0) })
        return text
    }

    mutating func record() -> Item? {
        guard let name = name(), let rawType = short(), let rawClass = short(), let life = long(), let count = short()
        else { return nil }
        let end = position + Int(count)
        guard end <= bytes.count else { return nil }
        let type = DNSType(rawValue: rawType)
        if type == .opt {
            position = end
            guard name == .root else { return nil }
            var edns = DNSMessage.Extension(payloadLimit: rawClass)
            edns.version = UInt8(life >> 16 & 0xff)
            return .edns(edns, upperCode: UInt16(life >> 24))
        }
        guard let data = data(type, end: end), position == end else { return nil }
        let recordClass = DNSClass(rawValue: rawClass)
        return .record(DNSRecord(name, data, timeToLive: life, recordClass: recordClass))
    }

    private mutating func data(_ type: DNSType, end: Int) -> DNSData? {
        switch type {
        case .a where end - position == 4: return long().map { .address(IPAddress(v4: $0)) }
        case .aaaa where end - position == 16:
            let bits = bytes[position..<end].reduce(UInt128(0)) { $0 << 8 | UInt128($1) }
            position = end
            return .address(IPAddress(v6: bits))
        case .a, .aaaa: return nil
        case .cname: return name().map { .alias($0) }
        case .ptr: return name().map { .pointer($0) }
        case .srv:
            guard let priority = short(), let weight = short(), let port = short(), let target = name() else {
                return nil
            }
            return .service(priority: priority, weight: weight, port: port, target: target)
        case .txt:
            var texts: [String] = []
            while position < end {
                let count = Int(bytes[position])
                guard position + count < end else { return nil }
                texts.append(Self.latin(bytes[(position + 1)..<(position + 1 + count)]))
                position += count + 1
            }
            return .text(texts)
        case .soa: return start().map { .start($0) }
        default:
            defer { position = end }
            return .other(type, Array(bytes[position..<end]))
        }
    }

    private mutating func start() -> DNSZoneStart? {
        guard let server = name(), let mailbox = name(), let serial = long(), let refresh = long(), let retry = long(),
            let expire = long(), let minimum = long()
        else { return nil }
        return DNSZoneStart(
            server: server, mailbox: mailbox, serial: serial, refresh: refresh, retry: retry, expire: expire,
            minimum: minimum)
    }
}
