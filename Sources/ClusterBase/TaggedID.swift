/// An identifier whose type says what it identifies, so that a task id cannot be passed where an agent id is meant.
///
/// Ids are opaque text of 1–255 bytes (spec `mesos/01` §1.4); validity is checked by `IDRules`, not here.
public struct TaggedID<Tag>: Hashable, Comparable, Sendable, CustomStringConvertible, ExpressibleByStringLiteral {
    /// The text as it stands on the wire.
    public let value: String

    /// Makes an id of the text as it stands, unchecked.
    public init(_ value: String) { self.value = value }

    /// Makes an id of a literal, unchecked.
    public init(stringLiteral value: String) { self.value = value }

    /// The text of the id.
    public var description: String { value }

    /// Orders ids by their UTF-8 bytes.
    public static func < (left: Self, right: Self) -> Bool {
        left.value.utf8.lexicographicallyPrecedes(right.value.utf8)
    }
}

/// The rules for ids that peers choose (frameworks, agents, executors, tasks, persistent volumes).
public enum IDRules {
    /// What is wrong with an id, or nil when it is acceptable.
    ///
    /// Ids have 1–255 bytes, are not `.` or `..`, and have no control characters, `/` or `\`.
    /// Source: mesos `src/common/validation.cpp` (`validateID`).
    public static func problem(_ id: String) -> String? {
        if id.isEmpty { return "ID must not be empty" }
        if id.utf8.count > 255 { return "ID must not be greater than 255 characters" }
        if id == "." || id == ".." { return "'\(id)' is disallowed" }
        let forbidden = id.utf8.contains {
            $0 < 0x20 || $0 == 0x7f || $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "\\")
        }
        return forbidden ? "'\(id)' contains invalid characters" : nil
    }
}
