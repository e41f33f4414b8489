import ClusterBase
import HTTPTransport
import TestSupport
import Testing

extension Integration {
    /// Three masters on a ZooKeeper ensemble: the leader and a server die, tasks do not notice.
    @Suite struct Election {
        @Test func tasksSurviveTheLeaderAndAServer() async throws {
            try await withTestScope("election") { scope in
                let ensemble = try ZooKeeperEnsemble()
                scope.onExit { ensemble.kill() }
                try await ensemble.start()
                let zk = "zk://\(ensemble.connectionString)/mesos"
                let ports = try (0..<3).map { _ in try FreePort.next() }
                var masters: [Int: ChildProcess] = [:]
                for port in ports { masters[port] = try startMaster(port, zk, scope) }
                for index in 0..<2 { try startAgent(index, zk, scope) }
                let marathonPort = try FreePort.next()
                _ = try scope.start(
                    try Roost.binary(),
                    [
                        "marathon", "--master", zk, "--zk", "zk://\(ensemble.connectionString)/marathon",
                        "--http_address", "127.0.0.1", "--http_port", "\(marathonPort)",
                    ], name: "marathon")
                let marathon = try JSONClient("http://127.0.0.1:\(marathonPort)", in: scope)
                try await eventually("Marathon answers", within: .seconds(60)) {
                    await marathon.poll("/v2/info") != nil
                }
                let posted = try await marathon.send(
                    .post, "/v2/apps",
                    #"{"id": "steady", "cmd": "sleep 1000", "cpus": 0.05, "mem": 32, "instances": 6}"#)
                #expect(posted.status == 201, "\(posted.text)")
                let before = try await running(marathon, 6)

                let leader = try await leaderPort(ports, scope)
                try await masters[leader]?.kill()
                ensemble.servers.first { $0.mode() != "leader" }?.kill()
                let next = try await eventually("another master leads", within: .seconds(60)) {
                    let port = try await leaderPort(ports.filter { $0 != leader }, scope)
                    return port == leader ? nil : port
                }
                let state = try JSONClient("http://127.0.0.1:\(next)", in: scope)
                try await eventually("agents and framework are back", within: .seconds(60)) {
                    guard let tree = await state.poll("/state") else { return false }
                    let framework = tree["frameworks"]?.array?.first { $0["name"]?.string == "marathon" }
                    return tree["slaves"]?.array?.count == 2 && framework?["active"]?.bool == true
                        && framework?["tasks"]?.array?.count == 6
                }
                #expect(try await running(marathon, 6) == before)

                // The cluster still works: scale by one, and the six stay.
                let scaled = try await marathon.send(.put, "/v2/apps/steady", #"{"instances": 7}"#)
                #expect(scaled.status == 200, "\(scaled.text)")
                #expect(before.isSubset(of: try await running(marathon, 7)))
                _ = try await marathon.send(.delete, "/v2/apps/steady")
                try await eventually("all tasks are gone", within: .seconds(60)) {
                    guard let tree = await state.poll("/state") else { return false }
                    return tree["frameworks"]?.array?.allSatisfy { $0["tasks"]?.array?.isEmpty == true } == true
                }
            }
        }

        private func startMaster(_ port: Int, _ zk: String, _ scope: TestScope) throws -> ChildProcess {
            try scope.start(
                try Roost.binary(),
                [
                    "master", "--ip", "127.0.0.1", "--port", "\(port)", "--zk", zk, "--quorum", "2", "--work_dir",
                    scope.directory.path + "/master-\(port)", "--zk_session_timeout", "4secs", "--hostname",
                    "127.0.0.1",
                ], name: "master-\(port)")
        }

        private func startAgent(_ index: Int, _ zk: String, _ scope: TestScope) throws {
            _ = try scope.start(
                try Roost.binary(),
                [
                    "agent", "--ip", "127.0.0.1", "--port", "0", "--master", zk, "--work_dir",
                    scope.directory.path + "/agent-\(index)", "--resources", "cpus:2;mem:2048;disk:2048",
                    "--hostname", "127.0.0.1", "--runtime_dir", scope.directory.path + "/run-\(index)",
                ], name: "agent-\(index)")
        }

        private func leaderPort(_ ports: [Int], _ scope: TestScope) async throws -> Int {
            try await eventually("a leader is known", within: .seconds(60)) {
                for port in ports {
                    let client = try JSONClient("http://127.0.0.1:\(port)", in: scope)
                    if let state = await client.poll("/state"), let pid = state["leader"]?.string,
                        let number = pid.split(separator: ":").last.flatMap({ Int($0) }), number == port
                    {
                        return port
                    }
                }
                return nil
            }
        }

        private func running(_ marathon: JSONClient, _ count: Int) async throws -> Set<String> {
            try await eventually("\(count) running tasks", within: .seconds(60)) {
                guard let tree = await marathon.poll("/v2/apps/steady/tasks") else { return nil }
                let tasks = tree["tasks"]?.array ?? []
                let running = tasks.filter { $0["state"]?.string == "TASK_RUNNING" }.compactMap { $0["id"]?.string }
                return running.count == count && tasks.count == count ? Set(running) : nil
            }
        }
    }
}
