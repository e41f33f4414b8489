public import ClusterPorts

/// The arithmetic from requests and limits to the numbers in control files (spec `mesos/05` §5.9).
///
/// Source: mesos `src/slave/containerizer/mesos/isolators/cgroups/constants.hpp`.
public enum CgroupLimits {
    /// The least memory that is ever enforced: 32 MiB.
    public static let leastMemoryBytes: UInt64 = 32 << 20
    /// The period of CPU quotas in microseconds: 100 ms.
    public static let cpuPeriodMicroseconds: Int64 = 100_000

    /// `cpu.shares`: 1024 a core, at least 2.
    public static func shares(cpus: Double) -> UInt64 { max(2, clamped(1024 * cpus)) }

    /// `cpu.weight` of the unified hierarchy: 100 a core, within 1…10000.
    public static func weight(cpus: Double) -> UInt64 { min(10_000, max(1, clamped(100 * cpus))) }

    /// The CPU time per period in microseconds: -1 = no limit; nil = leave it alone.
    ///
    /// A quota is set for an explicit limit, or for the request when `enforcesRequest` (`--cgroups_enable_cfs`).
    public static func quotaMicroseconds(_ limits: ContainerLimits, enforcesRequest: Bool) -> Int64? {
        guard let value = limits.cpuLimit ?? (enforcesRequest ? limits.cpus : nil) else { return nil }
        if value.isInfinite { return -1 }
        return max(1000, Int64(clamped(Double(cpuPeriodMicroseconds) * value)))
    }

    /// The soft limit in bytes (`memory.soft_limit_in_bytes`, `memory.low`); nil without a request.
    public static func softMemoryBytes(_ limits: ContainerLimits) -> UInt64? {
        limits.memoryBytes.map { max(leastMemoryBytes, $0) }
    }

    /// The hard limit in bytes: the limit, else the request; `UInt64.max` = unlimited; nil without either.
    public static func hardMemoryBytes(_ limits: ContainerLimits) -> UInt64? {
        (limits.memoryLimitBytes ?? limits.memoryBytes).map { max(leastMemoryBytes, $0) }
    }

    /// The OOM score adjustment of a container that may use more memory than it asked for; nil for others.
    ///
    /// The smaller the request against the host's memory, the sooner it is chosen: 1000 − 1000 × request / total,
    /// within 2…999.
    public static func oomScoreAdjustment(_ limits: ContainerLimits, totalMemoryBytes: UInt64) -> Int? {
        guard let request = limits.memoryBytes, let limit = limits.memoryLimitBytes, request < limit,
            totalMemoryBytes > 0
        else { return nil }
        return min(999, max(2, 1000 - Int(1000 * Double(request) / Double(totalMemoryBytes))))
    }

    private static func clamped(_ value: Double) -> UInt64 {
        value.isFinite ? UInt64(min(max(0, value), 9e15)) : (value > 0 ? 9_000_000_000_000_000 : 0)
    }
}
