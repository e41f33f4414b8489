import Authentication
import ClusterBase
import Testing

/// Files of principals and secrets.
struct CredentialTests {
    @Test func jsonAndLinesAreReadAlike() throws {
        let json = #"{"credentials": [{"principal": "a", "secret": "x"}, {"principal": "b", "secret": "y z"}]}"#
        let table = CredentialTable(try Credential.list(text: json))
        #expect(table.count == 2)
        #expect(table.accepts("a", secret: Array("x".utf8)))
        #expect(table.accepts("b", secret: Array("y z".utf8)))
        let lines = CredentialTable(try Credential.list(text: "a x\n\n  b\ty  \n"))
        #expect(lines.accepts("a", secret: Array("x".utf8)))
        #expect(lines.accepts("b", secret: Array("y".utf8)))
    }

    @Test func aWrongSecretAndAnUnknownPrincipalAreRefused() throws {
        let table = CredentialTable(try Credential.list(text: "a x"))
        #expect(!table.accepts("a", secret: Array("y".utf8)))
        #expect(!table.accepts("a", secret: []))
        #expect(!table.accepts("b", secret: Array("x".utf8)))
        #expect(!table.accepts("b", secret: []))
    }

    @Test func oneCredentialIsAnObjectOrALine() throws {
        #expect(try Credential(text: #"{"principal": "a", "secret": "x"}"#).principal == "a")
        #expect(try Credential(text: "a x\n").basicAuthorization == "Basic YTp4")
    }

    @Test(arguments: [
        (#"{"credentials": [{"principal": "a"}]}"#, "credentials[0].secret"),
        (#"{"credentials": [{"secret": "hush"}]}"#, "credentials[0].principal"),
        (#"{"credentials": {"a": "hush"}}"#, "credentials.credentials"),
        (#"{"credentials": [{"principal": "", "secret": "hush"}]}"#, "credentials[0].principal"),
        ("{hush", "credentials"), ("a hush more", "credentials"), ("hush", "credentials"),
        ("a hush\na hush2", "credentials"),
    ])
    func whatIsWrongIsNamedWithoutTheSecret(_ text: String, _ field: String) throws {
        let error = #expect(throws: ClusterError.self) { try Credential.list(text: text) }
        #expect(error?.field == field)
        #expect(error?.description.contains("hush") == false)
    }

    @Test func secretsDoNotShowInTextOrDumps() throws {
        let credential = try Credential(text: "a hush")
        let table = CredentialTable([credential])
        var dumped = ""
        dump(credential, to: &dumped)
        dump(table, to: &dumped)
        dump(BasicAuthenticator(table), to: &dumped)
        dump(try WebTokenKey(Array("hush".utf8)), to: &dumped)
        let text = "\(credential) \(table) \(BasicAuthenticator(table)) \(dumped)"
        #expect(!text.contains("hush"))
        #expect(!text.contains("104"))  // the first byte
    }
}
