internal import ClusterBase
internal import Glibc

/// Load and memory of the machine (`/system/stats.json`, `system/…` metrics; spec `mesos/10`).
struct MachineStatistics: Sendable {
    var loads: [Double] = [0, 0, 0]
    var cpus = 0
    var memoryTotalBytes: UInt64 = 0
    var memoryFreeBytes: UInt64 = 0

    static func read() -> MachineStatistics {
        var result = MachineStatistics()
        result.cpus = sysconf(Int32(_SC_NPROCESSORS_ONLN))
        _ = getloadavg(&result.loads, 3)
        let text = (try? FileSystem.read("/proc/meminfo", offset: 0, count: 4096)) ?? []
        for line in String(decoding: text, as: UTF8.self).split(separator: "\n") {
            let words = line.split(separator: " ")
            guard words.count >= 2, let kibibytes = UInt64(words[1]) else { continue }
            if words[0] == "MemTotal:" { result.memoryTotalBytes = kibibytes << 10 }
            if words[0] == "MemAvailable:" { result.memoryFreeBytes = kibibytes << 10 }
        }
        return result
    }

    var json: JSONValue {
        [
            "avg_load_1min": .double(loads[0]), "avg_load_5min": .double(loads[1]), "avg_load_15min": .double(loads[2]),
            "cpus_total": .integer(Int64(cpus)), "mem_total_bytes": .integer(Int64(memoryTotalBytes)),
            "mem_free_bytes": .integer(Int64(memoryFreeBytes)),
        ]
    }

    var metrics: [(name: String, value: Double)] {
        [
            ("system/cpus_total", Double(cpus)), ("system/load_1min", loads[0]), ("system/load_5min", loads[1]),
            ("system/load_15min", loads[2]), ("system/mem_total_bytes", Double(memoryTotalBytes)),
            ("system/mem_free_bytes", Double(memoryFreeBytes)),
        ]
    }
}
