import ClusterBase
import Foundation
import TestSupport
import Testing

extension Pool {
    /// Static pods on three hosts, by `kubectl` (S-63).
    @Suite struct StaticPodPoolTests {
        private static let exporter = "prometheus-node-exporter"
        private static let nodes = ["kube-node-1", "kube-node-2", "kube-node-3"]

        private static func manifest(_ label: String = "prom-node-exp") -> String {
            """
            apiVersion: v1
            kind: Pod
            metadata:
              name: \(exporter)
              labels:
                daemon: \(label)
            spec:
              terminationGracePeriodSeconds: 1
              containers:
              - name: c
                image: prom/prometheus
                imagePullPolicy: IfNotPresent
                ports:
                - name: serverport
                  containerPort: 9090
                  hostPort: 9090
            """
        }

        /// Starts a pool with a pod on each host: a node is there from its first pod on.
        private func start(_ scope: TestScope, _ flag: String) async throws -> FaultyPool {
            let pool = try await PodPool.start(
                hosts: 3, in: scope,
                images: [StandInImage("nginx", .web([80])), StandInImage("prom/prometheus", .web([9090]))],
                kubernetes: [flag])
            let faulty = FaultyPool(pool, flags: [flag])
            for node in Self.nodes {
                try await faulty.create(
                    """
                    apiVersion: v1
                    kind: Pod
                    metadata: {name: on-\(node), labels: {app: first}}
                    spec:
                      nodeName: \(node)
                      terminationGracePeriodSeconds: 1
                      containers: [{name: web, image: nginx, imagePullPolicy: IfNotPresent}]
                    """)
            }
            try await faulty.ready("first", 3)
            return faulty
        }

        @Test func filesOfEachNodeBecomePods() async throws {
            try await withTestScope("static-files") { scope in
                // Beside each agent's sandboxes, as an executor sees it from its own.
                let up = String(repeating: "../", count: 8) + "manifests"
                for index in 0..<3 {
                    try scope.directory.makeDirectory("agent-\(index)/manifests")
                    try scope.directory.write(Self.manifest(), to: "agent-\(index)/manifests/exporter.yaml")
                }
                let pool = try await start(scope, "--kubelet_pod_manifest_path=\(up)")
                let pods = try await running(pool, on: Self.nodes)
                let rows = try await pool.kubectl("get", "pods", "-l", "daemon", "-o", "wide").lines.dropFirst()
                #expect(rows.allSatisfy { row in Self.nodes.contains { row.contains("\(Self.exporter)-\($0)") } })
                // A mirror that is deleted is back, and the container was never touched.
                let victim = try #require(pods.first)
                try await pool.kubectl("delete", "pod", victim.name)
                try await eventually("\(victim.name) is back", within: .seconds(60), every: .milliseconds(200)) {
                    try await exporters(pool).contains { $0.name == victim.name && $0.uid != victim.uid && $0.isReady }
                }
                let again = try await exporters(pool)
                #expect(Set(again.map(\.containerID)) == Set(pods.map(\.containerID)))
                try FileManager.default.removeItem(atPath: scope.directory.path("agent-1/manifests/exporter.yaml"))
                _ = try await running(pool, on: [Self.nodes[0], Self.nodes[2]])
                // The host's port leads to the pod.
                let page = try await pool.hosts.hosts[0].namespace.shell(
                    "curl -sSf -m 5 http://10.77.0.1:9090/", in: scope)
                #expect(!page.isEmpty)
            }
        }

        @Test func aWebServerServesAllNodes() async throws {
            try await withTestScope("static-url") { scope in
                try scope.directory.makeDirectory("www")
                try scope.directory.write(Self.manifest(), to: "www/pod.yaml")
                let url = "http://10.77.0.1:8099/pod.yaml"
                let served = scope.directory.path("www")
                let pool = try await start(scope, "--kubelet_manifest_url=\(url)")
                let busybox = "/bin/busybox"
                _ = try pool.hosts.hosts[0].namespace.start(
                    busybox, ["httpd", "-f", "-p", "10.77.0.1:8099", "-h", served], in: scope, name: "httpd")
                let pods = try await running(pool, on: Self.nodes)
                try scope.directory.write(Self.manifest("changed"), to: "www/pod.yaml")
                try await eventually("the pods are changed", within: .seconds(120), every: .milliseconds(500)) {
                    try await exporters(pool, "daemon=changed").filter(\.isReady).count == 3
                }
                #expect(Set(try await exporters(pool).map(\.uid)).isDisjoint(with: pods.map(\.uid)))
            }
        }

        private func exporters(_ pool: FaultyPool, _ selector: String = "daemon") async throws -> [FaultyPool.Pod] {
            let list = try await pool.kubectl("get", "pods", "-l", selector, "-o", "json").json
            return (list["items"]?.array ?? []).map { FaultyPool.Pod($0) }.sorted { $0.name < $1.name }
        }

        /// Waits until the exporters run on these nodes and nowhere else.
        private func running(_ pool: FaultyPool, on nodes: [String]) async throws -> [FaultyPool.Pod] {
            var last: [FaultyPool.Pod] = []
            do {
                return try await eventually("exporters on \(nodes)", within: .seconds(90), every: .milliseconds(200)) {
                    last = try await exporters(pool)
                    let names = nodes.map { "\(Self.exporter)-\($0)" }
                    return last.map(\.name) == names && last.map(\.node) == nodes && last.allSatisfy(\.isReady)
                        ? last : nil
                }
            } catch {
                throw TestError("\(error): \(last)\n\(try await pool.kubectl("describe", "pods").text.suffix(6_000))")
            }
        }
    }
}
