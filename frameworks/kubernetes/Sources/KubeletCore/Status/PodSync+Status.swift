public import ClusterBase
internal import KubeCore
public import KubeModel

extension PodSync {
    /// The phase as it is to be recorded; one that is for good stays.
    public var phase: PodPhase { memory.verdict?.phase ?? computedPhase }

    /// The pod's status as it should be recorded (`status`), conditions of others included.
    ///
    /// Report the last words of containers first (`wantedWords`), lest the status is written twice.
    public mutating func status(now: UnixTime) -> KubeObject {
        memory.now = now
        let hides = memory.verdict?.hidesContainers ?? false
        let (initial, proper) = hides ? ([], []) : (initReports, containerReports)
        var status = KubeObject(view.object["status"]) ?? KubeObject()
        for member in Self.ownMembers { status[member] = nil }
        status["phase"] = .string(phase.rawValue)
        status["conditions"] = .array(conditions(initial, proper))
        for (member, text) in [
            ("message", memory.verdict?.message ?? ""), ("reason", memory.verdict?.reason ?? ""),
            ("hostIP", settings.hostAddress), ("podIP", podAddress), ("startTime", KubeTime.text(memory.startTime)),
        ] where !text.isEmpty {
            status[member] = .string(text)
        }
        if !podAddress.isEmpty { status["podIPs"] = [["ip": .string(podAddress)]] }
        // Upstream sorts the statuses of containers by name, those of init containers as the specification does.
        let sorted = proper.sorted { $0.name < $1.name }
        for (member, reports) in [("initContainerStatuses", initial), ("containerStatuses", sorted)]
        where !reports.isEmpty {
            status[member] = .array(reports.map { $0.tree(settings.runtimeName) })
        }
        status["qosClass"] = .string(view.qosClass.rawValue)
        return status
    }

    /// The members of a status that are the node's to write.
    private static let ownMembers = [
        "phase", "conditions", "message", "reason", "hostIP", "podIP", "podIPs", "startTime",
        "initContainerStatuses", "containerStatuses", "qosClass",
    ]

    /// The conditions: those of others as they are, the node's in their places or behind.
    private mutating func conditions(_ initial: [ContainerReport], _ proper: [ContainerReport]) -> [JSONValue] {
        let own = PodConditions(view: view, phase: phase, initial: initial, proper: proper).all
        var result = view.object.list("status", "conditions")
        for condition in own {
            if memory.conditions[condition.type]?.status != condition.status {
                memory.conditions[condition.type] = (condition.status, memory.now)
            }
            let tree = condition.tree(since: memory.conditions[condition.type]?.since ?? memory.now).value
            if let place = result.firstIndex(where: { $0["type"]?.string == condition.type }) {
                result[place] = tree
            } else {
                result.append(tree)
            }
        }
        return result
    }

    /// What must change in the recorded status, as a strategic merge patch of `pods/status` guarded by the uid; nil
    /// when the API has all of it (as far as `view` tells).
    ///
    /// The conditions of others are not part of it, so that nobody's newer ones are overwritten.
    public mutating func statusPatch(now: UnixTime) -> JSONValue? {
        let wanted = status(now: now)
        let recorded = KubeObject(view.object["status"]) ?? KubeObject()
        var changes = JSONObject()
        for member in Self.ownMembers where wanted[member]?.pruned != recorded[member]?.pruned {
            changes[member] = StatusChange.of(member, from: recorded[member], to: wanted[member])
        }
        if changes.isEmpty { return nil }
        return ["metadata": ["uid": .string(view.uid)], "status": .object(changes)]
    }
}

/// How the change of a member is said in a strategic merge patch.
enum StatusChange {
    /// The value to patch a member with.
    static func of(_ member: String, from old: JSONValue?, to new: JSONValue?) -> JSONValue {
        guard let new else { return .null }
        let (before, after) = (old?.array ?? [], new.array ?? [])
        switch member {
        case "conditions":
            let changed = after.filter { condition in
                PodConditions.types.contains(condition["type"]?.string ?? "")
                    && !before.contains { $0.pruned == condition.pruned }
            }
            return .array(changed.map { withoutStale($0, before) })
        case "podIPs":
            let gone = before.filter { address in !after.contains { $0["ip"] == address["ip"] } }
            return .array(
                after + gone.compactMap { $0["ip"].map { ["$patch": "delete", "ip": $0] } })
        default: return new
        }
    }

    /// A condition that also clears what an earlier one said and it does not.
    private static func withoutStale(_ condition: JSONValue, _ before: [JSONValue]) -> JSONValue {
        guard var object = condition.object,
            let old = before.first(where: { $0["type"] == condition["type"] })?.object
        else { return condition }
        for (member, _) in old where object[member] == nil { object[member] = .null }
        return .object(object)
    }
}

extension JSONValue {
    /// The value without what says nothing: nulls, empty objects, lists and texts.
    var pruned: JSONValue? {
        switch self {
        case .null: return nil
        case .string(let text): return text.isEmpty ? nil : self
        case .array(let elements):
            return elements.isEmpty ? nil : .array(elements.map { $0.pruned ?? .null })
        case .object(let object):
            var result = JSONObject()
            for (key, value) in object {
                if let value = value.pruned { result[key] = value }
            }
            return result.isEmpty ? nil : .object(result)
        default: return self
        }
    }
}
