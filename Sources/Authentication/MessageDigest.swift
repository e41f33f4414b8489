internal import Crypto

/// Keyed digests and comparisons that take the same time whatever they compare.
enum MessageDigest {
    /// HMAC-MD5 in lower-case hexadecimal, as CRAM-MD5 uses it (RFC 2195).
    static func hmacMD5(key: [UInt8], _ message: [UInt8]) -> String {
        let code = HMAC<Insecure.MD5>.authenticationCode(for: message, using: SymmetricKey(data: key))
        return code.map { byte in
            let text = String(byte, radix: 16)
            return text.count == 1 ? "0" + text : text
        }.joined()
    }

    /// HMAC-SHA256, as HS256 tokens use it (RFC 7518).
    static func hmacSHA256(key: [UInt8], _ message: [UInt8]) -> [UInt8] {
        Array(HMAC<SHA256>.authenticationCode(for: message, using: SymmetricKey(data: key)))
    }

    /// Whether a code is the HMAC-SHA256 of the message.
    static func isHMACSHA256(_ code: [UInt8], key: [UInt8], of message: [UInt8]) -> Bool {
        HMAC<SHA256>.isValidAuthenticationCode(code, authenticating: message, using: SymmetricKey(data: key))
    }

    /// Whether two secrets are the same.
    ///
    /// Their digests under a fresh key are compared, so that neither time nor length tells of the secret.
    static func areEqual(_ left: [UInt8], _ right: [UInt8]) -> Bool {
        let key = SymmetricKey(size: .bits256)
        let code = HMAC<SHA256>.authenticationCode(for: left, using: key)
        return HMAC<SHA256>.isValidAuthenticationCode(code, authenticating: right, using: key)
    }
}
