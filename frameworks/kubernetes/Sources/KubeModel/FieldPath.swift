/// Where in an object a value stands, as messages write it: `spec.containers[0].ports`, `data[key]`.
public struct FieldPath: Hashable, Sendable, CustomStringConvertible, ExpressibleByStringLiteral {
    /// The path as written.
    public let description: String

    /// A path as written.
    public init(_ text: String) { description = text }

    /// A path as written.
    public init(stringLiteral value: String) { description = value }

    /// The path of a member.
    public func child(_ name: String) -> FieldPath { FieldPath(description.isEmpty ? name : "\(description).\(name)") }

    /// The path of a list's element.
    public func index(_ position: Int) -> FieldPath { FieldPath("\(description)[\(position)]") }

    /// The path of a map's value.
    public func key(_ key: String) -> FieldPath { FieldPath("\(description)[\(key)]") }
}
