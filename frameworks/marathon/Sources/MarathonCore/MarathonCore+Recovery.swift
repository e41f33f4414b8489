public import ClusterBase
internal import ClusterModel
internal import MarathonModel
internal import OrderedCollections

extension MarathonCore {
    /// Rebuilds Marathon from the variables that earlier steps recorded.
    ///
    /// Deployments go on in their step; launch delays and offer statistics start anew (spec `marathon` §7.2).
    /// Throws `system` naming a variable that cannot be read: going on without it would lose what it stood for.
    /// - Returns: with the core, what to do first, like a step.
    public static func recover(
        settings: MarathonSettings, seed: UInt64, variables: [(name: String, value: [UInt8])], now: Instant
    ) throws(ClusterError) -> (core: MarathonCore, outcome: MarathonOutcome) {
        var core = MarathonCore(settings: settings, seed: seed)
        core.now = now
        for (name, value) in variables.sorted(by: { $0.name < $1.name }) {
            let isReadable = (try? JSONValue(parsing: value)).map { core.restore(name, $0) } ?? false
            if !isReadable { throw ClusterError(.system, "The stored variable '\(name)' cannot be read") }
        }
        for id in core.apps.keys {
            guard var record = core.apps[id] else { continue }
            record.versions.sort { $0.version < $1.version }
            if let newest = record.versions.last { record.spec = newest }
            core.apps[id] = record
        }
        core.resume()
        core.settle()
        defer { core.outcome = MarathonOutcome() }
        return (core, core.outcome)
    }

    private mutating func restore(_ name: String, _ value: JSONValue) -> Bool {
        switch name.split(separator: "/").first {
        case "framework-id": frameworkID = value.string.map { FrameworkID($0) }
        case "apps":
            guard let object = value.object, let spec = try? AppSpec(stored: object) else { return false }
            apps[spec.id, default: AppRecord(spec: spec, versions: [], lastFailure: nil)].versions.append(spec)
            newestVersion = max(newestVersion, spec.version)
        case "instances":
            guard let instance = Instance(json: value) else { return false }
            instances[instance.id] = instance
            members[instance.app, default: []].append(instance.id)
        case "deployments":
            guard let deployment = Deployment(json: value) else { return false }
            deployments[deployment.plan.id] = deployment
            newestVersion = max(newestVersion, deployment.plan.version)
        case "failures":
            guard let failure = TaskFailure(json: value) else { return false }
            apps[failure.instance.app]?.lastFailure = failure
        default: break
        }
        return true
    }

    private mutating func resume() {
        for deployment in deployments.values {
            for app in deployment.plan.apps { locks[app] = deployment.plan.id }
        }
        for app in apps.keys { dirty.append(app) }
        for (app, ids) in members {
            dirty.append(app)
            for id in ids { resume(id) }
        }
        for app in locks.keys.sorted() { dirty.append(app) }
    }

    private mutating func resume(_ id: InstanceID) {
        guard let instance = instances[id] else { return }
        if instance.waitsForOffer {
            waiting[instance.app, default: 0] += 1
            waitingSince[instance.app] = now
        }
        if instance.goal == .decommissioned { requestKill(id) }
        switch instance.condition {
        case .provisioned, .staging, .starting:
            timers.add(.overdue(id, incarnation: instance.incarnation), at: now + settings.launchConfirmTimeout)
        case .unreachable, .unreachableInactive: reviewUnreachable(instance)
        default: break
        }
    }
}

extension TaskFailure {
    var json: JSONValue {
        var object: JSONObject = [
            "task": .string(taskID.value), "state": .string(state.wireName), "message": .string(message),
            "host": .string(hostname), "timestamp": .string(timestamp.description),
            "version": .string(version.description),
        ]
        object["agent"] = agentID.map { .string($0.value) }
        return .object(object)
    }

    init?(json: JSONValue) {
        guard let task = json["task"]?.string.map({ TaskID($0) }), let instance = InstanceID.parse(task: task)?.id,
            let name = json["state"]?.string, let state = TaskState.allCases.first(where: { $0.wireName == name }),
            let timestamp = json["timestamp"]?.string.flatMap(Timestamp.init(parsing:)),
            let version = json["version"]?.string.flatMap(Timestamp.init(parsing:))
        else { return nil }
        self.init(
            taskID: task, instance: instance, state: state, message: json["message"]?.string ?? "",
            hostname: json["host"]?.string ?? "", agentID: json["agent"]?.string.map { AgentID($0) },
            timestamp: timestamp, version: version)
    }
}

extension Deployment {
    /// The stored form.
    var json: JSONValue {
        [
            "id": .string(plan.id), "version": .string(plan.version.description), "step": .integer(Int64(step)),
            "victims": .array(victims.map { .string($0.description) }),
            "changes": .array(
                plan.changes.map { change in
                    var object: JSONObject = ["id": .string(change.id.description)]
                    object["original"] = change.original.map { .object($0.json) }
                    object["target"] = change.target.map { .object($0.json) }
                    return .object(object)
                }),
            "steps": .array(
                plan.steps.map { actions in
                    .array(actions.map { ["action": .string($0.kind.rawValue), "app": .string($0.app.description)] })
                }),
        ]
    }

    init?(json: JSONValue) {
        guard let id = json["id"]?.string, let version = json["version"]?.string.flatMap(Timestamp.init(parsing:)),
            let step = json["step"]?.integer, let changes = json["changes"]?.array, let steps = json["steps"]?.array
        else { return nil }
        func spec(_ value: JSONValue?) -> AppSpec? { value?.object.flatMap { try? AppSpec(stored: $0) } }
        let plan = DeploymentPlan(
            id: id, version: version,
            changes: changes.compactMap { change in
                guard let id = change["id"]?.string else { return nil }
                return AppChange(id: PathID(id), original: spec(change["original"]), target: spec(change["target"]))
            },
            steps: steps.map { actions in
                (actions.array ?? []).compactMap { action in
                    guard let kind = action["action"]?.string.flatMap(DeploymentAction.Kind.init(rawValue:)),
                        let app = action["app"]?.string
                    else { return nil }
                    return DeploymentAction(kind: kind, app: PathID(app))
                }
            })
        let victims = json["victims"]?.array?.compactMap { $0.string.flatMap(InstanceID.init(parsing:)) } ?? []
        self.init(plan: plan, step: Int(step), victims: victims)
    }
}
