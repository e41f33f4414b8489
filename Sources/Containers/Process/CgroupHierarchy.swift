internal import ClusterBase
internal import Glibc

/// Where this machine's control groups are mounted.
enum CgroupHierarchy: Hashable, Sendable {
    /// Version 1: a mount point per controller that matters; absent ones are nil.
    case split(cpu: String, cpuacct: String?, memory: String)
    /// Version 2: one mount point with the cpu and memory controllers.
    case unified(String)

    /// Finds the hierarchies from the mount table; nil when cpu or memory control is not available.
    static func detect(mounts: String? = PosixFile.read("/proc/self/mountinfo")) -> CgroupHierarchy? {
        var controllers: [String: String] = [:]
        var unified: String?
        for line in (mounts ?? "").split(separator: "\n") {
            let halves = line.split(separator: " ")
            guard let dash = halves.firstIndex(of: "-"), halves.count > dash + 3, halves.count > 4 else { continue }
            let (point, kind) = (unescaped(halves[4]), halves[dash + 1])
            if kind == "cgroup2" { unified = unified ?? point }
            guard kind == "cgroup" else { continue }
            for option in halves[dash + 3].split(separator: ",") where controllers[String(option)] == nil {
                controllers[String(option)] = point
            }
        }
        if let cpu = controllers["cpu"], let memory = controllers["memory"] {
            return .split(cpu: cpu, cpuacct: controllers["cpuacct"], memory: memory)
        }
        guard let unified, let offered = PosixFile.read(unified + "/cgroup.controllers") else { return nil }
        let names = offered.split(whereSeparator: \.isWhitespace)
        return names.contains("cpu") && names.contains("memory") ? .unified(unified) : nil
    }

    /// The distinct mount points a container has a directory in.
    var mountPoints: [String] {
        switch self {
        case .split(let cpu, let cpuacct, let memory):
            var points = [cpu]
            for point in [cpuacct, memory].compactMap(\.self) where !points.contains(point) { points.append(point) }
            return points
        case .unified(let point): return [point]
        }
    }

    /// Undoes the octal escapes of the mount table.
    private static func unescaped(_ text: Substring) -> String {
        guard text.contains("\\") else { return String(text) }
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "\\"), rest.count >= 3,
                let code = UInt8(String(decoding: rest.prefix(3), as: UTF8.self), radix: 8)
            {
                bytes.append(code)
                rest = rest.dropFirst(3)
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
