import ClusterBase
import Foundation
import TestSupport
import Testing

extension Pool {
    /// Pods on three hosts with engines of their own: services across hosts, and what survives which fault.
    @Suite struct PoolFaultTests {
        @Test(arguments: ["iptables", "userspace"])
        func aServiceSpreadsRequestsOverPodsOnAllHosts(mode: String) async throws {
            try await withTestScope("pool-\(mode)") { scope in
                let pool = try await FaultyPool.start(flags: ["--proxy_mode=\(mode)"], in: scope)
                try await pool.create(FaultyPool.controller("web", replicas: 6))
                try await pool.kubectl("expose", "rc", "web", "--port=8000", "--target-port=80", "--type=NodePort")
                let pods = try await pool.ready("web", 6)
                #expect(Set(pods.map(\.node)) == ["kube-node-1", "kube-node-2", "kube-node-3"])
                let service = try await pool.kubectl("get", "svc", "web", "-o", "json").json
                let address = "\(service["spec"]?["clusterIP"]?.string ?? ""):8000"
                let nodePort = service["spec"]?["ports"]?[0]?["nodePort"]?.integer ?? 0
                let everybody = Set(pods.map(\.name))
                for host in pool.hosts.hosts {
                    // From the host itself, by the service's address and by another host's port.
                    try await expect(everybody, answerAt: address, from: host, scope)
                    let other = pool.hosts.hosts.first { $0.name != host.name }
                    try await expect(everybody, answerAt: "\(other?.address ?? ""):\(nodePort)", from: host, scope)
                }
                for pod in [pods[0], pods[5]] {
                    // From pods: the service by name, and every pod by its own address, on whatever host.
                    let names = try await pool.kubectl(
                        "exec", pod.name, "--", "sh", "-c",
                        "for i in $(seq 80); do wget -qO- http://web.default:8000/; echo; done; "
                            + pods.map { "wget -qO- http://\($0.address)/; echo" }.joined(separator: "; "))
                    #expect(Set(names.lines.filter { !$0.isEmpty }) == everybody)
                }
                try await sourcesAreSeen(pool, pods)
            }
        }

        /// Pods of other hosts are seen by their own addresses: nothing between pods is masqueraded.
        private func sourcesAreSeen(_ pool: FaultyPool, _ pods: [FaultyPool.Pod]) async throws {
            let server = pods[0]
            let client = try #require(pods.first { $0.node != server.node })
            // The listener's connections, in the words of its kernel.
            let listener = try pool.server.startKubectl([
                "exec", server.name, "--", "nc", "-ll", "-p", "7001", "-e", "cat",
            ])
            let talker = try pool.server.startKubectl([
                "exec", client.name, "--", "sh", "-c", "until nc \(server.address) 7001 -e cat; do sleep 0.2; done",
            ])
            defer {
                listener.stop()
                talker.stop()
            }
            try await eventually("the listener sees its client", within: .seconds(20), every: .milliseconds(200)) {
                let seen = try await pool.kubectl("exec", server.name, "--", "netstat", "-tn").text
                return seen.contains("\(client.address):")
            }
        }

        private func expect(
            _ names: Set<String>, answerAt address: String, from host: TestHosts.Host, _ scope: TestScope
        ) async throws {
            let text = try await host.namespace.shell(
                "for i in $(seq 80); do curl -sS -m 5 http://\(address)/; echo; done", in: scope, within: .seconds(60))
            let seen = Set(text.split(separator: "\n").map(String.init))
            #expect(seen == names, "from \(host.name) at \(address)")
        }

        /// Executor, agent, scheduler with API server, and master are killed in turn while pods come and go.
        @Test func killsUnderLoadLoseNoPodAndRunNoneTwice() async throws {
            try await withTestScope("pool-kills") { scope in
                let pool = try await FaultyPool.start(in: scope)
                try await pool.create(FaultyPool.controller("steady", replicas: 9))
                try await pool.create(FaultyPool.controller("load", replicas: 3))
                let before = try await pool.ready("steady", 9)
                try await pool.ready("load", 3)
                for (round, victim) in FaultyPool.Victim.allCases.enumerated() {
                    // The load: six pods more, or six fewer, are on their way while something dies.
                    let size = round % 2 == 0 ? 9 : 3
                    try await pool.kubectl("scale", "rc", "load", "--replicas=\(size)")
                    try await pool.kill(victim, host: round % 3)
                    try await pool.ready("load", size)
                    #expect(try await pool.ready("steady", 9) == before, "after \(victim)")
                    try await expectEachRunsOnce(pool, of: before, after: victim)
                }
                try await pool.kubectl("delete", "rc", "steady", "load")
                try await eventually("no container is left", within: .seconds(60), every: .milliseconds(200)) {
                    try await pool.containerCount() == 0
                }
            }
        }

