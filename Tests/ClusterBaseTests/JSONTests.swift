internal import ClusterBase
internal import Testing

/// The tree codec: what it reads, what it refuses, and that it writes what it read.
struct JSONTests {
    @Test func aDocumentKeepsItsOrderAndValues() throws {
        let text = #"{"b":[1,-2.5,true,null,"é\n😀"],"a":{"x":9223372036854775807}}"#
        let value = try JSONValue(parsing: text)
        #expect(value.object?.keys == ["b", "a"])
        #expect(value["b"]?[0]?.integer == 1)
        #expect(value["b"]?[1]?.double == -2.5)
        #expect(value["b"]?[4]?.string == "é\n😀")
        #expect(value["a"]?["x"]?.integer == .max)
        #expect(value.text == text)
        #expect(try JSONValue(parsing: value.prettyText) == value)
    }

    @Test(arguments: [
        "", "{", "[1,]", #"{"a":1,}"#, "01", "1.", ".5", "+1", "nul", #""\ud800""#, #""\x""#, "\"a\nb\"", "1 2",
        "1e999",
        #"{"a" 1}"#, "{a:1}", "'a'",
    ])
    func malformedTextIsRefused(text: String) {
        #expect(throws: JSONError.self) { try JSONValue(parsing: text) }
    }

    @Test func invalidUTF8IsRefused() {
        #expect(throws: JSONError.self) { try JSONValue(parsing: [0x22, 0xff, 0x22] as [UInt8]) }
    }

    @Test func nestingIsBounded() throws {
        let deep = String(repeating: "[", count: 100_000) + String(repeating: "]", count: 100_000)
        #expect(throws: JSONError.self) { try JSONValue(parsing: deep) }
        let allowed = String(repeating: "[", count: 100) + String(repeating: "]", count: 100)
        #expect(try JSONValue(parsing: allowed).text == allowed)
    }

    @Test func repeatedKeysAreRefusedWhenAsked() throws {
        let text = #"{"a":1,"a":2}"#
        #expect(try JSONValue(parsing: text)["a"]?.integer == 2)
        #expect(throws: JSONError.self) {
            try JSONValue(parsing: text, limits: JSONLimits(allowsDuplicateKeys: false))
        }
    }

    @Test func objectsWithManyKeysAreFoundAndChanged() {
        var object = JSONObject()
        for number in 0..<1000 { object["k\(number)"] = .integer(Int64(number)) }
        object["k500"] = nil
        object["k7"] = "seven"
        #expect(object.count == 999)
        #expect(object["k999"]?.integer == 999)
        #expect(object["k500"] == nil)
        #expect(object["k7"]?.string == "seven")
    }

    @Test func noiseNeverTraps() {
        var random = SeededRandom(seed: 11)
        let alphabet = Array(#"{}[]",:0123456789.eE+-\u truefalsn"#.utf8) + [0xff, 0xc3, 0x00]
        for _ in 0..<20_000 {
            let bytes = (0..<random.below(24)).map { _ in alphabet[random.below(alphabet.count)] }
            if let value = try? JSONValue(parsing: bytes) { #expect((try? JSONValue(parsing: value.bytes)) == value) }
        }
    }
}
