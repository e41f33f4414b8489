internal import Glibc

/// A key compared by its bytes; Swift's own comparison holds composed and decomposed characters for the same.
struct KeyText: Hashable, Comparable, Sendable {
    private(set) var text: String

    init(_ text: String) {
        self.text = text
        self.text.makeContiguousUTF8()
    }

    static func == (left: Self, right: Self) -> Bool {
        left.text.utf8.count == right.text.utf8.count && compare(left, right) == 0
    }

    static func < (left: Self, right: Self) -> Bool { compare(left, right) < 0 }

    func hash(into hasher: inout Hasher) { withBytes { hasher.combine(bytes: $0) } }

    func hasPrefix(_ prefix: KeyText) -> Bool {
        withBytes { own in
            prefix.withBytes { its in
                its.count <= own.count
                    && Self.compare(UnsafeRawBufferPointer(rebasing: own.prefix(its.count)), its) == 0
            }
        }
    }

    private static func compare(_ left: KeyText, _ right: KeyText) -> Int {
        left.withBytes { left in right.withBytes { right in compare(left, right) } }
    }

    private static func compare(_ left: UnsafeRawBufferPointer, _ right: UnsafeRawBufferPointer) -> Int {
        guard let start = left.baseAddress, let other = right.baseAddress else { return left.count - right.count }
        let order = Int(memcmp(start, other, min(left.count, right.count)))
        return order != 0 ? order : left.count - right.count
    }

    private func withBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        let result = text.utf8.withContiguousStorageIfAvailable { body(UnsafeRawBufferPointer($0)) }
        guard let result else { preconditionFailure("the text of a key is contiguous") }
        return result
    }
}

extension Array {
    /// The first index whose element satisfies `belongs`; all elements behind it must satisfy it too.
    func partitionPoint(where belongs: (Element) -> Bool) -> Int {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if belongs(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
