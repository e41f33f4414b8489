/// The content types of the cluster's APIs (spec C.1).
public enum MediaType: String, Sendable, CaseIterable {
    /// JSON text.
    case json = "application/json"
    /// Binary protobuf.
    case protobuf = "application/x-protobuf"
    /// RecordIO frames of one of the other types.
    case recordIO = "application/recordio"

    /// The type a `Content-Type` value names: an exact, case-sensitive comparison of the whole value (spec C.1).
    ///
    /// `application/json; charset=utf-8` is therefore none of them.
    public init?(contentType: String) { self.init(rawValue: contentType) }
}

/// The media types an `Accept` header allows (spec C.2).
public struct AcceptedTypes: Sendable, Equatable {
    private struct Range: Equatable {
        var type: String
        var subtype: String
        var quality: Double
    }
    private var ranges: [Range]
    private let isAbsent: Bool

    /// Parses the occurrences of the header; none of them means that everything is acceptable.
    ///
    /// A range with an unreadable `q` counts as `q=1`, one without `/` is ignored.
    public init(_ values: [String]) {
        isAbsent = values.isEmpty
        ranges = values.flatMap { $0.split(separator: ",") }.compactMap { element in
            let parts = element.split(separator: ";").map { $0.trimmingBlanks() }
            guard let name = parts.first, let slash = name.firstIndex(of: "/") else { return nil }
            let quality = parts.dropFirst().first { $0.lowercased().hasPrefix("q=") }.flatMap {
                Double($0.dropFirst(2))
            }
            return Range(
                type: name[..<slash].lowercased(), subtype: name[name.index(after: slash)...].lowercased(),
                quality: quality ?? 1)
        }
    }

    /// Whether a type such as `application/json` is acceptable: its most specific range has a quality above 0.
    public func allows(_ mediaType: String) -> Bool {
        if isAbsent { return true }
        let halves = mediaType.lowercased().split(separator: "/", maxSplits: 1).map(String.init)
        guard halves.count == 2 else { return false }
        let exact = ranges.first { $0.type == halves[0] && $0.subtype == halves[1] }
        let family = ranges.first { $0.type == halves[0] && $0.subtype == "*" }
        let any = ranges.first { $0.type == "*" && $0.subtype == "*" }
        return ((exact ?? family ?? any)?.quality ?? 0) > 0
    }

    /// Whether a type of the cluster's APIs is acceptable.
    public func allows(_ mediaType: MediaType) -> Bool { allows(mediaType.rawValue) }

    /// The type to answer in: JSON when both are acceptable, nil when neither is (a 406).
    public var preferred: MediaType? { allows(.json) ? .json : allows(.protobuf) ? .protobuf : nil }
}

extension StringProtocol {
    func trimmingBlanks() -> SubSequence {
        let blank: (Character) -> Bool = { $0 == " " || $0 == "\t" }
        return drop(while: blank).trimmingSuffix(while: blank)
    }
}

extension BidirectionalCollection {
    fileprivate func trimmingSuffix(while predicate: (Element) -> Bool) -> SubSequence {
        guard let last = lastIndex(where: { !predicate($0) }) else { return self[startIndex..<startIndex] }
        return self[...last]
    }
}
