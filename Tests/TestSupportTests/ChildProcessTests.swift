import Foundation
import TestSupport
import Testing

@Suite struct ChildProcessTests {
    @Test func capturesOutputAndStatus() async throws {
        try await withTestScope { scope in
            let process = try scope.start(
                "sh", ["-c", "echo out $WORD; pwd; echo err >&2; exit 7"], environment: ["WORD": "x"],
                workingDirectory: scope.directory.path)
            #expect(try await process.waitForExit() == .exited(7))
            #expect(process.output() == "out x\n\(scope.directory.path)\n" && process.output(.standardError) == "err\n")
            #expect(!process.isRunning)
        }
    }

    @Test func tellsSignalsApart() async throws {
        let process = try ChildProcess("sleep", ["1000"])
        process.signal(SIGINT)
        #expect(try await process.waitForExit() == .signalled(SIGINT))
        #expect(throws: TestError.self) { try ChildProcess("/no/such/program") }
    }

    @Test func waitsForLinesAndGivesUpWithTheOutput() async throws {
        try await withTestScope { scope in
            let process = try scope.start("sh", ["-c", "echo starting; sleep 0.1; echo ready on 80; exec sleep 1000"])
            #expect(try await process.waitForLine(containing: "ready", in: .standardOutput) == "ready on 80")
            await #expect(throws: TestError.self) {
                try await process.waitForLine(containing: "never", within: .milliseconds(50))
            }
            let brief = try scope.start("sh", ["-c", "echo why >&2"])
            let error = await #expect(throws: TestError.self) { try await brief.waitForLine(containing: "never") }
            #expect(error?.description.contains("why") == true)
        }
    }

    @Test func aScopeEndsTheWholeGroupAlsoAfterAnError() async throws {
        let (process, path) = try await withTestScope { scope in
            let process = try scope.start("sh", ["-c", "sleep 1000 & echo $!; wait"])
            try await process.waitForLine(containing: "", in: .standardOutput)
            return (process, scope.directory.path)
        }
        #expect(!process.isRunning && !FileManager.default.fileExists(atPath: path))
        // Killed grandchildren may wait for the system to reap them.
        try await eventually("group gone", within: .seconds(60), holds: { kill(-process.pid, 0) != 0 })
        await #expect(throws: TestError.self) {
            try await withTestScope { scope in
                let doomed = try scope.start("sleep", ["1000"])
                scope.onExit { #expect(doomed.isRunning) }  // undone before what was started earlier
                throw TestError("as planned")
            }
        }
    }

    @Test func nothingOutlivesATestProcessThatIsKilled() async throws {
        let directory = try TemporaryDirectory("killed")
        let file = directory.path("started")
        await #expect(processExitsWith: .signal(SIGKILL)) { [file = file as String] in
            let group = try ChildProcess("sh", ["-c", "sleep 1000 & sleep 1000"])
            let left = try TemporaryDirectory("left-behind")
            try Data("\(group.pid) \(left.path)".utf8).write(to: URL(fileURLWithPath: file))
            kill(getpid(), SIGKILL)
        }
        let parts = try String(contentsOfFile: file, encoding: .utf8).split(separator: " ").map(String.init)
        let group = try #require(Int32(parts[0]))
        try await eventually("group \(group) gone", within: .seconds(60), holds: { kill(-group, 0) != 0 })
        try await eventually(
            "directory gone", within: .seconds(60),
            holds: {
                !FileManager.default.fileExists(atPath: parts[1])
            })
    }
}
