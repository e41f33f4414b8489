extension ContainerConfig.Limits {
    private static let guaranteedAdjustment = -997
    private static let bestEffortAdjustment = 1000
    private static let period: Int64 = 100_000
    private static let leastQuota: Int64 = 1000
    private static let shares: ClosedRange<Int64> = 2...262_144

    /// The limits of a container (spec `kubernetes/04` §4.9).
    ///
    /// - Parameters:
    ///   - nodeMemory: the node's memory in bytes, of which a container's request is a part.
    ///   - enforcesCPUQuota: whether a limit of CPU holds even while the node is idle.
    public init(_ container: ContainerView, in pod: PodView, nodeMemory: Int64, enforcesCPUQuota: Bool = true) {
        self.init()
        let (requests, limits) = (container.resources.requests, container.resources.limits)
        cpuShares = Self.clamped(Self.part(requests.cpu ?? 0, 1024, of: 1000), Self.shares)
        if enforcesCPUQuota, let cpu = limits.cpu, cpu > 0 {
            cpuQuota = max(Self.part(cpu, Self.period, of: 1000), Self.leastQuota)
        }
        memory = max(limits.memory ?? 0, 0)
        oomScoreAdjustment =
            switch pod.qosClass {
            case .guaranteed: Self.guaranteedAdjustment
            case .bestEffort: Self.bestEffortAdjustment
            case .burstable: Self.adjustment(requests.memory ?? 0, of: nodeMemory)
            }
    }

    /// The more of the node a container asks for, the later it is ended, within the bounds of the other classes.
    private static func adjustment(_ request: Int64, of memory: Int64) -> Int {
        let taken = memory > 0 ? part(request, 1000, of: memory) : 0
        return Int(clamped(1000 - taken, Int64(1000 + guaranteedAdjustment)...Int64(bestEffortAdjustment - 1)))
    }

    private static func part(_ amount: Int64, _ scale: Int64, of whole: Int64) -> Int64 {
        Int64(clamping: Int128(amount) * Int128(scale) / Int128(whole))
    }

    private static func clamped(_ value: Int64, _ range: ClosedRange<Int64>) -> Int64 {
        min(max(value, range.lowerBound), range.upperBound)
    }
}
