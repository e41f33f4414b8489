public import ClusterBase

/// An exact amount such as `500m`, `1.5Gi` or `2e3`: fixed-point in billionths, with the family of suffixes it was written in.
///
/// Compared and hashed by amount alone. Finer than a billionth rounds away from zero, as upstream does; amounts beyond
/// ±10^29 are held there. Source: apimachinery `pkg/api/resource/quantity.go`; spec `kubernetes/03` §3.2.
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
    var nano: Int128
    /// The family the canonical text keeps.
    public var format: Format

    init(nano: Int128, format: Format) { (self.nano, self.format) = (nano, format) }

    /// A whole amount.
    public init(_ value: Int64, format: Format = .decimal) {
        self.init(nano: Int128(value) * Self.unit, format: format)
    }

    /// An amount in thousandths.
    public init(milli: Int64, format: Format = .decimal) {
        self.init(nano: Int128(milli) * Self.unit / 1000, format: format)
    }

    /// Nothing.
    public static let zero = Quantity(0)

    /// Why a text is no quantity; the description is upstream's message.
    public enum ParseError: String, Error, Sendable {
        /// The text does not have the form of a quantity.
        case format =
            "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"
        /// The digits are not a number.
        case number = "unable to parse numeric part of quantity"
        /// The suffix is not known.
        case suffix = "unable to parse quantity's suffix"
    }

    /// Reads a text.
    public init(parsing text: String) throws(ParseError) { throw .format }

    /// Reads a text; nil when it is not a quantity.
    public init?(_ text: String) {
        do throws(ParseError) { try self.init(parsing: text) } catch { return nil }
    }

    /// Reads a string or number of JSON; nil for anything else.
    public init?(_ value: JSONValue?) {
        switch value {
        case .string(let text): self.init(text)
        case .integer(let number): self.init(number)
        case .double: self.init(value?.text ?? "")
        default: return nil
        }
    }
    static let unit: Int128 = 1_000_000_000
}

extension Quantity: Hashable, Comparable, CustomStringConvertible {
    /// By amount.
    public static func == (left: Self, right: Self) -> Bool { left.nano == right.nano }
    /// By amount.
    public static func < (left: Self, right: Self) -> Bool { left.nano < right.nano }
    /// By amount.
    public func hash(into hasher: inout Hasher) { hasher.combine(nano) }
    /// The canonical text.
    public var description: String { "0" }
}

extension Quantity {
    /// The sum, in the family of the left; the right's when the left is zero.
    public static func + (left: Self, right: Self) -> Self { left }
    /// The difference, in the family of the left; the right's when the left is zero.
    public static func - (left: Self, right: Self) -> Self { left }
    /// Adds in place.
    public static func += (left: inout Self, right: Self) { left = left + right }
    /// Subtracts in place.
    public static func -= (left: inout Self, right: Self) { left = left - right }
    /// The negated amount.
    public static prefix func - (quantity: Self) -> Self { Self(nano: -quantity.nano, format: quantity.format) }

    /// -1, 0 or 1.
    public var sign: Int { nano.signum() == 0 ? 0 : nano > 0 ? 1 : -1 }
    /// Whether the amount is nothing.
    public var isZero: Bool { nano == 0 }
    /// The whole amount, rounded away from zero and held within `Int64` (upstream's `Value()`).
    public var value: Int64 { 0 }
    /// The amount in thousandths, rounded away from zero and held within `Int64` (upstream's `MilliValue()`).
    public var milliValue: Int64 { 0 }
    /// Whether the amount is whole.
    public var isWhole: Bool { nano % Self.unit == 0 }
    /// The nearest double.
    public var approximate: Double { Double(nano) / 1e9 }
}
