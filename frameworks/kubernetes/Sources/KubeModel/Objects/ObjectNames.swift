internal import ClusterBase

/// Names and ids the server makes.
public enum ObjectNames {
    /// Characters that make no words (upstream's `rand.String`).
    private static let alphabet = Array("bcdfghjklmnpqrstvwxz2456789".utf8)
    /// How many random characters end a generated name.
    public static let suffixLength = 5
    private static let longestName = 63

    /// A name from `metadata.generateName`: at most 58 bytes of it and five random characters.
    public static func generate(_ prefix: String, using random: inout some RandomNumberGenerator) -> String {
        let kept = String(decoding: prefix.utf8.prefix(longestName - suffixLength), as: UTF8.self)
        return kept + suffix(using: &random)
    }

    /// Random characters of `bcdfghjklmnpqrstvwxz2456789`.
    public static func suffix(
        length: Int = Self.suffixLength, using random: inout some RandomNumberGenerator
    ) -> String {
        let bytes = (0..<length).map { _ in alphabet[Int(random.next(upperBound: UInt64(alphabet.count)))] }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// A random (version 4) UUID in lower case.
    public static func uid(using random: inout some RandomNumberGenerator) -> String {
        UniqueID(high: random.next(), low: random.next()).description
    }

    /// FNV-1a of 32 bits (Fowler, Noll, Vo).
    public static func fnv1a32(_ bytes: some Sequence<UInt8>) -> UInt32 {
        bytes.reduce(0x811c_9dc5) { ($0 ^ UInt32($1)) &* 0x0100_0193 }
    }

    /// A text with each character replaced by one that makes no words, as names carry hashes (`pod-template-hash`).
    public static func safeEncode(_ text: String) -> String {
        String(decoding: text.unicodeScalars.map { alphabet[Int($0.value) % alphabet.count] }, as: UTF8.self)
    }
}
