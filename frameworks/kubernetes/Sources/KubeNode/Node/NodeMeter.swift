internal import Glibc

/// What a node is short of is found by these numbers.
public struct NodeSample: Hashable, Sendable {
    /// Memory that can be had, in bytes.
    public var memoryAvailable: Int64
    /// Free space of the root directory's file system, in percent.
    public var diskFreePercent: Double
    /// Its size in bytes.
    public var diskBytes: Int64
    /// Free inodes of it, in percent.
    public var inodeFreePercent: Double
    /// Whether the file system does not answer any more: the disk is dead.
    public var isDiskDead: Bool

    /// Makes a sample.
    public init(
        memoryAvailable: Int64 = .max, diskFreePercent: Double = 100, diskBytes: Int64 = 0,
        inodeFreePercent: Double = 100, isDiskDead: Bool = false
    ) {
        (self.memoryAvailable, self.diskFreePercent, self.diskBytes) = (memoryAvailable, diskFreePercent, diskBytes)
        (self.inodeFreePercent, self.isDiskDead) = (inodeFreePercent, isDiskDead)
    }

    /// The numbers of this machine, for the file system that holds a directory.
    public static func read(_ directory: String) -> NodeSample {
        var sample = NodeSample()
        for line in (NodeFiles.text("/proc/meminfo") ?? "").split(separator: "\n") {
            guard line.hasPrefix("MemAvailable:") else { continue }
            let number = line.drop { !$0.isNumber }.prefix { $0.isNumber }
            sample.memoryAvailable = (Int64(number) ?? .max >> 10) << 10
        }
        var info = statvfs()
        guard statvfs(directory, &info) == 0 else {
            sample.isDiskDead = errno == EIO
            return sample
        }
        let isReadOnly = info.f_flag & UInt(ST_RDONLY) != 0
        sample.isDiskDead = isReadOnly
        sample.diskBytes = Int64(info.f_blocks) * Int64(info.f_frsize)
        if info.f_blocks > 0 { sample.diskFreePercent = 100 * Double(info.f_bavail) / Double(info.f_blocks) }
        // Some file systems count no inodes.
        if info.f_files > 0 { sample.inodeFreePercent = 100 * Double(info.f_favail) / Double(info.f_files) }
        return sample
    }
}
