internal import KubeCore

/// What follows from one reason why a container was not started (spec `kubernetes/04` §4.3, §4.14).
struct StartFailureRow: Sendable {
    /// An event of the reason's own.
    struct Event: Sendable {
        let severity: EventNote.Severity
        let reason: String
        let words: @Sendable (ContainerView, StartFailure) -> String
    }

    let reason: StartFailure.Reason
    let event: Event?
    /// Whether an event `Error: …` follows.
    var tellsError = true
    /// Whether that names the reason, or the message.
    var saysReason = false
    /// Whether the next start need not wait: the container's end has a back-off of its own.
    var isTriedAtOnce = false
    /// Whether the next pull of the image is put off.
    var growsPullBackOff = false

    /// The row of a reason.
    static func of(_ reason: StartFailure.Reason) -> Self {
        rows.first { $0.reason == reason } ?? Self(reason: reason, event: nil)
    }

    private static let pullFailed = Event(severity: .warning, reason: "Failed") {
        "Failed to pull image \"\($0.image)\": \($1.message)"
    }

    static let rows: [Self] = [
        Self(
            reason: .invalidImageName,
            event: Event(severity: .warning, reason: "InspectFailed") { $1.message }, saysReason: true),
        Self(
            reason: .imageInspect,
            event: Event(severity: .warning, reason: "InspectFailed") {
                "Failed to inspect image \"\($0.image)\": \($1.message)"
            }, saysReason: true),
        Self(
            reason: .imageNeverPull,
            event: Event(severity: .warning, reason: "ErrImageNeverPull") { $1.message }, saysReason: true),
        Self(reason: .imagePull, event: pullFailed, saysReason: true, growsPullBackOff: true),
        Self(reason: .registryUnavailable, event: pullFailed, saysReason: true, growsPullBackOff: true),
        Self(
            reason: .imagePullBackOff,
            event: Event(severity: .normal, reason: "BackOff") { $1.message }, saysReason: true),
        Self(
            reason: .crashLoopBackOff,
            event: Event(severity: .warning, reason: "BackOff") { _, _ in "Back-off restarting failed container" },
            tellsError: false),
        Self(reason: .createConfig, event: nil),
        Self(reason: .create, event: nil),
        Self(reason: .run, event: nil),
        Self(reason: .postStartHook, event: nil, tellsError: false, isTriedAtOnce: true),
    ]
}

/// What follows from the failure of a hook.
struct HookRow: Sendable {
    let hook: PodReport.Hook
    let eventReason: String
    let endsContainer: Bool
    let handler: @Sendable (ContainerView) -> HandlerView?

    static func of(_ hook: PodReport.Hook) -> Self { hook == .postStart ? postStart : preStop }

    private static let postStart = Self(hook: .postStart, eventReason: "FailedPostStartHook", endsContainer: true) {
        $0.postStart
    }
    private static let preStop = Self(hook: .preStop, eventReason: "FailedPreStopHook", endsContainer: false) {
        $0.preStop
    }
}
