public import KubeKinds
public import KubeModel

/// What a registry is told besides store, kinds and schemas.
public struct RegistryConfiguration: Sendable {
    /// The wall clock.
    public var now: @Sendable () -> UnixTime
    /// Random bits for uids, generated names and addresses.
    public var random: @Sendable () -> UInt64
    /// The rules every write passes, in order.
    public var admission = AdmissionRule.standard
    /// Gives Services addresses and node ports; nil leaves them as clients write them.
    public var serviceAddresses: ServiceAddresses?
    /// Objects that `Registry.start` creates when they are missing, in order, in versions served.
    public var systemObjects: [KubeObject] = []
    /// Kinds that are computed when asked for, by plural (`componentstatuses`): objects in the hub version, by name.
    public var computed: [String: @Sendable () async -> [KubeObject]] = [:]
    /// How long a read of a revision that is not there yet waits for it.
    public var revisionWait = Duration.seconds(3)
    /// Events kept in memory for watches that begin in the past: how many.
    public var recentEvents = 20_000
    /// Events kept in memory for watches that begin in the past: bytes of their objects.
    public var recentBytes = 8 << 20

    /// Makes a configuration with clock and randomness; set the rest.
    public init(now: @escaping @Sendable () -> UnixTime, random: @escaping @Sendable () -> UInt64) {
        (self.now, self.random) = (now, random)
    }
}
