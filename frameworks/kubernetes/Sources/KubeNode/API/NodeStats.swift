internal import ClusterBase
internal import Glibc
internal import KubeModel
internal import KubeletCore

/// Measures containers and the machine when somebody asks.
actor NodeStats {
    /// One measurement.
    struct Sample: Sendable {
        var time: UnixTime
        var usage: RuntimeUsage
        /// CPU use since the measurement before, in billionths of a core; nil for the first.
        var nanoCores: UInt64?
    }

    private struct Last {
        var time: UnixTime
        var cpu: UInt64
        var nanoCores: UInt64?
    }

    /// Rates over shorter times say nothing.
    private static let shortest: Int64 = 500_000

    private let runtime: any PodRuntime
    private let clock: KubeletClock
    private var last: [String: Last] = [:]

    init(runtime: any PodRuntime, clock: KubeletClock) { (self.runtime, self.clock) = (runtime, clock) }

    /// Measures a container; nil when it cannot be.
    func container(_ id: String) async -> Sample? {
        guard let usage = try? await runtime.usage(id) else { return nil }
        return sample(id, usage)
    }

    /// Measures the machine.
    func machine() -> Sample {
        var usage = RuntimeUsage(cpuNanoseconds: 0, memoryBytes: 0, workingSetBytes: 0)
        let ticks = (NodeFiles.text("/proc/stat") ?? "").prefix { $0 != "\n" }.split(separator: " ").dropFirst()
            .prefix(8).map { UInt64($0) ?? 0 }
        if ticks.count >= 8 {
            // All but idle and waiting for disks.
            let busy = ticks.enumerated().filter { $0.offset != 3 && $0.offset != 4 }.reduce(0) { $0 + $1.element }
            usage.cpuNanoseconds = busy * (1_000_000_000 / UInt64(max(1, sysconf(Int32(_SC_CLK_TCK)))))
        }
        let memory = Self.memory()
        usage.memoryBytes = (memory["MemTotal"] ?? 0) - min(memory["MemTotal"] ?? 0, memory["MemFree"] ?? 0)
        usage.workingSetBytes = (memory["MemTotal"] ?? 0) - min(memory["MemTotal"] ?? 0, memory["MemAvailable"] ?? 0)
        return sample("/", usage)
    }

    private func sample(_ id: String, _ usage: RuntimeUsage) -> Sample {
        let now = clock.time()
        var nanoCores = last[id]?.nanoCores
        let span = last[id].map { now.microseconds - $0.time.microseconds }
        if let before = last[id], let span, span >= Self.shortest, usage.cpuNanoseconds >= before.cpu {
            nanoCores = (usage.cpuNanoseconds - before.cpu) * 1_000_000 / UInt64(span)
        }
        if (span ?? .max) >= Self.shortest {
            last[id] = Last(time: now, cpu: usage.cpuNanoseconds, nanoCores: nanoCores)
        }
        return Sample(time: now, usage: usage, nanoCores: nanoCores)
    }

    /// Forgets containers that are gone.
    func keep(only ids: Set<String>) { last = last.filter { $0.key == "/" || ids.contains($0.key) } }

    private static func memory() -> [String: UInt64] {
        var values: [String: UInt64] = [:]
        for line in (NodeFiles.text("/proc/meminfo") ?? "").split(separator: "\n") {
            let parts = line.split { $0 == ":" || $0 == " " }
            if parts.count >= 2, let number = UInt64(parts[1]) { values[String(parts[0])] = number << 10 }
        }
        return values
    }
}

extension NodeStats.Sample {
    /// `cpu` of a summary.
    var cpu: JSONValue {
        var tree: JSONObject = ["time": .string(KubeTime.text(time))]
        if let nanoCores { tree["usageNanoCores"] = .integer(Int64(clamping: nanoCores)) }
        tree["usageCoreNanoSeconds"] = .integer(Int64(clamping: usage.cpuNanoseconds))
        return .object(tree)
    }

    /// `memory` of a summary.
    var memory: JSONValue {
        [
            "time": .string(KubeTime.text(time)), "usageBytes": .integer(Int64(clamping: usage.memoryBytes)),
            "workingSetBytes": .integer(Int64(clamping: usage.workingSetBytes)),
        ]
    }

    /// A `ContainerInfo` of the first API (cAdvisor).
    func containerInfo(_ name: String) -> JSONValue {
        [
            "name": .string(name),
            "stats": [
                [
                    "timestamp": .string(KubeTime.microText(time)),
                    "cpu": ["usage": ["total": .integer(Int64(clamping: usage.cpuNanoseconds))]],
                    "memory": [
                        "usage": .integer(Int64(clamping: usage.memoryBytes)),
                        "working_set": .integer(Int64(clamping: usage.workingSetBytes)),
                    ],
                ]
            ],
        ]
    }
}
