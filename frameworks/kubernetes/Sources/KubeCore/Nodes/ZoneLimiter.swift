internal import ClusterBase
internal import KubeModel

/// How fast the nodes of a zone are given up.
///
/// Source: upstream `node_lifecycle_controller.go`, `ComputeZoneState` and `setLimiterInZone` (1.20).
struct ZoneLimiter: Sendable {
    private var rate = -1.0
    private var bucket = TokenBucket(perSecond: 0, burst: 0)

    /// Whether one more may be given up now.
    mutating func allows(perSecond: Double, now: UnixTime) -> Bool {
        if perSecond != rate {
            (rate, bucket) = (perSecond, TokenBucket(perSecond: perSecond, burst: perSecond > 0 ? 1 : 0))
        }
        return bucket.take(at: Instant(nanoseconds: now.microseconds * 1_000))
    }

    /// The zone of a node by its labels; empty when it says none.
    static func zone(of node: KubeObject) -> String {
        let labels = [
            ["topology.kubernetes.io/region", "failure-domain.beta.kubernetes.io/region"],
            ["topology.kubernetes.io/zone", "failure-domain.beta.kubernetes.io/zone"],
        ]
        return labels.map { names in names.lazy.compactMap { node.label($0) }.first ?? "" }.joined(separator: "/")
    }

    /// The rate for a zone with so many nodes, of which some are lost.
    static func rate(lost: Int, of count: Int, _ settings: NodeLifecycleSettings) -> Double {
        let isMuch = lost > 2 && lost < count && Double(lost) / Double(count) >= settings.lostFraction
        guard isMuch else { return settings.nodesPerSecond }
        return count > settings.largeZone ? settings.secondaryNodesPerSecond : 0
    }
}
