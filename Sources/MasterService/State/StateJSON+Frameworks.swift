internal import AccessControl
internal import ClusterBase
internal import ClusterModel
internal import MasterCore
internal import MesosProtocol
internal import ResourceModel

/// Frameworks and their tasks as the v0 JSON endpoints show them.
extension StateJSON {
    /// `/frameworks`, with an optional choice of one.
    func frameworks(only id: FrameworkID?) -> RenderPlan {
        var plan = RenderPlan()
        plan.weight = id == nil ? state.taskCount + state.frameworkCount : 0
        plan.add("{\"frameworks\":[")
        add(state.frameworks.filter { id == nil || $0.id == id }, to: &plan)
        plan.add("],\"completed_frameworks\":[")
        add(state.completedFrameworks.filter { id == nil || $0.id == id }, to: &plan)
        plan.add("],\"unregistered_frameworks\":[]}")
        return plan
    }

    /// Small frameworks are rendered several by one job, the tasks of large ones by many.
    func add(_ frameworks: [CoreFramework], to plan: inout RenderPlan) {
        var isFirst = true
        var (group, weight): ([CoreFramework], Int) = ([], 0)
        func close(_ plan: inout RenderPlan) {
            guard !group.isEmpty else { return }
            if !isFirst { plan.add(",") }
            let views = group
            plan.add([{ together(views) }])
            (group, weight, isFirst) = ([], 0, false)
        }
        for view in frameworks where filter.shows(view.info) {
            let size = CoreFramework.TaskList.allCases.reduce(1) { $0 + view.count(of: $1) } + view.executorCount
            if size > RenderPlan.entriesPerJob {
                close(&plan)
                if !isFirst { plan.add(",") }
                isFirst = false
                addLarge(view, to: &plan)
            } else {
                group.append(view)
                weight += size
                if weight > RenderPlan.entriesPerJob { close(&plan) }
            }
        }
        close(&plan)
    }

    private func together(_ views: [CoreFramework]) -> [UInt8] {
        var writer = JSONWriter(capacity: 64 << 10)
        for (position, view) in views.enumerated() {
            if position > 0 { writer.raw(",") }
            head(of: view, &writer)
            for list in CoreFramework.TaskList.allCases {
                writer.raw(Self.opening(of: list))
                var isFirst = true
                view.forEachTask(of: list) { task in
                    guard filter.shows(task, of: view.info) else { return }
                    if !isFirst { writer.raw(",") }
                    isFirst = false
                    writer.task(task)
                }
            }
            middle(of: view, &writer)
            var isFirst = true
            view.forEachExecutor(in: 0..<view.executorParts) { agent, info in
                guard filter.shows(info, of: view.info) else { return }
                if !isFirst { writer.raw(",") }
                isFirst = false
                writer.executor(info, on: agent)
            }
            tail(of: view, &writer)
        }
        return writer.bytes
    }

    private func addLarge(_ view: CoreFramework, to plan: inout RenderPlan) {
        func job(_ write: @escaping @Sendable (inout JSONWriter) -> Void) -> RenderPlan.Job {
            {
                var writer = JSONWriter(capacity: 4_096)
                write(&writer)
                return writer.bytes
            }
        }
        plan.add([job { head(of: view, &$0) }])
        for list in CoreFramework.TaskList.allCases {
            plan.add(Self.opening(of: list))
            plan.add(taskJobs(of: list, view))
        }
        plan.add([job { middle(of: view, &$0) }])
        plan.add(executorJobs(of: view))
        plan.add([job { tail(of: view, &$0) }])
    }

    /// What comes before a list of tasks, and ends the one before.
    private static func opening(of list: CoreFramework.TaskList) -> StaticString {
        switch list {
        case .current: ",\"tasks\":["
        case .unreachable: "],\"unreachable_tasks\":["
        case .completed: "],\"completed_tasks\":["
        }
    }

    private func taskJobs(of list: CoreFramework.TaskList, _ view: CoreFramework) -> [RenderPlan.Job] {
        RenderPlan.cut(parts: view.parts(of: list), entries: view.count(of: list)) { parts in
            {
                var writer = JSONWriter(capacity: RenderPlan.entriesPerJob * 1_024)
                view.forEachTask(of: list, in: parts) { task in
                    guard filter.shows(task, of: view.info) else { return }
                    if !writer.bytes.isEmpty { writer.raw(",") }
                    writer.task(task)
                }
                return writer.bytes
            }
        }
    }

    private func executorJobs(of view: CoreFramework) -> [RenderPlan.Job] {
        RenderPlan.cut(parts: view.executorParts, entries: view.executorCount) { parts in
            {
                var writer = JSONWriter(capacity: 64 << 10)
                view.forEachExecutor(in: parts) { agent, info in
                    guard filter.shows(info, of: view.info) else { return }
                    if !writer.bytes.isEmpty { writer.raw(",") }
                    writer.executor(info, on: agent)
                }
                return writer.bytes
            }
        }
    }

    // MARK: One framework

    /// What `/state-summary` shows too, without the closing brace.
    func short(_ view: CoreFramework, used: FrameworkSums, _ writer: inout JSONWriter) {
        let info = view.info
        writer.raw("{\"id\":")
        writer.string(view.id.value)
        writer.raw(",\"name\":")
        writer.string(info.name)
        writer.raw(",\"used_resources\":")
        used.writeUsed(to: &writer)
        writer.raw(",\"offered_resources\":")
        writer.resources(view.offeredResources)
        writer.raw(",\"capabilities\":")
        writer.strings(info.capabilities.wireNames)
        writer.raw(",\"hostname\":")
        writer.string(info.hostname)
        writer.raw(",\"webui_url\":")
        writer.string(info.webuiURL ?? "")
        writer.raw(",\"active\":")
        writer.bool(view.isActive)
        writer.raw(",\"connected\":")
        writer.bool(view.isConnected)
        writer.raw(",\"recovered\":")
        writer.bool(view.isRecovered)
    }

