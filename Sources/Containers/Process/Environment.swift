internal import ClusterBase
internal import ClusterModel
internal import Glibc

/// What a program is given: its environment and its way from a `CommandInfo` to path and argument vector.
enum Environment {
    /// The search path when none is given.
    static let defaultPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

    /// `NAME=value` texts with each name once, in order of first appearance; the last value wins.
    static func merged(_ variables: [String]) -> [String] {
        var places: [Substring: Int] = [:]
        var result: [String] = []
        for variable in variables {
            let name = variable.prefix { $0 != "=" }
            if let place = places[name] {
                result[place] = variable
            } else {
                places[name] = result.count
                result.append(variable)
            }
        }
        return result
    }

    /// The program's path and argument vector: `/bin/sh -c value`, or `value` with `arguments` as argv.
    ///
    /// A name without slash is searched in the `PATH` of the environment. Throws `invalidArgument` without a value.
    static func program(
        of command: CommandInfo, environment: [String]
    ) throws(ClusterError) -> (path: String, arguments: [String]) {
        guard let value = command.value, !value.isEmpty else {
            throw ClusterError(.invalidArgument, "a command needs a value", field: "command.value")
        }
        if command.isShell { return ("/bin/sh", ["/bin/sh", "-c", value]) }
        let arguments = command.arguments.isEmpty ? [value] : command.arguments
        if value.contains("/") { return (value, arguments) }
        let path = environment.first { $0.hasPrefix("PATH=") }.map { String($0.dropFirst(5)) } ?? defaultPath
        for directory in path.split(separator: ":") {
            let candidate = "\(directory)/\(value)"
            if access(candidate, X_OK) == 0, !PosixFile.isDirectory(candidate) { return (candidate, arguments) }
        }
        return (value, arguments)
    }
}
