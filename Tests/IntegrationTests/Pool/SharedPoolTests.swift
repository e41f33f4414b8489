import ClusterBase
import Foundation
import TestSupport
import Testing

extension Pool {
    /// Three frameworks on the same agents: Marathon's first job, a `pymesos` scheduler, and pods.
    ///
    /// The agents are full and what runs on them changes all the time; `ROOST_SOAK` says for how many seconds.
    @Suite struct SharedPoolTests {
        private static let seconds = ProcessInfo.processInfo.environment["ROOST_SOAK"].flatMap { Int($0) } ?? 30
        private static let resources = "cpus:4;mem:4096;disk:4096;ports:[31000-31999]"
        /// F-05 with some instances more.
        private static let app = """
            { "id": "web-app", "cmd": "python3 -m http.server 8080", "cpus": 0.5, "mem": 32.0, "instances": 3,
              "container": { "type": "DOCKER",
                "docker": { "image": "python:3", "network": "BRIDGE",
                  "portMappings": [ { "containerPort": 8080, "hostPort": 0 } ] } } }
            """

        @Test func nothingIsBookedTwiceAndNobodyStarves() async throws {
            try await withTestScope("shared") { scope in
                let images = [StandInImage("nginx", .web([80])), StandInImage("python:3", .shell)]
                let pool = try await PodPool.start(hosts: 2, in: scope, images: images, resources: Self.resources)
                let host = pool.hosts.hosts[0]
                let master = "\(host.address):5050"
                try await startMarathon(pool, master)
                let kubernetes = FaultyPool(pool, flags: [])
                // More pods than fit beside the rest: what is left over waits.
                try await kubernetes.create(FaultyPool.controller("churn", replicas: 6, cpu: "500m"))
                let books = Books(pool, master: master)
                let deadline = ContinuousClock.now + .seconds(Self.seconds)
                var rounds = 0
                repeat {
                    rounds += 1
                    // 20 pods ask for ten processors, and both agents have eight.
                    try await kubernetes.kubectl("scale", "rc", "churn", "--replicas=\(rounds % 2 == 0 ? 6 : 20)")
                    // A new framework comes to full agents: its share is the smallest, so what is freed is its first.
                    let client = try host.namespace.start(
                        try Roost.python("pymesos"), [Roost.client("pymesos_scheduler.py"), master, "40", "command"],
                        in: scope, name: "pymesos-\(rounds)")
                    try await kubernetes.kubectl("delete", "pod", "-l", "app=churn", "--wait=false")
                    while client.isRunning {
                        try await books.check()
                        try await Task.sleep(for: .milliseconds(300))
                    }
                    #expect(try await client.waitForExit() == .exited(0), "\(client.tails)")
                    let summary = client.output().split(separator: "\n").compactMap {
                        try? JSONValue(parsing: String($0))
                    }
                    .last { $0["event"]?.string == "summary" }
                    #expect(summary?["ended"]?.integer == 40, "\(client.tails)")
                    try await eventually("pods run beside it", within: .seconds(90), every: .milliseconds(200)) {
                        try await kubernetes.pods("churn").contains { $0.phase == "Running" }
                    }
                    try await expectServing(pool)
                } while ContinuousClock.now < deadline
                try await kubernetes.kubectl("scale", "rc", "churn", "--replicas=6")
                try await kubernetes.ready("churn", 6)
                try await books.check()
            }
        }

        private func startMarathon(_ pool: PodPool, _ master: String) async throws {
            let host = pool.hosts.hosts[0]
            _ = try host.namespace.start(
                try Roost.binary(),
                [
                    "marathon", "--master=\(master)", "--http_address=\(host.address)", "--http_port=8080",
                    "--hostname=\(host.address)", "--work_dir=\(pool.scope.directory.path)/marathon",
                ], in: pool.scope, name: "marathon")
            let file = try pool.scope.directory.write(Self.app, to: "app.json")
            try await eventually("Marathon takes the app", every: .milliseconds(100)) {
                let posted = try? await host.namespace.shell(
                    "curl -sSf -H 'Content-Type: application/json' -d @\(file) http://\(host.address):8080/v2/apps",
                    in: pool.scope)
                return posted != nil
            }
            try await eventually("the app runs", within: .seconds(60), every: .milliseconds(200)) {
                try await expectRunning(pool) == 3
            }
        }

        private func expectRunning(_ pool: PodPool) async throws -> Int64 {
            let text = try await pool.get("http://\(pool.hosts.hosts[0].address):8080/v2/apps//web-app")
            return try JSONValue(parsing: text)["app"]?["tasksRunning"]?.integer ?? 0
        }

        /// Every instance of the app answers.
        private func expectServing(_ pool: PodPool) async throws {
            let address = pool.hosts.hosts[0].address
            let text = try await pool.get("http://\(address):8080/v2/tasks?status=running")
            let tasks = try JSONValue(parsing: text)["tasks"]?.array ?? []
            #expect(tasks.count == 3)
            for task in tasks {
                let node = task["host"]?.string ?? ""
                let host = pool.hosts.hosts.first { $0.name == node || $0.address == node }
                let port = task["ports"]?[0]?.integer ?? 0
                #expect(try await pool.get("http://\(host?.address ?? node):\(port)/").isEmpty == false)
            }
        }
    }
}

/// Adds up what the master says is used, and compares it with what there is.
private struct Books {
    private let pool: PodPool
    private let master: String

    init(_ pool: PodPool, master: String) { (self.pool, self.master) = (pool, master) }

    /// On no agent is more used than there is, and no port is given twice.
    func check() async throws {
        let state = try JSONValue(parsing: try await pool.get("http://\(master)/state"))
        let frameworks = state["frameworks"]?.array ?? []
        let tasks = frameworks.flatMap { $0["tasks"]?.array ?? [] }
        for agent in state["slaves"]?.array ?? [] {
            let id = agent["id"]?.string ?? ""
            for name in ["cpus", "mem"] {
                let total = agent["resources"]?[name]?.double ?? 0
                let used = agent["used_resources"]?[name]?.double ?? 0
                let offered = agent["offered_resources"]?[name]?.double ?? 0
                #expect(used + offered <= total + 0.001, "\(name) of \(id)")
                let own = tasks.filter { $0["slave_id"]?.string == id }.reduce(0) {
                    $0 + ($1["resources"]?[name]?.double ?? 0)
                }
                #expect(own <= total + 0.001, "\(name) of tasks on \(id)")
            }
            let ports = tasks.filter { $0["slave_id"]?.string == id }.compactMap { $0["resources"]?["ports"]?.string }
                .flatMap { $0.dropFirst().dropLast().split(separator: ", ").map(String.init) }
            #expect(Set(ports).count == ports.count, "ports of \(id): \(ports)")
        }
    }
}
