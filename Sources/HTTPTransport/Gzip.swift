internal import CZlib

/// Compression of responses (spec C.8).
enum Gzip {
    /// One gzip member with the bytes, or nil when zlib refuses (then they are sent as they are).
    static func compress(_ bytes: [UInt8]) -> [UInt8]? {
        let capacity = czlib_gzip_bound(bytes.count)
        let out = [UInt8](unsafeUninitializedCapacity: capacity) { buffer, count in
            count = bytes.withUnsafeBufferPointer {
                czlib_gzip($0.baseAddress, $0.count, buffer.baseAddress, capacity, 1)
            }
        }
        return out.isEmpty ? nil : out
    }

    /// Whether an `Accept-Encoding` allows gzip by name.
    static func isAccepted(_ headers: HeaderFields) -> Bool {
        headers.contains("accept-encoding")
            && headers.list("accept-encoding").contains { element in
                let parts = element.split(separator: ";").map { $0.trimmingBlanks() }
                guard let coding = parts.first?.lowercased(), coding == "gzip" || coding == "x-gzip" else {
                    return false
                }
                let quality = parts.dropFirst().first { $0.hasPrefix("q=") }.flatMap { Double($0.dropFirst(2)) }
                return (quality ?? 1) > 0
            }
    }
}
