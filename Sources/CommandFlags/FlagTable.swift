internal import ClusterBase

/// The flags of one command: reads command line and environment, prints its own help.
///
/// `_` and `-` between words, one or two dashes in front, and `=` or a blank before the value mean the same
/// (command-line contract, design §3). The command line wins over the environment; giving a flag twice is an error, as
/// upstream has it (spec `mesos/09`, conventions). `-h` asks for help unless a flag has that name.
public struct FlagTable: Sendable {
    /// The command, as typed.
    public let command: String
    /// What it does, in one line.
    public let summary: String
    /// The rows, in help order.
    public let flags: [Flag]
    /// Prefixes of environment variables, such as `MESOS_`; the first match wins.
    public let environmentPrefixes: [String]
    /// Names of positional arguments for the usage line; empty = none are taken.
    public let positional: String

    /// Makes a table.
    public init(
        command: String, summary: String, flags: [Flag], environmentPrefixes: [String] = ["ROOST_"],
        positional: String = ""
    ) {
        (self.command, self.summary, self.flags) = (command, summary, flags)
        (self.environmentPrefixes, self.positional) = (environmentPrefixes, positional)
    }

    /// Reads a command line (without the command itself).
    ///
    /// Throws `UsageError` naming the offending flag. `readFile` gives the contents of a path for `content` flags.
    public func parse(
        _ arguments: [String], environment: [String: String],
        readFile: (String) throws -> String = { throw UsageError("cannot read \($0)") }
    ) throws -> FlagValues {
        var values = FlagValues(table: self)
        try takeArguments(arguments, into: &values)
        try takeEnvironment(environment, into: &values)
        for flag in flags {
            guard let text = values.texts[flag.name] else { continue }
            try check(text, of: flag)
            switch flag.effect {
            case .refused(let why): throw UsageError(flag: "--\(flag.name)", why)
            case .refusedWhenTrue(let why) where values.bool(flag.name): throw UsageError(flag: "--\(flag.name)", why)
            default: break
            }
            if flag.kind == .content { values.texts[flag.name] = try content(text, of: flag, readFile: readFile) }
        }
        return values
    }

    private func takeArguments(_ arguments: [String], into values: inout FlagValues) throws {
        var rest = arguments[...]
        while let argument = rest.popFirst() {
            guard argument.hasPrefix("-"), argument != "-" else {
                values.positional.append(argument)
                continue
            }
            if argument == "--" {
                values.positional += rest
                break
            }
            let (typed, inline) = split(argument)
            if typed == "help" || (typed == "h" && !flags.contains { $0.name == typed }) {
                values.wantsHelp = true
                continue
            }
            let (flag, negated) = try find(typed, argument)
            guard values.texts[flag.name] == nil else {
                throw UsageError(flag: "--\(flag.name)", "given more than once")
            }
            values.texts[flag.name] = try value(of: flag, argument, inline: inline, negated: negated, rest: &rest)
        }
        if positional.isEmpty, let extra = values.positional.first {
            throw UsageError(flag: extra, "unexpected argument; '\(command)' takes flags only")
        }
    }

    private func value(
        of flag: Flag, _ argument: String, inline: String?, negated: Bool, rest: inout ArraySlice<String>
    ) throws -> String {
        if negated {
            guard inline == nil else { throw UsageError(flag: argument, "a 'no-' flag takes no value") }
            return "false"
        }
        if let inline { return inline }
        if flag.kind == .boolean {
            if let next = rest.first, next == "true" || next == "false" { return rest.removeFirst() }
            return "true"
        }
        guard let next = rest.popFirst() else { throw UsageError(flag: argument, "expects a value") }
        return next
    }

    private func split(_ argument: String) -> (name: String, value: String?) {
        let body = argument.drop { $0 == "-" }
        guard let equals = body.firstIndex(of: "=") else { return (Self.normal(body), nil) }
        return (Self.normal(body[..<equals]), String(body[body.index(after: equals)...]))
    }

    private static func normal(_ name: Substring) -> String { String(name.map { $0 == "-" ? "_" : $0 }) }

    private func find(_ typed: String, _ argument: String) throws -> (Flag, negated: Bool) {
        if let flag = flags.first(where: { $0.name == typed || $0.aliases.contains(typed) }) { return (flag, false) }
        if typed.hasPrefix("no_"),
            let flag = flags.first(where: { $0.kind == .boolean && $0.name == typed.dropFirst(3) })
        {
            return (flag, true)
        }
        throw UsageError(flag: argument, "unknown flag; '\(command) --help' lists the flags")
    }

    private func takeEnvironment(_ environment: [String: String], into values: inout FlagValues) throws {
        for flag in flags where values.texts[flag.name] == nil {
            for prefix in environmentPrefixes {
                let names = [flag.name] + flag.aliases
                guard let name = names.first(where: { environment[prefix + $0.uppercased()] != nil }),
                    let text = environment[prefix + name.uppercased()]
                else { continue }
                // An empty value means a boolean flag that is present, as Marathon's convention has it.
                values.texts[flag.name] = text.isEmpty && flag.kind == .boolean ? "true" : text
                break
            }
        }
    }

    private func check(_ text: String, of flag: Flag) throws {
        let expected: String? =
            switch flag.kind {
            case .text, .content: nil
            case .boolean: ["true", "false", "1", "0"].contains(text) ? nil : "expected true or false"
            case .integer: Int(text) == nil ? "expected a whole number" : nil
            case .number: Double(text) == nil ? "expected a number" : nil
            case .duration: UnitText.duration(text) == nil ? "expected a duration such as 15secs or 10mins" : nil
            case .bytes: UnitText.bytes(text) == nil ? "expected a size such as 100MB" : nil
            }
        if let expected { throw UsageError(flag: "--\(flag.name)", "\(expected), not '\(text)'") }
    }

    private func content(_ text: String, of flag: Flag, readFile: (String) throws -> String) throws -> String {
        let path = text.hasPrefix("file://") ? String(text.dropFirst(7)) : text.hasPrefix("/") ? text : nil
        guard let path else { return text }
        do { return try readFile(path) } catch { throw UsageError(flag: "--\(flag.name)", "cannot read \(path)") }
    }

    /// The help text: usage, then a line or two per flag.
    public var help: String {
        var text = "\(command) — \(summary)\n\nUsage: \(command)"
        text += positional.isEmpty ? " [flags]\n\nFlags:\n" : " [flags] \(positional)\n\nFlags:\n"
        for flag in flags {
            let placeholder = flag.kind == .boolean ? "[=true|false]" : "=VALUE"
            let preset = flag.defaultValue.map { " (default: \($0))" } ?? ""
            let note: String =
                switch flag.effect {
                case .active: ""
                case .accepted: " [accepted; no effect yet]"
                case .refused, .refusedWhenTrue: " [refused]"
                }
            text += "  --\(flag.name)\(placeholder)\n      \(flag.help)\(preset)\(note)\n"
        }
        text += "  --help\n      Print this text.\n"
        if let prefix = environmentPrefixes.first {
            text += "\nEvery flag may also be given as \(prefix)<NAME> in the environment.\n"
        }
        return text
    }
}
