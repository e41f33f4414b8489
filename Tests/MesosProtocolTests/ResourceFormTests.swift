internal import ClusterBase
internal import ClusterModel
internal import MesosProtocol
internal import ResourceModel
internal import Testing

/// Which resources are refused and in which words, both forms of reservations, and `--resources`.
@Suite struct ResourceFormTests {
    private static let scalar = #""name":"cpus","type":"SCALAR","scalar":{"value":1}"#
    private static let disk = #""name":"disk","type":"SCALAR","scalar":{"value":1}"#
    private static let stacked = #""reservations":[{"type":"STATIC","role":"a"},{"type":"DYNAMIC","role":"a/b"}]"#
    private static let dynamic = #""reservations":[{"type":"DYNAMIC","role":"a","principal":"p"}]"#
    private static let format = "Invalid resource format: "

    static let problems: [(fields: String, problem: String)] = [
        (#""name":"","type":"SCALAR","scalar":{"value":1}"#, "Empty resource name"),
        (#""name":"x","type":"SCALAR""#, "Invalid scalar resource"),
        (#""name":"x","type":"SCALAR","set":{"item":[]}"#, "Invalid scalar resource"),
        (#""name":"x","type":"RANGES","scalar":{"value":1}"#, "Invalid ranges resource"),
        (#""name":"x","type":"SET","ranges":{},"set":{}"#, "Invalid set resource"),
        (#""name":"x","type":"TEXT""#, "Unsupported resource type"),
        (#""name":"x","type":"SCALAR","scalar":{"value":-0.5}"#, "Invalid scalar resource: value <= 0"),
        (#""name":"x","type":"SCALAR","scalar":{"value":0.0001}"#, "Invalid scalar resource: value <= 0"),
        (#""name":"x","type":"SCALAR","scalar":{"value":1e300}"#, "Invalid scalar resource: value <= 0"),
        (
            #""name":"x","type":"RANGES","ranges":{"range":[{"begin":3,"end":2}]}"#,
            "Invalid ranges resource: begin > end"
        ),
        (
            #""name":"x","type":"RANGES","ranges":{"range":[{"begin":7,"end":9},{"begin":3,"end":7}]}"#,
            "Invalid ranges resource: overlapping ranges"
        ),
        (#""name":"x","type":"SET","set":{"item":["a","b","a"]}"#, "Invalid set resource: duplicated elements"),
        (scalar + #","disk":{}"#, "DiskInfo should not be set for cpus resource"),
        (disk + #","disk":{"source":{"type":"RAW","mount":{}}}"#, "Mount should not be set for RAW disk source"),
        (disk + #","disk":{"source":{"type":"BLOCK","path":{}}}"#, "Path should not be set for BLOCK disk source"),
        (disk + #","disk":{"source":{"type":"UNKNOWN"}}"#, "Unsupported 'DiskInfo.Source.Type' in 'UNKNOWN'"),
        (scalar + #","role":"/a""#, "Role '/a' cannot start with a slash"),
        (
            scalar + #","role":"a","reservation":{"type":"DYNAMIC"}"#,
            "'Resource.ReservationInfo.type' must not be set for the 'Resource.reservation' field"
        ),
        (
            scalar + #","role":"a","reservation":{"role":"a"}"#,
            "'Resource.ReservationInfo.role' must not be set for the 'Resource.reservation' field"
        ),
        (
            scalar + #","reservation":{"principal":"p"}"#,
            #"Invalid reservation: role "*" cannot be dynamically reserved"#
        ),
        (
            scalar + #","reservations":[{"role":"a"}]"#,
            "Invalid reservation: 'Resource.ReservationInfo.type' field must be set."
        ),
        (
            scalar + #","reservations":[{"type":"STATIC"}]"#,
            "Invalid reservation: 'Resource.ReservationInfo.role' field must be set."
        ),
        (
            scalar + #","reservations":[{"type":"STATIC","role":"*"}]"#,
            #"Invalid reservation: role "*" cannot be reserved"#
        ),
        (
            scalar + #","reservations":[{"type":"DYNAMIC","role":"a"},{"type":"STATIC","role":"a/b"}]"#,
            "Invalid refined reservation: A refined reservation cannot be STATIC"
        ),
        (
            scalar + #","reservations":[{"type":"DYNAMIC","role":"a"},{"type":"DYNAMIC","role":"ab"}]"#,
            "Invalid refined reservation: role 'ab' is not a refinement of 'a'"
        ),
        (
            scalar + #","reservations":[{"type":"DYNAMIC","role":"a"},{"type":"DYNAMIC","role":"a"}]"#,
            "Invalid refined reservation: role 'a' is not a refinement of 'a'"
        ),
        (
            scalar + #","reservations":[{"type":"UNKNOWN","role":"a"}]"#,
            "Unsupported 'Resource.ReservationInfo.Type'"
        ),
        (
            "\(scalar),\(stacked)" + #","role":"a/b""#,
            format + "'Resource.role' must not be set if there is more than one reservation in 'Resource.reservations'"
        ),
        (
            "\(scalar),\(stacked)" + #","reservation":{}"#,
            format
                + "'Resource.reservation' must not be set if there is more than one reservation in"
                + " 'Resource.reservations'"
        ),
        (
            "\(scalar),\(dynamic)" + #","role":"b","reservation":{"principal":"p"}"#,
            format
                + "'Resource.role' field with 'b' does not match the role 'a' in 'Resource.reservations'"
        ),
        (
            "\(scalar),\(dynamic)" + #","role":"a""#,
            format
                + "'Resource.role' and 'Resource.reservation' must either be both set or both not set if the single"
                + " reservation in 'Resource.reservations' is DYNAMIC"
        ),
        (
            "\(scalar),\(dynamic)" + #","role":"a","reservation":{"principal":"q"}"#,
            format
                + "'Resource.reservation.principal' field with 'q' does not match the principal 'p' in"
                + " 'Resource.reservations'"
        ),
        (
            "\(scalar),\(dynamic)" + #","role":"a","reservation":{"principal":"p","labels":{"labels":[{"key":"k"}]}}"#,
            format
                + "'Resource.reservation.labels' field with '{k}' does not match the labels '{}' in"
                + " 'Resource.reservations'"
        ),
        (
            scalar + #","role":"a","reservation":{},"reservations":[{"type":"STATIC","role":"a"}]"#,
            format
                + "'Resource.reservation' must not be set if the single reservation in 'Resource.reservations' is"
                + " STATIC"
        ),
        (scalar + #","shared":{}"#, "Resource cpus cannot be shared"),
        (disk + #","shared":{}"#, "Only persistent volumes can be shared"),
    ]

    @Test(arguments: problems) func everyMistakeHasItsWords(fields: String, problem: String) throws {
        #expect {
            try Resource(decoding: Array("{\(fields)}".utf8), as: .json)
        } throws: { error in
            guard case WireError.invalid(let text) = error else { return false }
            return text.hasPrefix("Resource '") && text.hasSuffix("' is invalid: " + problem)
        }
    }

    @Test(arguments: [
        #""reservations":[{"type":"DYNAMIC","role":"a","principal":"p"}]"#,
        #""role":"a","reservation":{"principal":"p"}"#,
        #""role":"a","reservation":{"principal":"p"},"reservations":[{"type":"DYNAMIC","role":"a","principal":"p"}]"#,
    ])
    func allFormsAreOne(fields: String) throws {
        let resource = try Resource(decoding: Array("{\(Self.scalar),\(fields)}".utf8), as: .json)
        #expect(resource.reservations == [.init(kind: .dynamic, role: "a", principal: "p")])
    }

    @Test func eachFormComesBack() throws {
        let stacks: [[Resource.Reservation]] = [
            [], [.init(kind: .static, role: "a")],
            [.init(kind: .dynamic, role: "a", principal: "p", labels: [Label(key: "k", value: "v")])],
            [.init(kind: .dynamic, role: "a")],
            [.init(kind: .static, role: "a"), .init(kind: .dynamic, role: "a/b", principal: "p")],
        ]
        for stack in stacks {
            let resource = Resource(name: "cpus", value: .scalar(Scalar(1)), reservations: stack)
            for style in [WireStyle.full, .daemon] {
                let tree = try JSONValue(parsing: resource.encoded(as: .json, style: style))
                let isOlder = style == .daemon && stack.count < 2
                #expect((tree["role"] != nil) == isOlder && (tree["reservations"] == nil) == (isOlder || stack.isEmpty))
                #expect(try Resource(decoding: resource.encoded(as: .json, style: style), as: .json) == resource)
                let bytes = resource.encoded(as: .protobuf, style: style)
                #expect(try Resource(decoding: bytes, as: .protobuf) == resource)
            }
        }
    }

    // MARK: --resources

    @Test func jsonOfTheCommandLine() throws {
        let text = #"""
            [{"name":"cpus","type":"SCALAR","scalar":{"value":45.55}},
             {"name":"mem","type":"SCALAR","scalar":{"value":3},"role":"*"},
             {"name":"ports","type":"RANGES","ranges":{"range":[{"begin":1,"end":2}]},"role":"r"},
             {"name":"disk","type":"SCALAR","scalar":{"value":9},
              "reservations":[{"type":"STATIC","role":"s"}],"disk":{"source":{"type":"MOUNT","mount":{"root":"/m"}}}},
             {"name":"gpus","type":"SCALAR","scalar":{"value":0}}]
            """#
        let read = try Resources(flag: text, defaultRole: "d")
        #expect(read.map(\.role) == ["d", "*", "r", "s"] && read.cpus == Scalar(45.55))
        #expect(read.first { $0.name == "disk" }?.disk?.source == .init(.mount, root: "/m"))
        #expect(Resources.names(inFlag: text) == ["cpus", "mem", "ports", "disk", "gpus"])
        #expect(try Resources(flag: "cpus:2", defaultRole: "d").map(\.role) == ["d"])
        #expect(Resources.names(inFlag: "cpus:2;gpus:0") == ["cpus", "gpus"])
    }

    static let badFlags: [(text: String, problem: String)] = [
        (#"{"name":"a"}"#, "Some JSON resources were not formatted properly: they are not an array"),
        (#"[{"name":"a"} {"name":"b"}]"#, "Some JSON resources were not formatted properly: "),
        (#"[[]]"#, "Some JSON resources were not formatted properly: "),
        (#"[{"name":"a","set":{"item":["b"]}}]"#, "Some JSON resources were not formatted properly: "),
        (#"[{"name":"a","type":"FLOATINGPOINT","set":{}}]"#, "Some JSON resources were not formatted properly: "),
        (#"[{"name":"","type":"SET","set":{"item":["b"]}}]"#, "Resource ':{b}' is invalid: Empty resource name"),
        (
            #"[{"name":"a","type":"SCALAR","scalar":{"value":-1}}]"#,
            "Resource 'a:-1.0' is invalid: Invalid scalar resource: value <= 0"
        ),
        (
            #"[{"name":"a","type":"SCALAR","scalar":{"value":1}},{"name":"a","type":"SET","set":{"item":["b"]}}]"#,
            "Resources with the same name ('a') but different types are not allowed"
        ),
        (
            #"[{"name":"disk","type":"SCALAR","scalar":{"value":1},"disk":{"persistence":{"id":"v"}}}]"#,
            "Persistent volumes cannot be specified at the command line"
        ),
        (
            #"[{"name":"a","type":"SCALAR","scalar":{"value":1},"reservations":[{"type":"DYNAMIC","role":"r"}]}]"#,
            "Dynamic reservations cannot be specified at the command line"
        ),
        (
            #"[{"name":"a","type":"SCALAR","scalar":{"value":1},"revocable":{}}]"#,
            "Revocable resources cannot be specified at the command line"
        ),
    ]

    @Test(arguments: badFlags) func mistakesOfTheCommandLineAreNamed(text: String, problem: String) {
        let error = #expect(throws: ClusterError.self) { try Resources(flag: text) }
        #expect(error?.code == .invalidArgument && error?.message.hasPrefix(problem) == true, "\(error?.message ?? "")")
    }
}
