/// Standard base64 (RFC 4648 §4), as JSON carries bytes.
enum Base64 {
    private static let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    private static let values: [UInt8] = {
        var table = [UInt8](repeating: 0xff, count: 256)
        for (value, letter) in letters.enumerated() { table[Int(letter)] = UInt8(value) }
        return table
    }()

    static func encode(_ bytes: ArraySlice<UInt8>, into output: inout [UInt8]) {
        var at = bytes.startIndex
        while at < bytes.endIndex {
            let left = bytes.endIndex - at
            var group = UInt32(bytes[at]) << 16
            if left > 1 { group |= UInt32(bytes[at + 1]) << 8 }
            if left > 2 { group |= UInt32(bytes[at + 2]) }
            output.append(letters[Int(group >> 18)])
            output.append(letters[Int(group >> 12 & 63)])
            output.append(left > 1 ? letters[Int(group >> 6 & 63)] : UInt8(ascii: "="))
            output.append(left > 2 ? letters[Int(group & 63)] : UInt8(ascii: "="))
            at += 3
        }
    }

    /// The bytes; nil when the text is not base64 with padding.
    static func decode(_ text: ArraySlice<UInt8>) -> [UInt8]? {
        guard text.count % 4 == 0 else { return nil }
        var content = text
        while content.last == UInt8(ascii: "="), text.count - content.count < 2 { content.removeLast() }
        var result: [UInt8] = []
        result.reserveCapacity(content.count * 3 / 4)
        var (group, bits): (UInt32, Int) = (0, 0)
        for letter in content {
            let value = values[Int(letter)]
            guard value != 0xff else { return nil }
            group = group << 6 | UInt32(value)
            bits += 6
            if bits >= 8 {
                bits -= 8
                result.append(UInt8(truncatingIfNeeded: group >> UInt32(bits)))
            }
        }
        return result
    }
}
