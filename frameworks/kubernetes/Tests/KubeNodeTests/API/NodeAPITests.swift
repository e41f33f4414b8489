import ClusterBase
import HTTPTransport
import KubeModel
import KubeNode
import TestSupport
import Testing

/// The node's HTTP API.
@Suite struct NodeAPITests {
    private struct Client {
        let pool: HTTPClientPool
        let url: String

        func get(_ path: String) async throws -> (status: Int, text: String) {
            let response = try await pool.send(ClientRequest(.get, url + path))
            return (response.status.code, response.text)
        }

        func json(_ path: String) async throws -> JSONValue { try JSONValue(parsing: try await get(path).text) }

        func post(_ path: String) async throws -> (status: Int, text: String) {
            let response = try await pool.send(ClientRequest(.post, url + path))
            return (response.status.code, response.text)
        }
    }

    private func with(_ body: (TestNode, Client) async throws -> Void) async throws {
        try await TestNode.with { node in
            let service = HTTPService(routes: try node.kubelet.routes)
            let server = HTTPServer(HTTPServerConfiguration(), service: service, logger: .quiet)
            let client = Client(pool: try HTTPClientPool(), url: "http://\(try await server.start())")
            let result: Result<Void, any Error>
            do { result = .success(try await body(node, client)) } catch { result = .failure(error) }
            await client.pool.shutdown()
            await server.stop()
            try result.get()
        }
    }

    @Test func podsAndConsumptionAreShown() async throws {
        try await with { node, client in
            let pod = try await node.run("web")
            _ = try await node.waitFor(.running, "web")
            #expect(try await client.get("/healthz").text == "ok")
            let pods = try await client.json("/pods")
            #expect(pods["kind"] == "PodList")
            #expect(pods["items"]?[0]?["status"]?["phase"] == "Running")
            let running = try await client.json("/runningpods/")
            #expect(running["items"]?[0]?["metadata"]?["uid"] == .string(pod.uid))
            let summary = try await client.json("/stats/summary")
            #expect(summary["node"]?["nodeName"] == "n1")
            #expect(summary["pods"]?[0]?["podRef"]?["name"] == "web")
            #expect(summary["pods"]?[0]?["containers"]?[0]?["memory"]?["workingSetBytes"] == 1_000)
            #expect(summary["pods"]?[0]?["network"]?["rxBytes"] == 7)
            let stats = try await client.json("/stats/default/web/\(pod.uid)/c")
            #expect(stats["stats"]?[0]?["cpu"]?["usage"]?["total"] == 5_000_000)
            #expect(try await client.json("/spec/")["num_cores"]?.integer ?? 0 > 0)
            let metrics = try await client.get("/metrics").text
            #expect(metrics.contains("kubelet_running_pods 1\n"))
            let resource = try await client.get("/metrics/resource").text
            let labels = #"{container="c",namespace="default",pod="web"}"#
            #expect(resource.contains("container_memory_working_set_bytes\(labels) 1000\n"))
            #expect(resource.contains("# TYPE pod_cpu_usage_seconds_total counter"))
        }
    }

    @Test func commandsRun() async throws {
        try await with { node, client in
            await node.runtime.answer("date", 0, "today\n")
            await node.runtime.answer("false", 1, "")
            try await node.run("web")
            _ = try await node.waitFor(.running, "web")
            #expect(try await client.post("/run/default/web/c?cmd=date").text == "today\n")
            #expect(try await client.post("/run/default/web/c?cmd=false").status == 500)
            #expect(try await client.post("/run/default/web/c").status == 400)
            #expect(try await client.post("/run/default/none/c?cmd=date").status == 404)
        }
    }

    /// S-26.
    @Test func logsAreFoundByName() async throws {
        try await with { node, client in
            await node.runtime.add("waits", isPresent: false)
            try await node.run(
                "log-pod",
                containers: [
                    ["name": "c", "image": "busybox", "imagePullPolicy": "Never"],
                    ["name": "d", "image": "waits", "imagePullPolicy": "Never"],
                ])
            try await node.waitForPod("log-pod", "runs c, and not d") {
                $0.containerStatus("c")["state", "running"] != nil
                    && $0.containerStatus("d").text("state", "waiting", "reason") == "ErrImageNeverPull"
            }
            await node.runtime.write("hello\n", to: "c")
            let logs = "/containerLogs/default/log-pod/"
            #expect(try await client.get(logs + "c").text == "hello\n")
            let waiting = try await client.get(logs + "d")
            #expect(waiting.status == 400)
            #expect(
                waiting.text.contains(
                    #"container "d" in pod "log-pod" is waiting to start: ErrImageNeverPull"#))
            let previous = try await client.get(logs + "c?previous=true")
            #expect(previous.status == 400)
            #expect(previous.text.contains(#"previous terminated container "c" in pod "log-pod" not found"#))
            #expect(try await client.get(logs + "none").status == 404)
            #expect(try await client.get("/containerLogs/default/none/c").status == 404)
            await node.runtime.end("c", code: 1)
            try await node.waitForPod("log-pod", "was restarted") {
                $0.restarts("c") == 1 && $0.containerStatus("c")["state", "running"] != nil
            }
            #expect(try await client.get(logs + "c?previous=true").text == "hello\n")
            #expect(try await client.get(logs + "c").text.isEmpty)
        }
    }

    @Test func checksAreCounted() async throws {
        try await with { node, client in
            try await node.run(
                "web",
                containers: [
                    [
                        "name": "c", "image": "busybox", "imagePullPolicy": "Never",
                        "readinessProbe": ["exec": ["command": ["true"]], "periodSeconds": 1],
                    ]
                ])
            try await node.waitForPod("web", "is ready") { $0.condition("Ready") == "True" }
            let text = try await client.get("/metrics/probes").text
            #expect(text.contains(#"probe_type="Readiness",result="successful"}"#))
        }
    }

    @Test func pathsStayWithinTheLogs() async throws {
        try await with { (_, client) async throws in
            #expect(try await client.get("/logs/").status == 200)
            #expect(try await client.get("/logs/none-such").status == 404)
            #expect(try await client.get("/logs/%2e%2e/etc/passwd").status >= 400)
            #expect(try await client.get("/logs/a/%2e%2e/%2e%2e/etc/passwd").status >= 400)
        }
    }
}
