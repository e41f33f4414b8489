internal import ClusterBase
internal import Foundation
internal import TestSupport

/// Starts the product as users start it, on free ports and directories of its own.
struct Daemons {
    let binary: String
    let scope: TestScope

    /// Runs a body with a place for daemons; whatever they started is gone afterwards, also after an error.
    static func run<Result>(_ context: BenchmarkContext, _ body: (Daemons) async throws -> Result) async throws
        -> Result
    {
        guard FileManager.default.isExecutableFile(atPath: context.binary) else {
            throw Skipped("no binary at \(context.binary); build it or name it with --binary")
        }
        return try await withTestScope("bench") { scope in
            let directory = scope.directory.path
            scope.onExit {
                // Tasks have sessions of their own and outlive daemons: find them by the sandbox they were told.
                for pid in ProcessTable.mentioning(directory) { kill(pid, SIGKILL) }
            }
            return try await body(Daemons(binary: context.binary, scope: scope))
        }
    }

    /// A `roost local` that is ready.
    struct Local {
        let process: ChildProcess
        let directory: String
        let master: String
        let marathon: String?
        /// From the start of the process until the ready file was there.
        let startup: Duration

        /// Ends the cluster and its tasks.
        func stop() async throws {
            _ = try await process.terminate(within: .seconds(20))
            for pid in ProcessTable.mentioning(directory) { kill(pid, SIGKILL) }
        }
    }

    /// Starts `roost local`; `name` is its work directory's name, unique in the scope unless it is to be started again.
    func local(_ name: String = "local", _ arguments: [String] = [], marathon: Bool = false) async throws -> Local {
        let directory = scope.directory.path(name)
        let ready = scope.directory.path(name + "-ready-\(UInt32.random(in: 0 ... .max))")
        let start = ContinuousClock.now
        let process = try scope.start(
            binary,
            [
                "local", "--work-dir", directory, "--master-port", "0", "--agent-port", "0", "--marathon-port", "0",
                "--kubernetes-port", "0", "--scheduler-port", "0",
                "--ready-file", ready, "--stop-tasks",
            ] + (marathon ? [] : ["--no-marathon"]) + arguments, name: name)
        let text = try await eventually("\(name) is ready", within: .seconds(30), every: .microseconds(500)) {
            guard process.isRunning else { throw TestError("\(name) ended: \(process.tails)") }
            return FileManager.default.contents(atPath: ready)
        }
        let startup = ContinuousClock.now - start
        let tree = try JSONValue(parsing: Array(text))
        guard let master = tree["master"]?.string else { throw TestError("the ready file names no master") }
        return Local(
            process: process, directory: directory, master: master, marathon: tree["marathon"]?.string, startup: startup
        )
    }

    /// Starts `roost master` and waits until it answers; returns it with its address `127.0.0.1:PORT`.
    func master(_ name: String = "master") async throws -> (process: ChildProcess, address: String) {
        let port = try FreePort.next()
        let process = try scope.start(
            binary, ["master", "--ip", "127.0.0.1", "--port", "\(port)", "--work_dir", scope.directory.path(name)],
            name: name)
        try await process.waitForPort(port)
        let client = try JSONClient("http://127.0.0.1:\(port)", in: scope)
        try await eventually("\(name) leads") { await client.poll("/metrics/snapshot")?["master/elected"]?.double == 1 }
        return (process, "127.0.0.1:\(port)")
    }

    /// Starts `roost agent`; returns at once.
    func agent(_ name: String = "agent", master: String) throws -> ChildProcess {
        try scope.start(
            binary,
            [
                "agent", "--ip", "127.0.0.1", "--port", "\(try FreePort.next())", "--master", master, "--work_dir",
                scope.directory.path(name), "--runtime_dir", scope.directory.path(name + "-run"),
            ], name: name)
    }
}
