internal import KubeModel

/// The runs of a pod's containers, by name, the newest first.
struct ContainerRuns: Sendable {
    private var byName: [String: [RuntimeContainer]] = [:]

    /// Sorts what the runtime has, and adds the runs that are known to have been though the runtime lost them.
    init(_ runtime: RuntimePod?, vanished: [RuntimeContainer] = []) {
        for run in (runtime?.containers ?? []) + vanished { byName[run.name, default: []].append(run) }
        for name in byName.keys {
            byName[name]?.sort { ($0.attempt, $0.createdAt, $0.id) > ($1.attempt, $1.createdAt, $1.id) }
        }
    }

    /// All runs of a container.
    func all(_ name: String) -> [RuntimeContainer] { byName[name] ?? [] }

    /// The newest run of a container.
    func latest(_ name: String) -> RuntimeContainer? { byName[name]?.first }

    /// The run that ended before the newest one began.
    func previous(_ name: String) -> RuntimeContainer? { byName[name]?.dropFirst().first { $0.exit != nil } }

    /// The number of the next run.
    func nextAttempt(_ name: String) -> Int { latest(name).map { $0.attempt + 1 } ?? 0 }

    /// Names of containers that have runs, in order.
    var names: [String] { byName.keys.sorted() }
}

extension RuntimeContainer {
    /// How it ended; nil before.
    var exit: RuntimeExit? { if case .exited(let exit) = state { exit } else { nil } }

    /// Whether it runs.
    var isRunning: Bool { if case .running = state { true } else { false } }

    /// Whether it may have processes.
    var mayRun: Bool { isRunning || state == .unknown }

    /// Since when it runs; nil when it does not.
    var runningSince: UnixTime? { if case .running(let since) = state { since } else { nil } }
}
