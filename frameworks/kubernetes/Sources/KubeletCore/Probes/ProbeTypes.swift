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

/// What checks of one kind come to.
enum ProbeResult: Hashable, Sendable {
    case success
    case failure
    case unknown
}

/// What a kind of check means (spec `kubernetes/04` §4.5).
struct ProbeRow: Sendable {
    let kind: ProbeKind
    /// What holds before the first check.
    let initial: ProbeResult
    /// Whether its failure ends the container.
    let ends: Bool
    /// Whether it waits until the container has started.
    let waitsForStart: Bool

    static let rows: [Self] = [
        Self(kind: .liveness, initial: .success, ends: true, waitsForStart: true),
        Self(kind: .readiness, initial: .failure, ends: false, waitsForStart: true),
        Self(kind: .startup, initial: .unknown, ends: true, waitsForStart: false),
    ]

    /// The row of a kind.
    static func of(_ kind: ProbeKind) -> Self { rows.first { $0.kind == kind } ?? rows[0] }
}
