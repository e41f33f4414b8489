public import KubeModel

/// The checks of a pod's containers.
struct PodProbes: Sendable {
    init(_ view: PodView, offset: Double, now: UnixTime) {}
}

/// A kind of check.
public enum ProbeKind: String, Hashable, Sendable, CaseIterable {
    /// Whether the container is alive.
    case liveness = "Liveness"
    /// Whether it is ready for traffic.
    case readiness = "Readiness"
    /// Whether it has started.
    case startup = "Startup"
}

/// A check to be made.
public struct ProbeRun: Hashable, Sendable {
    /// The kind.
    public var kind: ProbeKind
    /// The container's name.
    public var name: String
    /// The container's id in the runtime.
    public var containerID: String
    /// What to do, with the port as a number and the host filled in.
    public var handler: HandlerView
    /// How long it may take.
    public var timeout: Duration
}

/// What a check found.
public enum ProbeOutcome: Hashable, Sendable {
    /// All is well.
    case success
    /// All is well enough, with words for an event.
    case warning(String)
    /// It is not; with the output of the command or the like, which goes in an event.
    case failure(String)
    /// It could not be made.
    case error(String)
}

extension PodSync {
    /// The checks to be made now; each counts as under way until its outcome is reported.
    public mutating func dueProbes(now: UnixTime) -> [ProbeRun] { [] }

    /// When the next check is due; nil when none is, until there is news.
    public func nextProbe() -> UnixTime? { nil }

    /// Takes what a check found; returns whether it changes what `plan` or `statusPatch` say.
    public mutating func report(_ outcome: ProbeOutcome, of run: ProbeRun, now: UnixTime) -> Bool { false }
}
