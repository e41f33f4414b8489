import ClusterBase
import Containers
import Foundation
import KubeModel
import KubeNode
import KubeRuntime
import KubeletCore
import TestSupport
import Testing

struct SandboxTests {
    @Test func aPodsContainersShareItsNetworkAndName() async throws {
        try await withRuntime { fixture in
            let pod = try await fixture.pod("web")
            #expect(pod.sandbox.isReady)
            #expect(!pod.sandbox.address.isEmpty)
            let server = try await pod.run("server", "httpd -f -p 127.0.0.1:8080 -h /www")
            let client = try await pod.run("client", "sleep 1000")
            let page = try await eventually("the page") {
                try? await pod.ask(client, "wget -q -O - http://127.0.0.1:8080/index.html")
            }
            #expect(page == "roost\n")
            #expect(try await pod.ask(server, "hostname") == "web\n")
            let address = try await pod.ask(client, "ip -4 addr show eth0")
            #expect(address.contains(pod.sandbox.address + "/"))
            let shared = try await pod.ask(server, "readlink /proc/self/ns/ipc")
            #expect(try await pod.ask(client, "readlink /proc/self/ns/ipc") == shared)
            // Processes are each container's own unless the pod shares them.
            #expect(try await !pod.ask(client, "ps").contains("httpd"))

            let record = try await pod.record()
            #expect(record.key == ObjectKey(namespace: "default", "web"))
            #expect(record.sandboxes == [pod.sandbox.listed])
            #expect(record.containers.map(\.name) == ["client", "server"])
            #expect(record.containers.allSatisfy { $0.sandboxID == pod.sandbox.id && $0.specHash == "abc" })
            #expect(record.containers[0].image == fixture.engine.image)
            #expect(record.containers[0].imageID.hasPrefix("docker://sha256:"))
        }
    }

    @Test func containersAreNamedAndLabelledAsKubeletsDo() async throws {
        try await withRuntime { fixture in
            let pod = try await fixture.pod("web") { $0.attempt = 2 }
            let id = try await pod.run("app", "sleep 1000") { config in
                config.attempt = 3
                config.labels = ["annotation.io.kubernetes.container.ports": "[]", "roost.agent": "somebody else"]
            }
            let uid = pod.config.uid
            let sandbox = try await fixture.client.inspect(pod.sandbox.id)
            #expect(sandbox["Name"]?.string == "/k8s_POD_web_default_\(uid)_2")
            #expect(sandbox["Config"]?["Image"]?.string == "roost/pause:1")
            let container = try await fixture.client.inspect(id)
            #expect(container["Name"]?.string == "/k8s_app_web_default_\(uid)_3")
            let common = [
                "io.kubernetes.pod.name": "web", "io.kubernetes.pod.namespace": "default", "io.kubernetes.pod.uid": uid,
            ].merging(fixture.owner) { $1 }
            let own = [
                "io.kubernetes.docker.type": "container", "io.kubernetes.container.name": "app",
                "io.kubernetes.sandbox.id": pod.sandbox.id,
                "io.kubernetes.container.logpath": "/var/log/pods/default_web_\(uid)/app/3.log",
                "annotation.io.kubernetes.container.hash": "abc",
                "annotation.io.kubernetes.container.restartCount": "3",
                "annotation.io.kubernetes.container.ports": "[]",
            ]
            let ofSandbox = ["io.kubernetes.docker.type": "podsandbox", "io.kubernetes.container.name": "POD"]
            #expect(labels(sandbox) == common.merging(ofSandbox) { $1 })
            #expect(labels(container) == common.merging(own) { $1 })
            let record = try await pod.record()
            #expect(record.sandboxes.map(\.attempt) == [2])
            #expect(record.containers.map(\.attempt) == [3])
            #expect(record.containers.first?.labels["annotation.io.kubernetes.container.ports"] == "[]")
        }
    }

    private func labels(_ document: JSONValue) -> [String: String] {
        var labels: [String: String] = [:]
        for (key, value) in document["Config"]?["Labels"]?.object ?? [:] { labels[key] = value.string }
        return labels
    }

