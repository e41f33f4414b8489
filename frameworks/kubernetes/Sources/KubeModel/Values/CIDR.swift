/// A range of addresses such as `10.0.0.0/16`.
public struct CIDR: Hashable, Sendable, CustomStringConvertible {
    /// The first address.
    public let base: IPAddress
    /// The bits that are fixed.
    public let prefixLength: Int

    /// Reads `ADDRESS/BITS`, clearing host bits; nil for anything else.
    public init?(_ text: some StringProtocol) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let address = IPAddress(parts[0]), parts[1].allSatisfy(\.isASCIIDigit),
            let length = Int(parts[1]), length <= address.width, parts[1].utf8.count == String(length).utf8.count
        else { return nil }
        self.init(address, prefixLength: length)
    }

    /// The range an address lies in; the length must be of the address's version.
    private init(_ address: IPAddress, prefixLength: Int) {
        self.prefixLength = prefixLength
        let host = (UInt128(1) << UInt128(address.width - prefixLength)) &- 1
        base = IPAddress(bits: address.bits & ~host, isV6: address.isV6)
    }

    /// The canonical text, host bits cleared.
    public var description: String { "\(base)/\(prefixLength)" }

    /// Whether an address lies within.
    public func contains(_ address: IPAddress) -> Bool {
        address.isV6 == base.isV6 && CIDR(address, prefixLength: prefixLength).base == base
    }

    /// Whether every address of another range lies within.
    public func contains(_ other: CIDR) -> Bool { other.prefixLength >= prefixLength && contains(other.base) }

    /// How many addresses there are, held within `Int`.
    public var count: Int {
        let bits = base.width - prefixLength
        return bits >= 63 ? Int.max : 1 << bits
    }

    /// The address at a place from 0, or nil outside.
    public func address(at offset: Int) -> IPAddress? {
        guard offset >= 0, offset < count else { return nil }
        return base.advanced(by: offset)
    }
}
