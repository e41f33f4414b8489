import ClusterBase
import KubeModel
import Testing

@testable import KubeKinds

/// Secrets and config maps.
@Suite struct CoreDataTests {
    /// A secret and what is wrong with it; the first is the seeds' F-60.
    private static let secrets: [(String, [String])] = [
        (#"{"type":"Opaque","data":{"username":"bXktdXNlcm5hbWUK","password":"bXktcGFzc3dvcmQK"}}"#, []),
        ("{}", []),
        (
            #"{"data":{"a b":"","..":""}}"#,
            [
                #"data[..]: Invalid value: "..": must not be '..'"#,
                #"data[a b]: Invalid value: "a b": a valid config key must consist of alphanumeric characters, "#
                    + "'-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', "
                    + "regex used for validation is '[-._a-zA-Z0-9]+')",
            ]
        ),
        (
            #"{"type":"kubernetes.io/service-account-token"}"#,
            ["metadata.annotations[kubernetes.io/service-account.name]: Required value"]
        ),
        (#"{"type":"kubernetes.io/dockercfg"}"#, ["data[.dockercfg]: Required value"]),
        (#"{"type":"kubernetes.io/dockercfg","stringData":{".dockercfg":"{\"a\":1}"}}"#, []),
        (
            #"{"type":"kubernetes.io/dockerconfigjson","data":{".dockerconfigjson":""}}"#,
            [
                #"data[.dockerconfigjson]: Invalid value: "<secret contents redacted>": unexpected end of JSON input"#
            ]
        ),
        (
            #"{"type":"kubernetes.io/tls","data":{"tls.crt":""}}"#, ["data[tls.key]: Required value"]
        ),
        (
            #"{"type":"kubernetes.io/basic-auth"}"#,
            ["data[%s][username]: Required value", "data[%s][password]: Required value"]
        ),
        (#"{"type":"kubernetes.io/basic-auth","data":{"password":""}}"#, []),
        (#"{"type":"kubernetes.io/ssh-auth"}"#, ["data[%s][ssh-privatekey]: Required value"]),
    ]

    @Test(arguments: secrets) func secretsHoldWhatTheirTypeAsks(_ json: String, _ errors: [String]) throws {
        #expect(try CoreFixture("Secret").create(json).errors == errors)
    }

    @Test func textsBecomeData() throws {
        let secrets = try CoreFixture("Secret")
        let secret = try secrets.valid(#"{"data":{"a":"AAAA","b":"Yg=="},"stringData":{"a":"Aé","c":""}}"#)
        #expect(secret["data"] == ["a": "QcOp", "b": "Yg==", "c": ""])
        #expect(secret["stringData"] == nil && secret.text("type") == "Opaque")
        #expect(secrets.cells(secret)["Data"] == 3 && secrets.cells(secret)["Type"] == "Opaque")
        #expect(CoreKinds.secret.selectableFields["type"]?(secret) == "Opaque")
    }

    @Test func aSecretKeepsItsType() throws {
        let secrets = try CoreFixture("Secret")
        let old = try secrets.valid(#"{"type":"mine"}"#)
        #expect(
            try secrets.update(old, #"{"type":"other"}"#).errors == [
                #"type: Invalid value: "other": field is immutable"#
            ])
        #expect(try secrets.update(old, #"{"type":"mine","data":{"a":""}}"#).errors == [])
    }

    @Test func sizesHaveALimit() throws {
        let secrets = try CoreFixture("Secret")
        let limit = DataRules.limit
        let full = String(decoding: Base64.encode([UInt8](repeating: 7, count: limit - 1)), as: UTF8.self)
        #expect(try secrets.create(#"{"data":{"a":"\#(full)","b":"AA=="}}"#).errors == [])
        #expect(
            try secrets.create(#"{"data":{"a":"\#(full)","b":"AAA="}}"#).errors == [
                "data: Too long: must have at most 1048576 bytes"
            ])
        let maps = try CoreFixture("ConfigMap")
        let text = String(repeating: "x", count: limit)
        #expect(try maps.create(#"{"data":{"a":"\#(text)"}}"#).errors == [])
        #expect(
            try maps.create(#"{"data":{"a":"\#(text)"},"binaryData":{"b":"AA=="}}"#).errors == [
                "[]: Too long: must have at most 1048576 bytes"
            ])
    }

    @Test func keysOccurOnceInAMap() throws {
        let maps = try CoreFixture("ConfigMap")
        #expect(
            try maps.create(#"{"data":{"a":"x"},"binaryData":{"a":"AA=="}}"#).errors == [
                #"data[a]: Invalid value: "a": duplicate of key present in binaryData"#
            ])
        #expect(maps.cells(try maps.valid(#"{"data":{"a":"x"},"binaryData":{"b":"AA=="}}"#))["Data"] == 2)
    }

    @Test(arguments: ["Secret", "ConfigMap"]) func whatIsImmutableStays(_ kind: String) throws {
        let fixture = try CoreFixture(kind)
        let old = try fixture.valid(#"{"immutable":true,"data":{"a":"AAAA"}}"#)
        #expect(try fixture.update(old, to: old).errors == [])
        #expect(
            try fixture.update(old, #"{"data":{"a":"AAAB"}}"#).errors == [
                "immutable: Forbidden: field is immutable when `immutable` is set",
                "data: Forbidden: field is immutable when `immutable` is set",
            ])
        var labelled = old
        labelled["metadata", "labels"] = ["a": "b"]
        #expect(try fixture.update(old, to: labelled).errors == [])
    }
}
