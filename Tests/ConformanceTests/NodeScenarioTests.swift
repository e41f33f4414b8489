import ClusterBase
import Foundation
import HTTPTransport
import TestSupport
import Testing

/// Scenarios that need several nodes, or daemons started in a certain way; each has its own.
@Suite(.serialized, .enabled(if: TestHosts.isAvailable), .timeLimit(.minutes(10))) struct NodeScenarioTests {
    private static let exporter = "prometheus-node-exporter"

    /// S-63, and the recipe of draining a node.
    @Test func staticPodsStandOnTheirNodesAndNodesAreDrained() async throws {
        try await withTestScope("nodes") { scope in
            let directories = try (0..<3).map { try scope.directory.makeDirectory("manifests-\($0)") }
            for directory in directories {
                try FileManager.default.copyItem(
                    atPath: try Roost.fixture("f-42"), toPath: directory + "/exporter.yaml")
            }
            let web = try scope.directory.makeDirectory("web")
            try Self.manifest(image: "my-web:v1").write(toFile: web + "/pod.yaml", atomically: true, encoding: .utf8)
            let pool = try await PodPool.start(hosts: 3, in: scope) { index in
                let variables: JSONObject = [
                    "ROOST_POD_MANIFEST_PATH": .string(directories[index]), "ROOST_FILE_CHECK_FREQUENCY": "1s",
                    "ROOST_MANIFEST_URL": .string(index == 0 ? "http://10.77.0.1:8099/pod.yaml" : ""),
                ]
                return ["--executor_environment_variables=\(JSONValue.object(variables).text)"]
            }
            let server = try pool.hosts.hosts[0].namespace.start(
                "/usr/bin/python3", ["-u", "-m", "http.server", "--bind", "10.77.0.1", "--directory", web, "8099"],
                in: scope)
            try await server.waitForLine(containing: "Serving", in: .standardOutput)
            let project = Project(pool: pool, namespace: "default")
            try await deploy(project)
            try await staticPods(project, directories)
            try await manifestURL(project, web)
            try await drain(project)
        }
    }

    private static func manifest(image: String) -> String {
        """
        apiVersion: v1
        kind: Pod
        metadata: {name: from-web}
        spec: {containers: [{name: c, image: "\(image)", imagePullPolicy: IfNotPresent}]}
        """
    }

    /// Nodes come with their first pods: one on each.
    private func deploy(_ project: Project) async throws {
        try await project.create(
            manifest: """
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: web}
                spec:
                  replicas: 6
                  selector: {matchLabels: {app: web}}
                  template:
                    metadata: {labels: {app: web}}
                    spec:
                      terminationGracePeriodSeconds: 1
                      containers: [{name: c, image: nginx}]
                """)
        #expect(try await project("rollout", "status", "deploy/web").text.contains("successfully rolled out"))
        let nodes = try await project("get", "nodes").lines.dropFirst().map(\.words)
        #expect(nodes.map { $0[0] } == ["kube-node-1", "kube-node-2", "kube-node-3"])
        #expect(nodes.allSatisfy { $0[1] == "Ready" }, "\(nodes)")
    }

    /// The nodes of running exporters, by pod.
    private func exporters(_ project: Project) async throws -> [String: String] {
        let lines = try await project("get", "pods", "-l", "daemon=prom-node-exp", "-o", "wide").lines.dropFirst()
        let running = lines.map(\.words).filter { $0[2] == "Running" }
        return Dictionary(uniqueKeysWithValues: running.map { ($0[0], $0[6]) })
    }

    private func staticPods(_ project: Project, _ directories: [String]) async throws {
        let all = Dictionary(
            uniqueKeysWithValues: (1...3).map { ("\(Self.exporter)-kube-node-\($0)", "kube-node-\($0)") })
        try await eventually("an exporter on every node", every: .milliseconds(200)) {
            try await exporters(project) == all
        }
        for host in project.pool.hosts.hosts {
            let page = try await project.onHost("curl -sSf http://\(host.address):9090/")
            #expect(page == "\(Self.exporter)-\(host.name)\n")
        }
        let victim = "\(Self.exporter)-kube-node-2"
        let uid = try await project.value("pod/\(victim)", ".metadata.uid")
        let deleted = try await project("delete", "pod", victim)
        #expect(deleted.text == "pod \"\(victim)\" deleted\n")
        try await eventually("it is back", every: .milliseconds(200)) {
            let now = try await project.run(["get", "pod", victim, "-o", "jsonpath={.metadata.uid} {.status.phase}"])
                .text.words
            return now.count == 2 && now[0] != uid && now[1] == "Running"
        }
        try FileManager.default.removeItem(atPath: directories[2] + "/exporter.yaml")
        try await eventually("only that one goes", every: .milliseconds(200)) {
            try await exporters(project) == all.filter { $0.value != "kube-node-3" }
        }
    }

    /// The same from a web server, changed there.
    private func manifestURL(_ project: Project, _ web: String) async throws {
        let image = { (image: String) in
            try await eventually("a pod of \(image)", every: .milliseconds(200)) {
                let path = "jsonpath={.status.phase} {.status.containerStatuses[0].image} {.spec.nodeName}"
                let now = try await project.run(["get", "pod", "from-web-kube-node-1", "-o", path]).text
                return now == "Running \(image) kube-node-1"
            }
        }
        try await image("my-web:v1")
        try Self.manifest(image: "my-web:v2").write(toFile: web + "/pod.yaml", atomically: true, encoding: .utf8)
        try await image("my-web:v2")
    }

    private func drain(_ project: Project) async throws {
        let placed = { (node: String) in
            try await project("get", "pods", "-l", "app=web", "-o", "wide", "--field-selector=spec.nodeName=\(node)")
                .lines.dropFirst().filter { !$0.contains("Terminating") }.count
        }
        let before = try await placed("kube-node-2")
        #expect(before > 0)
        // As long as the budget allows nothing, drains try again.
        try await project("create", "poddisruptionbudget", "web", "--selector=app=web", "--min-available=100%")
        try await eventually("the budget counts the pods", every: .milliseconds(200)) {
            try await project.value("pdb/web", ".status.currentHealthy") == "6"
        }
        #expect(try await project.row("pdb", "web").prefix(4) == ["web", "100%", "N/A", "0"])
        let refused = try await project.refusal("drain", "kube-node-2", "--ignore-daemonsets", "--timeout=7s")
        let words = "(will retry after 5s): Cannot evict pod as it would violate the pod's disruption budget."
        #expect(refused.contains(words), "\(refused)")
        #expect(try await placed("kube-node-2") == before)
        #expect(try await project("uncordon", "kube-node-2").text == "node/kube-node-2 uncordoned\n")
        // Now one may go at a time.
        try await project("patch", "pdb", "web", "--type=merge", "-p", #"{"spec":{"minAvailable":5}}"#)
        try await project.until("pdb", "web") { $0.words.prefix(4) == ["web", "5", "N/A", "1"] }
        let drained = try await project("drain", "kube-node-2", "--ignore-daemonsets")
        #expect(drained.lines.first == "node/kube-node-2 cordoned")
        let evicting = drained.lines.filter { $0.contains(/^evicting pod default\/web-\S+$/) }
        #expect(Set(evicting).count == before, "\(drained)")
        #expect(drained.lines.filter { $0.contains(/^pod\/web-\S+ evicted$/) }.count == before, "\(drained)")
        #expect(drained.lines.last?.hasPrefix("node/kube-node-2 ") == true, "\(drained)")
        try await project("delete", "pdb", "web")
        #expect(try await project.row("node", "kube-node-2")[1] == "Ready,SchedulingDisabled")
        #expect(try await placed("kube-node-2") == 0)
        try await project("rollout", "status", "deploy/web")
        #expect(try await placed("kube-node-2") == 0)
        // What stands by file stays.
        #expect(try await exporters(project)["\(Self.exporter)-kube-node-2"] == "kube-node-2")
        #expect(try await project("uncordon", "kube-node-2").text == "node/kube-node-2 uncordoned\n")
        try await project("scale", "deploy/web", "--replicas=9")
        try await project("rollout", "status", "deploy/web")
        #expect(try await placed("kube-node-2") > 0)
    }

    /// S-21's row of the disk that dies: its pods end, whatever their policy, and those of controllers come elsewhere.
    @Test func aDeadDiskEndsThePodsOfItsNode() async throws {
        try await withTestScope("disk") { scope in
            let disk = try scope.directory.makeDirectory("disk")
            try await NetworkNamespace.onThisHost("mount -t tmpfs -o size=64m roost-test \(disk)", in: scope)
            scope.onExit { _ = try? await NetworkNamespace.onThisHost("umount -l \(disk)", in: scope) }
            let pool = try await PodPool.start(hosts: 2, in: scope) { index in
                let variables: JSONObject = index == 0 ? ["ROOST_ROOT_DIR": .string(disk)] : [:]
                return ["--executor_environment_variables=\(JSONValue.object(variables).text)"]
            }
            let project = Project(pool: pool, namespace: "default")
            let policies = ["Always", "OnFailure", "Never"]
            for policy in policies {
                try await project.create(
                    manifest: """
                        apiVersion: v1
                        kind: Pod
                        metadata: {name: \(policy.lowercased())}
                        spec:
                          nodeName: kube-node-1
                          restartPolicy: \(policy)
                          containers: [{name: c, image: nginx}]
                        """)
            }
            try await project.create("f-33")
            try await project("scale", "rc", "my-nginx", "--replicas=4")
            try await project.ready(["pods"] + policies.map { $0.lowercased() })
            try await project.until("rc", "my-nginx") { $0.words.prefix(4) == ["my-nginx", "4", "4", "4"] }
            let placed = { (node: String, phase: String) in
                try await project(
                    "get", "pods", "-o", "name", "--field-selector=spec.nodeName=\(node),status.phase=\(phase)"
                ).lines.count
            }
            #expect(try await placed("kube-node-2", "Running") < 4)
            try await NetworkNamespace.onThisHost("mount -o remount,ro \(disk)", in: scope)
            try await eventually("every pod of the node fails", within: .seconds(90), every: .milliseconds(500)) {
                let (running, failed) = (
                    try await placed("kube-node-1", "Running"), try await placed("kube-node-1", "Failed")
                )
                return running == 0 && failed >= 4
            }
            for policy in policies {
                #expect(
                    try await project.row("pod", policy.lowercased()).prefix(3) == [
                        policy.lowercased(), "0/1", "Evicted",
                    ])
            }
            try await project.describes(
                "pod/always", [#"Status: +Failed"#, #"Reason: +Evicted"#, #"Warning +Evicted"#])
            try await project.describes("node/kube-node-1", [#"DiskPressure +True"#])
            try await eventually("the controller's pods are elsewhere", within: .seconds(60), every: .milliseconds(500))
            {
                try await placed("kube-node-2", "Running") == 4
            }
            try await NetworkNamespace.onThisHost("mount -o remount,rw \(disk)", in: scope)
        }
    }

    /// S-80: the parts as the seeds start them, beside Marathon.
    @Test func kubernetesIsAFrameworkBesideMarathon() async throws {
        try await withTestScope("s80") { scope in
            let hosts = try await TestHosts.start(1, in: scope)
            let host = hosts.hosts[0]
            let ip = host.address
            let roost = try Roost.binary()
            let start = { (part: String, arguments: [String]) in
                try host.namespace.start(roost, arguments, in: scope, name: part)
            }
            let configuration = try scope.directory.write(
                "[mesos-cloud]\n    mesos-master      = \(ip):5050\n", to: "mesos-cloud.conf")
            _ = try PodPool.startMaster(hosts, scope)
            _ = try PodPool.startAgent(0, hosts, scope, hostname: "mesos-slave")
            _ = try start(
                "marathon",
                [
                    "marathon", "--master=\(ip):5050", "--http_address=\(ip)",
                    "--work_dir=\(scope.directory.path)/marathon",
                ])
            let api = try start(
                "apiserver",
                [
                    "km", "apiserver", "--address=\(ip)", "--service-cluster-ip-range=10.10.10.0/24", "--port=8888",
                    "--cloud-provider=mesos", "--cloud-config=\(configuration)", "--secure-port=0", "--v=1",
                    "--work_dir=\(scope.directory.path)/kubernetes", "--ready-file=\(scope.directory.path)/api.json",
                ])
            try await api.waitForFile(scope.directory.path + "/api.json")
            _ = try start(
                "controller-manager",
                [
                    "km", "controller-manager", "--master=http://\(ip):8888", "--cloud-provider=mesos",
                    "--cloud-config=\(configuration)", "--v=1",
                ])
            _ = try start(
                "scheduler",
                [
                    "km", "scheduler", "--address=\(ip)", "--mesos-master=\(ip):5050", "--mesos-user=root",
                    "--api-servers=\(ip):8888", "--cluster-dns=10.10.10.10", "--cluster-domain=cluster.local", "--v=2",
                    "--hostname-override=k8sm-master",
                ])
            let kubectl = { (arguments: String) in
                try await host.namespace.shell(
                    "\(try Roost.kubectl()) --kubeconfig=/dev/null -s http://\(ip):8888 \(arguments)", in: scope,
                    within: .seconds(90)
                ).split(separator: "\n").map { String($0).words }
            }
            let services = try await eventually("the scheduler's service") {
                let rows = try await kubectl("get services")
                return rows.count == 3 ? rows : nil
            }
            #expect(services[0] == ["NAME", "TYPE", "CLUSTER-IP", "EXTERNAL-IP", "PORT(S)", "AGE"])
            #expect(services[1].first == "k8sm-scheduler" && services[1][2].hasPrefix("10.10.10."))
            #expect(services[1][3...4] == ["<none>", "10251/TCP"])
            #expect(services[2].prefix(5) == ["kubernetes", "ClusterIP", "10.10.10.1", "<none>", "443/TCP"])
            let state = try await eventually("two frameworks") {
                let page = try await host.namespace.shell("curl -sSf http://\(ip):5050/state", in: scope)
                let state = try JSONValue(parsing: page)
                return state["frameworks"]?.array?.count == 2 ? state : nil
            }
            let frameworks = (state["frameworks"]?.array ?? []).sorted {
                ($0["name"]?.string ?? "") < ($1["name"]?.string ?? "")
            }
            #expect(frameworks.map { $0["name"]?.string } == ["Kubernetes", "marathon"])
            #expect(frameworks[0]["hostname"] == "k8sm-master" && frameworks[0]["user"] == "root")
            #expect(state["completed_frameworks"]?.array == [])
            // Nodes come with the first pod.
            #expect(try await kubectl("get node") == [])
            #expect(try await kubectl("run nginx --image=nginx") == [["pod/nginx", "created"]])
            _ = try await kubectl("wait --for=condition=Ready pod/nginx --timeout=60s")
            let node = try await kubectl("get node --show-labels")
            #expect(node.last?.prefix(2) == ["mesos-slave", "Ready"])
            #expect(node.last?.last?.contains("kubernetes.io/hostname=mesos-slave") == true)
            #expect(
                try await kubectl("get pod --selector run=nginx").last?.prefix(4) == ["nginx", "1/1", "Running", "0"])
            _ = try await kubectl("delete pod nginx --grace-period=1")
        }
    }

    /// S-01 from its step 5: `roost local` and the client of 2014.
    @Test func kubecfgRunsRedisOnOneMachine() async throws {
        try await withTestScope("s01") { scope in
            let host = try await TestHosts.start(1, in: scope).hosts[0]
            let ready = scope.directory.path("ready.json")
            let local = try host.namespace.start(
                try Roost.binary(),
                [
                    "local", "--work-dir=\(scope.directory.path)/local", "--docker-socket=\(host.engine.socket)",
                    "--ready-file=\(ready)", "--resources=cpus:8;mem:8192;ports:[6379-6379,31000-32000]",
                ], in: scope, name: "local")
            try await local.waitForFile(ready)
            let kubecfg = { (arguments: String) in
                try await host.namespace.shell(
                    "\(try Roost.binary()) kubecfg -h 127.0.0.1:8888 \(arguments)", in: scope
                )
                .split(separator: "\n").map { String($0).words }
            }
            let running = { () async throws -> [String]? in
                let rows = try await kubecfg("list /pods")
                return rows.count == 3 && rows[2].last == "Running" ? rows[2] : nil
            }
            _ = try await kubecfg("-c \(try Roost.fixture("f-02")) create /pods")
            let row = try await eventually("redis runs", every: .milliseconds(200)) { try await running() }
            // Behind the name stands the address that nodes of that time did not tell.
            #expect(row == ["redis", "dockerfile/redis", "127.0.0.1/127.0.0.1", "name=redis", "Running"])
            let heading = try await kubecfg("list /pods").first
            #expect(heading == ["ID", "Image(s)", "Host", "Labels", "Status"])
            // The pod's container and the one that holds its network, and with it its port.
            let list = try JSONValue(parsing: try await host.engine.call(.get, "/containers/json"))
            let containers = (list.array ?? []).map { ($0["Names"]?[0]?.string ?? "", $0["Ports"]?.array ?? []) }
            let own = containers.first { $0.0.hasPrefix("/k8s_redis_redis_default_") }
            #expect(own?.1 == [], "\(containers.map(\.0))")
            #expect(containers.contains { $0.0.hasPrefix("/k8s_POD") })
            let echo = "(echo ping; sleep 1) | busybox nc 127.0.0.1 6379"
            #expect(try await host.namespace.shell(echo, in: scope) == "ping\n")

            _ = try await kubecfg("-c \(try Roost.fixture("f-03")) create /replicationControllers")
            let controllers = try await kubecfg("list /replicationControllers")
            #expect(controllers.first == ["ID", "Image(s)", "Selector", "Replicas"])
            #expect(controllers.last == ["redisController", "dockerfile/redis", "name=redis", "1"])
            _ = try await kubecfg("delete /pods/redis")
            let second = try await eventually("another one runs", within: .seconds(90), every: .milliseconds(200)) {
                let row = try await running()
                return row?.first == "redis" ? nil : row
            }
            #expect(second[0].hasPrefix("redis") && second[1...] == row[1...])
            _ = try await kubecfg("resize redisController 0")
            try await eventually("nothing runs") { try await kubecfg("list /pods").count == 2 }
        }
    }
}
