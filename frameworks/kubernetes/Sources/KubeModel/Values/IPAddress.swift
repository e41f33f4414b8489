/// An address of IP version 4 or 6.
public struct IPAddress: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The address as a number; of version 4 the lower 32 bits.
    public let bits: UInt128
    /// Whether it is of version 6.
    public let isV6: Bool

    /// Makes an address of version 4.
    public init(v4 bits: UInt32) { (self.bits, isV6) = (UInt128(bits), false) }

    /// Makes an address of version 6.
    public init(v6 bits: UInt128) { (self.bits, isV6) = (bits, true) }

    /// Reads dotted or colon form as Go's `net.ParseIP` (an IPv4-mapped address is of version 4); nil for anything else.
    public init?(_ text: some StringProtocol) { return nil }

    /// The canonical text (RFC 5952 for version 6).
    public var description: String { "" }

    /// Version 4 before version 6, then by number.
    public static func < (left: Self, right: Self) -> Bool {
        left.isV6 == right.isV6 ? left.bits < right.bits : !left.isV6
    }

    /// `0.0.0.0` or `::`.
    public var isUnspecified: Bool { bits == 0 }
    /// `127.0.0.0/8` or `::1`.
    public var isLoopback: Bool { false }
    /// `169.254.0.0/16` or `fe80::/10`.
    public var isLinkLocal: Bool { false }
    /// `224.0.0.0/24` or `ff02::/16`.
    public var isLinkLocalMulticast: Bool { false }
    /// `224.0.0.0/4` or `ff00::/8`.
    public var isMulticast: Bool { false }
    /// The address `offset` further on, or nil beyond the last.
    public func advanced(by offset: Int) -> IPAddress? { nil }
}

/// A range of addresses such as `10.0.0.0/16`.
public struct CIDR: Hashable, Sendable, CustomStringConvertible {
    /// The first address.
    public let base: IPAddress
    /// The bits that are fixed.
    public let prefixLength: Int

    /// Reads `ADDRESS/BITS`; host bits are cleared. Nil for anything else.
    public init?(_ text: some StringProtocol) { return nil }

    /// The canonical text.
    public var description: String { "\(base)/\(prefixLength)" }

    /// Whether an address lies within.
    public func contains(_ address: IPAddress) -> Bool { false }

    /// Whether every address of another range lies within.
    public func contains(_ other: CIDR) -> Bool { false }

    /// How many addresses there are, held within `Int`.
    public var count: Int { 0 }

    /// The address at a place from 0, or nil beyond the last.
    public func address(at offset: Int) -> IPAddress? { nil }
}
