import Authentication
import Testing

/// CRAM-MD5.
struct ChallengeResponseTests {
    private let credential = Credential(principal: "tim", secret: Array("tanstaaftanstaaf".utf8))

    /// The example of RFC 2195.
    @Test func theKnownAnswerIsGiven() {
        let challenge = Array("<1896.697170952@postoffice.reston.mci.net>".utf8)
        let answer = ChallengeResponse.answer(to: challenge, with: credential)
        #expect(String(decoding: answer, as: UTF8.self) == "tim b913a602c7eda7a495b4e6e7334d3890")
        #expect(ChallengeResponse.principal(of: answer, to: challenge, in: CredentialTable([credential])) == "tim")
    }

    @Test func anAnswerToAnotherChallengeIsRefused() {
        let table = CredentialTable([credential])
        let (first, second) = (
            ChallengeResponse.challenge(host: "h", seconds: 1), ChallengeResponse.challenge(host: "h", seconds: 1)
        )
        #expect(first != second)
        let answer = ChallengeResponse.answer(to: first, with: credential)
        #expect(ChallengeResponse.principal(of: answer, to: second, in: table) == nil)
    }

    @Test func wrongSecretsAndUnknownPrincipalsAreRefused() {
        let table = CredentialTable([credential])
        let challenge = ChallengeResponse.challenge(host: "h", seconds: 1)
        for other in [Credential(principal: "tim", secret: []), Credential(principal: "tom", secret: [])] {
            let answer = ChallengeResponse.answer(to: challenge, with: other)
            #expect(ChallengeResponse.principal(of: answer, to: challenge, in: table) == nil)
        }
    }

    @Test(arguments: ["", " ", "tim", "tim ", "tim B913", " b913a602c7eda7a495b4e6e7334d3890"])
    func malformedAnswersAreRefused(_ text: String) {
        let table = CredentialTable([credential])
        #expect(ChallengeResponse.principal(of: Array(text.utf8), to: [1], in: table) == nil)
    }

    @Test func principalsMayHaveBlanks() {
        let spaced = Credential(principal: "a b", secret: [1])
        let answer = ChallengeResponse.answer(to: [2], with: spaced)
        #expect(ChallengeResponse.principal(of: answer, to: [2], in: CredentialTable([spaced])) == "a b")
    }
}
