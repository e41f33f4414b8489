internal import KubeModel

/// The addresses of an IPv4 block that services may have.
struct AddressBlock: Hashable, Sendable, CustomStringConvertible {
    private let block: CIDR
    /// How many may be given: all but the network's own (the first) and the broadcast address (the last).
    let count: Int

    /// Upper bound of `count`: so many are kept track of.
    private static let limit = 65_536

    /// Reads `10.10.10.0/24`; nil for anything else and for blocks of fewer than eight addresses.
    init?(parsing text: String) {
        guard let block = CIDR(text), !block.base.isV6, block.count >= 8 else { return nil }
        self.block = block
        count = min(block.count - 2, Self.limit)
    }

    /// The block as CIDR.
    var description: String { block.description }

    /// The address at a place, `0..<count`.
    func text(at index: Int) -> String { block.address(at: index + 1)?.description ?? "" }

    /// The place of an address; nil when it is not one of the block's.
    func index(of address: String) -> Int? {
        guard let address = IPAddress(address), block.contains(address) else { return nil }
        let index = Int(address.bits - block.base.bits) - 1
        return (0..<count).contains(index) ? index : nil
    }
}
