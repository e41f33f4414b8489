import ClusterBase
import Foundation
import TestSupport
import Testing

extension Pool {
    /// The life of executors: a new program in place, death at any moment, the end of an idle one.
    @Suite struct PoolExecutorTests {
        private static let agentsHaveOneHost = 1

        @Test func anExecutorBecomesAnotherProgramAndItsPodsGoOn() async throws {
            try await withTestScope("pool-upgrade") { scope in
                let pool = try await FaultyPool.start(hosts: Self.agentsHaveOneHost, in: scope)
                try await pool.create(FaultyPool.controller("web", replicas: 3))
                let before = try await pool.ready("web", 3)
                let pid = try pool.executor(0)
                let program = scope.directory.path("km-of-tomorrow")
                try FileManager.default.copyItem(atPath: try Roost.binary(), toPath: program)
                _ = try await pool.hosts.hosts[0].namespace.shell(
                    "curl -sSf 'http://\(pool.hosts.hosts[0].address):10251/debug/actions/upgrade?program=\(program)'",
                    in: scope)
                try await eventually("the same process runs the other program", within: .seconds(60)) {
                    let running = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(pid)/exe")
                    return running == program
                }
                // What is new runs under the new program; what ran goes on in the same containers.
                try await pool.kubectl("scale", "rc", "web", "--replicas=5")
                let after = try await pool.ready("web", 5)
                #expect(before.allSatisfy { after.contains($0) })
                #expect(try pool.executor(0) == pid)
                #expect(try await pool.runningContainers().count == 5)
            }
        }

        /// `ROOST_KILLS` says how often.
        @Test func executorsKilledAtAnyMomentLoseNothingAndRunNothingTwice() async throws {
            let kills = ProcessInfo.processInfo.environment["ROOST_KILLS"].flatMap { Int($0) } ?? 6
            try await withTestScope("pool-kills-at-random") { scope in
                let pool = try await FaultyPool.start(hosts: Self.agentsHaveOneHost, in: scope)
                try await pool.create(FaultyPool.controller("steady", replicas: 4))
                try await pool.create(FaultyPool.controller("churn", replicas: 2))
                let before = try await pool.ready("steady", 4)
                var random = SeededRandom(seed: 11)
                for round in 0..<kills {
                    // Pods come and go at the moment of death, which is another one each time.
                    try await pool.kubectl("scale", "rc", "churn", "--replicas=\(round % 2 == 0 ? 4 : 1)")
                    try await Task.sleep(for: .milliseconds(Int64(random.next() % 1_200)))
                    try await pool.killExecutor(0)
                }
                try await pool.kubectl("scale", "rc", "churn", "--replicas=3")
                try await pool.ready("churn", 3)
                #expect(try await pool.ready("steady", 4) == before)
                try await eventually("seven containers run", within: .seconds(60), every: .milliseconds(200)) {
                    let running = try await pool.runningContainers()
                    return running.count == 7 && Set(running.map(\.uid)).count == 7
                }
                try await pool.kubectl("delete", "rc", "steady", "churn")
                try await eventually("no container is left", within: .seconds(60), every: .milliseconds(200)) {
                    try await pool.containerCount() == 0
                }
            }
        }

        @Test func anIdleExecutorLeavesNothingBehind() async throws {
            try await withTestScope("pool-idle") { scope in
                let pool = try await FaultyPool.start(
                    hosts: Self.agentsHaveOneHost, flags: ["--executor_suicide_timeout=2s"], in: scope)
                let host = pool.hosts.hosts[0]
                let rules = try await host.namespace.shell("iptables-save | grep -v '^#' | sed 's/\\[.*//'", in: scope)
                try await pool.create(FaultyPool.controller("web", replicas: 2))
                try await pool.ready("web", 2)
                try await pool.kubectl("delete", "rc", "web")
                try await eventually("the node leaves", within: .seconds(60), every: .milliseconds(200)) {
                    try await pool.kubectl("get", "nodes", "-o", "name").text.isEmpty
                }
                try await eventually("the executor ends", within: .seconds(90)) { (try? pool.executor(0)) == nil }
                #expect(try await pool.containerCount() == 0)
                #expect(
                    try await host.namespace.shell("iptables-save | grep -v '^#' | sed 's/\\[.*//'", in: scope) == rules
                )
                // The next pod starts another one.
                try await pool.create(FaultyPool.controller("again", replicas: 1))
                try await pool.ready("again", 1)
            }
        }
    }
}
