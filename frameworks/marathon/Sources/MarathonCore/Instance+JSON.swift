internal import ClusterBase
internal import ClusterModel
internal import MarathonModel

extension Instance {
    /// The stored form.
    var json: JSONValue {
        var object: JSONObject = [
            "id": .string(id.description), "incarnation": .integer(Int64(incarnation)),
            "version": .string(version.description), "role": .string(role), "goal": .string(goal.rawValue),
            "condition": .string(condition.rawValue), "since": .string(since.description),
        ]
        object["deployment"] = deployment.map(JSONValue.string)
        object["healthy"] = isHealthy.map(JSONValue.bool)
        object["run"] = run?.json
        return .object(object)
    }

    /// Reads the stored form; nil when it is none.
    init?(json: JSONValue) {
        guard let id = json["id"]?.string.flatMap(InstanceID.init(parsing:)),
            let version = json["version"]?.string.flatMap(Timestamp.init(parsing:)), let role = json["role"]?.string,
            let since = json["since"]?.string.flatMap(Timestamp.init(parsing:)),
            let goal = json["goal"]?.string.flatMap(InstanceGoal.init(rawValue:)),
            let condition = json["condition"]?.string.flatMap(InstanceCondition.init(rawValue:)),
            let incarnation = json["incarnation"]?.integer
        else { return nil }
        self.init(id: id, app: id.app, version: version, role: role, since: since)
        (self.goal, self.condition, self.incarnation) = (goal, condition, Int(incarnation))
        (deployment, isHealthy) = (json["deployment"]?.string, json["healthy"]?.bool)
        if let stored = json["run"] {
            guard let run = Run(json: stored) else { return nil }
            self.run = run
        }
    }
}

extension Instance.Run {
    var json: JSONValue {
        var object: JSONObject = [
            "agent": .string(agentID.value), "hostname": .string(hostname),
            "ports": .array(ports.map { .integer(Int64($0)) }), "addresses": .array(addresses.map(JSONValue.string)),
            "stagedAt": .string(stagedAt.description),
        ]
        object["region"] = region.map(JSONValue.string)
        object["zone"] = zone.map(JSONValue.string)
        var attributes = JSONObject()
        for key in self.attributes.keys.sorted() { attributes[key] = self.attributes[key].map(JSONValue.string) }
        object["attributes"] = .object(attributes)
        object["startedAt"] = startedAt.map { .string($0.description) }
        object["unreachableSince"] = unreachableSince.map { .integer($0.nanoseconds) }
        return .object(object)
    }

    init?(json: JSONValue) {
        guard let agent = json["agent"]?.string, let hostname = json["hostname"]?.string,
            let ports = json["ports"]?.array?.compactMap({ $0.integer.map(Int.init) }),
            let stagedAt = json["stagedAt"]?.string.flatMap(Timestamp.init(parsing:))
        else { return nil }
        var attributes: [String: String] = [:]
        for (key, value) in json["attributes"]?.object ?? [:] { attributes[key] = value.string }
        self.init(
            agentID: AgentID(agent), hostname: hostname, region: json["region"]?.string, zone: json["zone"]?.string,
            attributes: attributes, ports: ports, addresses: json["addresses"]?.array?.compactMap(\.string) ?? [],
            stagedAt: stagedAt, startedAt: json["startedAt"]?.string.flatMap(Timestamp.init(parsing:)),
            unreachableSince: json["unreachableSince"]?.integer.map(Instant.init(nanoseconds:)))
    }
}
