/// A number as JSON text has it: exact where it is whole.
enum JSONNumber {
    case whole(negative: Bool, magnitude: UInt64)
    case real(Double)

    var double: Double {
        switch self {
        case .whole(let negative, let magnitude): negative ? -Double(magnitude) : Double(magnitude)
        case .real(let value): value
        }
    }

    /// The whole part, if it fits.
    func integer<Value: FixedWidthInteger>(_: Value.Type) -> Value? {
        switch self {
        case .whole(false, let magnitude): Value(exactly: magnitude)
        case .whole(true, 1 << 63): Value(exactly: Int64.min)
        case .whole(true, let magnitude): Int64(exactly: magnitude).flatMap { Value(exactly: -$0) }
        case .real(let value): Value(exactly: value.rounded(.towardZero))
        }
    }
}

extension JSONScanner {
    private static let powers: [Double] = (0...22).reduce(into: []) { powers, _ in
        powers.append((powers.last ?? 0.1) * 10)
    }

    /// A number; digits beyond 64 bits, fractions and exponents make it a double.
    mutating func number() throws(WireError) -> JSONNumber {
        let start = at
        let isNegative = at < text.count && text[at] == UInt8(ascii: "-")
        if isNegative { at += 1 }
        let first = at
        var (magnitude, fits): (UInt64, Bool) = (0, true)
        func digit() -> UInt64? {
            at < text.count && text[at] >= 0x30 && text[at] <= 0x39 ? UInt64(text[at] - 0x30) : nil
        }
        func accumulate(_ digit: UInt64) {
            let (product, overflow1) = magnitude.multipliedReportingOverflow(by: 10)
            let (sum, overflow2) = product.addingReportingOverflow(digit)
            (magnitude, fits) = (sum, fits && !overflow1 && !overflow2)
        }
        while let digit = digit() {
            accumulate(digit)
            at += 1
        }
        guard at > first else { throw error("unexpected character") }
        guard at == first + 1 || text[first] != 0x30 else { throw error("leading zero in a number") }
        var (isReal, decimals) = (false, 0)
        if at < text.count, text[at] == UInt8(ascii: ".") {
            at += 1
            isReal = true
            while let digit = digit() {
                accumulate(digit)
                decimals += 1
                at += 1
            }
            guard decimals > 0 else { throw error("expected a digit") }
        }
        var hasExponent = false
        if at < text.count, text[at] | 0x20 == UInt8(ascii: "e") {
            at += 1
            hasExponent = true
            if at < text.count, text[at] == UInt8(ascii: "+") || text[at] == UInt8(ascii: "-") { at += 1 }
            guard digit() != nil else { throw error("expected a digit") }
            while digit() != nil { at += 1 }
        }
        if !isReal, !hasExponent, fits { return .whole(negative: isNegative, magnitude: magnitude) }
        if !hasExponent, fits, magnitude <= 1 << 53, decimals < Self.powers.count {
            let value = Double(magnitude) / Self.powers[decimals]
            return .real(isNegative ? -value : value)
        }
        guard let value = Double(String(decoding: text[start..<at], as: UTF8.self)), value.isFinite else {
            throw error("number out of range")
        }
        return .real(value)
    }
}
