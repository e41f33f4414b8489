internal import ClusterBase

/// What a node is short of, remembered for some time after it is over.
struct NodePressure: Sendable {
    /// What there can be too little of.
    enum Kind: CaseIterable, Hashable, Sendable { case memory, disk }

    private let thresholds: KubeletConfiguration.Pressure
    private var lastSeen: [Kind: Instant] = [:]
    /// What is short now, without the time after.
    private(set) var acute: Set<Kind> = []
    /// Whether the disk is dead.
    private(set) var isDiskDead = false

    init(_ thresholds: KubeletConfiguration.Pressure) { self.thresholds = thresholds }

    /// Takes a sample.
    mutating func take(_ sample: NodeSample, now: Instant) {
        acute = []
        isDiskDead = sample.isDiskDead
        if sample.memoryAvailable < thresholds.memoryBytes { acute.insert(.memory) }
        if isDiskDead || sample.diskFreePercent < thresholds.diskPercent
            || sample.inodeFreePercent < thresholds.inodePercent
        {
            acute.insert(.disk)
        }
        for kind in acute { lastSeen[kind] = now }
        for kind in Kind.allCases where !acute.contains(kind) {
            if let seen = lastSeen[kind], seen + thresholds.transition <= now { lastSeen[kind] = nil }
        }
    }

    /// Whether the node has a condition.
    func isShort(of kind: Kind) -> Bool { lastSeen[kind] != nil }
}
