/// CRAM-MD5 (RFC 2195), as agents and v0 schedulers prove who they are (spec `mesos/11` §11.5).
public enum ChallengeResponse {
    /// The mechanism's name.
    public static let mechanism = "CRAM-MD5"

    /// What a client answers to a challenge.
    public static func answer(to challenge: [UInt8], with credential: Credential) -> [UInt8] {
        Array("\(credential.principal) \(MessageDigest.hmacMD5(key: credential.secret, challenge))".utf8)
    }

    /// Who gave an answer to a challenge; nil when the answer is wrong or its principal unknown.
    public static func principal(
        of answer: [UInt8], to challenge: [UInt8], in credentials: CredentialTable
    ) -> String? {
        // The digest has no blanks; the principal may have some.
        guard let blank = answer.lastIndex(of: UInt8(ascii: " ")) else { return nil }
        let principal = String(decoding: answer[..<blank], as: UTF8.self)
        let digest = Array(answer[(blank + 1)...])
        let known = credentials.secret(of: principal)
        let expected = MessageDigest.hmacMD5(key: known ?? [], challenge)
        let isSame = MessageDigest.areEqual(Array(expected.utf8), digest)
        return isSame && known != nil ? principal : nil
    }

    /// A challenge that was never used: `<random.time@host>`.
    public static func challenge(host: String, seconds: Int) -> [UInt8] {
        var generator = SystemRandomNumberGenerator()
        let random = (generator.next(), generator.next()) as (UInt64, UInt64)
        return Array("<\(random.0)\(random.1).\(seconds)@\(host)>".utf8)
    }
}
