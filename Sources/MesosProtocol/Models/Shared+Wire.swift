internal import ClusterBase
internal import ClusterModel
internal import ResourceModel

// Parts that several messages share: labels, limits, domains, values, and images of what the model does not hold.

/// A set of field numbers below 64.
struct FieldSet: ExpressibleByArrayLiteral {
    private var bits: UInt64 = 0

    init(arrayLiteral numbers: Int...) { for number in numbers { bits |= 1 << UInt64(number) } }

    func contains(_ number: Int) -> Bool { number < 64 && bits & 1 << UInt64(number) != 0 }
}

extension WireImage {
    /// The content of the last field with a number, if it is a message, text or bytes.
    func content(of number: Int) -> [UInt8]? {
        var cursor = WireCursor(bytes, 0..<bytes.count)
        var found: Range<Int>?
        while let (field, type) = try? cursor.tag() {
            if field == number, type == .bytes {
                found = try? cursor.range()
            } else if (try? cursor.skip(type)) == nil {
                break
            }
        }
        return found.map { Array(bytes[$0]) }
    }
}

extension WireWriter {
    /// The fields of an image that the model does not hold: all but the given ones.
    mutating func rest(of image: WireImage?, except modelled: FieldSet) {
        guard let image else { return }
        var cursor = WireCursor(image.bytes, 0..<image.bytes.count)
        var start = cursor.at
        while let (field, type) = try? cursor.tag(), (try? cursor.skip(type)) != nil {
            if !modelled.contains(field) { raw(image.bytes[start..<cursor.at]) }
            start = cursor.at
        }
    }

    /// A message that the model holds in part: as the image has it while the model says the same, else from the model.
    mutating func message<Part: WireModel & Equatable>(_ field: Int, _ value: Part?, image: WireImage?) {
        guard let value else { return }
        if let content = image?.content(of: field) {
            var reader = WireReader(content)
            if let original = try? Part(from: &reader), original == value { return data(field, content) }
        }
        message(field, value)
    }

    mutating func labels(_ field: Int, _ labels: [Label]) {
        guard !labels.isEmpty else { return }
        nested(field) { writer in
            for label in labels {
                writer.nested(1) {
                    $0.string(1, label.key)
                    $0.string(2, ifPresent: label.value)
                }
            }
        }
    }

    mutating func limits(_ field: Int, _ limits: [ResourceLimit]) {
        for limit in limits {
            nested(field) { writer in
                writer.string(1, limit.name)
                writer.nested(2) { $0.double(1, limit.value) }
            }
        }
    }

    mutating func parameters(_ field: Int, _ parameters: [Parameter]) {
        for parameter in parameters {
            nested(field) { writer in
                writer.string(1, parameter.key)
                writer.string(2, parameter.value)
            }
        }
    }

    mutating func ranges(_ field: Int, _ value: ValueRanges) {
        nested(field) { writer in
            for range in value.ranges {
                writer.nested(1) {
                    $0.integer(1, range.lowerBound)
                    $0.integer(2, range.upperBound)
                }
            }
        }
    }

    mutating func resources(_ field: Int, _ resources: Resources) {
        for resource in resources { message(field, resource) }
    }
}

extension WireReader {
    mutating func labels() throws(WireError) -> [Label] {
        try list { (reader) throws(WireError) in
            let (key, value) = try reader.pair()
            return Label(key: key ?? "", value: value)
        }
    }

    /// The elements of a message with one repeated message, number 1.
    mutating func list<Element>(
        _ read: (inout WireReader) throws(WireError) -> Element
    ) throws(WireError) -> [Element] {
        try nested { (reader) throws(WireError) in
            var elements: [Element] = []
            while let field = try reader.next() {
                if field == 1 { elements.append(try read(&reader)) } else { try reader.skip() }
            }
            return elements
        }
    }

    /// A message of two texts: labels, parameters.
    mutating func pair() throws(WireError) -> (String?, String?) {
        try nested { (reader) throws(WireError) in
            var pair: (String?, String?)
            while let field = try reader.next() {
                switch field {
                case 1: pair.0 = try reader.string()
                case 2: pair.1 = try reader.string()
                default: try reader.skip()
                }
            }
            return pair
        }
    }

    mutating func parameter() throws(WireError) -> Parameter {
        let (key, value) = try pair()
        return Parameter(key: key ?? "", value: value ?? "")
    }

    mutating func limit() throws(WireError) -> ResourceLimit {
        try nested { (reader) throws(WireError) in
            var limit = ResourceLimit(name: "", value: 0)
            while let field = try reader.next() {
                switch field {
                case 1: limit.name = try reader.string()
                case 2: limit.value = try reader.scalar()
                default: try reader.skip()
                }
            }
            return limit
        }
    }

    /// `Value.Scalar`.
    mutating func scalar() throws(WireError) -> Double {
        try wrapped { (reader) throws(WireError) in try reader.double() } ?? 0
    }

    /// `Value.Ranges`; ranges that end before they begin are an error.
    mutating func ranges() throws(WireError) -> ValueRanges {
        let ranges = try looseRanges()
        if let (begin, end) = ranges.first(where: { $0.begin > $0.end }) {
            throw .invalid("Invalid range [\(begin)-\(end)]: it ends before it begins")
        }
        return ValueRanges(ranges.map { $0.begin...$0.end })
    }

    /// A resource in either form; what the model lacks of it is left out silently.
    mutating func resource() throws(WireError) -> Resource {
        try withoutNotingLoss { (reader) throws(WireError) in try reader.message() }
    }
}

/// The number of an enum value on the wire and its name, from the descriptor of a field.
enum WireNames {
    static func name(_ number: Int, message: String, field: Int) -> String? {
        values(message, field)?.name(Int32(truncatingIfNeeded: number), .v1).map { String(decoding: $0, as: UTF8.self) }
    }

    static func number(_ name: String, message: String, field: Int) -> Int? {
        values(message, field)?.number(Array(name.utf8)[...], .v1).map(Int.init)
    }

    private static func values(_ message: String, _ number: Int) -> EnumerationValues? {
        let fields = MessageDescriptor.named(message).fields
        guard let index = fields.index(ofNumber: number), case .enumeration(let type) = fields.all[index].kind else {
            return nil
        }
        return type.values
    }
}
