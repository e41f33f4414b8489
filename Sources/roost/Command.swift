internal import ClusterBase
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
    /// Commands of its own, named by the next word (`roost km apiserver`).
    var parts: [Command] = []
    /// Runs it; the answer is the exit status.
    let run: @Sendable (FlagValues) async throws -> Int32
}

extension Command {
    /// Whether a model refused the value of one of the command's flags, which it calls by the same name.
    func isAboutFlag(_ error: ClusterError) -> Bool {
        error.code == .invalidArgument && table.flags.contains { $0.name == error.field }
    }
}

/// Blames a flag for what a model finds wrong with its value.
func naming<Value>(_ flag: String, _ read: () throws -> Value) throws -> Value {
    do { return try read() } catch let error as ClusterError where error.code == .invalidArgument {
        throw UsageError(flag: flag, error.message)
    }
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

/// An error in one line for people; of errors of Foundation's file functions the path and the system's words.
func plainWords(of error: any Error) -> String {
    guard type(of: error) is NSError.Type || error is CocoaError else { return "\(error)" }
    let error = error as NSError
    let below = (error.userInfo[NSUnderlyingErrorKey] as? any Error).map { $0 as NSError } ?? error
    let words = below.domain == NSPOSIXErrorDomain ? String(cString: strerror(Int32(below.code))) : "\(below)"
    return (error.userInfo[NSFilePathErrorKey] as? String).map { "\($0): \(words)" } ?? words
}
