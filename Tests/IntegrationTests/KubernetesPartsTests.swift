import ClusterBase
import Foundation
import HTTPTransport
import KubeClient
import KubeModel
import TestSupport
import Testing

extension Integration {
    /// Kubernetes on Mesos as the seeds start it: every part a process of its own (KM-07…KM-09, S-80).
    @Suite struct KubernetesParts {
        @Test func theSeedsPartsMakeAFrameworkThatRunsAPod() async throws {
            try await withTestScope("parts") { scope in
                let parts = try await KubernetesPool.start(in: scope)
                try parts.startScheduler()
                let services = try await eventually("the services") {
                    let rows = try await parts.kubectl(["get", "services"])
                    return rows.count == 3 ? rows : nil
                }
                #expect(services[0] == ["NAME", "TYPE", "CLUSTER-IP", "EXTERNAL-IP", "PORT(S)", "AGE"])
                #expect(services[1][0] == "k8sm-scheduler")
                #expect(services[1][3] == "<none>")
                #expect(services[1][4].hasSuffix("/TCP"))
                #expect(Array(services[2].prefix(5)) == ["kubernetes", "ClusterIP", "10.10.10.1", "<none>", "443/TCP"])
                let framework = try await parts.framework()
                #expect(framework["name"]?.string == "Kubernetes")
                #expect(framework["user"]?.string == "root")
                // Nodes come with the first pod, not before (KM-14).
                #expect(try await parts.client.list(.nodes).objects.isEmpty)

                try await parts.kubectl([
                    "run", "nginx", "--image=\(parts.engine.image)", "--image-pull-policy=IfNotPresent", "--", "sleep",
                    "1000",
                ])
                let task = try #require(try await parts.tasks(1).first)
                #expect(task["name"]?.string == "nginx.default.pod")
                #expect(task["executor_id"]?.string == "k8sm-executor")
                try await eventually("it runs", within: .seconds(60)) {
                    try await parts.kubectl(["get", "pod", "--selector", "run=nginx"]).last?.prefix(3)
                        == ["nginx", "1/1", "Running"]
                }
                let node = try #require(try await parts.client.list(.nodes).objects.first)
                #expect(node.name == "mesos-slave-0" || node.name == "mesos-slave-1")
                #expect(node.text("metadata", "labels", "kubernetes.io/hostname") == node.name)
                try await parts.removePods()
                try await parts.tasks(0)
                try await parts.awaitRest()
            }
        }

        /// Of two schedulers the leading one is killed in a burst of pods; so are master and API server.
        @Test func killedPartsLoseNoPodAndRunNoneTwice() async throws {
            try await withTestScope("killed") { scope in
                var parts = try await KubernetesPool.start(in: scope)
                let leader = try parts.startScheduler()
                let framework = try await parts.keptFramework()
                let standby = try parts.startScheduler()

                try await parts.createPods("a", 10)
                try await leader.kill()
                try await parts.createPods("b", 10)
                try await parts.expectRunning(20)

                try await parts.createPods("c", 10)
                try await parts.master.kill()
                parts.master = try parts.startMaster()
                try await parts.createPods("d", 5)
                try await parts.expectRunning(35)

                try await parts.createPods("e", 5)
                try await parts.server.kill()
                parts.server = try await parts.startServer()
                try await parts.expectRunning(40)

                #expect(standby.isRunning)
                #expect(try await parts.framework()["id"]?.string == framework)
                try await parts.removePods()
                try await parts.tasks(0)
                try await parts.awaitRest()
            }
        }
    }
}

/// Master, two agents and the parts of Kubernetes, on loopback; the scheduler is started by the test.
private struct KubernetesPool {
    let scope: TestScope
    let engine: DockerEngine
    let client: KubeClient
    let masterPort: Int
    let serverPort: Int
    var master: ChildProcess
    var server: ChildProcess

