/// The hash by which a container is known to be made from a specification.
///
/// Upstream hashes the whole container, which lets new defaults restart everything; only the image can change in a
/// running pod, so name and image are what counts (as upstream does since 1.31).
enum SpecHash {
    /// Eight hex digits (FNV-1a, 32 bits).
    static func of(name: String, image: String) -> String {
        var hash: UInt32 = 0x811c_9dc5
        for byte in [Array(name.utf8), [0], Array(image.utf8)].joined() {
            hash = (hash ^ UInt32(byte)) &* 0x0100_0193
        }
        let digits = String(hash, radix: 16)
        return String(repeating: "0", count: 8 - digits.utf8.count) + digits
    }
}
