import Testing

@testable import CommandFlags

private let table = FlagTable(
    command: "roost master", summary: "test",
    flags: [
        Flag("work_dir", .text, "where"), Flag("port", .integer, default: "5050", "port"),
        Flag("hostname_lookup", .boolean, default: "true", "lookup"),
        Flag("agent_ping_timeout", .duration, default: "15secs", aliases: ["slave_ping_timeout"], "pings"),
        Flag("credentials", .content, "file"),
        Flag("registry_strict", .boolean, effect: .refusedWhenTrue("is obsolete"), "x"),
        Flag("logbufsecs", .integer, effect: .accepted, "nothing"),
    ], environmentPrefixes: ["MESOS_"])

private func parse(_ arguments: String..., environment: [String: String] = [:]) throws -> FlagValues {
    try table.parse(arguments, environment: environment, readFile: { "contents of \($0)" })
}

@Test(arguments: [
    ["--work_dir=/a"], ["--work-dir=/a"], ["-work_dir=/a"], ["--work_dir", "/a"], ["-work-dir", "/a"],
])
func allSpellingsMeanTheSame(arguments: [String]) throws {
    #expect(try table.parse(arguments, environment: [:])["work_dir"] == "/a")
}

@Test func defaultsEnvironmentAndCommandLineInThisOrder() throws {
    #expect(try parse()["port"] == "5050")
    #expect(try parse(environment: ["MESOS_PORT": "6000"]).integer("port") == 6000)
    #expect(try parse("--port=7000", environment: ["MESOS_PORT": "6000"]).integer("port") == 7000)
    #expect(try parse(environment: ["MESOS_SLAVE_PING_TIMEOUT": "2secs"]).duration("agent_ping_timeout") == .seconds(2))
    #expect(try parse(environment: ["MESOS_UNKNOWN": "x"]).isGiven("port") == false)
}

@Test func booleansCanBeNegated() throws {
    #expect(try parse().bool("hostname_lookup"))
    #expect(try !parse("--no-hostname_lookup").bool("hostname_lookup"))
    #expect(try !parse("--no-hostname-lookup").bool("hostname_lookup"))
    #expect(try !parse("--hostname_lookup=false").bool("hostname_lookup"))
    #expect(try !parse("--hostname_lookup", "false").bool("hostname_lookup"))
}

@Test func mistakesNameTheFlag() {
    #expect(throws: UsageError(flag: "--bogus", "unknown flag; 'roost master --help' lists the flags")) {
        try parse("--bogus")
    }
    #expect(throws: UsageError(flag: "--port", "given more than once")) { try parse("--port=1", "--port=2") }
    #expect(throws: UsageError(flag: "--agent_ping_timeout", "given more than once")) {
        try parse("--agent_ping_timeout=1secs", "--slave_ping_timeout=1secs")
    }
    #expect(throws: UsageError(flag: "--port", "expected a whole number, not 'x'")) { try parse("--port=x") }
    #expect(throws: UsageError(flag: "--agent_ping_timeout", "expected a duration such as 15secs or 10mins, not '15'"))
    {
        try parse("--agent_ping_timeout=15")
    }
    #expect(throws: UsageError(flag: "--work_dir", "expects a value")) { try parse("--work_dir") }
    #expect(throws: UsageError(flag: "stray", "unexpected argument; 'roost master' takes flags only")) {
        try parse("stray")
    }
    #expect(throws: UsageError(flag: "--registry_strict", "is obsolete")) { try parse("--registry_strict") }
    #expect(throws: UsageError(flag: "--work_dir", "is required")) { try parse().required("work_dir") }
    #expect(throws: UsageError(flag: "--port", "expected a port from 0 to 65535, not '70000'")) {
        try parse("--port=70000").port("port")
    }
}

@Test func contentComesFromFilesOrInline() throws {
    #expect(try parse("--credentials=file:///etc/c")["credentials"] == "contents of /etc/c")
    #expect(try parse("--credentials=/etc/c")["credentials"] == "contents of /etc/c")
    #expect(try parse("--credentials={}")["credentials"] == "{}")
}

@Test func secretsAreNotShownAndIneffectiveFlagsAreListed() throws {
    let values = try parse("--credentials={}", "--logbufsecs=3")
    #expect(values.shown.first { $0.name == "credentials" }?.value == "(hidden)")
    #expect(values.ineffective == ["logbufsecs"])
    let url = try parse("--work_dir=zk://user:p@ss@zk1:2181/mesos").shown.first { $0.name == "work_dir" }?.value
    #expect(url == "zk://(hidden)@zk1:2181/mesos")
}

@Test func flagMayBeCalledH() throws {
    let table = FlagTable(command: "roost kubecfg", summary: "test", flags: [Flag("h", .text, "host")])
    let values = try table.parse(["-h", "localhost:1"], environment: [:])
    #expect(values["h"] == "localhost:1" && !values.wantsHelp)
    #expect(try table.parse(["--help"], environment: [:]).wantsHelp)
    #expect(try parse("-h").wantsHelp)
}
