internal import ClusterBase
internal import CommandFlags
internal import Foundation

/// The one binary: picks the command by the name it was called by, or by its first argument.
@main
enum Main {
    static func main() async {
        signal(SIGPIPE, SIG_IGN)
        exit(await run(CommandLine.arguments))
    }

    private static func run(_ arguments: [String]) async -> Int32 {
        let program = (arguments.first ?? "roost").split(separator: "/").last.map(String.init) ?? "roost"
        let callable = commands + commands.flatMap(\.parts)
        if let command = callable.first(where: { $0.programNames.contains(program) }) {
            return await perform(command, Array(arguments.dropFirst()))
        }
        guard arguments.count > 1 else {
            complain(overview)
            return ExitStatus.usage
        }
        let word = arguments[1]
        if word == "--help" || word == "-h" || word == "help" {
            print(overview)
            return ExitStatus.success
        }
        if word == "--version" { return await perform(versionCommand, []) }
        guard let command = commands.first(where: { $0.name == word || $0.aliases.contains(word) }) else {
            complain("roost: unknown command '\(word)'; 'roost --help' lists the commands")
            return ExitStatus.usage
        }
        return await perform(command, Array(arguments.dropFirst(2)))
    }

    private static func perform(_ command: Command, _ arguments: [String]) async -> Int32 {
        if let word = arguments.first,
            let part = command.parts.first(where: { $0.name == word || $0.aliases.contains(word) })
        {
            return await perform(part, Array(arguments.dropFirst()))
        }
        do {
            let values = try command.table.parse(arguments)
            if values.wantsHelp {
                print(command.table.help, terminator: "")
                return ExitStatus.success
            }
            for name in values.ineffective {
                complain("\(command.table.command): --\(name) has no effect in this version")
            }
            return try await command.run(values)
        } catch let error as UsageError {
            complain("\(command.table.command): \(error)")
            return ExitStatus.usage
        } catch let error as ClusterError where command.isAboutFlag(error) {
            let words = ClusterError(error.code, error.message, cause: error.cause)
            complain("\(command.table.command): --\(error.field ?? ""): \(words)")
            return ExitStatus.usage
        } catch {
            complain("\(command.table.command): \(plainWords(of: error))")
            return ExitStatus.failure
        }
    }

    private static var overview: String {
        let rows = commands.filter { !$0.isHidden }.map { [$0.name, $0.table.summary] }
        return "roost — one pool of machines, many schedulers\n\nUsage: roost COMMAND [flags]\n\nCommands:\n"
            + TextTable(rows: rows, indent: "  ").text + "\n'roost COMMAND --help' tells the flags of a command."
    }
}
