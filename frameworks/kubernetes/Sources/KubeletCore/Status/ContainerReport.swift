internal import ClusterBase
internal import KubeModel

/// What the status says of one container (spec `kubernetes/04` §4.3).
struct ContainerReport: Sendable {
    /// The end of a run.
    struct Ended: Sendable {
        var id: String
        var exit: RuntimeExit
        var reason: String
        var message: String
    }

    /// The state of a container.
    enum State: Sendable {
        case waiting(reason: String, message: String)
        case running(since: UnixTime)
        case ended(Ended)
    }

    var name: String
    var state: State
    var last: Ended?
    var isReady = false
    /// Whether it has started; nil for containers that are not asked.
    var isStarted: Bool?
    var restartCount = 0
    var image: String
    var imageID = ""
    var id = ""
    /// Whether it ended and another run follows whatever the policy says.
    var isOwed = false

    /// The end of its newest run, when it does not run.
    var stopped: Ended? {
        switch state {
        case .ended(let ended): ended
        case .waiting: last
        case .running: nil
        }
    }

    /// Whether it waits and never ran.
    var isNew: Bool { if case .waiting = state { last == nil } else { false } }

    /// Whether it runs.
    var isRunning: Bool { if case .running = state { true } else { false } }

    /// The status as a tree; `scheme` begins the ids.
    func tree(_ scheme: String) -> JSONValue {
        var object: JSONObject = ["name": .string(name)]
        object["state"] = Self.tree(state, scheme)
        object["lastState"] = last.map { Self.tree(.ended($0), scheme) } ?? .object(JSONObject())
        object["ready"] = .bool(isReady)
        object["restartCount"] = .integer(Int64(restartCount))
        object["image"] = .string(image)
        object["imageID"] = .string(imageID)
        if !id.isEmpty { object["containerID"] = .string("\(scheme)://\(id)") }
        if let isStarted { object["started"] = .bool(isStarted) }
        return .object(object)
    }

    private static func tree(_ state: State, _ scheme: String) -> JSONValue {
        switch state {
        case .waiting(let reason, let message):
            return ["waiting": .object(texts([("reason", reason), ("message", message)]))]
        case .running(let since):
            return ["running": ["startedAt": .string(KubeTime.text(since))]]
        case .ended(let ended):
            var object: JSONObject = ["exitCode": .integer(Int64(ended.exit.code))]
            let began = ended.exit.startedAt ?? ended.exit.finishedAt
            for (key, value) in texts([
                ("reason", ended.reason), ("message", ended.message), ("startedAt", KubeTime.text(began)),
                ("finishedAt", KubeTime.text(ended.exit.finishedAt)), ("containerID", "\(scheme)://\(ended.id)"),
            ]) { object[key] = value }
            return ["terminated": .object(object)]
        }
    }

    private static func texts(_ pairs: [(String, String)]) -> JSONObject {
        var object = JSONObject()
        for (key, text) in pairs where !text.isEmpty { object[key] = .string(text) }
        return object
    }
}
