public import ClusterBase

/// A whole number, or text such as `25%` or the name of a port.
public enum IntOrString: Hashable, Sendable {
    /// A number.
    case integer(Int)
    /// A percentage or name.
    case string(String)

    /// Reads a number or string of JSON; nil for anything else.
    public init?(_ value: JSONValue?) { return nil }

    /// The value as JSON.
    public var value: JSONValue { .null }

    /// The percentage of a text such as `25%`; nil for anything else.
    public var percent: Int? { nil }

    /// How a part of a percentage becomes whole.
    public enum Rounding: Sendable {
        /// Towards the greater.
        case up
        /// Towards the smaller.
        case down
    }

    /// The number, or the percentage of a total; nil for text that is no percentage.
    public func scaled(of total: Int, rounding: Rounding) -> Int? { nil }
}
