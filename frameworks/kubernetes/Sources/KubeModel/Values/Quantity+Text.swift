extension Quantity: CustomStringConvertible {
    /// Why a text is no quantity; the raw value is upstream's message.
    public enum ParseError: String, Error, Sendable {
        /// The text does not have the form of a quantity.
        case format =
            "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"
        /// There are no digits.
        case number = "unable to parse numeric part of quantity"
        /// The suffix is not known.
        case suffix = "unable to parse quantity's suffix"
    }

    private static let decimalSuffixes: [(text: String, power: Int)] = [
        ("", 0), ("m", -3), ("k", 3), ("M", 6), ("G", 9), ("T", 12), ("P", 15), ("E", 18), ("u", -6), ("n", -9),
    ]
    private static let binarySuffixes: [(text: String, power: Int)] = [
        ("Ki", 10), ("Mi", 20), ("Gi", 30), ("Ti", 40), ("Pi", 50), ("Ei", 60),
    ]

    /// Reads a text such as `1.5Gi`: a sign, digits with a point anywhere, and a suffix.
    public init(parsing text: String) throws(ParseError) {
        var scanner = QuantityScanner(text)
        let parts = try scanner.parts()
        if let known = Self.decimalSuffixes.first(where: { $0.text == parts.suffix }) {
            self.init(nano: parts.decimal(power: known.power), format: .decimal)
        } else if let known = Self.binarySuffixes.first(where: { $0.text == parts.suffix }) {
            let nano = parts.binary(power: known.power)
            self.init(nano: nano, format: nano != 0 && nano.magnitude < Self.unit.magnitude ? .decimal : .binary)
        } else if parts.suffix.utf8.count > 1, parts.suffix.first == "e" || parts.suffix.first == "E",
            let power = Int(parts.suffix.dropFirst())
        {
            self.init(nano: parts.decimal(power: min(max(power, -100), 100)), format: .exponent)
        } else {
            throw .suffix
        }
    }

    /// The canonical text: no fraction, the largest suffix of the family that loses nothing.
    ///
    /// Binary amounts below 1024 or with a fraction are written in the decimal family.
    public var description: String {
        if nano == 0 { return "0" }
        if format == .binary, nano % Self.unit == 0, nano.magnitude >= (Self.unit * 1024).magnitude {
            var (whole, power) = (nano / Self.unit, 0)
            while power < 60, whole % 1024 == 0 { (whole, power) = (whole / 1024, power + 10) }
            let suffix = Self.binarySuffixes.first { $0.power == power }?.text ?? ""
            return "\(whole)\(suffix)"
        }
        var (digits, power) = (nano, -9)
        while digits % 1000 == 0, format == .exponent || power < 18 { (digits, power) = (digits / 1000, power + 3) }
        if format == .exponent { return power == 0 ? "\(digits)" : "\(digits)e\(power)" }
        return "\(digits)" + (Self.decimalSuffixes.first { $0.power == power }?.text ?? "")
    }
}

/// The parts of a quantity's text.
struct QuantityParts {
    var isNegative = false
    /// The digits before the point, without leading zeros.
    var whole: ArraySlice<UInt8> = []
    /// The digits behind the point.
    var fraction: ArraySlice<UInt8> = []
    var suffix = ""

    /// Billionths of the digits times a power of ten.
    func decimal(power: Int) -> Int128 {
        let digits = (whole + fraction).drop { $0 == 0 }
        let scale = power + 9 - fraction.count
        guard digits.count + scale <= 37 else { return digits.isEmpty ? 0 : signed(Quantity.limit) }
        var nano: Int128 = 0
        for digit in digits.prefix(max(0, digits.count + min(scale, 0))) { nano = nano * 10 + Int128(digit) }
        for _ in 0..<max(0, scale) { nano *= 10 }
        if scale < 0, digits.suffix(-scale).contains(where: { $0 != 0 }) { nano += 1 }
        return signed(nano)
    }

    /// Billionths of the digits times a power of two, held within `Int64`.
    func binary(power: Int) -> Int128 {
        let cap = Int128(Int64.max) * Quantity.unit
        guard whole.count <= 19 else { return signed(cap) }
        let integer = whole.reduce(Int128(0)) { $0 * 10 + Int128($1) } << Int128(power)
        guard integer <= Int128(Int64.max) else { return signed(cap) }
        let step = Quantity.unit << Int128(power)
        var (part, isInexact): (Int128, Bool) = (0, false)
        for digit in fraction.reversed() {
            let sum = part + Int128(digit) * step
            part = sum / 10
            if sum % 10 != 0 { isInexact = true }
        }
        return signed(min(cap, integer * Quantity.unit + part + (isInexact ? 1 : 0)))
    }

    private func signed(_ nano: Int128) -> Int128 { isNegative ? -nano : nano }
}

/// Splits a quantity's text.
struct QuantityScanner {
    private let bytes: [UInt8]
    private var at = 0

    init(_ text: String) { bytes = Array(text.utf8) }

    mutating func parts() throws(Quantity.ParseError) -> QuantityParts {
        var parts = QuantityParts()
        if take(of: "-") { parts.isNegative = true } else { _ = take(of: "+") }
        let first = at
        parts.whole = digits().drop { $0 == 0 }
        if take(of: ".") { parts.fraction = digits() }
        guard at > first else { throw .format }
        if at == first + 1, bytes[first] == UInt8(ascii: ".") { throw .number }
        let suffixStart = at
        while take(of: "eEinumkKMGTP") {}
        _ = take(of: "+-")
        _ = digits()
        guard at == bytes.count else { throw .format }
        parts.suffix = String(decoding: bytes[suffixStart...], as: UTF8.self)
        return parts
    }

    private mutating func take(of set: StaticString) -> Bool {
        guard at < bytes.count, set.withUTF8Buffer({ $0.contains(bytes[at]) }) else { return false }
        at += 1
        return true
    }

    private mutating func digits() -> ArraySlice<UInt8> {
        let start = at
        while at < bytes.count, bytes[at] >= 0x30, bytes[at] <= 0x39 { at += 1 }
        return ArraySlice(bytes[start..<at].map { $0 - 0x30 })
    }
}
