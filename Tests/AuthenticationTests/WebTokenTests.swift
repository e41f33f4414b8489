import Authentication
import ClusterBase
import Testing

/// Tokens signed with HS256.
struct WebTokenTests {
    private let key: WebTokenKey
    private let now = Instant(nanoseconds: 1_700_000_000 * 1_000_000_000)

    init() throws { key = try WebTokenKey(Array("secret".utf8)) }

    private func text(_ header: String, _ payload: String, signature: String) -> String {
        [header, payload].map(base64).joined(separator: ".") + "." + signature
    }

    private func base64(_ text: String) -> String {
        let padded = Base64.encode(Array(text.utf8), urlSafe: true)
        return String(decoding: padded.prefix { $0 != UInt8(ascii: "=") }, as: UTF8.self)
    }

    private func problem(_ token: String) -> String? {
        do { _ = try key.claims(of: token, now: now) } catch { return error.message }
        return nil
    }

    @Test func whatWasSignedIsReadAgain() throws {
        let token = key.token(["fid": "f", "eid": "e", "cid": "c", "exp": .integer(1_700_000_001)])
        let claims = try key.claims(of: token, now: now)
        #expect(claims["fid"] == "f")
        #expect(claims["cid"] == "c")
    }

    /// From RFC 7515 appendix A.1: another implementation's token, with a key that is no text.
    @Test func aKnownTokenIsAccepted() throws {
        let bytes = try #require(
            Base64.decode(
                "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow".utf8,
                strictly: false))
        let token =
            "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leG"
            + "FtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
        let known = try WebTokenKey(bytes)
        let earlier = Instant(nanoseconds: 1_300_000_000 * 1_000_000_000)
        #expect(try known.claims(of: token, now: earlier)["iss"] == "joe")
        #expect(throws: ClusterError.self) { try known.claims(of: token, now: now) }
        #expect(throws: ClusterError.self) { try key.claims(of: token, now: earlier) }
    }

    @Test func aTokenThatHasExpiredIsRefused() {
        #expect(problem(key.token(["exp": .integer(1_700_000_000)])) == "Token has expired")
        #expect(problem(key.token(["exp": "never"])) == "Token expiration time is not a number")
    }

    @Test func aTokenBeforeItsTimeIsRefused() {
        #expect(problem(key.token(["nbf": .integer(1_700_000_001)])) == "Token is not valid yet")
        #expect(problem(key.token(["nbf": "now"])) == "Token is not valid yet")
        #expect(problem(key.token(["nbf": .integer(1_700_000_000)])) == nil)
    }

    @Test func aTokenOfAnotherKeyIsRefused() throws {
        let other = try WebTokenKey(Array("Secret".utf8))
        #expect(problem(other.token(["cid": "c"])) == "Token signature does not match")
    }

    @Test func aTokenThatWasChangedIsRefused() {
        let token = key.token(["cid": "c"])
        let parts = token.split(separator: ".").map(String.init)
        let other = key.token(["cid": "d"]).split(separator: ".").map(String.init)
        #expect(problem([parts[0], other[1], parts[2]].joined(separator: ".")) == "Token signature does not match")
        #expect(problem([parts[0], parts[1], ""].joined(separator: ".")) == "Token signature does not match")
        #expect(problem([parts[0], parts[1]].joined(separator: ".")) == "Expected 3 components in token, got 2")
        #expect(problem(token + ".x") == "Expected 3 components in token, got 4")
    }

    @Test(arguments: [
        #"{"alg":"none","typ":"JWT"}"#, #"{"alg":"HS512","typ":"JWT"}"#, #"{"alg":"hs256"}"#, #"{"typ":"JWT"}"#,
        #"{"alg":"HS256","crit":["x"]}"#,
    ])
    func anotherAlgorithmIsRefusedWhateverTheSignature(_ header: String) {
        #expect(problem(text(header, #"{"cid":"c"}"#, signature: "")) == "Token algorithm is not supported")
    }

    @Test func garbageIsRefused() {
        #expect(problem("") != nil)
        #expect(problem("..") != nil)
        #expect(problem("%%%.%%%.%%%") != nil)
    }

    @Test func anEmptyKeyIsNone() {
        let error = #expect(throws: ClusterError.self) { try WebTokenKey([]) }
        #expect(error?.field == "jwt_secret_key")
    }
}
