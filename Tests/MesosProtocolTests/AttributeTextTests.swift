import ClusterBase
import ClusterModel
import ResourceModel
import Testing

/// The text of `--attributes` (upstream's `attributes_tests`).
@Suite struct AttributeTextTests {
    @Test func everyKindIsRead() throws {
        let read = try Attribute.parse("cpus : 45.5 ; ports:[10000-20000, 30000-50000]; rack:a b:c ;rack:r2;")
        #expect(
            read == [
                Attribute(name: "cpus", value: .scalar(45.5)),
                Attribute(name: "ports", value: .ranges(ValueRanges([10_000...20_000, 30_000...50_000]))),
                Attribute(name: "rack", value: .text("ab:c")), Attribute(name: "rack", value: .text("r2")),
            ])
        #expect(try Attribute.parse("").isEmpty && Attribute.parse(" ; ").isEmpty)
    }

    @Test(arguments: ["rack", ":r1", "rack:", "set:{a,b}", "ports:[1-2", "ports:[x-y]"])
    func badOnesAreNamed(text: String) {
        let error = #expect(throws: ClusterError.self) { try Attribute.parse("ok:1;" + text) }
        #expect(error?.field == "attributes" && error?.message.contains("'\(text)'") == true)
    }

    @Test func theyAreEqualInKindNameAndOrder() throws {
        #expect(try Attribute.parse("a:1;b:x") == Attribute.parse("a : 1.0 ; b: x"))
        #expect(try Attribute.parse("a:1;b:x") != Attribute.parse("b:x;a:1"))
        #expect(try Attribute.parse("a:1") != Attribute.parse("a:[1-1]"))
    }
}
