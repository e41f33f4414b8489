internal import CommandFlags
internal import Foundation

/// One subcommand of the binary.
struct Command: Sendable {
    /// The word after `roost`.
    let name: String
    /// Other words for it.
    var aliases: [String] = []
    /// Names of links to the binary that mean this command (decision D1).
    var programNames: [String] = []
    /// Whether it stays out of the list of commands.
    var isHidden = false
    /// Its flags and help.
    let table: FlagTable
    /// Runs it; the answer is the exit status.
    let run: @Sendable (FlagValues) async throws -> Int32
}

extension FlagTable {
    /// Reads a command line with this process's environment and files.
    func parse(_ arguments: [String]) throws -> FlagValues {
        try parse(arguments, environment: ProcessInfo.processInfo.environment) { path in
            try String(contentsOfFile: path, encoding: .utf8).trimmingCharacters(in: .whitespacesAndNewlines)
        }
    }
}

/// Exit statuses of the command-line contract (design §3).
enum ExitStatus {
    static let success: Int32 = 0
    static let failure: Int32 = 1
    static let usage: Int32 = 64
}

/// Writes a line to standard error.
func complain(_ text: String) { FileHandle.standardError.write(Data((text + "\n").utf8)) }

/// Writes a line to standard output at once, also into a pipe.
@Sendable func report(_ text: String) { FileHandle.standardOutput.write(Data((text + "\n").utf8)) }
