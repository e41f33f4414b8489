internal import Synchronization

/// Counts the pieces of a download, for the watch against stalls.
final class DownloadProgress: Sendable {
    private let pieces = Atomic<UInt64>(0)

    /// How many pieces arrived.
    var count: UInt64 { pieces.load(ordering: .relaxed) }

    /// Notes that one more arrived.
    func note() { pieces.add(1, ordering: .relaxed) }
}

extension StringProtocol {
    /// The first place of a text within; nil when it is not there.
    func range(of text: String) -> Range<Index>? {
        var start = startIndex
        while start != endIndex {
            if self[start...].hasPrefix(text) { return start..<index(start, offsetBy: text.count) }
            start = index(after: start)
        }
        return nil
    }
}
