internal import ClusterBase
internal import KubeCore
internal import KubeModel

/// A pod's status as it was recorded, read as memory of what went before.
struct RecordedStatus {
    private let status: KubeObject

    init(_ pod: KubeObject) { status = KubeObject(pod["status"]) ?? KubeObject() }

    /// When the node took the pod on.
    var startTime: UnixTime? { status.time("startTime") }

    /// The pod's address.
    var address: String { status.text("podIP") }

    /// Since when each condition has its status.
    var conditions: [String: (status: String, since: UnixTime)] {
        var result: [String: (status: String, since: UnixTime)] = [:]
        for condition in status.list("conditions").compactMap({ KubeObject($0) }) {
            guard let since = condition.time("lastTransitionTime") else { continue }
            result[condition.text("type")] = (condition.text("status"), since)
        }
        return result
    }

    /// How the pod ended, as recorded.
    func verdict(_ phase: PodPhase) -> PodMemory.Verdict {
        PodMemory.Verdict(
            phase: phase, reason: status.text("reason"), message: status.text("message"),
            hidesContainers: !status.text("reason").isEmpty && containers.isEmpty)
    }

    /// The newest run of each container, by name.
    var runs: [String: RuntimeContainer] {
        var result: [String: RuntimeContainer] = [:]
        for container in containers {
            for member in ["state", "lastState"] where result[container.text("name")] == nil {
                result[container.text("name")] = run(of: container, KubeObject(container[member]))
            }
        }
        return result
    }

    /// The run before the newest one of each container that runs or ended, by name.
    var olderRuns: [String: RuntimeContainer] {
        var result: [String: RuntimeContainer] = [:]
        for container in containers where container["state", "waiting"] == nil {
            guard var run = run(of: container, KubeObject(container["lastState"])) else { continue }
            run.attempt -= 1
            result[run.name] = run
        }
        return result
    }

    /// The ids of runs that the runtime had lost.
    var lost: Set<String> {
        Set(
            ends.filter { $0.text("reason") == EndReason.unknown }.map { Self.bare($0.text("containerID")) })
    }

    /// Last words by container id.
    var words: [String: String] {
        var result: [String: String] = [:]
        for ended in ends { result[Self.bare(ended.text("containerID"))] = ended.text("message") }
        return result
    }

    /// All ends of runs.
    private var ends: [KubeObject] {
        containers.flatMap { container in
            ["state", "lastState"].compactMap { KubeObject(container[$0, "terminated"]) }
        }
    }

    /// The ids of containers that were recorded as ready, or as started.
    func ids(where member: String) -> Set<String> {
        Set(containers.filter { $0.flag(member) }.map { Self.bare($0.text("containerID")) })
    }

    private var containers: [KubeObject] {
        (status.list("containerStatuses") + status.list("initContainerStatuses")).compactMap { KubeObject($0) }
    }

    /// The run that a state tells of; nil for one that waits.
    private func run(of container: KubeObject, _ state: KubeObject?) -> RuntimeContainer? {
        let ended = KubeObject(state?["terminated"])
        let running = KubeObject(state?["running"])
        guard let began = (ended ?? running)?.time("startedAt") else { return nil }
        let id = ended.map { $0.text("containerID") } ?? container.text("containerID")
        guard !id.isEmpty else { return nil }
        let exit = ended.map { ended in
            RuntimeExit(
                code: Int32(clamping: ended.integer("exitCode") ?? 0),
                isOutOfMemory: ended.text("reason") == "OOMKilled",
                error: ended.text("reason") == EndReason.cannotRun ? ended.text("message") : "", startedAt: began,
                finishedAt: ended.time("finishedAt") ?? began)
        }
        return RuntimeContainer(
            id: Self.bare(id), name: container.text("name"), attempt: Int(container.integer("restartCount") ?? 0),
            image: container.text("image"), imageID: container.text("imageID"), createdAt: began,
            state: exit.map { .exited($0) } ?? .running(since: began))
    }

    /// An id without its scheme.
    private static func bare(_ id: String) -> String {
        guard let slash = id.lastIndex(of: "/") else { return id }
        return String(id[id.index(after: slash)...])
    }
}
