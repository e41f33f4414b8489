import ClusterBase
import MarathonModel
import Testing

@Test(arguments: [
    ("2021-07-27T20:40:33.000Z", "2021-07-27T20:40:33.000Z"), ("2024-02-29T23:59:59Z", "2024-02-29T23:59:59.000Z"),
    ("2024-01-01T00:00:00.123456Z", "2024-01-01T00:00:00.123Z"),
    ("2024-01-01T02:00:00.5+02:00", "2024-01-01T00:00:00.500Z"),
    ("1969-12-31T23:59:59.999Z", "1969-12-31T23:59:59.999Z"),
])
func timestampsReadAndWrite(text: String, expected: String) throws {
    #expect(try #require(Timestamp(parsing: text)).description == expected)
}

@Test(arguments: [
    "", "2021", "2021-13-01T00:00:00Z", "2021-07-27T20:40:33", "2021-07-27T20:40:33.Z", "2021-07-27 20:40:33Z",
])
func badTimestampsAreRefused(text: String) { #expect(Timestamp(parsing: text) == nil) }

@Test func pathsResolve() {
    #expect(PathID("../c/./d", base: PathID("/a/b")).description == "/a/c/d")
    #expect(PathID("//a//b/").description == "/a/b")
    #expect(PathID("../../..", base: PathID("/a")) == .root)
    #expect(PathID("/a/b").safe == "a_b" && PathID("/a/b").hostname == "b.a")
    #expect(PathID("/a/b/c").ancestors == [PathID("/a"), PathID("/a/b")])
}

@Test(arguments: [
    ("a", true), ("z", false), ("a==1", true), ("a!=1", false), ("z!=1", false), ("a in (1, 2)", true),
    ("a notin (2)", true), ("z notin (2)", false), ("a==1,b==x\\/y", true), ("a,z", false),
])
func selectorsMatch(text: String, expected: Bool) throws {
    #expect(try #require(LabelSelector(parsing: text)).matches(["a": "1", "b": "x/y"]) == expected)
}

@Test(arguments: ["", "a==", "a in 1", "a in (1", "a b", ",a"])
func badSelectorsAreRefused(text: String) { #expect(LabelSelector(parsing: text) == nil) }

@Test func servicePortsAreReusedThenLowest() throws {
    let ports = ServicePorts(range: 10_000...10_003)
    let app = try spec(#"{"id":"a","cmd":"run","ports":[0,7,0]}"#)
    let first = try ports.assigned(app, old: nil, used: [10_000])
    #expect(first.servicePorts == [10_001, 7, 10_002])
    #expect(try ports.assigned(app, old: first, used: [10_000, 10_001, 10_002]).servicePorts == [10_001, 7, 10_002])
    let error = #expect(throws: SpecError.self) { try ports.assigned(app, old: nil, used: [10_000, 10_001, 10_002]) }
    #expect(error?.problems.first?.errors == ["All ports in the range [10000-10003) are already in use"])
}
