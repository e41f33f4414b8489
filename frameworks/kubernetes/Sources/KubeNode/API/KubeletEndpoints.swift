internal import ClusterBase
internal import HTTPTransport
internal import KubeModel
internal import KubeletCore

/// What the node's HTTP API tells of the node, beside the streams of `NodeEndpoints`.
///
/// | Path | What |
/// |---|---|
/// | `/pods`, `/runningpods/` | the pods as the kubelet, and as the runtime has them |
/// | `/spec/` | the machine (cAdvisor's `MachineInfo`) |
/// | `/stats/`, `/stats/summary`, `/stats/[NS/]POD/[UID/]CONTAINER` | consumption |
/// | `/metrics`, `/metrics/cadvisor`, `/metrics/resource`, `/metrics/probes` | the same for Prometheus |
/// | `/run/NS/POD[/UID]/CONTAINER?cmd=…` | runs a command, answers its output |
/// | `/logs/PATH` | files of the machine's `/var/log` |
struct KubeletEndpoints: Sendable {
    private static let logRoot = "/var/log"
    private static let outputLimit = 16 << 20

    let kubelet: Kubelet
    let stats: NodeStats

    var routes: [Route] {
        var routes = [
            Route(.get, "/pods") { _ in .json(Self.list(await kubelet.shownPods())) },
            Route(.get, "/runningpods") { _ in try await runningPods() },
            Route(.get, "/spec") { _ in .json(machineInfo.bytes) },
            Route(.get, "/stats/summary") { _ in try await summary() },
            Route(.get, "/metrics") { _ in try await metrics() },
            Route(.get, "/metrics/cadvisor") { _ in try await resources() },
            Route(.get, "/metrics/resource") { _ in try await resources() },
            Route(.get, "/metrics/probes") { _ in await probes() },
            Route(.get, "/logs") { _ in files("") },
            Route(.get, "/logs/{path...}") { files($0.captures["path"] ?? "") },
        ]
        for method in [RequestMethod.get, .post] {
            routes.append(Route(method, "/stats") { _ in .json(await stats.machine().containerInfo("/").bytes) })
            for path in ["{pod}/{container}", "{namespace}/{pod}/{container}", "{namespace}/{pod}/{uid}/{container}"] {
                routes.append(Route(method, "/stats/" + path) { await containerStats($0) })
            }
        }
        for path in ["{namespace}/{pod}/{container}", "{namespace}/{pod}/{uid}/{container}"] {
            routes.append(Route(.post, "/run/" + path) { await run($0) })
        }
        return routes
    }

    // MARK: - Pods

    private static func list(_ pods: [KubeObject]) -> [UInt8] {
        let tree: JSONValue = [
            "kind": "PodList", "apiVersion": "v1", "metadata": [:], "items": .array(pods.map(\.value)),
        ]
        return tree.bytes
    }

    private func runningPods() async throws -> HTTPResponse {
        let pods = try await kubelet.world.runtime.pods().sorted { $0.key < $1.key }
        return .json(
            Self.list(
                pods.compactMap { found in
                    let running = found.containers.filter { if case .running = $0.state { true } else { false } }
                    if running.isEmpty { return nil }
                    var pod = KubeObject()
                    (pod.namespace, pod.name, pod.uid) = (found.key.namespace, found.key.name, found.uid)
                    pod["spec"] = [
                        "containers": .array(
                            running.map { ["name": .string($0.name), "image": .string($0.image)] })
                    ]
                    pod["status"] = .object(JSONObject())
                    return pod
                }))
    }

    // MARK: - Consumption

    private var machineInfo: JSONValue {
        let (facts, disk) = (kubelet.keeper.facts, kubelet.keeper.sample)
        return [
            "num_cores": .integer(Int64(facts.processors)), "memory_capacity": .integer(facts.memoryBytes),
            "machine_id": .string(facts.machineID), "system_uuid": .string(facts.systemUUID),
            "boot_id": .string(facts.bootID),
            "filesystems": [
                [
                    "device": .string(kubelet.world.configuration.rootDirectory),
                    "capacity": .integer(disk.diskBytes), "type": "vfs",
                ]
            ],
        ]
    }

    private func summary() async throws -> HTTPResponse {
        .json(try await NodeSummary.measure(kubelet, stats).tree.bytes)
    }

    private func containerStats(_ request: HTTPRequest) async -> HTTPResponse {
        let reference = Self.reference(request)
        guard let pod = await kubelet.nodePod(reference) else { return .error(.notFound, "pod does not exist") }
        do throws(NodeError) {
            let run = try pod.running(reference.container)
            guard let sample = await stats.container(run.id) else { throw .runtime("no statistics for \(run.id)") }
            return .json(sample.containerInfo("/docker/" + run.id).bytes)
        } catch {
            return .error(error.status, error.text)
        }
    }

