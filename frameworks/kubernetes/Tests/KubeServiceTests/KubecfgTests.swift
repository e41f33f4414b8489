import ClusterBase
import HTTPTransport
import KubeClient
import KubeModel
import Kubecfg
import Synchronization
import TestSupport
import Testing

/// The client of 2014 against a server in this process (seeds K-KCF-01…03, S-01).
@Suite(.timeLimit(.minutes(1))) struct KubecfgTests {
    /// Runs a command line and returns what it prints.
    @discardableResult
    private func kubecfg(
        _ cluster: TestCluster, _ arguments: String..., change: (inout KubecfgOptions) -> Void = { _ in }
    ) async throws -> String {
        var options = KubecfgOptions()
        change(&options)
        let printed = Printed()
        try await Kubecfg(client: cluster.client, options: options) { printed.add($0) }.run(arguments)
        return printed.text
    }

    private func create(_ cluster: TestCluster, _ resource: String, _ body: String) async throws -> String {
        try await kubecfg(cluster, "create", resource) { $0.body = Array(body.utf8) }
    }

    private static let podHeading = """
        ID                  Image(s)            Host                Labels              Status
        ----------          ----------          ----------          ----------          ----------

        """

    @Test func podsAreCreatedListedAndDeleted() async throws {
        try await TestCluster.with(controllers: false) { cluster in
            let row = "redis               dockerfile/redis    <unassigned>        name=redis          Waiting\n"
            #expect(try await create(cluster, "/pods", EarlySample.pod) == Self.podHeading + row + "\n")
            #expect(try await kubecfg(cluster, "list", "/pods") == Self.podHeading + row + "\n")
            #expect(try await kubecfg(cluster, "get", "pods/redis") == Self.podHeading + row + "\n")
            #expect(try await kubecfg(cluster, "list", "pods") { $0.selector = "name=other" } == Self.podHeading + "\n")
            #expect(try await kubecfg(cluster, "list", "pods") { $0.namespace = "other" } == Self.podHeading + "\n")

            try await self.run(pod: "redis", on: "127.0.0.1", cluster)
            #expect(
                try await kubecfg(cluster, "list", "/pods") == Self.podHeading
                    + "redis               dockerfile/redis    127.0.0.1/          name=redis          Running\n\n")

            let error = await #expect(throws: APIError.self) { try await kubecfg(cluster, "delete", "/pods/web") }
            #expect(error?.code == 404 && error?.message == "pods \"web\" not found")
        }
    }

    @Test func deletionAnswersWithAStatus() async throws {
        try await TestCluster.with(controllers: false) { cluster in
            _ = try await create(cluster, "pods", EarlySample.pod)
            #expect(try await kubecfg(cluster, "delete", "pods/redis") == "Status\n----------\nSuccess\n\n")
            #expect(try await kubecfg(cluster, "list", "pods") == Self.podHeading + "\n")
        }
    }

    @Test func controllersAreCreatedResizedStoppedAndRemoved() async throws {
        let heading = """
            ID                  Image(s)            Selector            Replicas
            ----------          ----------          ----------          ----------

            """
        try await TestCluster.with { cluster in
            let resource = "/replicationControllers"
            #expect(
                try await create(cluster, resource, EarlySample.controller)
                    == heading + "redisController     dockerfile/redis    name=redis          1\n\n")
            let resized = try await kubecfg(cluster, "resize", "redisController", "3")
            #expect(resized.contains("kind: ReplicationController\n") && resized.contains("  replicas: 3\n"))
            #expect(
                try await kubecfg(cluster, "list", resource)
                    == heading + "redisController     dockerfile/redis    name=redis          3\n\n")
            let error = await #expect(throws: ClusterError.self) {
                try await kubecfg(cluster, "rm", "redisController")
            }
            #expect(error?.message == "controller has non-zero replicas (3), please stop it first")
            try await kubecfg(cluster, "stop", "redisController")
            #expect(try await kubecfg(cluster, "rm", "redisController") == "")
            try await cluster.waitForEnd(
                .replicationControllers, ObjectKey(namespace: "default", "redisController"))
            #expect(try await kubecfg(cluster, "list", resource) == heading + "\n")
        }
    }

    @Test func resizingIsTriedAgainWhenSomebodyWasFaster() async throws {
        try await ScriptedAPI.with { (api, client) async throws in
            for version in [1, 2] {
                await api.answer(#"{"id":"c","resourceVersion":\#(version),"desiredState":{"replicas":1}}"#)
                let conflict = #"{"kind":"Status","status":"failure","reason":"conflict","code":409}"#
                let stored = #"{"id":"c","desiredState":{"replicas":3}}"#
                await api.answer(version == 1 ? conflict : stored, status: version == 1 ? 409 : 200)
            }
            let printed = Printed()
            try await Kubecfg(client: client, options: KubecfgOptions()) { printed.add($0) }.run(["resize", "c", "3"])
            #expect(printed.text.contains("replicas: 3"))
            #expect(await api.requests.map { $0.prefix(3) } == ["GET", "PUT", "GET", "PUT"])
            let body = try JSONValue(parsing: try #require(await api.lastRequest).body)
            #expect(body["resourceVersion"] == 2 && body["desiredState"]?["replicas"] == 3)
        }
    }

    @Test func runMakesAControllerAndAService() async throws {
        try await TestCluster.with(controllers: false) { cluster in
            let text = try await kubecfg(cluster, "run", "nginx", "2", "web") {
                ($0.ports, $0.servicePort, $0.format) = ("8080:80,9000", 8000, .json)
            }
            #expect(text.contains("\"ReplicationController\"") && text.contains("\"Service\""))
            let controller = try await cluster.client.get(
                .replicationControllers, ObjectKey(namespace: "default", "web"))
            let container = KubeObject(controller.list("spec", "template", "spec", "containers").first)
            #expect(controller.integer("spec", "replicas") == 2 && container?.text("image") == "nginx")
            #expect(container?.list("ports").map { $0["containerPort"] } == [80, 9000])
            #expect(container?.list("ports").map { $0["hostPort"] } == [8080, nil])
            let services = try await kubecfg(cluster, "get", "services/web")
            let rows = services.split(separator: "\n")
            #expect(
                rows.first == "ID                  Labels              Selector            IP                  Port")
            let row = try #require(rows.last?.split(separator: " "))
            #expect(row.first == "web" && row.last == "8000" && row.dropFirst().first == "name=web")
        }
    }

    @Test func minionsAndUpdates() async throws {
        try await TestCluster.with(controllers: false) { cluster in
            let table = """
                Minion identifier   Labels
                ----------          ----------
                10.1.2.3            name=my-first-k8s-node


                """
            #expect(try await create(cluster, "/minions", EarlySample.minion) == table)
            let changed = EarlySample.minion.replacing("my-first-k8s-node", with: "renamed")
            let updated = try await kubecfg(cluster, "update", "/minions/10.1.2.3") { $0.body = Array(changed.utf8) }
            #expect(updated == table.replacing("my-first-k8s-node", with: "renamed"))
            let yaml = try await kubecfg(cluster, "get", "/minions/10.1.2.3") { $0.format = .yaml }
            #expect(yaml.contains("id: 10.1.2.3\n") && yaml.contains("    cpu: 1000\n"))
        }
    }

    @Test func bodiesMayBeYAML() async throws {
        try await TestCluster.with(controllers: false) { cluster in
            let yaml = """
                id: a
                desiredState:
                  manifest:
                    version: v1beta2
                    containers: [{name: c, image: busybox}]
                """
            let text = try await kubecfg(cluster, "create", "pods") {
                ($0.body, $0.apiVersion) = (Array(yaml.utf8), "v1beta2")
            }
            #expect(text.hasPrefix(Self.podHeading + "a                   busybox "))
        }
    }

    @Test func rollingUpdateReplacesPods() async throws {
        try await TestCluster.with(controllers: false) { cluster in
            _ = try await create(cluster, "pods", EarlySample.pod)
            _ = try await create(cluster, "replicationControllers", EarlySample.controller)
            await #expect(throws: ClusterError.self) {
                try await kubecfg(cluster, "rollingupdate", "redisController") {
                    ($0.image, $0.updatePeriod) = ("redis:2", .zero)
                    ($0.updateTimeout, $0.pollPeriod) = (.milliseconds(20), .milliseconds(10))
                }
            }
            #expect(try await kubecfg(cluster, "list", "pods") == Self.podHeading + "\n")
            #expect(try await kubecfg(cluster, "list", "replicationControllers").contains("     redis:2             "))
        }
    }

    @Test(arguments: [
        (
            [],
            "expected a verb: list, get, create, update, delete, print, resize, stop, rm, rollingupdate, run, "
                + "version, serverversion, proxy"
        ),
        (["list"], "expected 'list RESOURCE'"),
        (["list", "pods/x"], "expected a resource such as /pods, not 'pods/x'"),
        (["get", "pods"], "expected an object such as /pods/redis, not 'pods'"),
        (["create", "pods"], "expected a body: -c FILE"),
        (["resize", "a", "-1"], "expected a number of replicas, not '-1'"),
        (["proxy"], "the local proxy is not in this version; 'kubectl proxy' is one"),
    ])
    func mistakesAreNamed(arguments: [String], words: String) async throws {
        let client = try KubeClient(KubeClientConfiguration(server: "http://127.0.0.1:1"))
        await #expect(throws: KubecfgUsage(description: words)) {
            try await Kubecfg(client: client, options: KubecfgOptions()) { _ in }.run(arguments)
        }
        await client.shutdown()
    }

    /// Binds a pod and says what a kubelet would.
    private func run(pod: String, on node: String, _ cluster: TestCluster) async throws {
        _ = try await cluster.client.send(
            .post, "/api/v1beta1/bindings?namespace=default",
            body: ["podID": .string(pod), "host": .string(node)])
        var object = try await cluster.client.get(.pods, ObjectKey(namespace: "default", pod))
        object["status", "phase"] = "Running"
        _ = try await cluster.client.update(.pods, object, subresource: "status")
    }
}

