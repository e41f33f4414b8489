import ClusterBase
import Foundation
import HTTPTransport
import KubeClient
import KubeModel
import KubeNode
import Synchronization
import TestSupport
import Testing

/// Pods from files and web servers (S-63).
@Suite struct StaticPodTests {
    private static let manifest = """
        apiVersion: v1
        kind: Pod
        metadata:
          name: exporter
          labels:
            app: exporter
        spec:
          containers:
          - name: c
            image: busybox
            imagePullPolicy: IfNotPresent
        """

    private func put(_ text: String, _ node: TestNode) throws {
        try node.directory.makeDirectory("manifests")
        // As an editor does: written beside, then moved.
        let path = try node.directory.write(text, to: "manifests/.exporter.yaml")
        try #require(rename(path, node.directory.path("manifests/exporter.yaml")) == 0)
    }

    private func with(_ body: (TestNode) async throws -> Void) async throws {
        try await TestNode.with(isStarted: false) { node in
            try node.directory.makeDirectory("manifests")
            try await body(node)
        }
    }

    private func start(_ node: TestNode) async throws {
        try await node.start(static: node.directory.path("manifests"))
    }

    @Test func aFileBecomesAPodWithAMirror() async throws {
        try await with { node in
            try put(Self.manifest, node)
            try await start(node)
            let pod = try await node.waitForPhase("exporter-n1", "Running")
            #expect(pod.text("spec", "nodeName") == "n1")
            #expect(pod.label("app") == "exporter")
            #expect(pod.annotation("kubernetes.io/config.source") == "file")
            #expect(pod.annotation("kubernetes.io/config.mirror") == pod.annotation("kubernetes.io/config.hash"))
            #expect(pod.ownerReferences.first?.kind == "Node")
            #expect(await node.runtime.runningNames == ["c"])
            #expect(node.outcomes.isEmpty)
        }
    }

    @Test func aDeletedMirrorComesBackAndThePodRunsOn() async throws {
        try await with { node in
            try put(Self.manifest, node)
            try await start(node)
            let first = try await node.waitForPhase("exporter-n1", "Running")
            try await node.delete("exporter-n1")
            try await node.waitForPod("exporter-n1", "is another") {
                $0.uid != first.uid && $0.text("status", "phase") == "Running"
            }
            #expect(await node.runtime.log.filter { $0 == "start c" }.count == 1)
        }
    }

    @Test func aRemovedFileEndsThePod() async throws {
        try await with { node in
            try put(Self.manifest, node)
            try await start(node)
            try await node.waitForPhase("exporter-n1", "Running")
            try FileManager.default.removeItem(atPath: node.directory.path("manifests/exporter.yaml"))
            try await node.waitForPodEnd("exporter-n1")
            try await eventually("nothing is left") { await node.runtime.isEmpty }
        }
    }

    @Test func aChangedFileReplacesThePod() async throws {
        try await with { node in
            try put(Self.manifest, node)
            try await start(node)
            let first = try await node.waitForPhase("exporter-n1", "Running")
            await node.runtime.add("newer")
            try put(Self.manifest.replacingOccurrences(of: "busybox", with: "newer"), node)
            let second = try await node.waitForPod("exporter-n1", "runs the new image") {
                $0.containerStatus("c").text("image").hasPrefix("newer")
                    && $0.containerStatus("c")["state", "running"] != nil
            }
            #expect(second.annotation("kubernetes.io/config.hash") != first.annotation("kubernetes.io/config.hash"))
            try await eventually("one run is left") { await node.runtime.containerNames == ["c"] }
        }
    }

    @Test func aFileThatDoesNotReadLeavesThePodAlone() async throws {
        try await with { node in
            try put(Self.manifest, node)
            try await start(node)
            try await node.waitForPhase("exporter-n1", "Running")
            try put("kind: Pod\napiVersion: v1\nmetadata: {name: exporter}\nspec: {containers: []}\n", node)
            // A second file shows when the directory has been read again.
            let other = Self.manifest.replacingOccurrences(of: "exporter", with: "other")
            try node.directory.write(other, to: "manifests/other.yaml")
            try await node.waitForPhase("other-n1", "Running")
            #expect(await node.runtime.log.contains("stop c 30") == false)
            #expect(await node.runtime.runningNames.count == 2)
        }
    }

    @Test func staticPodsSurviveARestart() async throws {
        try await with { node in
            try put(Self.manifest, node)
            try await start(node)
            let first = try await node.waitForPhase("exporter-n1", "Running")
            await node.stop()
            try await start(node)
            try await eventually("the pod is known") { try await node.kubelet.podCount == 1 }
            try put(Self.manifest.replacingOccurrences(of: "exporter", with: "second"), node)
            try await node.waitForPhase("second-n1", "Running")
            try await node.waitForPodEnd("exporter-n1")
            #expect(first.restarts("c") == 0)
            #expect(await node.runtime.log.filter { $0 == "start c" }.count == 2)
        }
    }

    @Test func theExecutorHandsPodsOver() async throws {
        try await with { node in
            try await start(node)
            let pod = try #require(
                KubeObject(
                    [
                        "apiVersion": "v1", "kind": "Pod", "metadata": ["name": "given"],
                        "spec": ["containers": [["name": "c", "image": "busybox"]]],
                    ] as JSONValue))
            try await node.kubelet.setStaticPods([pod])
            try await node.waitForPhase("given-n1", "Running")
            try await node.kubelet.setStaticPods([])
            try await node.waitForPodEnd("given-n1")
        }
    }

    @Test func aWebServerIsAFileToo() async throws {
        let document = Mutex(Self.manifest)
        let route = Route(.get, "/pods") { _ in .text(document.withLock { $0 }) }
        let server = HTTPServer(HTTPServerConfiguration(), service: HTTPService(routes: [route]), logger: .quiet)
        let url = "http://\(try await server.start())/pods"
        defer { Task { await server.stop() } }
        try await TestNode.with(speed: 50, { $0.staticSources.url = url }) { node in
            let pod = try await node.waitForPhase("exporter-n1", "Running")
            #expect(pod.annotation("kubernetes.io/config.source") == "http")
            document.withLock { $0 = Self.manifest.replacingOccurrences(of: "exporter", with: "changed") }
            try await node.waitForPhase("changed-n1", "Running")
            try await node.waitForPodEnd("exporter-n1")
        }
        await server.stop()
    }

    @Test func manifestsOfTheFirstVersionAreRead() async throws {
        try await with { node in
            try put(
                """
                {"version": "v1beta2", "id": "old", "containers": [
                  {"name": "c", "image": "busybox", "imagePullPolicy": "PullIfNotPresent", "cpu": 100,
                   "env": [{"key": "A", "value": "b"}], "volumeMounts": [{"name": "v", "path": "/v"}],
                   "ports": [{"name": "p", "containerPort": 80, "protocol": "tcp"}]}],
                 "volumes": [{"name": "v", "source": {"hostDir": {"path": "/tmp"}}}],
                 "restartPolicy": {"onFailure": {}}}
                """, node)
            try await start(node)
            let pod = try await node.waitForPhase("old-n1", "Running")
            #expect(pod.text("spec", "restartPolicy") == "OnFailure")
            let container = try #require(KubeObject(pod.list("spec", "containers").first))
            #expect(container.text("resources", "limits", "cpu") == "100m")
            #expect(container["env"] == [["name": "A", "value": "b"]])
            #expect(pod["spec", "volumes"]?[0]?["hostPath"]?["path"] == "/tmp")
        }
    }
}
