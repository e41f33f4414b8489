internal import ClusterBase
internal import KubeModel
internal import KubeletCore

/// What only an inspection of a container tells.
struct ContainerDetails: Sendable {
    /// The list's word for the state these details were read in.
    var listedState: String
    /// The image as it was asked for.
    var image: String
    var createdAt: UnixTime?
    var state: RuntimeContainer.State
    /// Whether it will not change as long as the listed state does not.
    var isFinal: Bool

    /// Reads an inspection.
    init(_ document: JSONValue, listedState: String) {
        self.listedState = listedState
        image = document["Config"]?["Image"]?.string ?? ""
        let created = ContainerDetails.time(document["Created"])
        createdAt = created
        let state = document["State"]
        let started = ContainerDetails.time(state?["StartedAt"])
        let finished = ContainerDetails.time(state?["FinishedAt"])
        let code = Int32(truncatingIfNeeded: state?["ExitCode"]?.integer ?? 0)
        let error = state?["Error"]?.string ?? ""
        func exit(_ startedAt: UnixTime?, _ finishedAt: UnixTime?) -> RuntimeContainer.State {
            .exited(
                RuntimeExit(
                    code: code, isOutOfMemory: state?["OOMKilled"]?.bool ?? false,
                    error: startedAt == nil ? error : "", startedAt: startedAt,
                    finishedAt: finishedAt ?? created ?? UnixTime(seconds: 0)))
        }
        // The engine takes note of a start after the fact: a short run would end before it began.
        let ran = exit(started.map { min($0, finished ?? $0) }, finished)
        switch state?["Status"]?.string {
        case "running", "paused", "restarting":
            (self.state, isFinal) = (.running(since: started ?? created ?? UnixTime(seconds: 0)), true)
        case "created" where code == 0 && error.isEmpty:
            (self.state, isFinal) = (.created, false)
        case "created":
            // It was to be started, and could not be.
            (self.state, isFinal) = (exit(nil, created), true)
        case "exited", "dead":
            (self.state, isFinal) = (ran, true)
        case "removing" where finished != nil:
            (self.state, isFinal) = (ran, false)
        default:
            (self.state, isFinal) = (.unknown, false)
        }
    }

    /// A time of the engine; its zero is the year 1.
    private static func time(_ value: JSONValue?) -> UnixTime? {
        guard let text = value?.string, !text.hasPrefix("0001-"), !text.isEmpty else { return nil }
        return KubeTime.parse(text)
    }
}
