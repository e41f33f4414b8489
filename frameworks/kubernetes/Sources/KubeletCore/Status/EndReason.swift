/// Why a run of a container ended (`state.terminated.reason`).
enum EndReason {
    /// The runtime could not start it.
    static let cannotRun = "ContainerCannotRun"
    /// The runtime lost it.
    static let unknown = "ContainerStatusUnknown"

    /// The first row that holds names the reason.
    private static let rows: [(reason: String, holds: @Sendable (RuntimeExit) -> Bool)] = [
        ("OOMKilled", { $0.isOutOfMemory }),
        (cannotRun, { !$0.error.isEmpty }),
        ("Completed", { $0.code == 0 }),
        ("Error", { _ in true }),
    ]

    /// The reason of an end.
    static func of(_ exit: RuntimeExit) -> String { rows.first { $0.holds(exit) }?.reason ?? "Error" }

    /// What is said of a run that the runtime lost.
    static let lostMessage = "The container could not be located when the pod was terminated"
}
