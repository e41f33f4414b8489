internal import ClusterBase
internal import Foundation

/// The product as a user starts it: the `roost` binary that the build made.
public enum Roost {
    /// The binary beside this test's own build products.
    ///
    /// Throws `TestError` when it was not built.
    public static func binary() throws -> String {
        let root = repository
        for folder in [".build/debug/roost", ".build/release/roost"] {
            let path = root + "/" + folder
            if FileManager.default.isExecutableFile(atPath: path) { return path }
        }
        throw TestError("no roost binary; run 'swift build --product roost'")
    }

    /// The repository's root.
    public static var repository: String {
        URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
            .path
    }

    /// The Python of one of the client environments that `deploy/setup test` makes.
    public static func python(_ client: String) throws -> String {
        let path = repository + "/.build/conformance/\(client)/bin/python"
        guard FileManager.default.isExecutableFile(atPath: path) else {
            throw TestError("no \(client) environment; run 'deploy/setup test'")
        }
        return path
    }

    /// A script of `Tests/ConformanceTests/clients`.
    public static func client(_ script: String) -> String { repository + "/Tests/ConformanceTests/clients/" + script }
}

/// A `roost local` cluster and what its ready file says.
public struct LocalCluster: Sendable {
    /// The process.
    public let process: ChildProcess
    /// The master's URL.
    public let master: String
    /// The agents' URLs.
    public let agents: [String]
    /// Marathon's URL; nil with `--no-marathon`.
    public let marathon: String?

    /// Starts one in a scope, on free ports, and waits until it is ready.
    ///
    /// A second start on the same `workDirectory` finds what the first left.
    public static func start(
        in scope: TestScope, workDirectory: String? = nil, arguments: [String] = [], name: String = "local"
    ) async throws -> LocalCluster {
        let directory = workDirectory ?? scope.directory.path + "/" + name
        let ready = scope.directory.path + "/\(name)-ready-\(UInt32.random(in: 0 ... .max)).json"
        let process = try scope.start(
            try Roost.binary(),
            [
                "local", "--work-dir", directory, "--master-port", "0", "--agent-port", "0", "--marathon-port", "0",
                "--kubernetes-port", "0", "--scheduler-port", "0", "--ready-file", ready,
            ] + arguments, name: name)
        let text = try await process.waitForFile(ready)
        let tree = try JSONValue(parsing: text)
        guard let master = tree["master"]?.string else { throw TestError("the ready file names no master: \(text)") }
        return LocalCluster(
            process: process, master: master, agents: tree["agents"]?.array?.compactMap(\.string) ?? [],
            marathon: tree["marathon"]?.string)
    }
}
