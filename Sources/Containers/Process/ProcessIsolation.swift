/// How plain processes are kept apart (`--isolation`).
public struct ProcessIsolation: Hashable, Sendable {
    /// The kinds.
    public enum Kind: Hashable, Sendable {
        /// Sessions and rlimits only; usage is measured, nothing is limited (`posix/cpu,posix/mem`).
        case posix
        /// CPU and memory control groups of either version (`cgroups/cpu,cgroups/mem`); needs root.
        case cgroups
    }

    /// The kind.
    public var kind: Kind
    /// The cgroup below which each container gets its own (`--cgroups_root`), without slashes at the ends.
    ///
    /// Recovery removes what it does not know below it, so no two agents may share one (decision D22).
    public var cgroupRoot: String
    /// Whether the CPU request is also a hard limit (`--cgroups_enable_cfs`).
    public var enforcesCPURequest: Bool

    /// Sessions only.
    public static let posix = ProcessIsolation(kind: .posix, cgroupRoot: "", enforcesCPURequest: false)

    /// Control groups below `root`, such as `mesos` or `roost/<agent id>`.
    public static func cgroups(root: String, enforcesCPURequest: Bool = false) -> ProcessIsolation {
        ProcessIsolation(kind: .cgroups, cgroupRoot: root, enforcesCPURequest: enforcesCPURequest)
    }
}