    private func resources() async throws -> HTTPResponse {
        var text = PrometheusWriter()
        try await NodeSummary.measure(kubelet, stats).writeResources(to: &text)
        return Self.prometheus(text)
    }

    private func metrics() async throws -> HTTPResponse {
        var text = PrometheusWriter()
        let pods = try await kubelet.world.runtime.pods()
        text.single(
            "kubelet_running_pods", .gauge, "Pods whose sandbox runs.",
            Double(pods.count { $0.sandboxes.contains { $0.isReady } }))
        text.family("kubelet_running_containers", .gauge, "Containers by state.")
        for (state, count) in Self.states(pods.flatMap(\.containers)) {
            text.sample("kubelet_running_containers", [("container_state", state)], Double(count))
        }
        text.single(
            "kubelet_node_pods", .gauge, "Pods that are not finished.", Double(await kubelet.podCount))
        text.single(
            "process_start_time_seconds", .gauge, "When the kubelet began.",
            Double(kubelet.startedAt.microseconds) / 1e6)
        return Self.prometheus(text)
    }

    private static func states(_ containers: [RuntimeContainer]) -> [(String, Int)] {
        let words = containers.map { container in
            switch container.state {
            case .created: "created"
            case .running: "running"
            case .exited: "exited"
            case .unknown: "unknown"
            }
        }
        return ["created", "running", "exited", "unknown"].map { word in (word, words.count { $0 == word }) }
    }

    private func probes() async -> HTTPResponse {
        var text = PrometheusWriter()
        text.family("prober_probe_total", .counter, "Checks by container, kind and result.")
        for (pod, counts) in await kubelet.probeCounts() {
            let rows = counts.map { count, number in
                (
                    [
                        ("container", count.container), ("namespace", pod.namespace), ("pod", pod.name),
                        ("pod_uid", pod.uid), ("probe_type", count.kind.rawValue), ("result", count.result),
                    ], number
                )
            }
            for (labels, number) in rows.sorted(by: { $0.0.map(\.1).lexicographicallyPrecedes($1.0.map(\.1)) }) {
                text.sample("prober_probe_total", labels, Double(number))
            }
        }
        return Self.prometheus(text)
    }

    private static func prometheus(_ text: PrometheusWriter) -> HTTPResponse {
        HTTPResponse(
            .ok, headers: ["Content-Type": PrometheusWriter.contentType], body: .bytes(Array(text.text.utf8)))
    }

    // MARK: - Commands and files

    private func run(_ request: HTTPRequest) async -> HTTPResponse {
        let reference = Self.reference(request)
        let command = (request.query["cmd"] ?? "").split(separator: " ").map(String.init)
        if command.isEmpty { return .error(.badRequest, "cmd: Required value") }
        guard let pod = await kubelet.nodePod(reference) else { return .error(.notFound, "pod does not exist") }
        do {
            let run = try pod.running(reference.container)
            let (code, output) = try await kubelet.world.runtime.execute(
                run.id, command, timeout: nil, limit: Self.outputLimit)
            let text = String(decoding: output, as: UTF8.self)
            if code == 0 { return .text(text) }
            return .text("\(text)error executing command: exit status \(code)", status: .internalServerError)
        } catch let error as NodeError {
            return .error(error.status, error.text)
        } catch {
            return .error(.internalServerError, "\(error)")
        }
    }

    private func files(_ path: String) -> HTTPResponse {
        let parts = path.split(separator: "/")
        guard !parts.contains("..") else { return .error(.badRequest, "the path leads out of the logs") }
        let full = ([Self.logRoot[...]] + parts).joined(separator: "/")
        if NodeFiles.isDirectory(full) {
            let links = (NodeFiles.names(in: full) ?? []).map { name in
                let shown = name + (NodeFiles.isDirectory(full + "/" + name) ? "/" : "")
                return "<a href=\"\(PercentCoding.encode(name))\">\(shown)</a>\n"
            }
            return HTTPResponse(
                .ok, headers: ["Content-Type": "text/html; charset=utf-8"],
                body: .bytes(Array("<pre>\n\(links.joined())</pre>\n".utf8)))
        }
        guard let bytes = NodeFiles.bytes(full, limit: 64 << 20) else { return .error(.notFound, "404 page not found") }
        return HTTPResponse(.ok, headers: ["Content-Type": "text/plain; charset=utf-8"], body: .bytes(bytes))
    }

    private static func reference(_ request: HTTPRequest) -> ContainerReference {
        ContainerReference(
            namespace: request.captures["namespace"] ?? "default", pod: request.captures["pod"] ?? "",
            uid: request.captures["uid"], container: request.captures["container"] ?? "")
    }
}

extension NodeError {
    /// The status of the answer.
    fileprivate var status: HTTPStatus {
        switch self {
        case .notFound: .notFound
        case .badRequest: .badRequest
        case .runtime: .internalServerError
        }
    }
}
