/// A set of whole numbers as sorted ranges that neither overlap nor touch: ports, usually.
///
/// Operations are linear in the number of ranges.
public struct ValueRanges: Hashable, Sendable, CustomStringConvertible {
    /// The ranges, ascending, disjoint and not adjacent.
    public private(set) var ranges: [ClosedRange<UInt64>]

    /// Makes the union of ranges given in any order.
    public init(_ ranges: [ClosedRange<UInt64>] = []) { self.ranges = ValueRanges.coalesced(ranges) }

    /// Whether no number is in it.
    public var isEmpty: Bool { ranges.isEmpty }
    /// How many numbers are in it; saturates.
    public var count: UInt64 {
        ranges.reduce(0) { total, range in
            let size = (range.upperBound - range.lowerBound).addingReportingOverflow(1)
            let (sum, overflow) = total.addingReportingOverflow(size.overflow ? .max : size.partialValue)
            return overflow ? .max : sum
        }
    }
    /// Mesos' text: `[31000-32000, 33000-33000]`.
    public var description: String {
        "[" + ranges.map { "\($0.lowerBound)-\($0.upperBound)" }.joined(separator: ", ") + "]"
    }

    /// Whether a number is in it.
    public func contains(_ number: UInt64) -> Bool { ranges.contains { $0.contains(number) } }

    /// Whether all numbers of the other are in this one.
    public func contains(_ other: ValueRanges) -> Bool {
        var at = 0
        for wanted in other.ranges {
            while at < ranges.count, ranges[at].upperBound < wanted.lowerBound { at += 1 }
            guard at < ranges.count, ranges[at].lowerBound <= wanted.lowerBound,
                ranges[at].upperBound >= wanted.upperBound
            else { return false }
        }
        return true
    }

    /// The numbers in either.
    public static func + (left: Self, right: Self) -> Self {
        if left.isEmpty { return right }
        if right.isEmpty { return left }
        return ValueRanges(left.ranges + right.ranges)
    }

    /// The numbers of the left that are not in the right.
    public static func - (left: Self, right: Self) -> Self {
        guard !right.isEmpty else { return left }
        var result: [ClosedRange<UInt64>] = []
        var at = 0
        for range in left.ranges {
            var low = range.lowerBound
            var exhausted = false
            while at < right.ranges.count, right.ranges[at].upperBound < low { at += 1 }
            var next = at
            while next < right.ranges.count, right.ranges[next].lowerBound <= range.upperBound {
                let cut = right.ranges[next]
                if cut.lowerBound > low { result.append(low...(cut.lowerBound - 1)) }
                guard cut.upperBound < range.upperBound else {
                    exhausted = true
                    break
                }
                low = max(low, cut.upperBound + 1)
                next += 1
            }
            if !exhausted { result.append(low...range.upperBound) }
        }
        var difference = ValueRanges()
        difference.ranges = result
        return difference
    }

    /// The first `count` numbers, ascending.
    public func prefix(_ count: Int) -> [UInt64] {
        var numbers: [UInt64] = []
        for range in ranges {
            for number in range {
                guard numbers.count < count else { return numbers }
                numbers.append(number)
            }
        }
        return numbers
    }

    private static func coalesced(_ ranges: [ClosedRange<UInt64>]) -> [ClosedRange<UInt64>] {
        guard ranges.count > 1 else { return ranges }
        var result: [ClosedRange<UInt64>] = []
        for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
            guard let last = result.last, last.upperBound == .max || range.lowerBound <= last.upperBound + 1 else {
                result.append(range)
                continue
            }
            result[result.count - 1] = last.lowerBound...max(last.upperBound, range.upperBound)
        }
        return result
    }
}
