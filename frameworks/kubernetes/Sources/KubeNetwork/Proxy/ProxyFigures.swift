/// What a service proxy has done so far.
public struct ProxyFigures: Hashable, Sendable {
    /// Whether this proxy owns the rules of its network namespace; others wait.
    public var isOwner = false
    /// How many ports of services it proxies.
    public var ports = 0
    /// How many chains of rules there are.
    public var chains = 0
    /// How often rules were written because something changed.
    public var changes = 0
    /// How often all rules were written.
    public var resyncs = 0
    /// How often somebody else had taken away or moved what leads to the rules.
    public var repairs = 0
    /// How often writing failed.
    public var failures = 0
    /// How many chains the last writing touched.
    public var lastTouched = 0
    /// How long the last writing took.
    public var lastDuration = Duration.zero
    /// Why the last writing failed; nil when it did not.
    public var lastFailure: String?
}
