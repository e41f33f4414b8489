public import ClusterBase

/// An exact amount such as `500m`, `1.5Gi` or `2e3`: billionths, with the family of suffixes it was written in.
///
/// Compared and hashed by amount alone. Finer than a billionth rounds away from zero and binary amounts are held within
/// `Int64`, as upstream does; others are held within ±10^28.
/// Source: apimachinery `pkg/api/resource/quantity.go`; spec `kubernetes/03` §3.2.
public struct Quantity: Sendable {
    /// A family of suffixes.
    public enum Format: Sendable {
        /// `n u m k M G T P E`, or none.
        case decimal
        /// `Ki Mi Gi Ti Pi Ei`.
        case binary
        /// `e3`.
        case exponent
    }

    /// The amount in billionths.
    let nano: Int128
    /// The family the canonical text keeps.
    public let format: Format

    static let unit: Int128 = 1_000_000_000
    /// The greatest amount held, in billionths: 10^37, so that the sum of two fits.
    static let limit = Self.unit * Self.unit * Self.unit * Self.unit * 10

    /// An amount in billionths, held within the limit.
    init(nano: Int128, format: Format) {
        (self.nano, self.format) = (min(max(nano, -Self.limit), Self.limit), format)
    }

    /// A whole amount.
    public init(_ value: Int64, format: Format = .decimal) {
        self.init(nano: Int128(value) * Self.unit, format: format)
    }

    /// An amount in thousandths.
    public init(milli: Int64, format: Format = .decimal) {
        self.init(nano: Int128(milli) * 1_000_000, format: format)
    }

    /// Nothing.
    public static let zero = Quantity(0)

    /// Reads a text; nil when it is not a quantity.
    public init?(_ text: String) {
        do throws(ParseError) { try self.init(parsing: text) } catch { return nil }
    }

    /// Reads a string (blanks around it are dropped) or number of JSON; nil for anything else.
    public init?(_ value: JSONValue?) {
        do throws(ParseError) { try self.init(json: value ?? .null) } catch { return nil }
    }

    /// Reads a string (blanks around it are dropped) or number of JSON.
    public init(json value: JSONValue) throws(ParseError) {
        switch value {
        case .string(let text):
            if text.utf8.first == 0x20 || text.utf8.last == 0x20 {
                let trimmed = text.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed()
                try self.init(parsing: String(trimmed))
            } else {
                try self.init(parsing: text)
            }
        case .integer(let number): self.init(number)
        case .double: try self.init(parsing: value.text)
        default: throw .format
        }
    }
}

extension Quantity: Hashable, Comparable {
    /// By amount.
    public static func == (left: Self, right: Self) -> Bool { left.nano == right.nano }
    /// By amount.
    public static func < (left: Self, right: Self) -> Bool { left.nano < right.nano }
    /// By amount.
    public func hash(into hasher: inout Hasher) { hasher.combine(nano) }
}

extension Quantity {
    /// The sum, in the family of the left, or of the right when the left is zero.
    public static func + (left: Self, right: Self) -> Self {
        Self(nano: left.nano + right.nano, format: left.isZero ? right.format : left.format)
    }

    /// The difference, in the family of the left, or of the right when the left is zero.
    public static func - (left: Self, right: Self) -> Self { left + -right }

    /// Adds in place.
    public static func += (left: inout Self, right: Self) { left = left + right }

    /// Subtracts in place.
    public static func -= (left: inout Self, right: Self) { left = left - right }

    /// The negated amount.
    public static prefix func - (quantity: Self) -> Self { Self(nano: -quantity.nano, format: quantity.format) }

    /// -1, 0 or 1.
    public var sign: Int { Int(nano.signum()) }

    /// Whether the amount is nothing.
    public var isZero: Bool { nano == 0 }

    /// Whether the amount is whole.
    public var isWhole: Bool { nano % Self.unit == 0 }

    /// The whole amount, rounded away from zero and held within `Int64` (upstream's `Value()`).
    public var value: Int64 { scaled(Self.unit) }

    /// The amount in thousandths, rounded away from zero and held within `Int64` (upstream's `MilliValue()`).
    public var milliValue: Int64 { scaled(1_000_000) }

    private func scaled(_ step: Int128) -> Int64 {
        let (whole, rest) = nano.quotientAndRemainder(dividingBy: step)
        return Int64(clamping: whole + rest.signum())
    }
}
