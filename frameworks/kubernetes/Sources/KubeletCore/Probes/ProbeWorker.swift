internal import KubeCore
internal import KubeModel

/// The checks of one kind of one container.
///
/// Source: upstream `pkg/kubelet/prober/worker.go` (1.20). Unlike there, equal results in a row never reach over from
/// one run of the container to the next.
struct ProbeWorker: Sendable {
    /// What a check comes to: whether the result is another one now, and what to tell.
    typealias Finding = (isChange: Bool, event: (reason: String, words: String)?)

    /// How often a check that could not be made is tried before the next period.
    static let attempts = 3

    let name: String
    let probe: ProbeView
    let row: ProbeRow
    /// No check is made before.
    let earliest: UnixTime
    /// Runs for which success was recorded before the kubelet started again.
    let recorded: Set<String>

    /// The run that is checked; empty before the first.
    private(set) var containerID = ""
    /// What the checks come to.
    private(set) var result: ProbeResult
    /// When the next check is due; nil when none is, until the next run.
    private(set) var dueAt: UnixTime?
    /// Whether a check is under way.
    private(set) var isUnderWay = false
    /// The last check's result, and how often in a row it was the same.
    private var streak: (result: ProbeResult, length: Int) = (.unknown, 0)
    private var errors = 0

    init(_ name: String, _ probe: ProbeView, _ row: ProbeRow, earliest: UnixTime, recorded: Set<String>) {
        (self.name, self.probe, self.row) = (name, probe, row)
        (self.earliest, self.recorded, result) = (earliest, recorded, row.initial)
    }

    /// Follows the container to its newest run.
    mutating func follow(_ run: RuntimeContainer?) {
        guard let run else { return }
        guard let since = run.runningSince else {
            if run.id == containerID { (result, dueAt) = (.failure, nil) }
            return
        }
        guard run.id != containerID else { return }
        containerID = run.id
        result = recorded.contains(run.id) ? .success : row.initial
        streak = (.unknown, 0)
        (errors, isUnderWay) = (0, false)
        dueAt = max(since.adding(probe.initialDelay), earliest)
    }

    /// Counts a check as under way.
    mutating func begin() { isUnderWay = true }

    /// Takes what a check found.
    mutating func take(_ outcome: ProbeOutcome, now: UnixTime) -> Finding {
        isUnderWay = false
        let what = row.kind.rawValue
        switch outcome {
        case .error(let message):
            errors += 1
            if errors < Self.attempts { return (false, nil) }
            advance(now)
            return (false, ("Unhealthy", "\(what) probe errored: \(message)"))
        case .success: return (settle(.success, now), nil)
        case .warning(let message):
            return (settle(.success, now), ("ProbeWarning", "\(what) probe warning: \(message)"))
        case .failure(let message):
            return (settle(.failure, now), ("Unhealthy", "\(what) probe failed: \(message)"))
        }
    }

    private mutating func settle(_ found: ProbeResult, _ now: UnixTime) -> Bool {
        advance(now)
        streak = (found, streak.result == found ? streak.length + 1 : 1)
        let threshold = found == .failure ? probe.failureThreshold : probe.successThreshold
        guard streak.length >= threshold else { return false }
        let isChange = result != found
        result = found
        if found == .failure, row.ends {
            // On hold until there is another run.
            dueAt = nil
            streak = (.unknown, 0)
        } else if found == .success, !row.waitsForStart {
            dueAt = nil
        }
        return isChange
    }

    /// Puts the next check on the first beat of the period that is still to come.
    private mutating func advance(_ now: UnixTime) {
        errors = 0
        guard let due = dueAt else { return }
        let period = max(1, probe.period.components.seconds * 1_000_000)
        let beats = max(0, now.microseconds - due.microseconds) / period + 1
        dueAt = UnixTime(microseconds: due.microseconds + beats * period)
    }
}
