import ClusterBase
import Foundation
import HTTPTransport
import TestSupport
import Testing

/// Logs, exec, attach, port forwarding and proxies by real clients, through the API server to a node.
@Suite(.serialized) struct KubernetesStreams {
    private func withNode(
        _ name: String, _ body: (KubernetesServer, TestNode, TestScope) async throws -> Void
    ) async throws {
        try await withTestScope(name) { scope in
            let server = try await KubernetesServer.start(in: scope)
            let node = try await TestNode.start(in: scope)
            try await node.register(at: server, pod: "web", in: scope)
            try await body(server, node, scope)
        }
    }

    @Test func kubectlRunsCommandsAndTellsTheirEnds() async throws {
        try await withNode("exec") { server, _, _ in
            let hello = try await server.kubectl(["exec", "web", "--", "sh", "-c", "echo out; echo err >&2"])
            #expect(hello.status == .exited(0) && hello.text == "out\n", "\(hello.errors)")
            #expect(hello.errors.contains("err\n"))
            let failed = try await server.kubectl(["exec", "web", "--", "sh", "-c", "exit 7"])
            #expect(failed.status == .exited(7), "\(failed.errors)")
            #expect(failed.errors.contains("command terminated with exit code 7"))
            let unknown = try await server.kubectl(["exec", "web", "-c", "other", "--", "true"])
            #expect(unknown.status == .exited(1))
            #expect(unknown.errors.contains("container other is not valid for pod web"), "\(unknown.errors)")
        }
    }

    @Test func standardInputEndsAndLargeOutputArrivesWhole() async throws {
        try await withNode("input") { server, _, scope in
            let shell = "printf abc | \(try Roost.kubectl()) --kubeconfig=/dev/null -s \(server.url)"
            let piped = try scope.start("/bin/sh", ["-c", shell + " exec -i web -- cat"], name: "piped")
            #expect(try await piped.waitForExit() == .exited(0), "\(piped.tails)")
            #expect(piped.output() == "abc")
            let count = try await server.kubectl(["exec", "web", "--", "head", "-c", "3000000", "/dev/zero"])
            #expect(count.status == .exited(0) && count.text.utf8.count == 3_000_000)
        }
    }

    @Test func logsAreFilteredAndRefusalsToldInTheNodesWords() async throws {
        try await withNode("logs") { server, _, _ in
            #expect(try await server.kubectl(["logs", "web"]).lines.count == 5)
            #expect(try await server.kubectl(["logs", "web", "--tail=2"]).lines == ["line 4", "line 5"])
            #expect(try await server.kubectl(["logs", "-f", "web"]).lines.last == "line 5")
            let previous = try await server.kubectl(["logs", "web", "--previous"])
            let refusal = "previous terminated container \"main\" in pod \"web\" not found"
            #expect(
                previous.errors == "Error from server (BadRequest): \(refusal)\n"
            )
        }
    }

    @Test func attachAndPortForwardCarryBytesBothWays() async throws {
        try await withNode("forward") { server, _, scope in
            let shell = "printf hi | \(try Roost.kubectl()) --kubeconfig=/dev/null -s \(server.url) attach -i web"
            let attached = try scope.start("/bin/sh", ["-c", shell], name: "attached")
            #expect(try await attached.waitForExit() == .exited(0), "\(attached.tails)")
            #expect(attached.output().contains("echo: hi"))

            let forward = try server.startKubectl(["port-forward", "pod/web", ":80"])
            try await forward.waitForLine(containing: "Forwarding from 127.0.0.1", in: .standardOutput)
            let line = try #require(forward.output().split(separator: "\n").first { $0.contains("127.0.0.1:") })
            let port = line.split(separator: ":")[1].prefix { $0.isNumber }
            let script =
                "import socket,sys\nfor i in range(3):\n s=socket.create_connection(('127.0.0.1',\(port)))\n"
                + " s.sendall(b'abc%d' % i); s.shutdown(1)\n d=b''\n"
                + " while True:\n  p=s.recv(100)\n  if not p: break\n  d+=p\n print(d.decode())\n"
            let client = try scope.start("/usr/bin/python3", ["-c", script], name: "client")
            #expect(try await client.waitForExit() == .exited(0), "\(client.tails)")
            #expect(client.output() == "ABC0\nABC1\nABC2\n")
        }
    }

    @Test func proxiesKeepPathsQueriesAndRedirects() async throws {
        try await withNode("proxy") { server, node, scope in
            let directory = scope.directory.path + "/www"
            try FileManager.default.createDirectory(atPath: directory + "/sub", withIntermediateDirectories: true)
            try "behind".write(toFile: directory + "/sub/page", atomically: true, encoding: .utf8)
            let port = try FreePort.next()
            let web = try scope.start(
                "/usr/bin/python3",
                ["-m", "http.server", "--bind", "127.0.0.1", "--directory", directory, "\(port)"], name: "www")
            try await web.waitForPort(port)
            let base = "/api/v1/namespaces/default/pods/web:\(port)/proxy"
            let page = try await server.kubectl(["get", "--raw", base + "/sub/page"])
            #expect(page.text == "behind", "\(page.errors)")
            let client = try JSONClient(server.url, in: scope)
            let moved = try await client.send(.get, base + "/sub")
            #expect(moved.status == 301)
            #expect(moved.headers["location"] == base + "/sub/")
            let health = try await server.kubectl(["get", "--raw", "/api/v1/nodes/n1/proxy/healthz"])
            #expect(health.text == "ok", "\(health.errors)")
            let none = try await client.send(.get, "/api/v1/namespaces/default/services/absent/proxy/")
            #expect(none.status == 404)
            _ = node
        }
    }

    @Test(arguments: ["kubernetes", "kr8s"])
    func thePythonClientsStreamOverWebSocket(environment: String) async throws {
        try await withNode("websocket") { server, _, scope in
            let client = try scope.start(
                try Roost.python(environment), [Roost.client("\(environment)_streams.py"), server.url], name: "streams")
            let status = try? await client.waitForExit()
            #expect(status == .exited(0), "\(client.tails)")
            #expect(client.output().contains("\"done\""))
        }
    }
}
