public import ClusterBase

/// JSON web tokens signed with HMAC-SHA256 (RFC 7519, `HS256`), as executors show them to their agent.
///
/// Source: spec `mesos/06` §6.10; mesos `src/authentication/executor/jwt_secret_generator.cpp`.
public struct WebTokenKey: Sendable, CustomStringConvertible, CustomReflectable {
    private let key: [UInt8]

    /// Makes a key of secret bytes; throws `ClusterError` `invalidArgument` when there are none.
    public init(_ key: [UInt8]) throws(ClusterError) {
        guard !key.isEmpty else { throw ClusterError(.invalidArgument, "must not be empty", field: "jwt_secret_key") }
        self.key = key
    }

    /// That there is a key.
    public var description: String { "token key (hidden)" }

    /// Shows nothing.
    public var customMirror: Mirror { Mirror(self, children: [:]) }

    /// Signs claims.
    public func token(_ claims: KeyValuePairs<String, JSONValue>) -> String {
        let header = WebTokenKey.encode(Array(#"{"alg":"HS256","typ":"JWT"}"#.utf8))
        let payload = WebTokenKey.encode(JSONValue.object(claims).bytes)
        let signed = header + "." + payload
        return signed + "." + WebTokenKey.encode(MessageDigest.hmacSHA256(key: key, Array(signed.utf8)))
    }

    /// The claims of a token that this key signed and whose time it is; throws `ClusterError` `forbidden`.
    ///
    /// The signature is checked before anything that the token says is believed, but for its algorithm.
    public func claims(of token: String, now: Instant) throws(ClusterError) -> JSONObject {
        let parts = token.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3 else { throw WebTokenKey.bad("Expected 3 components in token, got \(parts.count)") }
        guard let header = WebTokenKey.object(parts[0]) else { throw WebTokenKey.bad("Token header is not valid") }
        guard header["alg"]?.string == "HS256", header["typ"] == nil || header["typ"]?.string == "JWT",
            header["crit"] == nil
        else { throw WebTokenKey.bad("Token algorithm is not supported") }
        let signed = Array("\(parts[0]).\(parts[1])".utf8)
        guard let signature = Base64.decode(parts[2].utf8, strictly: false),
            MessageDigest.isHMACSHA256(signature, key: key, of: signed)
        else { throw WebTokenKey.bad("Token signature does not match") }
        guard let claims = WebTokenKey.object(parts[1]) else { throw WebTokenKey.bad("Token payload is not valid") }
        if let expiry = claims["exp"] {
            guard let seconds = expiry.double else { throw WebTokenKey.bad("Token expiration time is not a number") }
            guard seconds > now.seconds else { throw WebTokenKey.bad("Token has expired") }
        }
        if let start = claims["nbf"] {
            guard let seconds = start.double, seconds <= now.seconds else {
                throw WebTokenKey.bad("Token is not valid yet")
            }
        }
        return claims
    }

    private static func encode(_ bytes: [UInt8]) -> String {
        String(decoding: Base64.encode(bytes, urlSafe: true).prefix { $0 != UInt8(ascii: "=") }, as: UTF8.self)
    }

    private static func object(_ text: Substring) -> JSONObject? {
        guard let bytes = Base64.decode(text.utf8, strictly: false) else { return nil }
        return (try? JSONValue(parsing: bytes))?.object
    }

    private static func bad(_ problem: String) -> ClusterError { ClusterError(.forbidden, problem) }
}
