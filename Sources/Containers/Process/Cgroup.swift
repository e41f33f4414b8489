internal import ClusterBase
internal import ClusterPorts
internal import Glibc

/// The control groups of one container: a directory of the same relative path in every hierarchy.
///
/// All operations block for microseconds, `remove` at the most for two seconds.
struct Cgroup: Hashable, Sendable {
    /// The mounted hierarchies.
    var hierarchy: CgroupHierarchy
    /// The path below the mount points, without leading slash.
    var path: String

    /// The directories, one per hierarchy.
    var directories: [String] { hierarchy.mountPoints.map { $0 + "/" + path } }

    /// The files a process writes `0` to in order to join.
    var memberFiles: [String] { directories.map { $0 + "/cgroup.procs" } }

    /// Whether any part of it is there.
    var exists: Bool { directories.contains(where: PosixFile.isDirectory) }

    /// Makes the directories; one that is left over from another time is used again.
    func create() throws(ClusterError) {
        if case .unified(let mount) = hierarchy {
            // Controllers are handed down level by level; every ancestor must be free of processes but the root.
            var at = mount
            for name in path.split(separator: "/") {
                try PosixFile.put("+cpu +memory", into: at + "/cgroup.subtree_control")
                at += "/" + name
                try PosixFile.makeDirectories(at)
            }
        }
        for directory in directories { try PosixFile.makeDirectories(directory) }
    }

    /// Sets limits before the container starts.
    func apply(_ limits: ContainerLimits, enforcesCPURequest: Bool) throws(ClusterError) {
        try applyCPU(limits, enforcesCPURequest: enforcesCPURequest)
        let (soft, hard) = (CgroupLimits.softMemoryBytes(limits), CgroupLimits.hardMemoryBytes(limits))
        switch hierarchy {
        case .split(_, _, let memory):
            if let soft { try put("\(soft)", memory, "memory.soft_limit_in_bytes") }
            if let hard { try put(hard == .max ? "-1" : "\(hard)", memory, "memory.limit_in_bytes") }
        case .unified(let mount):
            if let soft { try put("\(soft)", mount, "memory.low") }
            if let hard { try put(hard == .max ? "max" : "\(hard)", mount, "memory.max") }
        }
    }

    /// Changes limits of a running container: the hard memory limit is only ever raised.
    func update(_ limits: ContainerLimits, enforcesCPURequest: Bool) throws(ClusterError) {
        var allowed = limits
        if let hard = CgroupLimits.hardMemoryBytes(limits), let current = memoryLimitBytes, hard < current {
            allowed.memoryLimitBytes = current
        }
        try apply(allowed, enforcesCPURequest: enforcesCPURequest)
    }

    /// The hard memory limit in force; `UInt64.max` = none; nil when unknown.
    var memoryLimitBytes: UInt64? {
        switch hierarchy {
        case .split(_, _, let memory):
            let value = number(memory, "memory.limit_in_bytes")
            return value.map { $0 > 1 << 62 ? .max : $0 }
        case .unified(let mount):
            let text = PosixFile.read("\(mount)/\(path)/memory.max")?.split(whereSeparator: \.isWhitespace).first
            return text == "max" ? .max : text.flatMap { UInt64($0) }
        }
    }

    /// How often the kernel killed something in it for lack of memory.
    var outOfMemoryKills: UInt64 {
        switch hierarchy {
        case .split(_, _, let memory): value("oom_kill", in: "\(memory)/\(path)/memory.oom_control")
        case .unified(let mount): value("oom_kill", in: "\(mount)/\(path)/memory.events")
        }
    }

    /// The words for a user whose container ran out of memory, statistics included.
    var memoryExhaustedMessage: String {
        let (memory, maximum): (String, UInt64?)
        switch hierarchy {
        case .split(_, _, let mount): (memory, maximum) = (mount, number(mount, "memory.max_usage_in_bytes"))
        case .unified(let mount): (memory, maximum) = (mount, number(mount, "memory.peak"))
        }
        let requested = memoryLimitBytes.map(megabytes) ?? "unknown"
        let used = maximum.map(megabytes) ?? "unknown"
        let statistics = PosixFile.read("\(memory)/\(path)/memory.stat") ?? ""
        return
            "Memory limit exceeded: Requested: \(requested) Maximum Used: \(used)\n\nMEMORY STATISTICS: \n\(statistics)"
    }

