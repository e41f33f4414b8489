internal import ClusterBase
internal import KubeModel

/// The table of pods (spec `kubernetes/03` §3.3; upstream `pkg/printers/internalversion/printers.go`, `printPod`).
enum PodColumns {
    /// The columns.
    static let all: [ColumnRow] = [
        .name,
        ColumnRow("Ready", "How many of the pod's containers are ready.") { pod, _ in
            let summary = PodSummary(pod)
            return .string("\(summary.ready)/\(summary.total)")
        },
        ColumnRow("Status", "What the pod's containers are doing.") { pod, _ in .string(PodSummary(pod).reason) },
        ColumnRow("Restarts", type: "integer", "How often the pod's containers were restarted.") { pod, _ in
            .integer(PodSummary(pod).restarts)
        },
        .age,
        ColumnRow("IP", priority: 1, "Address of the pod.") { pod, _ in orNone(pod.text("status", "podIP")) },
        ColumnRow("Node", priority: 1, "Node the pod is bound to.") { pod, _ in orNone(pod.text("spec", "nodeName")) },
        ColumnRow("Nominated Node", priority: 1, "Node on which room is being made for the pod.") { pod, _ in
            orNone(pod.text("status", "nominatedNodeName"))
        },
        ColumnRow("Readiness Gates", priority: 1, "How many of the pod's readiness gates are open.") { pod, _ in
            .string(readinessGates(pod))
        },
    ]

    /// The condition of a finished pod's row, by which clients tell that the object will not change any more.
    static func conditions(_ pod: KubeObject) -> [JSONValue] {
        let phase = pod.text("status", "phase")
        guard let message = finished[phase] else { return [] }
        let condition: JSONObject = [
            "type": "Completed", "status": "True", "reason": .string(phase), "message": .string(message),
        ]
        return [.object(condition)]
    }

    private static let finished = [
        "Succeeded": "The pod has completed successfully.", "Failed": "The pod failed.",
    ]

    private static func orNone(_ text: String) -> JSONValue { .string(text.isEmpty ? "<none>" : text) }

    private static func readinessGates(_ pod: KubeObject) -> String {
        let gates = pod.list("spec", "readinessGates").compactMap { $0["conditionType"]?.string }
        if gates.isEmpty { return "<none>" }
        let conditions = pod.list("status", "conditions")
        let open = gates.filter { gate in
            conditions.first { $0["type"]?.string == gate }?["status"]?.string == "True"
        }
        return "\(open.count)/\(gates.count)"
    }
}

/// What a pod's containers are doing, in one word and three numbers.
struct PodSummary {
    /// Containers that are ready.
    private(set) var ready = 0
    /// Containers that the pod has.
    let total: Int
    /// Restarts of all containers; while the pod initialises, of those that initialise it.
    private(set) var restarts: Int64 = 0
    /// The phase, or why the pod is not (or not fully) running.
    private(set) var reason: String

    /// Sums up a pod of version `v1`.
    init(_ pod: KubeObject) {
        total = pod.list("spec", "containers").count
        let podReason = pod.text("status", "reason")
        reason = podReason.isEmpty ? pod.text("status", "phase") : podReason
        if !addInitContainers(of: pod) { addContainers(of: pod) }
        if pod.isDeleting { reason = podReason == "NodeLost" ? "Unknown" : "Terminating" }
    }

    /// Whether the pod still initialises.
    private mutating func addInitContainers(of pod: KubeObject) -> Bool {
        for (position, status) in pod.list("status", "initContainerStatuses").compactMap(KubeObject.init).enumerated() {
            restarts += status.integer("restartCount") ?? 0
            let waiting = status.text("state", "waiting", "reason")
            if let terminated = KubeObject(status["state", "terminated"]) {
                if Self.exitCode(terminated) == 0 { continue }
                reason = "Init:" + Self.end(terminated)
            } else if !waiting.isEmpty, waiting != "PodInitializing" {
                reason = "Init:" + waiting
            } else {
                reason = "Init:\(position)/\(pod.list("spec", "initContainers").count)"
            }
            return true
        }
        return false
    }

    private mutating func addContainers(of pod: KubeObject) {
        restarts = 0
        for status in pod.list("status", "containerStatuses").compactMap(KubeObject.init).reversed() {
            restarts += status.integer("restartCount") ?? 0
            let waiting = status.text("state", "waiting", "reason")
            if !waiting.isEmpty {
                reason = waiting
            } else if let terminated = KubeObject(status["state", "terminated"]) {
                reason = Self.end(terminated)
            } else if status.flag("ready"), status["state", "running"] != nil {
                ready += 1
            }
        }
        if reason == "Completed", ready > 0 {
            let condition = pod.list("status", "conditions").first { $0["type"]?.string == "Ready" }
            reason = condition?["status"]?.string == "True" ? "Running" : "NotReady"
        }
    }

    private static func exitCode(_ terminated: KubeObject) -> Int64 { terminated.integer("exitCode") ?? 0 }

    /// Why a container ended.
    private static func end(_ terminated: KubeObject) -> String {
        let reason = terminated.text("reason")
        if !reason.isEmpty { return reason }
        let signal = terminated.integer("signal") ?? 0
        return signal != 0 ? "Signal:\(signal)" : "ExitCode:\(exitCode(terminated))"
    }
}