    /// All that comes before the tasks.
    private func head(of view: CoreFramework, _ writer: inout JSONWriter) {
        let info = view.info
        let used = FrameworkSums(view)
        short(view, used: used, &writer)
        writer.raw(",\"user\":")
        writer.string(info.user)
        writer.raw(",\"failover_timeout\":")
        writer.number(info.failoverTimeout.totalSeconds)
        writer.raw(",\"checkpoint\":")
        writer.bool(info.checkpoint)
        writer.raw(",\"registered_time\":")
        writer.time(view.registered)
        writer.raw(",\"unregistered_time\":")
        if let time = view.unregistered { writer.time(time) } else { writer.raw("0") }
        if let principal = info.principal {
            writer.raw(",\"principal\":")
            writer.string(principal)
        }
        writer.raw(",\"resources\":")
        used.writeAll(to: &writer)
        if let again = view.reregistered.last {
            writer.raw(",\"reregistered_time\":")
            writer.time(again)
        }
        if info.isMultiRole {
            writer.raw(",\"roles\":")
            writer.strings(info.roles)
        } else {
            writer.raw(",\"role\":")
            writer.string(info.roles.first ?? "*")
        }
    }

    /// Between the tasks and the executors.
    private func middle(of view: CoreFramework, _ writer: inout JSONWriter) {
        writer.raw("],\"offers\":[")
        for (position, offer) in view.offers.enumerated() {
            if position > 0 { writer.raw(",") }
            // With `offered_time` (ours): since when the framework holds it.
            guard var object = Self.tree(offer).object else { continue }
            if let time = view.offered(offer.id) { object["offered_time"] = ModelJSON.time(time) }
            writer.value(.object(object))
        }
        writer.raw("],\"offer_holding\":")
        writer.value(holding(view))
        writer.raw(",\"executors\":[")
    }

    private func tail(of view: CoreFramework, _ writer: inout JSONWriter) {
        writer.raw("]")
        if !view.info.labels.isEmpty {
            writer.raw(",\"labels\":")
            writer.labels(view.info.labels)
        }
        writer.raw("}")
    }

    /// How long a framework keeps offers; ours.
    private func holding(_ view: CoreFramework) -> JSONValue {
        let holding = view.offerHolding
        var object: JSONObject = [
            "ended": .integer(Int64(holding.count)), "timed_out": .integer(Int64(holding.timedOut)),
            "mean_secs": ModelJSON.number(holding.mean.totalSeconds),
            "longest_secs": ModelJSON.number(holding.longest.totalSeconds),
        ]
        if let oldest = view.oldestOffer { object["oldest_time"] = ModelJSON.time(oldest) }
        return .object(object)
    }

    // MARK: /tasks

    /// `/tasks`: the oldest status decides the order, as upstream's does.
    func tasks(_ query: TaskQuery) -> RenderPlan {
        var plan = RenderPlan()
        plan.weight = state.taskCount
        plan.add([{ chosen(query) }])
        return plan
    }

    private func chosen(_ query: TaskQuery) -> [UInt8] {
        var tasks: [(time: Double, task: TaskRecord)] = []
        for view in state.frameworks + state.completedFrameworks where filter.shows(view.info) {
            guard query.framework == nil || view.id == query.framework else { continue }
            for list in CoreFramework.TaskList.allCases {
                view.forEachTask(of: list) { task in
                    guard query.task == nil || task.id == query.task, filter.shows(task, of: view.info) else { return }
                    tasks.append((task.statuses.first?.timestamp?.seconds ?? 0, task))
                }
            }
        }
        tasks.sort { query.isAscending ? $0.time < $1.time : $0.time > $1.time }
        var writer = JSONWriter(capacity: 64 << 10)
        writer.raw("{\"tasks\":")
        writer.array(tasks.dropFirst(query.offset).prefix(query.limit)) { $0.task($1.task) }
        writer.raw("}")
        return writer.bytes
    }
}

/// What a framework uses, summed without copying its tasks.
struct FrameworkSums {
    private var used = PlainResources()
    /// Set when there is more than the four usual scalars.
    private var rest: Resources?
    private let offered: Resources

    init(_ view: CoreFramework) {
        offered = view.offeredResources
        var (sum, isPlain) = (PlainResources(), true)
        view.forEachTask(of: .current) { task in
            guard isPlain, !task.state.isTerminal, task.state != .unreachable else { return }
            for resource in task.resources where isPlain { isPlain = sum.add(resource) }
        }
        view.forEachExecutor(in: 0..<view.executorParts) { _, info in
            for resource in info.resources where isPlain { isPlain = sum.add(resource) }
        }
        used = sum
        if !isPlain { rest = view.usedResources }
    }

    func writeUsed(to writer: inout JSONWriter) {
        if let rest { writer.resources(rest) } else { writer.resources(used) }
    }

    /// What it uses and is offered.
    func writeAll(to writer: inout JSONWriter) {
        if let rest { return writer.resources(Array(rest) + Array(offered)) }
        var all = used
        for resource in offered where !all.add(resource) {
            let plain: [Resource] = [
                Resource(name: "cpus", value: .scalar(used.cpus)), Resource(name: "gpus", value: .scalar(used.gpus)),
                Resource(name: "mem", value: .scalar(used.memory)), Resource(name: "disk", value: .scalar(used.disk)),
            ]
            return writer.value(ModelJSON.resources(plain + Array(offered)))
        }
        writer.resources(all)
    }
}
