internal import ClusterPorts
internal import Glibc

/// Questions about processes, answered from /proc.
enum ProcessTree {
    /// What `/proc/<pid>/stat` says of one process.
    struct Entry: Sendable {
        /// The process.
        var pid: Int32
        /// Its parent.
        var parent: Int32
        /// Its session.
        var session: Int32
        /// CPU time in user mode, in clock ticks.
        var userTicks: UInt64
        /// CPU time in the kernel, in clock ticks.
        var systemTicks: UInt64
        /// Resident pages.
        var residentPages: UInt64
    }

    /// The entry of a process; nil when it is gone.
    static func entry(of pid: Int32) -> Entry? {
        guard let text = PosixFile.read("/proc/\(pid)/stat"), let end = text.lastIndex(of: ")") else { return nil }
        let fields = text[text.index(after: end)...].split(separator: " ")
        guard fields.count > 21, let parent = Int32(fields[1]), let session = Int32(fields[3]),
            let user = UInt64(fields[11]), let system = UInt64(fields[12]), let pages = UInt64(fields[21])
        else { return nil }
        return Entry(
            pid: pid, parent: parent, session: session, userTicks: user, systemTicks: system, residentPages: pages)
    }

    /// The living descendants of a process, without itself; parents come before their children.
    static func descendants(of root: Int32) -> [Int32] {
        var children: [Int32: [Int32]] = [:]
        for entry in PosixFile.names(in: "/proc").compactMap({ Int32($0) }).compactMap(entry(of:)) {
            children[entry.parent, default: []].append(entry.pid)
        }
        var (found, next) = (children[root] ?? [], 0)
        while next < found.count {
            found += children[found[next]] ?? []
            next += 1
        }
        return found
    }

    /// Consumption of a process and its living descendants; nil when it is gone.
    static func usage(below root: Int32) -> ContainerUsage? {
        guard let first = entry(of: root) else { return nil }
        let others = PosixFile.names(in: "/proc").compactMap { Int32($0) }.compactMap(entry(of:))
        var children: [Int32: [Entry]] = [:]
        for entry in others { children[entry.parent, default: []].append(entry) }
        var (queue, usage) = ([first], ContainerUsage(cpuUserSeconds: 0, cpuSystemSeconds: 0, memoryBytes: 0))
        let ticks = Double(sysconf(Int32(_SC_CLK_TCK)))
        while let entry = queue.popLast() {
            usage.cpuUserSeconds += Double(entry.userTicks) / ticks
            usage.cpuSystemSeconds += Double(entry.systemTicks) / ticks
            usage.memoryBytes += entry.residentPages * UInt64(sysconf(Int32(_SC_PAGESIZE)))
            queue += children.removeValue(forKey: entry.pid) ?? []
        }
        return usage
    }

    /// The environment a process was started with.
    static func environment(of pid: Int32) -> [String] {
        (PosixFile.bytes("/proc/\(pid)/environ") ?? []).split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
    }

    /// Kills every process of a session (for a container whose supervisor is gone).
    static func kill(session: Int32) {
        for pid in PosixFile.names(in: "/proc").compactMap({ Int32($0) }) where entry(of: pid)?.session == session {
            Glibc.kill(pid, SIGKILL)
        }
    }
}
