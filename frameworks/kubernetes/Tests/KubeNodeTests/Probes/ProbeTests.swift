import ClusterBase
import HTTPTransport
import KubeModel
import KubeNode
import Synchronization
import TestSupport
import Testing

/// Checks and hooks of containers (S-22 to S-24).
@Suite struct ProbeTests {
    private static func container(_ more: JSONObject) -> JSONValue {
        var container: JSONObject = ["name": "c", "image": "busybox", "imagePullPolicy": "IfNotPresent"]
        for (key, value) in more { container[key] = value }
        return .object(container)
    }

    private static let exec: JSONValue = ["command": ["cat", "/tmp/health"]]

    @Test func aContainerThatIsNotAliveIsRestarted() async throws {
        try await TestNode.with { node in
            let words = "cat: /tmp/health: No such file or directory"
            await node.runtime.answer("cat /tmp/health", 1, words + "\n")
            try await node.run(
                "web", grace: 3,
                containers: [
                    Self.container(["livenessProbe": ["exec": Self.exec, "periodSeconds": 5, "failureThreshold": 2]])
                ])
            try await node.waitForPod("web", "was restarted") { $0.restarts("c") >= 1 }
            let event = try await node.waitForEvent("web", "Unhealthy")
            #expect(event.text("message") == "Liveness probe failed: " + words)
            #expect(event.text("involvedObject", "fieldPath") == "spec.containers{c}")
            let killing = try await node.waitForEvent("web", "Killing")
            #expect(killing.text("message") == "Container c failed liveness probe, will be restarted")
        }
    }

    @Test func readinessFollowsTheCheck() async throws {
        try await TestNode.with { node in
            await node.runtime.answer("cat /tmp/health", 0)
            try await node.run(
                "web",
                containers: [
                    Self.container(["readinessProbe": ["exec": Self.exec, "periodSeconds": 2, "failureThreshold": 1]])
                ])
            try await node.waitForPod("web", "is ready") { $0.condition("Ready") == "True" }
            await node.runtime.answer("cat /tmp/health", 1, "no")
            let pod = try await node.waitForPod("web", "is not ready") { $0.condition("Ready") == "False" }
            #expect(pod.containerStatus("c").flag("ready") == false)
            #expect(pod.restarts("c") == 0)
            #expect(pod.text("status", "phase") == "Running")
        }
    }

    @Test(arguments: [200, 302, 404, 500]) func webServersAreAsked(status: Int) async throws {
        let seen = Mutex<[HTTPRequest]>([])
        let routes = [
            Route(.get, "/health") { request in
                seen.withLock { $0.append(request) }
                return HTTPResponse(HTTPStatus(status), headers: status == 302 ? ["Location": "/ok"] : [:])
            },
            Route(.get, "/ok") { _ in .text("fine") },
        ]
        let server = HTTPServer(HTTPServerConfiguration(), service: HTTPService(routes: routes), logger: .quiet)
        let port = try await server.start().port
        try await TestNode.with { node in
            try await node.run(
                "web",
                containers: [
                    Self.container([
                        "readinessProbe": [
                            "httpGet": [
                                "path": "/health?full=1", "port": .integer(Int64(port)),
                                "httpHeaders": [["name": "X-Probe", "value": "yes"]],
                            ],
                            "periodSeconds": 1,
                        ]
                    ])
                ])
            if status < 400 {
                try await node.waitForPod("web", "is ready") { $0.condition("Ready") == "True" }
            } else {
                let event = try await node.waitForEvent("web", "Unhealthy")
                #expect(
                    event.text("message") == "Readiness probe failed: HTTP probe failed with statuscode: \(status)")
            }
            let request = try #require(seen.withLock { $0.first })
            #expect(request.headers["User-Agent"] == "kube-probe/1.20")
            #expect(request.headers["X-Probe"] == "yes")
            #expect(request.target == "/health?full=1")
        }
        await server.stop()
    }

    @Test func portsAreTriedByName() async throws {
        let server = HTTPServer(HTTPServerConfiguration(), service: HTTPService(routes: []), logger: .quiet)
        let port = try await server.start().port
        try await TestNode.with { node in
            let ports: JSONValue = [["name": "main", "containerPort": .integer(Int64(port))]]
            try await node.run(
                "web",
                containers: [
                    Self.container([
                        "ports": ports,
                        "readinessProbe": ["tcpSocket": ["port": "main"], "periodSeconds": 1, "failureThreshold": 1],
                    ])
                ])
            try await node.waitForPod("web", "is ready") { $0.condition("Ready") == "True" }
            await server.stop()
            try await node.waitForPod("web", "is not ready") { $0.condition("Ready") == "False" }
            let event = try await node.waitForEvent("web", "Unhealthy")
            #expect(
                event.text("message")
                    == "Readiness probe failed: dial tcp 127.0.0.1:\(port): connect: connection refused")
        }
    }

    @Test func hooksRunAfterTheStartAndBeforeTheEnd() async throws {
        let asked = Mutex(false)
        let route = Route(.get, "/warning") { _ in
            asked.withLock { $0 = true }
            return .text("ok")
        }
        let server = HTTPServer(HTTPServerConfiguration(), service: HTTPService(routes: [route]), logger: .quiet)
        let port = try await server.start().port
        try await TestNode.with { node in
            try await node.run(
                "web",
                containers: [
                    Self.container([
                        "lifecycle": [
                            "postStart": ["exec": ["command": ["cp", "/sample.war", "/app"]]],
                            "preStop": ["httpGet": ["path": "/warning", "port": .integer(Int64(port))]],
                        ]
                    ])
                ])
            _ = try await node.waitFor(.running, "web")
            try await eventually("the hook ran") {
                await node.runtime.log.contains("exec c cp /sample.war /app")
            }
            try await node.delete("web")
            try await node.waitForPodEnd("web")
            #expect(asked.withLock { $0 })
        }
        await server.stop()
    }

    @Test func aFailingStartHookKillsTheContainer() async throws {
        try await TestNode.with { node in
            await node.runtime.answer("false", 1, "broken")
            try await node.run(
                "web", grace: 2,
                containers: [Self.container(["lifecycle": ["postStart": ["exec": ["command": ["false"]]]]])])
            let event = try await node.waitForEvent("web", "FailedPostStartHook")
            #expect(event.text("message").hasPrefix("Exec lifecycle hook ([false]) for Container \"c\" in Pod \"web_"))
            #expect(event.text("message").contains("failed - error: command 'false' exited with 1: broken"))
            try await eventually("the container is stopped") {
                await node.runtime.log.contains { $0.hasPrefix("stop c") }
            }
            try await node.waitForPod("web", "tries again") { $0.restarts("c") >= 1 }
        }
    }
}
