internal import ClusterBase
internal import Foundation

// Project chores in Swift; the Makefile is the index. Each subcommand is a row here and a file of its own.
let subcommands: [(name: String, help: String, run: ([String]) throws -> Void)] = [
    ("protos", "regenerate wire messages and descriptor tables (--tables-only: not the messages)", Protos().run),
    ("compatibility", "regenerate the pages of docs/compatibility that follow from the sources", Compatibility().run),
]

let arguments = CommandLine.arguments.dropFirst()
guard let subcommand = subcommands.first(where: { $0.name == arguments.first }) else {
    let lines = subcommands.map { "  \($0.name)  \($0.help)\n" }.joined()
    FileHandle.standardError.write(Data("usage: DevTool <subcommand>\n\(lines)".utf8))
    exit(arguments.first == "--help" ? 0 : 64)
}
do {
    try subcommand.run(Array(arguments.dropFirst()))
} catch {
    FileHandle.standardError.write(Data("DevTool \(subcommand.name): \(error)\n".utf8))
    exit(1)
}
