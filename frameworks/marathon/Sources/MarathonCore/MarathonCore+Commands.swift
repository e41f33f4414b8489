internal import ClusterBase
internal import ClusterModel
internal import MarathonModel
internal import OrderedCollections

extension MarathonCore {
    mutating func perform(_ command: MarathonCommand, _ id: CommandID) {
        let result: Result<CommandAnswer, MarathonError>
        do throws(MarathonError) {
            result = .success(try answer(command))
        } catch {
            result = .failure(error)
        }
        outcome.effects.append(.reply(id, result))
    }

    private mutating func answer(_ command: MarathonCommand) throws(MarathonError) -> CommandAnswer {
        switch command {
        case .createApp(let body, let force, let origin): return try createApp(body, force, origin)
        case .updateApp(let id, let body, let isPartial, let mayCreate, let force, let origin):
            let isNew = apps[id] == nil
            if isNew, !mayCreate { throw .unknownApp(id) }
            let target = try self.target(id, body, isPartial)
            let receipt = try change([(id, target)], force: force, addressed: id.parent)
            if let stored = apps[id]?.spec { publish(.apiPost(origin, stored)) }
            return .changed(receipt, isNew: isNew)
        case .updateApps(let bodies, let isPartial, let mayCreate, let force):
            return .changed(try updateApps(bodies, isPartial, mayCreate, force), isNew: false)
        case .deleteApp(let id, let force):
            guard apps[id] != nil else { throw .unknownApp(id) }
            return .changed(try change([(id, nil)], force: force, addressed: id.parent), isNew: false)
        case .restartApp(let id, let force):
            guard let spec = apps[id]?.spec else { throw .unknownApp(id) }
            return .changed(
                try change([(id, spec)], force: force, addressed: id.parent, restarts: true), isNew: false)
        case .kill(let selection, let mode, let force): return try kill(selection, mode, force)
        case .cancelDeployment(let id, let force): return try cancelDeployment(id, force)
        case .resetDelay(let id):
            guard waiting[id] != nil else { throw .notQueued(id) }
            delays.reset(id)
            demand.hasGrown = true
            return .done
        }
    }

    private mutating func createApp(
        _ body: JSONObject, _ force: Bool, _ origin: CommandOrigin
    ) throws(MarathonError) -> CommandAnswer {
        let spec = try read { () throws(SpecError) in try AppSpec(submitted: body, defaults: settings.defaults) }
        guard apps[spec.id] == nil else { throw .appExists(spec.id) }
        let receipt = try change([(spec.id, spec)], force: force, addressed: spec.id.parent)
        var shown = spec
        (shown.version, shown.versionInfo) = (receipt.version, apps[spec.id]?.spec.versionInfo)
        publish(.apiPost(origin, shown))
        return .created(shown, receipt)
    }

    private mutating func updateApps(
        _ bodies: [JSONObject], _ isPartial: Bool, _ mayCreate: Bool, _ force: Bool
    ) throws(MarathonError) -> DeploymentReceipt {
        var targets: [(PathID, AppSpec?)] = []
        for (index, body) in bodies.enumerated() {
            guard let text = body["id"]?.string else {
                throw .spec(
                    SpecError(.malformed, [FieldProblem(path: "(\(index))/id", errors: ["error.path.missing"])]))
            }
            let id = PathID(text)
            if apps[id] == nil, !mayCreate { throw .unknownApp(id) }
            if targets.contains(where: { $0.0 == id }) {
                throw .unprocessable("The app '\(id)' is given more than once")
            }
            targets.append((id, try target(id, body, isPartial)))
        }
        return try change(targets, force: force, addressed: .root)
    }

    /// The app that an update asks for (spec `marathon` §3.4).
    private func target(_ id: PathID, _ body: JSONObject, _ isPartial: Bool) throws(MarathonError) -> AppSpec {
        if let text = body["version"]?.string {
            guard body.keys.allSatisfy({ $0 == "version" || $0 == "id" }) else {
                throw .unprocessable("The 'version' field may only be combined with the 'id' field.")
            }
            guard let version = Timestamp(parsing: text) else {
                throw .unprocessable("Invalid timestamp provided '\(text)'. Expecting ISO-8601 datetime string.")
            }
            guard let record = apps[id] else { throw .unknownApp(id) }
            guard let old = record.versions.last(where: { $0.version == version }) else {
                throw .unknownVersion(id, text)
            }
            return old
        }
        let settings = settings
        guard isPartial, let current = apps[id]?.spec else {
            return try read { () throws(SpecError) in try AppSpec(submitted: body, id: id, defaults: settings.defaults)
            }
        }
        return try read { () throws(SpecError) in try current.updated(by: body, defaults: settings.defaults) }
    }

    private func read(_ body: () throws(SpecError) -> AppSpec) throws(MarathonError) -> AppSpec {
        do throws(SpecError) { return try body() } catch { throw .spec(error) }
    }

    // MARK: Kills

    private mutating func kill(
        _ selection: TaskSelection, _ mode: KillMode, _ force: Bool
    ) throws(MarathonError) -> CommandAnswer {
        let chosen = try self.chosen(selection)
        if mode == .scale {
            let counts = Dictionary(grouping: chosen.filter(\.isCounted), by: \.app).mapValues(\.count)
            let targets = counts.keys.sorted().compactMap { id -> (PathID, AppSpec?)? in
                guard var spec = apps[id]?.spec else { return nil }
                spec.instances = max(0, spec.instances - (counts[id] ?? 0))
                return (id, spec)
            }
            let receipt = try change(targets, force: force, addressed: .root, victims: chosen.map(\.id))
            return .changed(receipt, isNew: false)
        }
        for instance in chosen {
            let isGone = instance.condition == .unreachable || instance.condition == .unreachableInactive
            if mode == .wipe || isGone { decommission(instance.id) } else { requestKill(instance.id) }
            dirty.append(instance.app)
        }
        return .killed(chosen)
    }

    /// The selected instances that have a task.
    private func chosen(_ selection: TaskSelection) throws(MarathonError) -> [Instance] {
        switch selection {
        case .app(let id, let host):
            guard apps[id] != nil else { throw .unknownApp(id) }
            return instances(of: id).filter { instance in
                guard let run = instance.run else { return false }
                return host.map { $0 == "*" || $0 == run.hostname } ?? true
            }
        case .task(let task, let app):
            guard apps[app] != nil else { throw .unknownApp(app) }
            guard let instance = instance(of: task), instance.app == app else { throw .unknownTask(task.value) }
            return [instance]
        case .tasks(let tasks):
            for task in tasks where InstanceID.parse(task: task) == nil {
                throw .badRequest("Invalid task id '\(task)'.")
            }
            var seen: Set<InstanceID> = []
            return tasks.compactMap { instance(of: $0) }.filter { seen.insert($0.id).inserted }
        }
    }

    private func instance(of task: TaskID) -> Instance? {
        InstanceID.parse(task: task).flatMap { instances[$0.id] }.flatMap { $0.run == nil ? nil : $0 }
    }
}
