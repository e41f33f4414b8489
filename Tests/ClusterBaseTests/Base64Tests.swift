import ClusterBase
import Testing

@Suite struct Base64Tests {
    @Test(arguments: [
        ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="),
        ("foobar", "Zm9vYmFy"),
    ])
    func codesTheVectorsOfTheStandard(plain: String, coded: String) {
        #expect(String(decoding: Base64.encode(Array(plain.utf8)), as: UTF8.self) == coded)
        #expect(Base64.decode(coded.utf8) == Array(plain.utf8))
        #expect(Base64.decode(coded.utf8.filter { $0 != UInt8(ascii: "=") }, strictly: false) == Array(plain.utf8))
    }

    @Test func bothAlphabetsAreReadWhenNotStrict() {
        let bytes: [UInt8] = [0xfb, 0xff, 0xfe]
        #expect(String(decoding: Base64.encode(bytes), as: UTF8.self) == "+//+")
        #expect(String(decoding: Base64.encode(bytes, urlSafe: true), as: UTF8.self) == "-__-")
        #expect(Base64.decode("-__-".utf8) == nil)
        #expect(Base64.decode("-__-".utf8, strictly: false) == bytes)
        #expect(Base64.decode("+//+\n".utf8, strictly: false) == bytes)
    }

    @Test(arguments: ["Z", "Zg", "Zg=", "Zg===", "Z===", "Zm9v=", "Zm9v!", "Zg==Zg==", "Zm 9v"])
    func refusesWhatIsNotBase64(text: String) { #expect(Base64.decode(text.utf8) == nil) }
}
