/// Base64 (RFC 4648): the standard alphabet with padding, and the URL-safe one.
public enum Base64 {
    /// Appends the coded form of bytes to `output`, padded; `urlSafe` uses `-` and `_` instead of `+` and `/`.
    public static func encode(
        _ bytes: some RandomAccessCollection<UInt8>, into output: inout [UInt8], urlSafe: Bool = false
    ) {
        let letters = urlSafe ? urlLetters : letters
        output.reserveCapacity(output.count + (bytes.count + 2) / 3 * 4)
        var rest = bytes[...]
        while let first = rest.first {
            let (second, third) = (rest.dropFirst().first, rest.dropFirst(2).first)
            let group = UInt32(first) << 16 | UInt32(second ?? 0) << 8 | UInt32(third ?? 0)
            output.append(letters[Int(group >> 18)])
            output.append(letters[Int(group >> 12 & 63)])
            output.append(second == nil ? padding : letters[Int(group >> 6 & 63)])
            output.append(third == nil ? padding : letters[Int(group & 63)])
            rest = rest.dropFirst(3)
        }
    }

    /// The coded form of bytes, padded.
    public static func encode(_ bytes: some RandomAccessCollection<UInt8>, urlSafe: Bool = false) -> [UInt8] {
        var output: [UInt8] = []
        encode(bytes, into: &output, urlSafe: urlSafe)
        return output
    }

    /// The bytes; nil when the text is not base64.
    ///
    /// Strictly read, the text is padded and of the standard alphabet. Otherwise padding may be missing, both alphabets
    /// may occur, and line feeds are skipped, as credentials come.
    public static func decode(_ text: some Collection<UInt8>, strictly: Bool = true) -> [UInt8]? {
        var result: [UInt8] = []
        result.reserveCapacity(text.count * 3 / 4)
        var (group, bits, length, pads): (UInt32, Int, Int, Int) = (0, 0, 0, 0)
        for letter in text {
            if letter == UInt8(ascii: "\n"), !strictly { continue }
            length += 1
            if letter == padding {
                pads += 1
                continue
            }
            let value = values[Int(letter)]
            guard pads == 0, value & 63 == value || !strictly && value != 0xff else { return nil }
            group = group << 6 | UInt32(value & 63)
            bits += 6
            if bits >= 8 {
                bits -= 8
                result.append(UInt8(truncatingIfNeeded: group >> UInt32(bits)))
            }
        }
        let isWhole = length % 4 == 0 || !strictly && pads == 0
        return isWhole && pads <= 2 && (length - pads) % 4 != 1 ? result : nil
    }

    private static let padding = UInt8(ascii: "=")
    private static let common = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
    private static let letters = Array((common + "+/").utf8)
    private static let urlLetters = Array((common + "-_").utf8)
    /// The value of each letter; of the URL-safe ones with bit 6 set; 0xff for what is no letter.
    private static let values: [UInt8] = {
        var table = [UInt8](repeating: 0xff, count: 256)
        for (value, letter) in urlLetters.enumerated() { table[Int(letter)] = UInt8(value) | 64 }
        for (value, letter) in letters.enumerated() { table[Int(letter)] = UInt8(value) }
        return table
    }()
}
