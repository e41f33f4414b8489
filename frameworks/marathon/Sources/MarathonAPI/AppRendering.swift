internal import ClusterBase
internal import ClusterModel
internal import MarathonCore
internal import MarathonModel

/// Writes apps with what `embed` asks for (spec `marathon` §1.3).
struct AppRendering {
    var core: MarathonCore
    var now: Instant
    var embeds: Set<String>

    func json(_ record: MarathonCore.AppRecord) -> JSONValue {
        let spec = record.spec
        var app = spec.json
        let instances = core.instances(of: spec.id)
        if embeds.contains("counts") || embeds.contains("count") {
            let counts = TaskCounts(instances)
            app["tasksStaged"] = .integer(Int64(counts.staged))
            app["tasksRunning"] = .integer(Int64(counts.running))
            app["tasksHealthy"] = .integer(Int64(counts.healthy))
            app["tasksUnhealthy"] = .integer(Int64(counts.unhealthy))
        }
        let hasFailures = embeds.contains("failures")
        if embeds.contains("deployments") || embeds.contains("tasks") || hasFailures {
            app["deployments"] = .array(core.deployment(holding: spec.id).map { [["id": .string($0)]] } ?? [])
        }
        if embeds.contains("tasks") || hasFailures {
            app["tasks"] = .array(TaskRendering.tasks(instances, of: spec, withServicePorts: false))
        }
        if embeds.contains("lastTaskFailure") || hasFailures, let failure = record.lastFailure {
            app["lastTaskFailure"] = TaskRendering.failure(failure, of: spec.id)
        }
        if embeds.contains("readiness") { app["readinessCheckResults"] = [] }
        if embeds.contains("taskStats") { app["taskStats"] = TaskStatistics(spec, instances, now).json }
        return .object(app)
    }
}

/// How many tasks are in which state; those without checks are neither healthy nor unhealthy.
struct TaskCounts: Hashable {
    var staged = 0
    var running = 0
    var healthy = 0
    var unhealthy = 0

    init(_ instances: some Sequence<Instance>) {
        for instance in instances where instance.run != nil {
            switch instance.condition {
            case .provisioned, .staging: staged += 1
            case .running:
                running += 1
                if instance.isHealthy == true { healthy += 1 }
            default: break
            }
            if instance.isHealthy == false { unhealthy += 1 }
        }
    }

    var json: JSONValue {
        [
            "staged": .integer(Int64(staged)), "running": .integer(Int64(running)), "healthy": .integer(Int64(healthy)),
            "unhealthy": .integer(Int64(unhealthy)),
        ]
    }
}

/// Counts and lifetimes of an app's tasks by version.
struct TaskStatistics {
    private let groups: [(name: String, instances: [Instance])]
    private let now: Instant

    init(_ spec: AppSpec, _ instances: [Instance], _ now: Instant) {
        let started = instances.filter { $0.run != nil }
        let info = spec.versionInfo ?? VersionInfo(lastScalingAt: spec.version, lastConfigChangeAt: spec.version)
        self.now = now
        groups = [
            ("startedAfterLastScaling", started.filter { ($0.run?.stagedAt ?? $0.since) >= info.lastScalingAt }),
            ("withLatestConfig", started.filter { $0.version >= info.lastConfigChangeAt }),
            ("withOutdatedConfig", started.filter { $0.version < info.lastConfigChangeAt }),
            ("totalSummary", started),
        ]
    }

    var json: JSONValue {
        var object = JSONObject()
        for group in groups where !group.instances.isEmpty {
            var stats: JSONObject = ["counts": TaskCounts(group.instances).json]
            let ages = group.instances.filter { $0.condition == .running }.compactMap { $0.run?.startedAt }
                .map { (now - $0.instant).totalSeconds }.sorted()
            if !ages.isEmpty {
                stats["lifeTime"] = [
                    "averageSeconds": .double(ages.reduce(0, +) / Double(ages.count)),
                    "medianSeconds": .double(ages[ages.count / 2]),
                ]
            }
            object[group.name] = ["stats": .object(stats)]
        }
        return .object(object)
    }
}