    /// CPU time and memory used so far; nil when the group is gone.
    var usage: ContainerUsage? {
        switch hierarchy {
        case .split(let cpu, let cpuacct, let memory):
            let file = "\(cpuacct ?? cpu)/\(path)/cpuacct.stat"
            guard let bytes = number(memory, "memory.usage_in_bytes") else { return nil }
            let ticks = Double(sysconf(Int32(_SC_CLK_TCK)))
            let resident = value("total_rss", in: "\(memory)/\(path)/memory.stat")
            return ContainerUsage(
                cpuUserSeconds: Double(value("user", in: file)) / ticks,
                cpuSystemSeconds: Double(value("system", in: file)) / ticks,
                memoryBytes: resident > 0 ? resident : bytes)
        case .unified(let mount):
            guard let bytes = number(mount, "memory.current") else { return nil }
            let file = "\(mount)/\(path)/cpu.stat"
            return ContainerUsage(
                cpuUserSeconds: Double(value("user_usec", in: file)) / 1e6,
                cpuSystemSeconds: Double(value("system_usec", in: file)) / 1e6, memoryBytes: bytes)
        }
    }

    /// The processes in it and below it.
    var processes: [Int32] {
        var found = Set<Int32>()
        for directory in directories {
            for place in Cgroup.tree(directory) {
                let text = PosixFile.read(place + "/cgroup.procs") ?? ""
                found.formUnion(text.split(separator: "\n").compactMap { Int32($0) })
            }
        }
        return found.sorted()
    }

    /// Kills whatever is still in it and removes the directories.
    ///
    /// Says whether all are gone.
    @discardableResult
    func remove() -> Bool {
        for attempt in 0..<200 {
            for process in processes { kill(process, SIGKILL) }
            for directory in directories {
                for place in Cgroup.tree(directory).reversed() { rmdir(place) }
            }
            if !exists { return true }
            usleep(attempt < 20 ? 500 : 10_000)
        }
        return false
    }

    /// The directory and all below, parents first.
    private static func tree(_ directory: String) -> [String] {
        guard PosixFile.isDirectory(directory) else { return [] }
        let children = PosixFile.names(in: directory).map { directory + "/" + $0 }.filter(PosixFile.isDirectory)
        return [directory] + children.flatMap(tree)
    }

    private func applyCPU(_ limits: ContainerLimits, enforcesCPURequest: Bool) throws(ClusterError) {
        let quota = CgroupLimits.quotaMicroseconds(limits, enforcesRequest: enforcesCPURequest)
        let period = CgroupLimits.cpuPeriodMicroseconds
        switch hierarchy {
        case .split(let cpu, _, _):
            try put("\(CgroupLimits.shares(cpus: limits.cpus))", cpu, "cpu.shares")
            guard let quota else { return }
            try put("\(period)", cpu, "cpu.cfs_period_us")
            try put("\(quota)", cpu, "cpu.cfs_quota_us")
        case .unified(let mount):
            try put("\(CgroupLimits.weight(cpus: limits.cpus))", mount, "cpu.weight")
            guard let quota else { return }
            try put(quota < 0 ? "max \(period)" : "\(quota) \(period)", mount, "cpu.max")
        }
    }

    private func put(_ text: String, _ mount: String, _ file: String) throws(ClusterError) {
        try PosixFile.put(text, into: "\(mount)/\(path)/\(file)")
    }

    private func number(_ mount: String, _ file: String) -> UInt64? {
        PosixFile.read("\(mount)/\(path)/\(file)")?.split(whereSeparator: \.isWhitespace).first.flatMap { UInt64($0) }
    }

    /// The number after a key in a file of `key number` lines; 0 when it is not there.
    private func value(_ key: String, in file: String) -> UInt64 {
        for line in (PosixFile.read(file) ?? "").split(separator: "\n") {
            let words = line.split(separator: " ")
            if words.count == 2, words[0] == key { return UInt64(words[1]) ?? 0 }
        }
        return 0
    }

    private func megabytes(_ bytes: UInt64) -> String { bytes == .max ? "unlimited" : "\(bytes >> 20)MB" }
}