        private func expectEachRunsOnce(
            _ pool: FaultyPool, of pods: [FaultyPool.Pod], after victim: FaultyPool.Victim
        ) async throws {
            let running = try await pool.runningContainers()
            let counts = Dictionary(running.map { ($0.uid, 1) }, uniquingKeysWith: +)
            for pod in pods {
                #expect(counts[pod.uid] == 1, "\(pod.name) after \(victim)")
                #expect(running.contains { "docker://" + $0.id == pod.containerID }, "\(pod.name) after \(victim)")
            }
        }

        @Test func aHostCutOffGetsItsPodsReplacedElsewhereAndComesBackClean() async throws {
            // Nodes renew their leases every ten seconds: one that is late once is not silent.
            let flags = ["--node_monitor_grace_period=22s", "--node_monitor_period=500ms", "--pod_eviction_timeout=3s"]
            try await withTestScope("pool-cut") { scope in
                let pool = try await FaultyPool.start(flags: flags, in: scope)
                try await pool.create(FaultyPool.controller("web", replicas: 6))
                let before = try await pool.ready("web", 6)
                let lost = pool.hosts.hosts[2]
                let victims = before.filter { $0.node == lost.name }
                #expect(!victims.isEmpty)
                try await pool.hosts.connect(lost, false)
                let after = try await pool.ready("web", 6, notOn: lost.name, within: .seconds(90))
                let failed = try await pool.pods("web").filter { $0.phase == "Failed" }
                #expect(Set(failed.map(\.uid)) == Set(victims.map(\.uid)))
                let row = try await pool.kubectl("get", "pod", victims[0].name).lines.last ?? ""
                #expect(row.contains("NodeLost"), "\(row)")
                let routes = try await pool.hosts.hosts[0].namespace.shell("ip route", in: scope)
                #expect(routes.contains(pool.hosts.hosts[1].podRange))
                try await pool.hosts.connect(lost, true)
                try await eventually("the node is back", within: .seconds(90), every: .milliseconds(200)) {
                    try await pool.kubectl("get", "node", lost.name).lines.last?.contains(" Ready") == true
                }
                // What failed runs no longer, what replaced it is left alone.
                try await eventually(
                    "the lost pods' containers are ended", within: .seconds(60), every: .milliseconds(200)
                ) {
                    let running = try await pool.runningContainers()
                    return !running.contains { container in victims.contains { $0.uid == container.uid } }
                }
                #expect(try await pool.ready("web", 6, notOn: lost.name).map(\.uid) == after.map(\.uid))
            }
        }

        /// Master and API server die in a burst of pods: each runs once in the end, none is lost, nothing is left.
        @Test func aBurstSurvivesTheDeathOfMasterAndAPIServer() async throws {
            let size = ProcessInfo.processInfo.environment["ROOST_BURST"].flatMap { Int($0) } ?? 45
            try await withTestScope("pool-burst") { scope in
                let pool = try await FaultyPool.start(in: scope)
                try await pool.create(FaultyPool.controller("burst", replicas: size))
                for victim in [FaultyPool.Victim.kubernetes, .master, .kubernetes] {
                    let target = try await pool.pods("burst").count { $0.isReady } + size / 6
                    try await eventually("some more pods", within: .seconds(120), every: .milliseconds(100)) {
                        try await pool.pods("burst").count { $0.isReady } >= min(target, size)
                    }
                    try await pool.kill(victim)
                }
                let pods = try await pool.ready("burst", size, within: .seconds(300))
                try await expectEachRunsOnce(pool, of: pods, after: .kubernetes)
                #expect(pods.allSatisfy { $0.restarts == 0 })
                let running = try await pool.runningContainers()
                #expect(running.count == size)
                try await pool.kubectl("delete", "rc", "burst", "--timeout=120s", within: .seconds(150))
                try await eventually("no container is left", within: .seconds(120), every: .milliseconds(200)) {
                    try await pool.containerCount() == 0
                }
            }
        }
    }
}
