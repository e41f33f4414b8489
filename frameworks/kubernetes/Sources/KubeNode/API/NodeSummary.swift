internal import ClusterBase
internal import HTTPTransport
internal import KubeModel
internal import KubeletCore

/// What runs on the node and what it consumes, as one measurement.
struct NodeSummary: Sendable {
    /// A container with its measurement.
    struct Container: Sendable {
        var name: String
        var startedAt: UnixTime
        var sample: NodeStats.Sample
    }

    /// A pod with its containers' measurements.
    struct Pod: Sendable {
        var key: ObjectKey
        var uid: String
        var startedAt: UnixTime
        var network: RuntimeUsage?
        var containers: [Container]

        /// A sum over the containers.
        func total(_ value: (RuntimeUsage) -> UInt64) -> UInt64 {
            containers.reduce(0) { $0 &+ value($1.sample.usage) }
        }
    }

    var nodeName: String
    var startedAt: UnixTime
    var machine: NodeStats.Sample
    var disk: NodeSample
    var pods: [Pod]

    /// Measures every running container.
    static func measure(_ kubelet: Kubelet, _ stats: NodeStats) async throws(RuntimeFailure) -> NodeSummary {
        var (pods, ids): ([Pod], Set<String>) = ([], [])
        for pod in try await kubelet.world.runtime.pods().sorted(by: { $0.key < $1.key }) {
            var containers: [Container] = []
            for container in pod.containers {
                guard case .running(let since) = container.state else { continue }
                ids.insert(container.id)
                guard let sample = await stats.container(container.id) else { continue }
                containers.append(Container(name: container.name, startedAt: since, sample: sample))
            }
            guard let sandbox = pod.sandboxes.first(where: { $0.isReady }) else { continue }
            ids.insert(sandbox.id)
            let network = sandbox.usesHostNetwork ? nil : await stats.container(sandbox.id)?.usage
            pods.append(
                Pod(
                    key: pod.key, uid: pod.uid, startedAt: sandbox.createdAt, network: network,
                    containers: containers.sorted { $0.name < $1.name }))
        }
        await stats.keep(only: ids)
        return NodeSummary(
            nodeName: kubelet.world.configuration.nodeName, startedAt: kubelet.startedAt,
            machine: await stats.machine(), disk: kubelet.keeper.sample, pods: pods)
    }

    /// The document of `/stats/summary`.
    var tree: JSONValue {
        let total = disk.diskBytes
        let free = Int64(Double(total) * disk.diskFreePercent / 100)
        let fs: JSONValue = [
            "time": .string(KubeTime.text(machine.time)), "availableBytes": .integer(free),
            "capacityBytes": .integer(total), "usedBytes": .integer(total - free),
        ]
        return [
            "node": [
                "nodeName": .string(nodeName), "startTime": .string(KubeTime.text(startedAt)), "cpu": machine.cpu,
                "memory": machine.memory, "fs": fs, "runtime": ["imageFs": fs],
            ],
            "pods": .array(pods.map(Self.tree)),
        ]
    }

    private static func tree(_ pod: Pod) -> JSONValue {
        var tree: JSONObject = [
            "podRef": [
                "name": .string(pod.key.name), "namespace": .string(pod.key.namespace), "uid": .string(pod.uid),
            ],
            "startTime": .string(KubeTime.text(pod.startedAt)),
            "containers": .array(
                pod.containers.map { container in
                    [
                        "name": .string(container.name), "startTime": .string(KubeTime.text(container.startedAt)),
                        "cpu": container.sample.cpu, "memory": container.sample.memory,
                    ]
                }),
        ]
        if let received = pod.network?.receivedBytes, let sent = pod.network?.sentBytes {
            let bytes: JSONObject = [
                "name": "eth0", "rxBytes": .integer(Int64(clamping: received)),
                "txBytes": .integer(Int64(clamping: sent)),
            ]
            tree["network"] = .object(bytes)
        }
        return .object(tree)
    }

    /// The families of `/metrics/resource`.
    func writeResources(to text: inout PrometheusWriter) {
        let (cpu, memory) = ("cpu_usage_seconds_total", "memory_working_set_bytes")
        let rows: [(prefix: String, labels: (Pod, Container?) -> [(String, String)], samples: [(Pod, Container?)])] = [
            ("container", Self.labels, pods.flatMap { pod in pod.containers.map { (pod, $0) } }),
            ("pod", Self.labels, pods.map { ($0, nil) }),
        ]
        text.single("node_" + cpu, .counter, "CPU time of the node.", Double(machine.usage.cpuNanoseconds) / 1e9)
        text.single("node_" + memory, .gauge, "Memory in use by the node.", Double(machine.usage.workingSetBytes))
        for row in rows {
            text.family("\(row.prefix)_\(cpu)", .counter, "CPU time of each \(row.prefix).")
            for (pod, container) in row.samples {
                let used = container?.sample.usage.cpuNanoseconds ?? pod.total(\.cpuNanoseconds)
                text.sample("\(row.prefix)_\(cpu)", row.labels(pod, container), Double(used) / 1e9)
            }
            text.family("\(row.prefix)_\(memory)", .gauge, "Memory in use by each \(row.prefix).")
            for (pod, container) in row.samples {
                let used = container?.sample.usage.workingSetBytes ?? pod.total(\.workingSetBytes)
                text.sample("\(row.prefix)_\(memory)", row.labels(pod, container), Double(used))
            }
        }
    }

    private static func labels(_ pod: Pod, _ container: Container?) -> [(String, String)] {
        (container.map { [("container", $0.name)] } ?? [])
            + [("namespace", pod.key.namespace), ("pod", pod.key.name)]
    }
}

extension PrometheusWriter {
    /// One value with labels.
    mutating func sample(_ name: String, _ labels: [(String, String)], _ value: Double) {
        let shown = labels.map { "\($0.0)=\(JSONValue.string($0.1).text)" }.joined(separator: ",")
        sample(name, shown, value)
    }
}
