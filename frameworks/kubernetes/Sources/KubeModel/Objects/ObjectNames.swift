/// Names and ids the server makes.
public enum ObjectNames {
    /// A name from `metadata.generateName`: at most 58 characters of it and five random ones.
    public static func generate(_ prefix: String, using random: inout some RandomNumberGenerator) -> String { prefix }

    /// A random suffix of `bcdfghjklmnpqrstvwxz2456789`.
    public static func suffix(length: Int = 5, using random: inout some RandomNumberGenerator) -> String { "" }

    /// A random (version 4) UUID in lower case.
    public static func uid(using random: inout some RandomNumberGenerator) -> String { "" }

    /// FNV-1a of 32 bits.
    public static func fnv1a32(_ bytes: some Sequence<UInt8>) -> UInt32 { 0 }

    /// FNV-1 of 32 bits, which pod template hashes use upstream.
    public static func fnv132(_ bytes: some Sequence<UInt8>) -> UInt32 { 0 }

    /// A text with each byte replaced by a letter or digit that makes no words, for names (`pod-template-hash`).
    public static func safeEncode(_ text: String) -> String { text }
}
