import ClusterBase
import Foundation
import TestSupport
import Testing

/// Clients nobody here wrote, against the product; one after the other, for they share the machine.
@Suite(.serialized) struct Conformance {
    /// What a client's script printed, as trees.
    func events(_ process: ChildProcess) -> [JSONValue] {
        process.output(.standardOutput).split(separator: "\n").compactMap { try? JSONValue(parsing: String($0)) }
    }

    func event(_ name: String, of process: ChildProcess) -> JSONValue? {
        events(process).last { $0["event"]?.string == name }
    }

    private func startScheduler(_ arguments: [String], _ scope: TestScope) throws -> ChildProcess {
        try scope.start(
            try Roost.python("pymesos"), [Roost.client("pymesos_scheduler.py")] + arguments, name: "pymesos")
    }

    /// Every task ended once; an update may come again only when its acknowledgement may have died with a master.
    private func expectAllEnded(_ process: ChildProcess, count: Int, mayRepeat: Bool = false) throws {
        let summary = try #require(event("summary", of: process), "\(process.tails)")
        #expect(summary["finished"]?.bool == true)
        #expect(summary["launched"]?.integer == Int64(count))
        #expect(summary["ended"]?.integer == Int64(count))
        let repeated = summary["repeated"]?.integer ?? 0
        #expect(repeated == 0 || mayRepeat)
        let finished = summary["states"]?["TASK_FINISHED"]?.integer ?? 0
        #expect(repeated == 0 ? finished == Int64(count) : finished > Int64(count))
        #expect(event("unexpected", of: process) == nil)
    }

    @Test(arguments: ["command", "executor"])
    func pymesosLaunchesTwoHundredTasks(mode: String) async throws {
        try await withTestScope("pymesos") { scope in
            let cluster = try await LocalCluster.start(in: scope, arguments: ["--no-marathon", "--stop-tasks"])
            let master = cluster.master.replacing("http://", with: "")
            let client = try startScheduler([master, "200", mode], scope)
            #expect(try await client.waitForExit(within: .seconds(120)) == .exited(0), "\(client.tails)")
            try expectAllEnded(client, count: 200)
        }
    }

    @Test func pymesosSurvivesAMasterRestartAndFindsTheLeaderThroughZooKeeper() async throws {
        try await withTestScope("pymesos-failover") { scope in
            let server = try await ZooKeeperServer.shared()
            let zk = "zk://\(server.address)/pymesos-failover"
            func start(_ name: String, _ arguments: [String]) throws -> ChildProcess {
                try scope.start(try Roost.binary(), arguments, name: name)
            }
            func startMaster(_ name: String, _ port: Int) throws -> ChildProcess {
                try start(
                    name,
                    [
                        "master", "--ip", "127.0.0.1", "--port", "\(port)", "--zk", zk, "--quorum", "1",
                        "--zk_session_timeout", "4secs", "--hostname", "127.0.0.1",
                        "--work_dir", scope.directory.path + "/" + name,
                    ])
            }
            let master = try startMaster("first", try FreePort.next())
            _ = try start(
                "agent",
                [
                    "agent", "--ip", "127.0.0.1", "--port", "0", "--master", zk, "--hostname", "127.0.0.1",
                    "--work_dir", scope.directory.path + "/agent", "--runtime_dir", scope.directory.path + "/run",
                    "--resources", "cpus:4;mem:4096;disk:1024",
                ])
            let go = scope.directory.path + "/go"
            let client = try startScheduler(
                [zk, "200", "command", "--wait-for", go, "--sleep", "2", "--checkpoint"], scope)
            try await client.waitForLine(containing: "\"half\"", in: .standardOutput)
            try await master.kill()
            _ = try startMaster("second", try FreePort.next())
            try await eventually("the scheduler is back", within: .seconds(60)) {
                events(client).count { $0["event"]?.string?.hasSuffix("registered") == true } >= 2
            }
            try "go".write(toFile: go, atomically: true, encoding: .utf8)
            #expect(try await client.waitForExit(within: .seconds(120)) == .exited(0), "\(client.tails)")
            try expectAllEnded(client, count: 200, mayRepeat: true)
        }
    }

    @Test func theMarathonClientCreatesScalesAndDeletes() async throws {
        try await withTestScope("marathon-client") { scope in
            let cluster = try await LocalCluster.start(in: scope, arguments: ["--stop-tasks"])
            let client = try scope.start(
                try Roost.python("marathon"), [Roost.client("marathon_client.py"), try #require(cluster.marathon)],
                name: "marathon-client")
            #expect(try await client.waitForExit(within: .seconds(240)) == .exited(0), "\(client.tails)")
            for name in ["running", "scaled", "replaced"] {
                #expect(event(name, of: client)?["ok"]?.bool == true, "\(name): \(client.tails)")
            }
            #expect(event("tasks", of: client)?["count"]?.integer == 4)
            #expect(event("deleted", of: client)?["apps"]?.integer == 0)
        }
    }
}
