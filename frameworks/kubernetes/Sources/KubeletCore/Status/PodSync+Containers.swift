internal import KubeModel

extension PodSync {
    /// What the status says of the init containers, in order.
    var initReports: [ContainerReport] { view.initContainers.map { report(on: $0) } }

    /// What the status says of the containers, in order.
    var containerReports: [ContainerReport] { view.containers.map { report(on: $0) } }

    /// The phase as the containers have it.
    var computedPhase: PodPhase {
        PhaseTable.phase(of: PhaseTable.Count(initial: initReports, proper: containerReports), view.restartPolicy)
    }

    private func report(on container: ContainerView) -> ContainerReport {
        let latest = runs.latest(container.name)
        var report = ContainerReport(
            name: container.name, state: .waiting(reason: waitingReason, message: ""),
            last: runs.previous(container.name).flatMap(ended), image: container.image)
        if let latest {
            report.restartCount = latest.attempt
            (report.id, report.imageID) = (latest.id, latest.imageID)
            if !latest.image.isEmpty { report.image = latest.image }
            report.isOwed = latest.exit != nil && memory.owed[container.name] == latest.id
        }
        if let since = latest?.runningSince {
            report.state = .running(since: since)
        } else if let end = latest.flatMap(ended) {
            report.state = .ended(end)
        } else if latest?.state == .unknown {
            report.state = .waiting(reason: EndReason.unknown, message: "")
        }
        if let failure = failure(of: container, report) {
            if case .ended(let end) = report.state { report.last = end }
            report.state = .waiting(reason: failure.reason.rawValue, message: failure.message)
        }
        if container.isInit {
            if case .ended(let end) = report.state { report.isReady = end.exit.code == 0 }
        } else {
            report.isStarted = latest.map { isStarted($0) } ?? false
            report.isReady = latest.map { isStarted($0) && isReady($0, container) } ?? false
        }
        return report
    }

    /// Why a container that is to run does not; nil when nothing failed, or it runs, or is not to run.
    private func failure(of container: ContainerView, _ report: ContainerReport) -> StartFailure? {
        guard let failure = memory.failures[container.name], failure.specHash == container.specHash,
            !report.isRunning, memory.verdict == nil, aim == .life
        else { return nil }
        guard case .ended(let end) = report.state else { return failure.failure }
        if container.isInit, end.exit.code == 0 { return nil }
        if failure.failure.reason == .crashLoopBackOff, endShown(runs.latest(container.name)) != nil { return nil }
        let isLost = memory.lost.contains(end.id)
        return report.isOwed || view.restartPolicy.restarts(end.exit, isLost: isLost) ? failure.failure : nil
    }

    private var waitingReason: String { view.initContainers.isEmpty ? "ContainerCreating" : "PodInitializing" }

    private func isStarted(_ run: RuntimeContainer) -> Bool {
        guard run.isRunning else { return false }
        return probes.result(.startup, of: run).map { $0 == .success } ?? true
    }

    private func isReady(_ run: RuntimeContainer, _ container: ContainerView) -> Bool {
        probes.result(.readiness, of: run).map { $0 == .success } ?? true
    }

    /// How a run ended, in the status's words; nil when it has not.
    private func ended(_ run: RuntimeContainer) -> ContainerReport.Ended? {
        guard let exit = run.exit else { return nil }
        if memory.lost.contains(run.id) {
            return ContainerReport.Ended(
                id: run.id, exit: exit, reason: EndReason.unknown, message: EndReason.lostMessage)
        }
        let reason = EndReason.of(exit)
        let words = reason == EndReason.cannotRun ? exit.error : memory.words[run.id] ?? ""
        let limit = WantedWords.limit(containers: view.containers.count + view.initContainers.count)
        return ContainerReport.Ended(id: run.id, exit: exit, reason: reason, message: words.cut(toBytes: limit))
    }

    /// The containers that ended and whose last words have not been reported.
    public var wantedWords: [WantedWords] {
        (view.initContainers + view.containers).flatMap { container in
            [runs.latest(container.name), runs.previous(container.name)].compactMap { run in
                guard let run, let exit = run.exit, memory.words[run.id] == nil, !memory.lost.contains(run.id)
                else { return nil }
                return WantedWords(
                    container: container, id: run.id, attempt: run.attempt,
                    fallsBackToLog: container.messagePolicy == .fallbackToLogs && exit.code != 0)
            }
        }
    }
}

/// The last words of a container, as they are to be read (spec `kubernetes/04` §4.9).
public struct WantedWords: Hashable, Sendable {
    /// The most bytes that count of a container's file.
    public static let longestFile = 4096
    /// The most bytes that count of the end of its log.
    public static let longestLog = 2048
    /// The most lines of its log.
    public static let mostLogLines = 80

    /// The container's specification.
    public var container: ContainerView
    /// The runtime's id.
    public var id: String
    /// How many runs it had before.
    public var attempt: Int
    /// Whether the end of the log counts when the file is empty.
    public var fallsBackToLog: Bool

    /// The most bytes of one container's words in a pod of so many containers: 12 KiB in all.
    static func limit(containers: Int) -> Int { min(longestFile, 12 * 1024 / max(1, containers)) }
}

extension String {
    /// The text without what exceeds a number of bytes; characters stay whole.
    func cut(toBytes limit: Int) -> String {
        if utf8.count <= limit { return self }
        var end = utf8.index(startIndex, offsetBy: limit)
        while end > startIndex, end.samePosition(in: unicodeScalars) == nil { end = utf8.index(before: end) }
        return String(self[..<end])
    }
}
