public import ClusterBase

/// A whole number, or text such as `25%` or the name of a port.
public enum IntOrString: Hashable, Sendable {
    /// A number.
    case integer(Int)
    /// A percentage or name.
    case string(String)

    /// Reads a number or string of JSON; nil for anything else.
    public init?(_ value: JSONValue?) {
        if let text = value?.string {
            self = .string(text)
        } else if let number = value?.integer {
            self = .integer(Int(number))
        } else {
            return nil
        }
    }

    /// The value as JSON.
    public var value: JSONValue {
        switch self {
        case .integer(let number): .integer(Int64(number))
        case .string(let text): .string(text)
        }
    }

    /// The percentage of a text such as `25%`; nil for anything else.
    public var percent: Int? {
        guard case .string(let text) = self, text.hasSuffix("%") else { return nil }
        let digits = text.dropLast()
        guard !digits.isEmpty, digits.allSatisfy(\.isASCIIDigit) else { return nil }
        return Int(digits)
    }

    /// How a part of a percentage becomes whole.
    public enum Rounding: Sendable {
        /// Towards the greater.
        case up
        /// Towards the smaller.
        case down
    }

    /// The number, or the percentage of a total, held within `Int`; nil for text that is no percentage.
    ///
    /// Source: apimachinery `pkg/util/intstr`, `GetScaledValueFromIntOrPercent`.
    public func scaled(of total: Int, rounding: Rounding) -> Int? {
        if case .integer(let number) = self { return number }
        guard let percent else { return nil }
        let product = Int128(percent) * Int128(total)
        let (whole, rest) = product.quotientAndRemainder(dividingBy: 100)
        let isUp = rounding == .up && rest > 0
        let isDown = rounding == .down && rest < 0
        return Int(clamping: whole + (isUp ? 1 : isDown ? -1 : 0))
    }
}
