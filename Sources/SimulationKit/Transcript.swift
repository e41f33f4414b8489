package import ClusterBase

/// What happened, line by line: the newest lines as text, all of them in one number.
package struct Transcript {
    /// How many lines are kept.
    package static let kept = 400

    /// FNV-1a over all lines: equal runs have equal hashes, in any process on any machine.
    package private(set) var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    /// How many lines were written.
    package private(set) var count = 0
    private var ring: [String] = []

    /// Makes an empty one.
    package init() {}

    /// Adds a line about one moment.
    package mutating func add(_ line: String, at time: Instant) {
        mix(UInt64(bitPattern: time.nanoseconds))
        var line = line
        line.withUTF8 { for byte in $0 { mix(UInt64(byte)) } }
        let text = "\(Transcript.clock(time)) \(line)"
        if ring.count < Self.kept { ring.append(text) } else { ring[count % Self.kept] = text }
        count += 1
    }

    /// The newest lines, oldest of them first.
    package func tail(_ number: Int) -> [String] {
        guard ring.count == Self.kept else { return Array(ring.suffix(number)) }
        let start = count % Self.kept
        return Array((ring[start...] + ring[..<start]).suffix(number))
    }

    private mutating func mix(_ value: UInt64) { hash = (hash ^ value) &* 0x100_0000_01b3 }

    /// Seconds with milliseconds, right-aligned: `  12.345`.
    private static func clock(_ time: Instant) -> String {
        let milliseconds = time.nanoseconds / 1_000_000
        let fraction = String(milliseconds % 1000)
        let text = "\(milliseconds / 1000).\(String(repeating: "0", count: 3 - fraction.utf8.count))\(fraction)"
        return String(repeating: " ", count: max(0, 8 - text.utf8.count)) + text
    }
}
