internal import Synchronization

/// What is known of a message type: its fields with names, numbers, types, labels and defaults.
///
/// Descriptors come from `DescriptorTable`, which `make protos` writes: one text per message, the full name in the
/// first line, then one line per field, ascending by number:
///
///     <number> <name> <kind> <label> [d] [v] [r] [=<default as JSON>]
///
/// *kind* is a scalar type, `m<index>` for a message or `e<index>` for an enum; *label* is `!` required, `?` optional,
/// `*` repeated, `%` map; `d` = deprecated, `v` = exists in v0 only, `r` = says *slave* in v0. A text is parsed when
/// its message is first used.
public final class MessageDescriptor: Sendable {
    /// The full name, such as `mesos.v1.Offer`.
    public let name: String
    private let source: StaticString
    private let parsed = ParsedOnce<MessageFields>()

    private init(_ source: StaticString) {
        self.source = source
        name = String(
            decoding: UnsafeBufferPointer(start: source.utf8Start, count: source.utf8CodeUnitCount)
                .prefix { $0 != 0x0a }, as: UTF8.self)
    }

    /// Every message type, in the order of the table.
    public static let all: [MessageDescriptor] = DescriptorTable.messages.map(MessageDescriptor.init)
    private static let byName = Dictionary(uniqueKeysWithValues: all.map { ($0.name, $0) })

    /// The descriptor of a message that exists; asking for another is a mistake of the caller and stops the process.
    public static func named(_ name: String) -> MessageDescriptor {
        guard let descriptor = byName[name] else { preconditionFailure("no message is named \(name)") }
        return descriptor
    }

    /// The descriptor of a message by its name from outside; nil when there is none.
    public static func find(_ name: String) -> MessageDescriptor? { byName[name] }

    /// The fields; parsed at the first call.
    var fields: MessageFields { parsed.value { MessageFields(source) } }
}

/// Something made at its first use and kept for the life of the process; when two threads make it, one wins.
///
/// As `AtomicLazyReference`, whose `load` is not specialized and costs a metadata look-up at every call.
struct ParsedOnce<Content: AnyObject & Sendable>: ~Copyable, Sendable {
    private let reference = Atomic<Unmanaged<Content>?>(nil)

    @inline(__always)
    func value(_ make: () -> Content) -> Content {
        if let reference = reference.load(ordering: .acquiring) { return reference.takeUnretainedValue() }
        return store(make())
    }

    private func store(_ content: Content) -> Content {
        let mine = Unmanaged.passRetained(content)
        let (stored, winner) = reference.compareExchange(expected: nil, desired: mine, ordering: .acquiringAndReleasing)
        guard !stored, let winner else { return content }
        mine.release()
        return winner.takeUnretainedValue()
    }
}

/// The fields of a message type.
final class MessageFields: Sendable {
    /// Ascending by number; at most 64.
    let all: [FieldDescriptor]
    private let indexByNumber: [Int8]
    /// Bits of the indices of required fields.
    let requiredMask: UInt64
    /// Bits of the indices of fields that are shown with their default when absent.
    let defaultMask: UInt64

    init(_ source: StaticString) {
        let text = String(
            decoding: UnsafeBufferPointer(start: source.utf8Start, count: source.utf8CodeUnitCount), as: UTF8.self)
        all = text.split(separator: "\n").dropFirst().map(FieldDescriptor.init)
        precondition(all.count <= 64, "messages have at most 64 fields")
        var indices = [Int8](repeating: -1, count: (all.last?.number ?? 0) + 1)
        var (required, defaulted): (UInt64, UInt64) = (0, 0)
        for (index, field) in all.enumerated() {
            indices[field.number] = Int8(index)
            if field.label == .required { required |= 1 << UInt64(index) }
            if field.defaultJSON != nil, !field.isDeprecated { defaulted |= 1 << UInt64(index) }
        }
        (indexByNumber, requiredMask, defaultMask) = (indices, required, defaulted)
    }

    /// The index of the field with a number; nil for unknown fields.
    func index(ofNumber number: Int) -> Int? {
        guard number < indexByNumber.count else { return nil }
        let index = indexByNumber[number]
        return index < 0 ? nil : Int(index)
    }

    /// The index of the field with a JSON key; `hint` is tried first, since keys mostly come in order.
    func index(ofKey key: ArraySlice<UInt8>, dialect: JSONDialect, hint: Int) -> Int? {
        for step in 0..<all.count {
            let index = (hint + step) % all.count
            let field = all[index]
            let name = dialect == .v1 ? field.key : field.keyV0
            if name.count == key.count, name.elementsEqual(key) { return field.isShown(in: dialect) ? index : nil }
        }
        return nil
    }
}