    static func start(in scope: TestScope) async throws -> KubernetesPool {
        let engine = try await DockerEngine.shared()
        let (masterPort, serverPort) = (try FreePort.next(), try FreePort.next())
        let client = try KubeClient(KubeClientConfiguration(server: "http://127.0.0.1:\(serverPort)"))
        scope.onExit {
            await client.shutdown()
            for container in (try? await engine.containers(label: "roost.agent")) ?? [] {
                _ = try? await engine.call(.delete, "/containers/\(container)?force=true")
            }
        }
        let placeholder = try scope.start("/bin/true")
        var pool = KubernetesPool(
            scope: scope, engine: engine, client: client, masterPort: masterPort, serverPort: serverPort,
            master: placeholder, server: placeholder)
        pool.master = try pool.startMaster()
        pool.server = try await pool.startServer()
        try pool.run(
            "controller-manager",
            [
                "km", "controller-manager", "--master=http://127.0.0.1:\(serverPort)", "--cloud-provider=mesos",
                "--cloud-config=./mesos-cloud.conf", "--v=1", "--port=0",
            ])
        for index in 0..<2 {
            try pool.run(
                "agent-\(index)",
                [
                    "agent", "--master=127.0.0.1:\(masterPort)", "--ip=127.0.0.1", "--port=0",
                    "--hostname=mesos-slave-\(index)", "--work_dir=\(scope.directory.path)/agent-\(index)",
                    "--runtime_dir=\(scope.directory.path)/run-\(index)", "--docker_socket=\(engine.socket)",
                    "--resources=cpus:8;mem:8192;disk:1024;ports:[31000-32000]",
                ])
        }
        try await eventually("the agents", within: .seconds(30)) {
            try await pool.state()["activated_slaves"]?.integer == 2
        }
        return pool
    }

    @discardableResult
    private func run(_ name: String, _ arguments: [String]) throws -> ChildProcess {
        try scope.start(try Roost.binary(), arguments, name: "\(name)-\(UInt32.random(in: 0 ... .max))")
    }

    func startMaster() throws -> ChildProcess {
        try run(
            "master",
            [
                "master", "--ip=127.0.0.1", "--port=\(masterPort)", "--no-hostname_lookup",
                "--work_dir=\(scope.directory.path)/master",
            ])
    }

    /// The API server with KM-07's flags; the embedded store in place of etcd.
    func startServer() async throws -> ChildProcess {
        let ready = scope.directory.path("server-\(UInt32.random(in: 0 ... .max)).json")
        let process = try run(
            "apiserver",
            [
                "km", "apiserver", "--address=127.0.0.1", "--service-cluster-ip-range=10.10.10.0/24",
                "--port=\(serverPort)", "--cloud-provider=mesos", "--cloud-config=mesos-cloud.conf", "--secure-port=0",
                "--v=1", "--work-dir=\(scope.directory.path)/store", "--ready-file=\(ready)",
            ])
        _ = try await process.waitForFile(ready)
        return process
    }

    /// A scheduler with KM-09's flags.
    @discardableResult
    func startScheduler() throws -> ChildProcess {
        try run(
            "scheduler",
            [
                "km", "scheduler", "--address=127.0.0.1", "--mesos-master=127.0.0.1:\(masterPort)",
                "--etcd-servers=http://127.0.0.1:4001", "--mesos-user=root", "--api-servers=127.0.0.1:\(serverPort)",
                "--cluster-dns=10.10.10.10", "--cluster-domain=cluster.local", "--v=2", "--port=0", "--ha",
                "--km-path=\(try Roost.binary())", "--run-proxy=false", "--leader-elect-lease-duration=3s",
                "--leader-elect-renew-deadline=2s", "--leader-elect-retry-period=200ms",
            ])
    }

    // MARK: The master

    func state() async throws -> JSONValue {
        try await eventually("the master's state", within: .seconds(30)) {
            await JSONClient.read("http://127.0.0.1:\(masterPort)/state")
        }
    }

    /// The framework `Kubernetes`, once it is registered and active.
    func framework() async throws -> JSONValue {
        try await eventually("the framework", within: .seconds(30)) {
            try await state()["frameworks"]?.array?.first { $0["active"]?.bool == true }
        }
    }

