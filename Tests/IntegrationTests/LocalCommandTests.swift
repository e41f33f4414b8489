import ClusterBase
import Foundation
import HTTPTransport
import TestSupport
import Testing

extension Integration {
    /// `roost local` and the daemons on their command line (design §3).
    @Suite struct CommandLine {
        /// Arguments, and what the complaint names.
        private static let mistakes: [([String], String)] = [
            (["nonsense"], "unknown command 'nonsense'"),
            (["local", "--bogus"], "--bogus: unknown flag"),
            (["local", "extra"], "extra: unexpected argument"),
            (["local", "--agents", "x"], "--agents: expected a whole number, not 'x'"),
            (["local", "--agents=0"], "--agents: expected 1 to 64, not '0'"),
            (["local", "--master-port", "70000"], "--master_port: expected a port from 0 to 65535, not '70000'"),
            (["local", "--master_port"], "--master_port: expects a value"),
            (["local", "--logging-level=loud"], "--logging_level: expected DEBUG, INFO, WARNING or ERROR, not 'loud'"),
            (
                ["local", "--work-dir", "WORK", "--resources", "cpus:x"],
                "--resources: Bad type for resource cpus value x type TEXT"
            ),
            (["local", "--work-dir", "WORK", "--attributes", "a"], "--attributes: Bad attribute 'a'"),
            (["local", "--work-dir", "WORK", "--zk", "x"], "--zk: ZooKeeper URL"),
            (["master"], "--work_dir: is required"),
            (["master", "--work_dir", "WORK", "--roles", "a b"], "--roles: Role component 'a b' is invalid"),
            (["master", "--work_dir", "WORK", "--whitelist", "/none"], "--whitelist: cannot read /none: No such file"),
            (["agent", "--work_dir", "WORK"], "--master: is required"),
            (["agent", "--work_dir", "WORK", "--master", "zk://x"], "--master: ZooKeeper URL"),
            (["agent", "--work_dir", "WORK", "--master", "127.0.0.1:1", "--containerizers", "x"], "--containerizers:"),
            (["marathon", "--master", "127.0.0.1:1", "--http_port", "-1"], "--http_port: expected a port"),
            (["execute", "--master", "127.0.0.1:1"], "one of --name, --task and --task_group is required"),
            (["execute", "--master", "127.0.0.1:1", "--name", "a/b", "--command", "x"], "'a/b' contains invalid"),
            (["execute", "--master", "127.0.0.1:1", "--task", "{"], "--task: no JSON"),
            (["km", "scheduler", "--mesos-master", "zk://x"], "--mesos_master: Bad master location"),
            (["km", "scheduler", "--mesos-framework-roles", "a,b"], "--mesos_framework_roles: expected * and at most"),
            (["km", "scheduler", "--mesos_default_pod_roles=x"], "--mesos_default_pod_roles: expected some of"),
            (["km", "scheduler", "--proxy-mode", "x"], "--proxy_mode: expected iptables or userspace"),
            (["km", "scheduler", "--static-pods-config", "/x"], "--static_pods_config: static pods are read on the"),
            (["km", "scheduler", "--failover-timeout", "-1"], "--failover_timeout: expected a number from 0"),
            (["km", "scheduler", "--leader-elect-retry-period", "1h"], "must be above --leader_elect_retry_period"),
            (["km", "scheduler", "--scheduler-config", "/none"], "--scheduler_config: cannot read /none"),
            (["kubernetes", "--mesos-master", "a:b:c"], "--mesos_master: Bad master location"),
            (["state", "-o", "xml"], "-o: expected table or json, not 'xml'"),
        ]

        @Test(arguments: mistakes)
        func aMistakeExitsWith64AndIsNamedInOneLine(_ arguments: [String], _ words: String) async throws {
            try await withTestScope("usage") { scope in
                let arguments = arguments.map { $0.replacing("WORK", with: scope.directory.path("work")) }
                let process = try scope.start(try Roost.binary(), arguments)
                #expect(try await process.waitForExit() == .exited(64), "\(process.tails)")
                let said = process.output(.standardError)
                #expect(said.contains(words), "\(said)")
                #expect(said.split(separator: "\n").count == 1, "\(said)")
            }
        }

