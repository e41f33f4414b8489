/// A quantity of a scalar resource in thousandths, so that 0.1 + 0.2 is 0.3.
///
/// Source: spec `mesos.md` §B last paragraph; mesos `src/common/values.cpp` (three decimals, rounded to nearest).
public struct Scalar: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The quantity times 1000.
    public var thousandths: Int64

    /// Makes a quantity of thousandths.
    public init(thousandths: Int64) { self.thousandths = thousandths }

    /// Rounds a number to thousandths; out-of-range numbers are clamped, NaN is zero.
    public init(_ value: Double) {
        let scaled = (value * 1000).rounded()
        thousandths = scaled.isNaN ? 0 : scaled >= 9.2e18 ? .max : scaled <= -9.2e18 ? .min : Int64(scaled)
    }

    /// Whether a number is neither infinite, nor none, nor too large to be held.
    public static func canHold(_ value: Double) -> Bool { (value * 1000).rounded().magnitude < 9.2e18 }

    /// Makes a quantity of a whole number; one too large is the largest there is.
    public init(whole: UInt64) {
        let (product, overflow) = whole.multipliedReportingOverflow(by: 1000)
        thousandths = overflow ? .max : Int64(clamping: product)
    }

    /// Nothing.
    public static let zero = Scalar(thousandths: 0)
    /// The quantity as a number.
    public var value: Double { Double(thousandths) / 1000 }
    /// The number with as few digits as needed: `2`, `0.5`.
    public var description: String { thousandths % 1000 == 0 ? "\(thousandths / 1000)" : "\(value)" }

    /// Smaller quantity first.
    public static func < (left: Self, right: Self) -> Bool { left.thousandths < right.thousandths }
    /// The sum; saturates.
    public static func + (left: Self, right: Self) -> Self {
        let (sum, overflow) = left.thousandths.addingReportingOverflow(right.thousandths)
        return Scalar(thousandths: overflow ? .max : sum)
    }
    /// The difference; may be negative.
    public static func - (left: Self, right: Self) -> Self {
        Scalar(thousandths: left.thousandths.subtractingReportingOverflow(right.thousandths).partialValue)
    }
}
