internal import KubeCore
public import KubeModel

/// The checks of a pod's containers.
struct PodProbes: Sendable {
    private(set) var workers: [ProbeWorker] = []

    init(_ view: PodView, offset: Double, now: UnixTime) {
        let status = RecordedStatus(view.object)
        let (ready, started) = (status.ids(where: "ready"), status.ids(where: "started"))
        for container in view.containers {
            for row in ProbeRow.rows {
                guard let probe = container.probe(row.kind) else { continue }
                let wait = Duration.microseconds(Int64(Double(probe.period.components.seconds) * offset * 1_000_000))
                let recorded: Set<String> =
                    switch row.kind {
                    case .liveness: []
                    case .readiness: ready
                    case .startup: started
                    }
                workers.append(
                    ProbeWorker(container.name, probe, row, earliest: now.adding(wait), recorded: recorded))
            }
        }
    }

    /// Follows the containers to their newest runs.
    mutating func follow(_ runs: ContainerRuns) {
        for index in workers.indices { workers[index].follow(runs.latest(workers[index].name)) }
    }

    /// What checks of a kind come to for a run; nil when there are none of the kind.
    func result(_ kind: ProbeKind, of run: RuntimeContainer) -> ProbeResult? {
        guard let worker = workers.first(where: { $0.name == run.name && $0.row.kind == kind }) else { return nil }
        return worker.containerID == run.id ? worker.result : worker.row.initial
    }

    /// When a check is due; nil when none is, or it waits for the container's start, or is under way.
    func due(_ worker: ProbeWorker) -> UnixTime? {
        guard let due = worker.dueAt, !worker.isUnderWay else { return nil }
        if worker.row.waitsForStart, !isStarted(worker) { return nil }
        return due
    }

    private func isStarted(_ worker: ProbeWorker) -> Bool {
        let startup = workers.first { $0.name == worker.name && $0.row.kind == .startup }
        guard let startup else { return true }
        return startup.containerID == worker.containerID && startup.result == .success
    }

    mutating func begin(_ index: Int) { workers[index].begin() }

    mutating func take(_ outcome: ProbeOutcome, _ index: Int, now: UnixTime) -> ProbeWorker.Finding {
        workers[index].take(outcome, now: now)
    }
}

extension PodSync {
    /// The checks to be made now; each counts as under way until its outcome is reported.
    public mutating func dueProbes(now: UnixTime) -> [ProbeRun] {
        memory.now = now
        guard aim == .life else { return [] }
        var due: [ProbeRun] = []
        for index in probes.workers.indices {
            let worker = probes.workers[index]
            guard let time = probes.due(worker), time <= now, let container = view.container(worker.name)
            else { continue }
            probes.begin(index)
            guard let handler = resolved(worker.probe.handler, of: container) else {
                take(.error("couldn't find the port of the probe among the container's"), index, container)
                continue
            }
            due.append(
                ProbeRun(
                    kind: worker.row.kind, name: worker.name, containerID: worker.containerID, handler: handler,
                    timeout: worker.probe.timeout))
        }
        return due
    }

    /// When the next check is due; nil when none is, until there is news.
    public func nextProbe() -> UnixTime? {
        aim == .life ? probes.workers.compactMap { probes.due($0) }.min() : nil
    }

    /// Takes what a check found; returns whether it changes what `plan` or `statusPatch` say.
    ///
    /// A check that could not be made is due again at once, up to three times. What is found of a run that is no longer
    /// the newest does not count.
    @discardableResult
    public mutating func report(_ outcome: ProbeOutcome, of run: ProbeRun, now: UnixTime) -> Bool {
        memory.now = now
        let index = probes.workers.firstIndex {
            $0.name == run.name && $0.row.kind == run.kind && $0.containerID == run.containerID && $0.isUnderWay
        }
        guard let index, let container = view.container(run.name) else { return false }
        return take(outcome, index, container)
    }

    @discardableResult
    private mutating func take(_ outcome: ProbeOutcome, _ index: Int, _ container: ContainerView) -> Bool {
        let finding = probes.take(outcome, index, now: memory.now)
        if let event = finding.event {
            tell(.warning, event.reason, event.words.withoutLastNewline, about: container)
        }
        return finding.isChange
    }
}

extension String {
    /// The text without the line ends and blanks at its end.
    fileprivate var withoutLastNewline: String {
        guard let last = lastIndex(where: { !$0.isWhitespace }) else { return "" }
        return String(self[...last])
    }
}
