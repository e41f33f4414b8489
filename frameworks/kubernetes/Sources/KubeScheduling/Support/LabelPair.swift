internal import KubeModel

/// One label.
struct LabelPair: Hashable, Comparable, Sendable {
    var key: String
    var value: String

    init(_ key: String, _ value: String) { (self.key, self.value) = (key, value) }

    static func < (left: Self, right: Self) -> Bool { (left.key, left.value) < (right.key, right.value) }

    /// The pairs of a map, sorted.
    static func sorted(_ pairs: [(key: String, value: String)]) -> [LabelPair] {
        pairs.map { LabelPair($0.key, $0.value) }.sorted()
    }
}
