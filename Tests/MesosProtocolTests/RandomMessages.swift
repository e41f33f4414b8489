internal import ClusterBase

@testable internal import MesosProtocol

/// Makes random messages of any type from the descriptor tables, in canonical form: fields ascending by number, each
/// singular field once, maps sorted by key, and every field present that JSON would show with its default.
struct RandomMessages {
    var random: SeededRandom
    var dialect = JSONDialect.v1

    mutating func message(_ descriptor: MessageDescriptor, depth: Int = 0) -> [UInt8] {
        var buffer = WireBuffer(capacity: 64)
        for field in descriptor.fields.all where field.isShown(in: dialect) {
            let isForced = field.label == .required || (field.defaultJSON != nil && !field.isDeprecated)
            guard isForced || (depth < 4 && random.chance(depth < 2 ? 0.4 : 0.2)) else { continue }
            switch field.label {
            case .required, .optional: value(field, &buffer, depth)
            case .repeated: for _ in 0...random.below(2) { value(field, &buffer, depth) }
            case .map: map(field, &buffer, depth)
            }
        }
        return buffer.bytes
    }

    private mutating func map(_ field: FieldDescriptor, _ buffer: inout WireBuffer, _ depth: Int) {
        guard case .message(let entry) = field.kind else { return }
        for key in ["a", "b ü", "c"] where random.chance(0.6) {
            let start = buffer.open(field.number)
            text(Array(key.utf8), 1, &buffer)
            value(entry.fields.all[1], &buffer, depth + 1)
            buffer.close(start)
        }
    }

    private mutating func value(_ field: FieldDescriptor, _ buffer: inout WireBuffer, _ depth: Int) {
        switch field.kind {
        case .double:
            buffer.tag(field.number, .fixed64)
            buffer.fixed(double().bitPattern, 8)
        case .float:
            buffer.tag(field.number, .fixed32)
            buffer.fixed(UInt64(Float(double()).bitPattern), 4)
        case .int32: varint(field, UInt64(truncatingIfNeeded: Int64(Int32(truncatingIfNeeded: random.next()))), &buffer)
        case .int64: varint(field, random.next(), &buffer)
        case .uint32: varint(field, random.next() >> 32, &buffer)
        case .uint64: varint(field, random.next() >> UInt64(random.below(64)), &buffer)
        case .bool: varint(field, random.next() & 1, &buffer)
        case .string: text(string(), field.number, &buffer)
        case .bytes:
            text((0..<random.below(20)).map { _ in UInt8(truncatingIfNeeded: random.next()) }, field.number, &buffer)
        case .enumeration(let enumeration):
            let numbers = (0..<60).filter { enumeration.values.name(Int32($0), .v1) != nil }
            varint(field, UInt64(numbers[random.below(numbers.count)]), &buffer)
        case .message(let inner):
            let start = buffer.open(field.number)
            buffer.append(message(inner, depth: depth + 1))
            buffer.close(start)
        }
    }

    private func varint(_ field: FieldDescriptor, _ value: UInt64, _ buffer: inout WireBuffer) {
        buffer.tag(field.number, .varint)
        buffer.varint(value)
    }

    private func text(_ content: [UInt8], _ number: Int, _ buffer: inout WireBuffer) {
        buffer.tag(number, .bytes)
        buffer.varint(UInt64(content.count))
        buffer.append(content)
    }

    private mutating func double() -> Double {
        switch random.below(6) {
        case 0: 0
        case 1: Double(random.below(100_000)) / 1000
        case 2: random.chance(0.5) ? .infinity : -.infinity
        case 3: -Double(random.below(1 << 40))
        case 4: Double(bitPattern: random.next()).isFinite ? 1e-300 * random.unit() : .leastNonzeroMagnitude
        default: random.unit() * 1e18
        }
    }

    private mutating func string() -> [UInt8] {
        let pieces = [
            "", "x", "cpus", "\"quoted\"", "back\\slash", "line\nbreak", "tab\t", "\u{1}", "ü€😀", "/a/b", "\u{7f}",
        ]
        return (0..<random.below(4)).flatMap { _ in Array(pieces[random.below(pieces.count)].utf8) }
    }
}

/// The messages that stand on their own on the wire.
let topLevelMessages = MessageDescriptor.all.filter { !$0.name.hasSuffix("Entry") }
