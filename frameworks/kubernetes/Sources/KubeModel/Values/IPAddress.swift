/// An address of IP version 4 or 6.
public struct IPAddress: Hashable, Comparable, Sendable {
    /// The address as a number; of version 4 the lower 32 bits.
    public let bits: UInt128
    /// Whether it is of version 6.
    public let isV6: Bool

    /// Makes an address of version 4.
    public init(v4 bits: UInt32) { (self.bits, isV6) = (UInt128(bits), false) }

    /// Makes an address of version 6.
    public init(v6 bits: UInt128) { (self.bits, isV6) = (bits, true) }

    /// How many bits it has.
    public var width: Int { isV6 ? 128 : 32 }

    /// Version 4 before version 6, then by number.
    public static func < (left: Self, right: Self) -> Bool {
        left.isV6 == right.isV6 ? left.bits < right.bits : !left.isV6
    }

    /// `0.0.0.0` or `::`.
    public var isUnspecified: Bool { bits == 0 }
    /// `127.0.0.0/8` or `::1`.
    public var isLoopback: Bool { isV6 ? bits == 1 : bits >> 24 == 127 }
    /// `169.254.0.0/16` or `fe80::/10`.
    public var isLinkLocal: Bool { isV6 ? bits >> 118 == 0x3fa : bits >> 16 == 0xa9fe }
    /// `224.0.0.0/24` or `ff02::/16`.
    public var isLinkLocalMulticast: Bool { isV6 ? bits >> 112 == 0xff02 : bits >> 8 == 0xe00000 }
    /// `224.0.0.0/4` or `ff00::/8`.
    public var isMulticast: Bool { isV6 ? bits >> 120 == 0xff : bits >> 28 == 14 }

    /// The address so many further on, or nil outside the version's range.
    public func advanced(by offset: Int) -> IPAddress? {
        let (sum, overflow) =
            offset < 0
            ? bits.subtractingReportingOverflow(UInt128(offset.magnitude))
            : bits.addingReportingOverflow(UInt128(offset))
        guard !overflow, isV6 || sum <= UInt128(UInt32.max) else { return nil }
        return IPAddress(bits: sum, isV6: isV6)
    }

    init(bits: UInt128, isV6: Bool) { (self.bits, self.isV6) = (bits, isV6) }
}

extension IPAddress: CustomStringConvertible {
    /// Reads dotted or colon form as Go's `net.ParseIP` does; nil for anything else.
    ///
    /// An IPv4-mapped address (`::ffff:10.0.0.1`) is of version 4. Leading zeros and zones are refused.
    public init?(_ text: some StringProtocol) {
        if !text.utf8.contains(UInt8(ascii: ":")) {
            guard let bits = Self.dotted(text) else { return nil }
            self.init(v4: bits)
        } else {
            guard let bits = Self.colons(text) else { return nil }
            if bits >> 32 == 0xffff { self.init(v4: UInt32(truncatingIfNeeded: bits)) } else { self.init(v6: bits) }
        }
    }

    private static func dotted(_ text: some StringProtocol) -> UInt32? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        var bits: UInt32 = 0
        for part in parts {
            guard (1...3).contains(part.utf8.count), part.allSatisfy(\.isASCIIDigit), let byte = UInt8(part),
                part.utf8.count == 1 || part.utf8.first != UInt8(ascii: "0")
            else { return nil }
            bits = bits << 8 | UInt32(byte)
        }
        return bits
    }

    /// Groups of hexadecimal digits, one run of zero groups written `::`, the last two groups possibly dotted.
    private static func colons(_ text: some StringProtocol) -> UInt128? {
        let bytes = Array(text.utf8)
        let colon = UInt8(ascii: ":")
        let gap = bytes.indices.dropLast().first { bytes[$0] == colon && bytes[$0 + 1] == colon }
        guard var all = groups(bytes[..<(gap ?? bytes.count)], isLast: gap == nil) else { return nil }
        if let gap {
            guard let tail = groups(bytes[(gap + 2)...], isLast: true), all.count + tail.count < 8 else { return nil }
            all += [UInt16](repeating: 0, count: 8 - all.count - tail.count) + tail
        }
        return all.count == 8 ? all.reduce(0) { $0 << 16 | UInt128($1) } : nil
    }

    private static func groups(_ bytes: ArraySlice<UInt8>, isLast: Bool) -> [UInt16]? {
        guard !bytes.isEmpty else { return [] }
        let parts = bytes.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
        var groups: [UInt16] = []
        for (place, part) in parts.enumerated() {
            let text = String(decoding: part, as: UTF8.self)
            if isLast, place == parts.count - 1, let bits = dotted(text) {
                groups += [UInt16(bits >> 16), UInt16(truncatingIfNeeded: bits)]
            } else {
                guard part.count <= 4, text.first != "+", let group = UInt16(text, radix: 16) else { return nil }
                groups.append(group)
            }
        }
        return groups
    }

    /// The canonical text; of version 6 that of RFC 5952.
    public var description: String {
        guard isV6 else {
            return [24, 16, 8, 0].map { String(bits >> UInt128($0) & 0xff) }.joined(separator: ".")
        }
        let groups = (0..<8).map { UInt16(truncatingIfNeeded: bits >> UInt128(112 - 16 * $0)) }
        var (longest, current) = (0..<0, 0..<0)
        for (place, group) in groups.enumerated() {
            current = group == 0 ? (current.isEmpty ? place : current.lowerBound)..<place + 1 : place..<place
            if current.count > longest.count { longest = current }
        }
        let write = { (part: ArraySlice<UInt16>) in part.map { String($0, radix: 16) }.joined(separator: ":") }
        guard longest.count > 1 else { return write(groups[...]) }
        return write(groups[..<longest.lowerBound]) + "::" + write(groups[longest.upperBound...])
    }
}