/// Collects what is printed.
private final class Printed: Sendable {
    private let parts = Mutex<[String]>([])
    func add(_ part: String) { parts.withLock { $0.append(part) } }
    var text: String { parts.withLock { $0.joined() } }
}

/// Documents of the first years (seeds F-01…F-03).
enum EarlySample {
    static let minion = #"""
        { "id": "10.1.2.3", "kind": "Minion", "apiVersion": "v1beta1",
          "resources": { "capacity": { "cpu": 1000, "memory": 1073741824 } },
          "labels": { "name": "my-first-k8s-node" } }
        """#

    static let pod = #"""
        { "id": "redis",
          "desiredState": { "manifest": { "version": "v1beta1", "id": "redis",
            "containers": [{ "name": "redis", "image": "dockerfile/redis", "imagePullPolicy": "PullIfNotPresent",
              "ports": [{ "containerPort": 6379, "hostPort": 6379 }] }] } },
          "labels": { "name": "redis" } }
        """#

    static let controller = #"""
        { "id": "redisController", "apiVersion": "v1beta1", "kind": "ReplicationController",
          "desiredState": { "replicas": 1, "replicaSelector": { "name": "redis" },
            "podTemplate": {
              "desiredState": { "manifest": { "version": "v1beta1", "id": "redisController",
                "containers": [{ "name": "redis", "image": "dockerfile/redis", "imagePullPolicy": "PullIfNotPresent",
                  "ports": [{ "containerPort": 6379, "hostPort": 6379 }] }] } },
              "labels": { "name": "redis" } } },
          "labels": { "name": "redis" } }
        """#
}
