public import ResourceModel

/// What a container is charged when it does not say it, and the least it is charged (spec `kubernetes/05` §5.4).
public struct ChargeRules: Hashable, Sendable {
    /// `--default-container-cpu-limit`.
    public var defaultCPUs = Scalar(0.25)
    /// `--default-container-mem-limit`, in MiB.
    public var defaultMemory = Scalar(64)
    /// The least processors of a container.
    public var leastCPUs = Scalar(0.01)
    /// The least memory of a container, in MiB.
    public var leastMemory = Scalar(32)

    /// Makes the default rules.
    public init() {}
}
