internal import ClusterBase
internal import ClusterModel
internal import CommandFlags

/// The flag of every command that prints something: people read tables, programs read JSON.
let outputFlag = Flag("o", .text, default: "table", aliases: ["output"], "Output form: table or json.")

/// Whether JSON is wanted; throws for other words than `table` and `json`.
func wantsJSON(_ values: FlagValues) throws -> Bool {
    switch values["o"] {
    case "json": true
    case "table": false
    default: throw UsageError(flag: "-o", "expected table or json, not '\(values["o"] ?? "")'")
    }
}

let versionCommand = Command(
    name: "version",
    table: FlagTable(command: "roost version", summary: "Print versions", flags: [outputFlag])
) { values in
    let rows: [(String, String)] = [
        ("roost", ProductVersion.roost), ("swift", swiftVersion), ("mesos", ProductVersion.mesos),
        ("marathon", ProductVersion.marathon),
    ]
    if try wantsJSON(values) {
        var object = JSONObject()
        for (name, version) in rows { object[name] = .string(version) }
        print(JSONValue.object(object).prettyText)
    } else {
        print(TextTable(rows: rows.map { [$0.0, $0.1] }).text, terminator: "")
    }
    return ExitStatus.success
}

private var swiftVersion: String {
    #if compiler(>=6.3)
        "6.3"
    #else
        "6.2"
    #endif
}
