import KubeNode
import KubeRuntime
import KubeStreams
import KubeletCore
import TestSupport
import Testing

struct ForwardTests {
    @Test func aPortThatOnlyThePodReachesIsForwarded() async throws {
        try await withRuntime { fixture in
            let pod = try await fixture.pod()
            let id = try await pod.run("httpd -f -p 127.0.0.1:8080 -h /www")
            try await eventually("the server") { (try? await pod.ask(id, "netstat -ltn | grep -q :8080")) != nil }
            let client = TestClient()
            client.send("GET /index.html HTTP/1.0\r\n\r\n")
            // The client keeps its direction open: the server's end alone ends the connection.
            let problem = await fixture.runtime.forward(pod.sandbox.id, client.connection(port: 8080))
            #expect(problem == nil)
            #expect(client.received(0).hasSuffix("roost\n"))
            #expect(client.hasEnded(0))
        }
    }

    @Test func eachDirectionEndsByItself() async throws {
        try await withRuntime { fixture in
            let pod = try await fixture.pod()
            // Answers once it has read everything.
            let id = try await pod.run("while true; do nc -l -p 9000 -e sh -c 'wc -c'; done")
            try await eventually("the server") { (try? await pod.ask(id, "netstat -ltn | grep -q :9000")) != nil }
            let client = TestClient()
            let piece = String(repeating: "x", count: 10_000)
            for _ in 0..<100 { client.send(piece) }
            client.endInput()
            let problem = await fixture.runtime.forward(pod.sandbox.id, client.connection(port: 9000))
            #expect(problem == nil)
            #expect(client.received(0) == "1000000\n")
        }
    }

    @Test func aPortNobodyListensOnIsToldSo() async throws {
        try await withRuntime { fixture in
            let pod = try await fixture.pod()
            let client = TestClient()
            let problem = await fixture.runtime.forward(pod.sandbox.id, client.connection(port: 81))
            #expect(problem?.contains("Connection refused") == true)
            #expect(problem?.contains("81") == true)
            try await fixture.runtime.stopSandbox(pod.sandbox.id)
            let dead = await fixture.runtime.forward(pod.sandbox.id, client.connection(port: 81))
            #expect(dead?.contains("does not run") == true)
        }
    }

    @Test func theHostsNetworkIsForwardedToo() async throws {
        try await withRuntime { fixture in
            let port = try FreePort.next()
            let pod = try await fixture.pod { $0.usesHostNetwork = true }
            _ = try await pod.run("httpd -f -p 127.0.0.1:\(port) -h /www") { $0.usesHostNetwork = true }
            try await eventually("the server") { FreePort.isOpen(port) }
            let client = TestClient()
            client.send("GET /index.html HTTP/1.0\r\n\r\n")
            client.endInput()
            #expect(await fixture.runtime.forward(pod.sandbox.id, client.connection(port: port)) == nil)
            #expect(client.received(0).hasSuffix("roost\n"))
        }
    }
}
