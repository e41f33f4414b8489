import ClusterBase
import Foundation
import HTTPTransport
import TestSupport
import Testing

extension Integration {
    /// Tasks outlive the daemons (decision D18, D20).
    @Suite struct Recovery {
        private let apps = """
            [{ "id": "counter", "cmd": "while true; do date +%s%N; sleep 0.1; done", "cpus": 0.1, "mem": 32 },
             { "id": "brief", "cmd": "sleep 4", "cpus": 0.1, "mem": 32 }]
            """

        @Test func killedDaemonsFindTheirTasksAgain() async throws {
            try await withTestScope("recovery") { scope in
                let directory = scope.directory.path + "/work"
                let first = try await LocalCluster.start(in: scope, workDirectory: directory, name: "first")
                let marathon = try JSONClient(try #require(first.marathon), in: scope)
                for app in try JSONValue(parsing: apps).array ?? [] {
                    let posted = try await marathon.send(.post, "/v2/apps", app.text)
                    #expect(posted.status == 201, "\(posted.text)")
                }
                let before = try await running(marathon, "counter")
                let brief = try await running(marathon, "brief")
                let pid = try await processRunning("date +%s%N", below: directory)

                try await first.process.kill()
                #expect(processes().contains(pid))

                let second = try await LocalCluster.start(
                    in: scope, workDirectory: directory, arguments: ["--stop-tasks"], name: "second")
                let again = try JSONClient(try #require(second.marathon), in: scope)
                let after = try await running(again, "counter")
                #expect(after == before)
                #expect(processes().contains(pid))
                // The brief task ends, perhaps while nobody watches: its end is reported and it is replaced.
                try await eventually("the ended task is replaced", within: .seconds(30)) {
                    let tasks = try await again.get("/v2/apps/brief/tasks")["tasks"]?.array ?? []
                    return tasks.contains { $0["state"]?.string == "TASK_RUNNING" && $0["id"]?.string != brief }
                }
                #expect(try await second.process.terminate() == .exited(0))
                try await eventually("no task is left") { !processes().contains(pid) }
            }
        }

        private func running(_ marathon: JSONClient, _ app: String) async throws -> String {
            try await eventually("\(app) runs", within: .seconds(30)) {
                let tasks = try await marathon.get("/v2/apps/\(app)/tasks")["tasks"]?.array ?? []
                return tasks.first { $0["state"]?.string == "TASK_RUNNING" }?["id"]?.string
            }
        }

        private func processes() -> [Int32] {
            (try? FileManager.default.contentsOfDirectory(atPath: "/proc"))?.compactMap { Int32($0) } ?? []
        }

        /// The process whose command line holds `text` and whose working directory is below `directory`.
        private func processRunning(_ text: String, below directory: String) async throws -> Int32 {
            try await eventually("a process with \(text)") {
                processes().first { pid in
                    let command = (try? String(contentsOfFile: "/proc/\(pid)/cmdline", encoding: .utf8)) ?? ""
                    let folder = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(pid)/cwd")) ?? ""
                    return command.contains(text) && folder.hasPrefix(directory)
                }
            }
        }
    }
}
