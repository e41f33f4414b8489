/// The absolute path that names an app or group: `/` and segments joined by `/`.
///
/// Source: spec `marathon` §3.1. Ordered by text.
public struct PathID: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The segments from the root; empty for the root itself.
    public let segments: [String]

    /// The root group, `/`.
    public static let root = PathID(segments: [])

    /// Makes a path of segments, unchecked.
    public init(segments: [String]) { self.segments = segments }

    /// Resolves text against a group.
    ///
    /// Without a leading `/` it is relative; empty segments vanish, `.` and `..` are resolved (`..` at the root stays
    /// there). The segments are not checked, see `problem(ofText:)`.
    public init(_ text: String, base: PathID = .root) {
        var result = text.hasPrefix("/") ? [] : base.segments
        for segment in text.split(separator: "/") {
            switch segment {
            case ".": continue
            case "..": _ = result.popLast()
            default: result.append(String(segment))
            }
        }
        segments = result
    }

    /// The absolute form: `/a/b`.
    public var description: String { "/" + segments.joined(separator: "/") }
    /// The form in task ids: `a_b`.
    public var safe: String { segments.joined(separator: "_") }
    /// The form in host names and task names: `b.a`.
    public var hostname: String { segments.reversed().joined(separator: ".") }
    /// Whether it is the root.
    public var isRoot: Bool { segments.isEmpty }
    /// The group around it; the root's is the root.
    public var parent: PathID { PathID(segments: Array(segments.dropLast())) }
    /// The groups around it, outermost first, without the root.
    public var ancestors: [PathID] { segments.indices.dropFirst().map { PathID(segments: Array(segments[..<$0])) } }

    /// Whether it lies below a group, at any depth.
    public func isBelow(_ group: PathID) -> Bool {
        segments.count > group.segments.count && segments.starts(with: group.segments)
    }

    /// Orders by text.
    public static func < (left: Self, right: Self) -> Bool { left.segments.lexicographicallyPrecedes(right.segments) }

    /// The rule for a segment, as errors cite it.
    public static let segmentPattern =
        #"^(([a-z0-9]|[a-z0-9][a-z0-9\-]*[a-z0-9])\.)*([a-z0-9]|[a-z0-9][a-z0-9\-]*[a-z0-9])|(\.|\.\.)$"#

    /// What is wrong with the segments of a path as a user wrote it, or nil.
    public static func problem(ofText text: String) -> String? {
        let isFine = text.split(separator: "/").allSatisfy { $0 == "." || $0 == ".." || isName($0) }
        return isFine ? nil : "must fully match regular expression '\(segmentPattern)'"
    }

    /// Dot-separated labels of small letters, digits and inner dashes.
    private static func isName(_ segment: Substring) -> Bool {
        func isAlphanumeric(_ byte: UInt8) -> Bool { (0x61...0x7a).contains(byte) || (0x30...0x39).contains(byte) }
        return segment.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false).allSatisfy { label in
            guard let first = label.first, let last = label.last else { return false }
            return isAlphanumeric(first) && isAlphanumeric(last)
                && label.allSatisfy { isAlphanumeric($0) || $0 == UInt8(ascii: "-") }
        }
    }
}
