import ClusterBase
import Foundation
import HTTPTransport
import TestSupport
import Testing

extension Integration {
    /// An agent whose disk is full starts nothing, keeps what runs, says so, and works again once there is room.
    @Suite(.enabled(if: getuid() == 0, "mounts a small file system")) struct FullDisk {
        @Test func aFullDiskFailsNewTasksOnly() async throws {
            try await withTestScope("full-disk") { scope in
                let disk = try scope.directory.makeDirectory("disk")
                let mount = try scope.start("mount", ["-t", "tmpfs", "-o", "size=6m", "tmpfs", disk])
                #expect(try await mount.waitForExit() == .exited(0), "\(mount.tails)")
                scope.onExit { umount2(disk, Int32(MNT_DETACH)) }

                let cluster = try await LocalCluster.start(in: scope, arguments: ["--stop-tasks"])
                let marathon = try JSONClient(try #require(cluster.marathon), in: scope)
                let agent = try scope.start(
                    try Roost.binary(),
                    [
                        "agent", "--port", "0", "--master", cluster.master.replacing("http://", with: ""), "--work_dir",
                        disk, "--runtime_dir", scope.directory.path("run"), "--attributes", "disk:small",
                        "--resources", "cpus:1;mem:512;disk:1;ports:[20000-20100]",
                    ], name: "small")
                try await post("steady", marathon)
                let steady = try await task("steady", marathon)

                let filler = try scope.start("dd", ["if=/dev/zero", "of=\(disk)/filler", "bs=4k"])
                _ = try await filler.waitForExit()
                try await post("late", marathon)
                let message = try await eventually("the failure is told") {
                    try await marathon.get("/v2/apps/late")["app"]?["lastTaskFailure"]?["message"]?.string
                }
                #expect(message.contains("No space left on device"), "\(message)")
                #expect(try await task("steady", marathon) == steady)
                #expect(agent.isRunning)

                try FileManager.default.removeItem(atPath: disk + "/filler")
                _ = try await task("late", marathon)
                #expect(try await task("steady", marathon) == steady)
                for app in ["steady", "late"] { _ = try await marathon.send(.delete, "/v2/apps/\(app)") }
                try await eventually("no task is left") { Bystander.processes(below: disk).isEmpty }
                #expect(try await agent.terminate(within: .seconds(5)) == .exited(0))
            }
        }

        private func post(_ app: String, _ marathon: JSONClient) async throws {
            let body = """
                { "id": "\(app)", "cmd": "sleep 100000", "cpus": 0.1, "mem": 32, "backoffSeconds": 1,
                  "constraints": [["disk", "LIKE", "small"]] }
                """
            let posted = try await marathon.send(.post, "/v2/apps", body)
            #expect(posted.status == 201, "\(posted.text)")
        }

        private func task(_ app: String, _ marathon: JSONClient) async throws -> String {
            try await eventually("\(app) runs", within: .seconds(30)) {
                let tasks = try await marathon.get("/v2/apps/\(app)/tasks")["tasks"]?.array ?? []
                return tasks.first { $0["state"]?.string == "TASK_RUNNING" }?["id"]?.string
            }
        }
    }
}
