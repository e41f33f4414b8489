/// The times and rates by which nodes are judged; upstream's defaults.
public struct NodeLifecycleSettings: Hashable, Sendable {
    /// `--node-monitor-grace-period`: how long a node may be silent before it counts as unknown.
    public var gracePeriod: Duration = .seconds(40)
    /// `--node-startup-grace-period`: the same for a node that never spoke.
    public var startupGracePeriod: Duration = .seconds(60)
    /// `--node-monitor-period`: how often a node that waits for its turn to be evicted is looked at.
    public var monitorPeriod: Duration = .seconds(5)
    /// `--pod-eviction-timeout`: how long pods stay on a lost node that do not say it themselves.
    public var podEvictionTimeout: Duration = .seconds(300)
    /// `--node-eviction-rate`: how many nodes of a zone are given up per second.
    public var nodesPerSecond = 0.1
    /// `--secondary-node-eviction-rate`: the same in a large zone of which much is lost; in a small one none are.
    public var secondaryNodesPerSecond = 0.01
    /// `--large-cluster-size-threshold`: above so many nodes a zone is large.
    public var largeZone = 50
    /// `--unhealthy-zone-threshold`: from this fraction on much of a zone is lost.
    public var lostFraction = 0.55

    /// Makes the default settings.
    public init() {}
}
