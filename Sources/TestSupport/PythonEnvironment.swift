internal import Foundation

/// Virtual Python environments below the package's build directory, made once and used again.
public enum PythonEnvironment {
    /// The interpreter of an environment that has `kazoo`.
    public static func kazoo() async throws -> String { try await kazooEnvironment.value }

    private static let kazooEnvironment = Task {
        try await make("kazoo", packages: ["kazoo==2.10.0"], module: "kazoo.client")
    }

    /// The interpreter of the environment `name`; made when it is not there or cannot import `module`.
    public static func make(_ name: String, packages: [String], module: String) async throws -> String {
        let directory = buildDirectory + "/conformance/" + name
        let python = directory + "/bin/python3"
        if FileManager.default.isExecutableFile(atPath: python) {
            let probe = try ChildProcess(python, ["-c", "import " + module])
            if try await probe.waitForExit().isSuccess { return python }
        }
        try? FileManager.default.removeItem(atPath: directory)
        try await run("/usr/bin/python3", ["-m", "venv", directory])
        try await run(python, ["-m", "pip", "install", "--quiet", "--disable-pip-version-check"] + packages)
        return python
    }

    private static func run(_ executable: String, _ arguments: [String]) async throws {
        let process = try ChildProcess(executable, arguments)
        defer { process.stop() }
        guard try await process.waitForExit(within: .seconds(300)).isSuccess else {
            throw TestError("\(executable) \(arguments.joined(separator: " ")) failed\n\(process.tails)")
        }
    }

    /// `.build` of the package, from where this file stands in it.
    private static var buildDirectory: String {
        URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent(".build").path
    }
}
