import ClusterBase
import TestSupport
import Testing

extension Integration {
    /// `roost execute`: launches, follows, ends with the task's success.
    @Suite struct Execute {
        @Test func followsTheTaskToItsEnd() async throws {
            try await withTestScope("execute") { scope in
                let engine = try await DockerEngine.shared()
                let cluster = try await LocalCluster.start(
                    in: scope,
                    arguments: [
                        "--docker-socket", engine.socket, "--no-marathon", "--no-kubernetes", "--stop-tasks",
                    ])
                let address = cluster.master.replacing("http://", with: "")

                func run(_ name: String, _ arguments: String...) async throws -> (ChildProcess.ExitStatus, [String]) {
                    let process = try scope.start(
                        try Roost.binary(), ["execute", "--master", address, "--name", name] + arguments)
                    let status = try await process.waitForExit()
                    #expect(process.output(.standardError) == "")
                    return (status, process.output(.standardOutput).split(separator: "\n").map(String.init))
                }

                let (finished, lines) = try await run("fine", "--command", "true")
                #expect(finished == .exited(0))
                #expect(lines.first?.hasPrefix("Subscribed with ID ") == true)
                #expect(lines.dropFirst().first?.hasPrefix("Submitted task 'fine' to agent '") == true)
                #expect(lines.contains("Received status update TASK_RUNNING for task 'fine'"))
                #expect(lines.suffix(3).first == "Received status update TASK_FINISHED for task 'fine'", "\(lines)")

                let (failed, words) = try await run("wrong", "--command=exit 7", "--content_type=json")
                #expect(failed == .exited(1))
                #expect(words.contains("Received status update TASK_FAILED for task 'wrong'"))
                #expect(words.contains("  message: 'Command exited with status 7'"))

                let (contained, _) = try await run(
                    "contained", "--containerizer", "docker", "--docker-image", engine.image, "--command",
                    "test -x /bin/busybox", "--env", #"{"A":"b"}"#)
                #expect(contained == .exited(0))

                let (killed, ends) = try await run("long", "--command=sleep 1000", "--kill_after=100ms")
                #expect(killed == .exited(1))
                #expect(ends.contains("Received status update TASK_KILLED for task 'long'"))

                let master = try JSONClient(cluster.master, in: scope)
                try await eventually("the frameworks are gone") {
                    let state = try await master.get("/state")
                    return state["frameworks"]?.array?.isEmpty == true
                        && state["completed_frameworks"]?.array?.count == 4
                }
            }
        }
    }
}