    /// The id of the framework, once it is kept for other schedulers; before that nothing runs in its name.
    func keptFramework() async throws -> String {
        let map = "http://127.0.0.1:\(serverPort)/api/v1/namespaces/kube-system/configmaps/k8sm-framework"
        return try await eventually("the framework's id is kept", within: .seconds(30)) {
            guard let id = try await framework()["id"]?.string else { return nil }
            return await JSONClient.read(map)?["data"]?["Kubernetes"]?.string == id ? id : nil
        }
    }

    /// Waits until the framework has so many tasks that have not ended; returns them.
    @discardableResult
    func tasks(_ count: Int) async throws -> [JSONValue] {
        try await eventually("\(count) tasks", within: .seconds(90), every: .milliseconds(100)) {
            let tasks = try await framework()["tasks"]?.array ?? []
            return tasks.count == count ? tasks : nil
        }
    }

    /// Waits until nothing is offered to the framework.
    func awaitRest() async throws {
        try await eventually("rest", within: .seconds(30)) {
            try await framework()["offers"]?.array?.isEmpty == true
        }
    }

    // MARK: The API server

    /// The words of each line that `kubectl` prints.
    @discardableResult
    func kubectl(_ arguments: [String]) async throws -> [[String]] {
        let process = try scope.start(
            try Roost.kubectl(),
            [
                "--kubeconfig=/dev/null", "--cache-dir=\(scope.directory.path)/kubectl", "-s",
                "http://127.0.0.1:\(serverPort)",
            ] + arguments, name: "kubectl-\(UInt32.random(in: 0 ... .max))")
        guard try await process.waitForExit() == .exited(0) else { throw TestError("\(arguments) \(process.tails)") }
        return process.output().split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
    }

    func createPods(_ prefix: String, _ count: Int) async throws {
        for number in 0..<count {
            _ = try await client.create(
                .pods,
                KubeObject([
                    "apiVersion": "v1", "kind": "Pod",
                    "metadata": ["name": .string("\(prefix)-\(number)"), "namespace": "default"],
                    "spec": [
                        "terminationGracePeriodSeconds": 0,
                        "containers": [
                            [
                                "name": "c", "image": .string(engine.image), "imagePullPolicy": "IfNotPresent",
                                "command": ["sleep", "1000"],
                                "resources": ["limits": ["cpu": "50m", "memory": "32Mi"]],
                            ]
                        ],
                    ],
                ]))
        }
    }

    /// Waits until so many pods run; each is one task and one container, and none was ever started twice.
    func expectRunning(_ count: Int) async throws {
        do {
            try await eventually("\(count) running pods", within: .seconds(120), every: .milliseconds(100)) {
                let pods = try await client.list(.pods).objects
                return pods.count == count && pods.allSatisfy { $0.text("status", "phase") == "Running" }
            }
        } catch {
            let pods = (try? await client.list(.pods).objects) ?? []
            throw TestError("\(error): \(pods.filter { $0.text("status", "phase") != "Running" }.map(\.value.text))")
        }
        let pods = try await client.list(.pods).objects
        let tasks = try await tasks(count)
        #expect(Set(tasks.compactMap { $0["name"]?.string }) == Set(pods.map { "\($0.name).default.pod" }))
        for pod in pods {
            let status = KubeObject(pod.list("status", "containerStatuses").first) ?? KubeObject()
            #expect(status.integer("restartCount") == 0, "\(pod.name)")
            let label = "io.kubernetes.pod.uid=\(pod.uid)"
            #expect(try await engine.containers(label: label).count == 2, "\(pod.name)")
        }
    }

    func removePods() async throws {
        try await client.deleteAll(.pods, ObjectSelection(namespace: "default"), DeletionRequest(gracePeriodSeconds: 0))
        try await eventually("no container is left", within: .seconds(60), every: .milliseconds(100)) {
            try await engine.containers(label: "roost.agent").isEmpty
        }
    }
}

extension JSONClient {
    /// The tree at a URL, or nil while nobody answers with one.
    fileprivate static func read(_ url: String) async -> JSONValue? {
        guard let pool = try? HTTPClientPool() else { return nil }
        let answer = try? await pool.send(ClientRequest(.get, url))
        await pool.shutdown()
        return answer.flatMap { try? JSONValue(parsing: $0.body) }
    }
}
