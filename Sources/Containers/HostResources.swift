internal import Glibc

/// What this machine has, as an agent offers it when it is not told otherwise (spec `mesos/05` §5.8).
///
/// Source: mesos `src/slave/containerizer/containerizer.cpp` (`Containerizer::resources`).
public struct HostResources: Hashable, Sendable {
    /// Logical CPUs.
    public var cpus: Double
    /// Memory to offer, in megabytes of 2^20 bytes: all but 1024 from 2 GB on, else half.
    public var memoryMegabytes: Double
    /// Disk space to offer, in megabytes of 2^20 bytes: the file system's size less 5120 from 10 GB on, else half.
    public var diskMegabytes: Double

    /// Makes a value.
    public init(cpus: Double, memoryMegabytes: Double, diskMegabytes: Double) {
        (self.cpus, self.memoryMegabytes, self.diskMegabytes) = (cpus, memoryMegabytes, diskMegabytes)
    }

    /// Looks at this machine; `workDirectory` (or its nearest existing ancestor) says which file system counts.
    public static func detect(workDirectory: String) -> HostResources {
        let processors = sysconf(Int32(_SC_NPROCESSORS_ONLN))
        var path = workDirectory
        while !PosixFile.exists(path), path != "/", path != "." { path = PosixFile.directory(of: path) }
        var info = statvfs()
        let disk = statvfs(path, &info) == 0 ? UInt64(info.f_blocks) * UInt64(info.f_frsize) : nil
        return HostResources(
            cpus: processors > 0 ? Double(processors) : 1,
            memoryMegabytes: offeredMemory(totalBytes: totalMemoryBytes),
            diskMegabytes: offeredDisk(totalBytes: disk))
    }

    /// The megabytes of memory offered of a total; a total of 0 is unknown (1024).
    public static func offeredMemory(totalBytes: UInt64) -> Double {
        if totalBytes == 0 { return 1024 }
        let megabytes = totalBytes >> 20
        return Double(totalBytes >= 2 << 30 ? megabytes - 1024 : megabytes / 2)
    }

    /// The megabytes of disk offered of a total; nil is unknown (10240).
    public static func offeredDisk(totalBytes: UInt64?) -> Double {
        guard let totalBytes else { return 10240 }
        let megabytes = totalBytes >> 20
        return Double(totalBytes >= 10 << 30 ? megabytes - 5120 : megabytes / 2)
    }

    /// The machine's memory in bytes; 0 when unknown.
    public static var totalMemoryBytes: UInt64 {
        for line in (PosixFile.read("/proc/meminfo") ?? "").split(separator: "\n") where line.hasPrefix("MemTotal:") {
            return (line.split(separator: " ").dropFirst().first.flatMap { UInt64($0) } ?? 0) * 1024
        }
        return 0
    }

    /// The running kernel's boot id; nil when the system does not tell.
    public static var bootID: String? {
        PosixFile.read("/proc/sys/kernel/random/boot_id")?.split(whereSeparator: \.isWhitespace).first.map(String.init)
    }
}