    @Test func theResolverAndPortsAreThePods() async throws {
        try await withRuntime { fixture in
            let port = try FreePort.next()
            let pod = try await fixture.pod { config in
                config.resolver = .init(
                    servers: ["10.10.10.10", "192.0.2.1"], searches: ["default.svc.cluster.local", "cluster.local"],
                    options: ["ndots:5"])
                config.ports = [.init(hostPort: port, containerPort: 80)]
                config.sysctls = ["net.ipv4.ip_unprivileged_port_start": "0"]
            }
            let id = try await pod.run("while true; do echo hello | nc -l -p 80; done")
            let file = try await pod.ask(id, "cat /etc/resolv.conf").split(separator: "\n").map(String.init)
            #expect(file.contains("nameserver 10.10.10.10"))
            #expect(file.contains("search default.svc.cluster.local cluster.local"))
            #expect(file.contains("options ndots:5"))
            #expect(try await pod.ask(id, "cat /proc/sys/net/ipv4/ip_unprivileged_port_start") == "0\n")
            try await eventually("the host's port") { FreePort.isOpen(port) }
            // A second pod cannot have the port; what was made for it is gone again.
            let failure = await #expect(throws: RuntimeFailure.self) {
                _ = try await fixture.pod("other") { $0.ports = [.init(hostPort: port, containerPort: 80)] }
            }
            #expect(failure?.message.contains("port is already allocated") == true, "\(String(describing: failure))")
            #expect(try await fixture.runtime.pods().count == 1)
        }
    }

    @Test func theHostsNetworkGivesNoAddressOfThePods() async throws {
        try await withRuntime { fixture in
            let pod = try await fixture.pod { config in
                config.usesHostNetwork = true
                config.hostname = ""
                config.resolver = .init(servers: ["10.10.10.10"], searches: ["cluster.local"], options: [])
            }
            let id = try await pod.run("sleep 1000") { $0.usesHostNetwork = true }
            let listed = try #require(try await pod.record().sandboxes.first)
            #expect(listed.usesHostNetwork && listed.isReady && listed.address.isEmpty)
            let own = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/ns/net")
            #expect(try await pod.ask(id, "readlink /proc/self/ns/net") == own + "\n")
            #expect(try await pod.ask(id, "cat /etc/resolv.conf").contains("nameserver 10.10.10.10"))
        }
    }

    @Test func aSharedProcessNamespaceHasItsDeadReaped() async throws {
        try await withRuntime { fixture in
            let pod = try await fixture.pod { $0.sharesProcesses = true }
            let id = try await pod.run("sleep 1000") { $0.sharesProcesses = true }
            #expect(try await pod.ask(id, "cat /proc/1/comm") == "pause\n")
            // The child outlives its parent and becomes the pause program's.
            _ = try await pod.ask(id, "(sleep 0.1 &) ; true")
            try await eventually("no zombie and no child") {
                let processes = try await pod.ask(id, "cat /proc/[0-9]*/stat")
                return !processes.contains("(sleep) Z") && processes.components("(sleep)") == 1
            }
        }
    }

    @Test func theSandboxEndsAtOnceOnTheUsualSignal() async throws {
        try await withRuntime { fixture in
            let pod = try await fixture.pod()
            let start = ContinuousClock.now
            try await fixture.runtime.stopContainer(pod.sandbox.id, grace: .seconds(20))
            #expect(ContinuousClock.now - start < .seconds(10))
            let state = try await fixture.client.inspect(pod.sandbox.id)["State"]
            #expect(state?["ExitCode"]?.integer == 0)
            #expect(try await pod.record().sandboxes.map(\.isReady) == [false])
            try await fixture.runtime.stopSandbox(pod.sandbox.id)
            try await fixture.runtime.removeSandbox(pod.sandbox.id)
            try await fixture.runtime.removeSandbox(pod.sandbox.id)
            try await fixture.runtime.stopSandbox(pod.sandbox.id)
            #expect(try await fixture.runtime.pod(uid: pod.config.uid) == nil)
        }
    }

    @Test func aSandboxLeftByAnInterruptedCallIsReplaced() async throws {
        try await withRuntime { fixture in
            let pod = try await fixture.pod()
            let again = try await fixture.runtime.startSandbox(pod.config)
            #expect(again.id != pod.sandbox.id)
            #expect(try await pod.record().sandboxes.map(\.id) == [again.id])
        }
    }
}

extension RuntimeSandbox {
    /// As a list tells it: in whole seconds.
    var listed: RuntimeSandbox {
        var sandbox = self
        sandbox.createdAt = UnixTime(seconds: createdAt.seconds)
        return sandbox
    }
}

extension String {
    /// How often another text stands in it.
    func components(_ text: String) -> Int { ranges(of: text).count }
}