        @Test func aTakenPortIsNamed() async throws {
            try await withTestScope("ports") { scope in
                let first = try await LocalCluster.start(in: scope, name: "first")
                let port = try #require(first.master.split(separator: ":").last.map(String.init))
                let flags = [
                    "--master-port", "--agent-port", "--marathon-port", "--kubernetes-port", "--scheduler-port",
                ]
                for flag in flags {
                    let ports = flags.flatMap { [$0, $0 == flag ? port : "0"] }
                    let process = try scope.start(
                        try Roost.binary(), ["local", "--work-dir", scope.directory.path("work\(flag)")] + ports)
                    #expect(try await process.waitForExit() == .exited(1), "\(flag) \(process.tails)")
                    let said = process.tail(.standardError, lines: 1)
                    #expect(said == "roost local: cannot listen on 127.0.0.1:\(port) (Address already in use)")
                }
                #expect(first.process.isRunning)
            }
        }

        @Test func tasksSurviveAShutdownAndGoWithStopTasks() async throws {
            try await withTestScope("shutdown") { scope in
                let directory = scope.directory.path("work")
                let first = try await LocalCluster.start(in: scope, workDirectory: directory, name: "first")
                let marathon = try JSONClient(try #require(first.marathon), in: scope)
                let bystander = try await Bystander.post(marathon)

                let second = try scope.start(
                    try Roost.binary(),
                    [
                        "local", "--work-dir", directory, "--master-port", "0", "--agent-port", "0", "--marathon-port",
                        "0", "--kubernetes-port", "0", "--scheduler-port", "0",
                    ])
                #expect(try await second.waitForExit() == .exited(1))
                #expect(second.output(.standardError) == "roost local: another cluster runs on \(directory)\n")
                try await bystander.expectUndisturbed(marathon)

                let pid = try #require(Bystander.processes(below: directory).first)
                #expect(try await first.process.terminate(within: .seconds(5)) == .exited(0))
                #expect(Bystander.processes(below: directory).contains(pid))

                let again = try await LocalCluster.start(
                    in: scope, workDirectory: directory, arguments: ["--stop-tasks"], name: "again")
                #expect(again.master == first.master && again.agents == first.agents)
                #expect(again.marathon == first.marathon)
                try await bystander.expectUndisturbed(marathon)
                #expect(Bystander.processes(below: directory).contains(pid))
                #expect(try await again.process.terminate(within: .seconds(20)) == .exited(0))
                try await eventually("no task is left") { Bystander.processes(below: directory).isEmpty }
            }
        }
    }
}

/// An app that runs beside what a test does, and must not notice.
struct Bystander: Sendable {
    /// The id of its task.
    let task: String

    /// Posts it and waits until it runs.
    static func post(_ marathon: JSONClient) async throws -> Bystander {
        let posted = try await marathon.send(
            .post, "/v2/apps", #"{"id": "bystander", "cmd": "sleep 100000", "cpus": 0.1, "mem": 32}"#)
        #expect(posted.status == 201, "\(posted.text)")
        return Bystander(task: try await running(marathon))
    }

    /// Fails the test unless the same task still runs.
    func expectUndisturbed(_ marathon: JSONClient) async throws {
        #expect(try await Bystander.running(marathon) == task)
    }

    private static func running(_ marathon: JSONClient) async throws -> String {
        try await eventually("the bystander runs", within: .seconds(20)) {
            let tasks = try await marathon.get("/v2/apps/bystander/tasks")["tasks"]?.array ?? []
            return tasks.first { $0["state"]?.string == "TASK_RUNNING" }?["id"]?.string
        }
    }

    /// The living processes of tasks whose sandbox is below a directory.
    static func processes(below directory: String) -> [Int32] {
        let pids = (try? FileManager.default.contentsOfDirectory(atPath: "/proc"))?.compactMap { Int32($0) } ?? []
        return pids.filter { pid in
            let folder = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(pid)/cwd")) ?? ""
            return folder.hasPrefix(directory + "/")
        }.sorted()
    }
}
