internal import ClusterBase
internal import ResourceModel
internal import Testing

@Suite struct ResourceTextTests {
    private static func problem(_ text: String, defaultRole: String = "*") -> String? {
        do {
            _ = try Resources(parsing: text, defaultRole: defaultRole)
            return nil
        } catch {
            return error.message
        }
    }

    @Test func namesRolesAndValues() throws {
        let all = try Resources(parsing: "cpus:45.55;ports:[10000-20000, 30000-50000];disks:{sda1}; mem ( r ) : 3 ")
        #expect(all.cpus == Scalar(45.55) && all.ports.ranges == [10000...20000, 30000...50000])
        #expect(all.contains(Resource(name: "disks", value: .set(["sda1"]))))
        let memory = try #require(all.first { $0.name == "mem" })
        #expect(memory.reservations == [.init(kind: .static, role: "r")] && memory.value == .scalar(Scalar(3)))
    }

    @Test func theDefaultRoleIsForThoseWithoutOne() throws {
        let text = try Resources(parsing: "cpus:2.5;ports(role2):[0-100];mem(*):1", defaultRole: "role1")
        #expect(text.map(\.role) == ["role1", "role2", "*"])
    }

    @Test func nothingIsLeftOut() throws {
        #expect(try Resources(parsing: "gpus:0;ports:[];names:{}").isEmpty)
        #expect(try Resources(parsing: ";; ;").isEmpty)
    }

    static let problems: [(text: String, problem: String)] = [
        ("cpus(role1)", "Bad value for resources, missing or extra ':' in cpus(role1)"),
        ("cpus", "Bad value for resources, missing or extra ':' in cpus"),
        ("cpus:1:2", "Bad value for resources, missing or extra ':' in cpus:1:2"),
        ("cpus(role1:1", "Bad value for resources, mismatched parentheses in cpus(role1:1"),
        ("cpus)(role1:1", "Bad value for resources, mismatched parentheses in cpus)(role1:1"),
        ("cpus:x", "Bad type for resource cpus value x type TEXT"),
        ("cpus:-1", "Bad type for resource cpus value -1 type TEXT"),
        ("cpus:inf", "Bad type for resource cpus value inf type TEXT"),
        ("cpus:nan", "Bad type for resource cpus value nan type TEXT"),
        ("cpus:0x1.8p1", "Bad type for resource cpus value 0x1.8p1 type TEXT"),
        ("cpus:7.63918e-313", "Failed to parse resource cpus value 7.63918e-313 error Subnormal values not supported"),
        ("cpus:0.00001", "Invalid scalar resource: value <= 0 in cpus:0.00001"),
        ("cpus:1e300", "Invalid scalar resource: value <= 0 in cpus:1e300"),
        ("cpus: ", "Failed to parse resource cpus value   error Expecting non-empty string"),
        ("n:{aa,b}}", "Failed to parse resource n value {aa,b}} error Mismatched brackets"),
        ("n:{a,b,a}", "Failed to parse resource n value {a,b,a} error Invalid set resource: duplicated elements"),
        ("p:[1-2]]", "Failed to parse resource p value [1-2]] error Mismatched brackets"),
        ("p:[1-2b]", "Failed to parse resource p value [1-2b] error Expecting non-negative integers in '1-2b'"),
        ("p:[80,443]", "Failed to parse resource p value [80,443] error Expecting one or more \"ranges\""),
        ("p:[5-4]", "Failed to parse resource p value [5-4] error Invalid ranges resource: begin > end"),
        ("p:a[1-2]", "Failed to parse resource p value a[1-2] error Unexpected '[' found"),
        ("p:a{1}", "Failed to parse resource p value a{1} error Unexpected '{' found"),
        ("(r):1", "Empty resource name in (r):1"),
        ("mem(/a):1", "Role '/a' cannot start with a slash in mem(/a):1"),
        (
            "foo(role1):1;foo(role2):[0-1]",
            "Resources with the same name ('foo') but different types are not allowed"
        ),
    ]

    @Test(arguments: problems) func everyMistakeHasItsWords(text: String, problem: String) {
        #expect(Self.problem(text) == problem)
    }

    @Test func rangesCoalesce() throws {
        let rows: [(String, [ClosedRange<UInt64>])] = [
            ("[4-6, 6-8, 5-9, 3-4, 2-5, 4-6, 1-1, 10-10, 4-6]", [1...10]), ("[6-8, 4-6]", [4...8]),
            ("[1-11, 8-10]", [1...11]), ("[1-4, 4-5, 7-8, 8-10]", [1...5, 7...10]), ("[4-6, 7-7]", [4...7]),
            ("[4-6, 7-7, 9-10, 9-11]", [4...7, 9...11]), ("[6-8, 6-8, 4-6, 6-8]", [4...8]),
            ("[0-18446744073709551615,5-6]", [0...UInt64.max]),
        ]
        for (text, ranges) in rows { #expect(try Resources(parsing: "p:\(text)").ranges("p").ranges == ranges) }
    }

    @Test func whatOnlyProgramsMaySay() {
        func problem(_ resource: Resource) -> String? { Resources([resource]).commandLineProblem }
        var volume = Resource.scalar("disk", 1)
        volume.disk = .init(persistenceID: "v", containerPath: "d")
        #expect(problem(volume) == "Persistent volumes cannot be specified at the command line")
        var revocable = Resource.scalar("cpus", 1)
        revocable.isRevocable = true
        #expect(problem(revocable)?.hasPrefix("Revocable resources cannot be specified at the command line") == true)
        let reserved = Resource.scalar("cpus", 1).pushing(.init(kind: .dynamic, role: "a"))
        #expect(problem(reserved)?.hasPrefix("Dynamic reservations cannot be specified at the command line") == true)
        var mounted = Resource.scalar("disk", 1)
        mounted.disk = .init(source: .init(.mount, root: "/m"))
        #expect(problem(mounted) == nil)
    }
}
