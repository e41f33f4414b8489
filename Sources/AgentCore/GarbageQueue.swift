internal import ClusterBase
internal import ClusterModel

/// Directories that nobody needs any longer, of sandboxes and of checkpoints alike.
enum Garbage: Hashable, Sendable {
    case framework(FrameworkID)
    case executor(FrameworkID, ExecutorID)
    case run(RunID)
    case agent(AgentID)

    func path(_ paths: AgentPaths, _ agentID: AgentID, meta: Bool) -> String {
        switch self {
        case .framework(let id): paths.framework(id, of: agentID, meta: meta)
        case .executor(let framework, let id): paths.executor(id, of: framework, on: agentID, meta: meta)
        case .run(let run): paths.run(run, on: agentID, meta: meta)
        case .agent(let id): paths.agent(id, meta: meta)
        }
    }
}

/// Garbage in the order it came about; taking something back is cheap.
struct GarbageQueue: Sendable {
    private var entries: [(garbage: Garbage, since: Instant)] = []
    private var start = 0
    private var since: [Garbage: Instant] = [:]
    var timer: TimerID?

    /// How much waits to be removed.
    var count: Int { since.count }

    /// When the oldest came about.
    var oldest: Instant? {
        entries[start...].first { since[$0.garbage] == $0.since }?.since
    }

    mutating func discard(_ garbage: Garbage, at now: Instant) {
        since[garbage] = now
        entries.append((garbage, now))
    }

    /// It is in use again.
    mutating func keep(_ garbage: Garbage) { since[garbage] = nil }

    /// Takes out the oldest that came about at or before a moment.
    mutating func pop(before moment: Instant) -> Garbage? {
        while start < entries.count, entries[start].since <= moment {
            let entry = entries[start]
            start += 1
            if start > 1024, start * 2 > entries.count {
                entries.removeFirst(start)
                start = 0
            }
            guard since[entry.garbage] == entry.since else { continue }
            since[entry.garbage] = nil
            return entry.garbage
        }
        return nil
    }
}