/// One field of a message type.
final class FieldDescriptor: Sendable {
    enum Label: Sendable { case required, optional, repeated, map }

    enum Kind: Sendable {
        case double, float, int32, int64, uint32, uint64, bool, string, bytes
        case message(MessageDescriptor)
        case enumeration(EnumerationDescriptor)
    }

    let number: Int
    let name: String
    let label: Label
    let key: [UInt8]
    let keyV0: [UInt8]
    /// `"key":` in either dialect.
    let prefix: [UInt8]
    let prefixV0: [UInt8]
    let isDeprecated: Bool
    let isOnlyInV0: Bool
    let defaultJSON: [UInt8]?
    private let kindText: String

    init(_ line: Substring) {
        let words = line.split(separator: " ")
        number = Int(words[0]) ?? 0
        name = String(words[1])
        kindText = String(words[2])
        label =
            switch words[3] {
            case "!": .required
            case "*": .repeated
            case "%": .map
            default: .optional
            }
        isDeprecated = words.dropFirst(4).contains("d")
        isOnlyInV0 = words.dropFirst(4).contains("v")
        defaultJSON = words.last.flatMap { $0.first == "=" ? Array($0.utf8.dropFirst()) : nil }
        let older = words.dropFirst(4).contains("r") ? name.replacingFirst("agent", with: "slave") : name
        (key, keyV0) = (Array(name.utf8), Array(older.utf8))
        (prefix, prefixV0) = (Array("\"\(name)\":".utf8), Array("\"\(older)\":".utf8))
        kind = Self.kind(kindText)
    }

    let kind: Kind

    private static func kind(_ text: String) -> Kind {
        switch text {
        case "double": return .double
        case "float": return .float
        case "int32": return .int32
        case "int64": return .int64
        case "uint32": return .uint32
        case "uint64": return .uint64
        case "bool": return .bool
        case "string": return .string
        case "bytes": return .bytes
        default:
            guard let index = Int(text.dropFirst()) else {
                preconditionFailure("the descriptor table is damaged: \(text)")
            }
            return text.first == "m" ? .message(.all[index]) : .enumeration(.all[index])
        }
    }

    func isShown(in dialect: JSONDialect) -> Bool { dialect == .v0 || !isOnlyInV0 }

    /// The encoding of a value of this field.
    var wireType: WireType {
        switch kind {
        case .double: .fixed64
        case .float: .fixed32
        case .int32, .int64, .uint32, .uint64, .bool, .enumeration: .varint
        case .string, .bytes, .message: .bytes
        }
    }

    /// Whether values may also come packed into one length-prefixed field.
    func allowsPacked(_ type: WireType) -> Bool { label == .repeated && type == .bytes && wireType != .bytes }
}

/// The values of an enum type.
final class EnumerationDescriptor: Sendable {
    static let all: [EnumerationDescriptor] = DescriptorTable.enumerations.map(EnumerationDescriptor.init)

    private let source: StaticString
    private let parsed = ParsedOnce<EnumerationValues>()

    private init(_ source: StaticString) { self.source = source }

    var values: EnumerationValues { parsed.value { EnumerationValues(source) } }
}

/// Names and numbers of an enum's values.
final class EnumerationValues: Sendable {
    private let values: [(number: Int32, name: [UInt8], nameV0: [UInt8])]

    init(_ source: StaticString) {
        let text = String(
            decoding: UnsafeBufferPointer(start: source.utf8Start, count: source.utf8CodeUnitCount), as: UTF8.self)
        values = text.split(separator: "\n").dropFirst().map { line in
            let words = line.split(separator: " ")
            let name = String(words[1])
            let older = words.count > 2 ? name.replacingFirst("AGENT", with: "SLAVE") : name
            return (Int32(words[0]) ?? 0, Array(name.utf8), Array(older.utf8))
        }
    }

    func name(_ number: Int32, _ dialect: JSONDialect) -> [UInt8]? {
        guard let value = values.first(where: { $0.number == number }) else { return nil }
        return dialect == .v1 ? value.name : value.nameV0
    }

    func number(_ name: ArraySlice<UInt8>, _ dialect: JSONDialect) -> Int32? {
        values.first { (dialect == .v1 ? $0.name : $0.nameV0).elementsEqual(name) }?.number
    }
}

extension String {
    fileprivate func replacingFirst(_ word: String, with replacement: String) -> String {
        guard let start = indices.first(where: { self[$0...].hasPrefix(word) }) else { return self }
        return self[..<start] + replacement + self[start...].dropFirst(word.count)
    }
}
