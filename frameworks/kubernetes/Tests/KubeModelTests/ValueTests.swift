internal import ClusterBase
internal import KubeModel
internal import Testing

/// Addresses, ranges, numbers-or-texts and made names.
struct ValueTests {
    @Test(arguments: [
        ("10.0.0.1", "10.0.0.1"), ("::1", "::1"), ("::", "::"), ("2001:DB8:0:0:1:0:0:1", "2001:db8::1:0:0:1"),
        ("fe80::", "fe80::"), ("::ffff:10.1.2.3", "10.1.2.3"), ("64:ff9b::1.2.3.4", "64:ff9b::102:304"),
        ("1:0:2:3:4:5:6:7", "1:0:2:3:4:5:6:7"), ("1:2:3:4:5:6::", "1:2:3:4:5:6::"),
    ])
    func addressesBecomeCanonical(text: String, canonical: String) {
        #expect(IPAddress(text)?.description == canonical)
    }

    @Test(arguments: [
        "", "1.2.3", "1.2.3.4.5", "256.1.1.1", "01.2.3.4", "1.2.3.x", ":", ":::", "1::2::3", "1:2:3:4:5:6:7", "12345::",
        "1:2:3:4:5:6:7:8:9", "::1.2.3", "1:2:3:4:5:6:7::8", "fe80::1%eth0", "+1::", ":1",
    ])
    func otherTextIsNoAddress(text: String) {
        #expect(IPAddress(text) == nil)
        #expect(NameRules.ip(text) == ["must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)"])
    }

    @Test func rangesHoldTheirAddresses() throws {
        let range = try #require(CIDR("10.10.10.77/29"))
        #expect(range.description == "10.10.10.72/29")
        #expect(range.count == 8)
        #expect(range.address(at: 7)?.description == "10.10.10.79")
        #expect(range.address(at: 8) == nil)
        #expect(try range.contains(#require(IPAddress("10.10.10.79"))))
        #expect(try !range.contains(#require(IPAddress("10.10.10.80"))))
        #expect(try #require(CIDR("0.0.0.0/0")).contains(range))
        #expect(try !#require(CIDR("::/0")).contains(range))
        #expect(CIDR("::/0")?.count == .max)
        #expect(CIDR("10.0.0.0/33") == nil && CIDR("10.0.0.0") == nil && CIDR("10.0.0.0/+8") == nil)
    }

    @Test func addressesKnowTheirKind() throws {
        let kinds: [(String, KeyPath<IPAddress, Bool>)] = [
            ("127.1.1.1", \.isLoopback), ("::1", \.isLoopback), ("169.254.1.1", \.isLinkLocal),
            ("fe80::1", \.isLinkLocal),
            ("224.0.0.5", \.isLinkLocalMulticast), ("ff02::1", \.isLinkLocalMulticast), ("239.1.1.1", \.isMulticast),
            ("0.0.0.0", \.isUnspecified),
        ]
        for (text, kind) in kinds {
            #expect(try #require(IPAddress(text))[keyPath: kind], "\(text)")
            #expect(try !#require(IPAddress("8.8.8.8"))[keyPath: kind])
        }
    }

    @Test func percentagesOfATotal() {
        #expect(IntOrString(.string("25%"))?.scaled(of: 10, rounding: .up) == 3)
        #expect(IntOrString(.string("25%"))?.scaled(of: 10, rounding: .down) == 2)
        #expect(IntOrString(.integer(4))?.scaled(of: 10, rounding: .up) == 4)
        #expect(IntOrString(.string("http"))?.scaled(of: 10, rounding: .up) == nil)
        #expect(IntOrString(.bool(true)) == nil)
        #expect(IntOrString.string("80%").percent == 80)
    }

    @Test func generatedNamesFit() {
        var random = SeededRandom(seed: 4)
        let name = ObjectNames.generate(String(repeating: "a", count: 80) + "-", using: &random)
        #expect(name.count == 63)
        #expect(ObjectNames.generate("web-", using: &random).hasPrefix("web-"))
        #expect(name.suffix(5).allSatisfy { "bcdfghjklmnpqrstvwxz2456789".contains($0) })
        #expect(NameRules.dns1123Label(name).isEmpty)
        let uid = ObjectNames.uid(using: &random)
        #expect(uid.split(separator: "-").map(\.count) == [8, 4, 4, 4, 12] && uid.dropFirst(14).first == "4")
    }

    @Test func hashesForNames() {
        #expect(ObjectNames.fnv1a32("".utf8) == 0x811c_9dc5)
        #expect(ObjectNames.fnv1a32("foobar".utf8) == 0xbf9c_f968)
        #expect(ObjectNames.safeEncode("0123456789") == "456789bcdf")
    }
}
