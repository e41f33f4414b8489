internal import ClusterBase
internal import ClusterModel
internal import HTTPTransport
internal import MarathonCore
internal import MarathonModel

/// Writes tasks (spec `marathon` §1.7); instances that wait for an offer have none.
enum TaskRendering {
    static func tasks(_ instances: [Instance], of spec: AppSpec, withServicePorts: Bool) -> [JSONValue] {
        instances.compactMap { instance in
            instance.run.map { task(instance, $0, spec, withServicePorts ? spec.servicePorts : []) }
        }
    }

    private static func task(
        _ instance: Instance, _ run: Instance.Run, _ spec: AppSpec, _ servicePorts: [Int]
    ) -> JSONValue {
        var object: JSONObject = ["appId": .string(instance.app.description)]
        object["healthCheckResults"] = .array(health(instance, spec))
        object["host"] = .string(run.hostname)
        object["id"] = .string(instance.taskID.value)
        object["ipAddresses"] = addresses(run)
        object["ports"] = .array(run.ports.map { .integer(Int64($0)) })
        object["servicePorts"] = .array(servicePorts.map { .integer(Int64($0)) })
        object["slaveId"] = .string(run.agentID.value)
        object["state"] = .string(instance.condition.taskState.wireName)
        object["stagedAt"] = .string(run.stagedAt.description)
        object["startedAt"] = run.startedAt.map { .string($0.description) }
        object["version"] = .string(instance.version.description)
        object["localVolumes"] = []
        object["region"] = run.region.map(JSONValue.string)
        object["zone"] = run.zone.map(JSONValue.string)
        object["role"] = .string(instance.role)
        return .object(object)
    }

    static func addresses(_ run: Instance.Run) -> JSONValue {
        .array(
            run.addresses.map { address in
                ["ipAddress": .string(address), "protocol": address.contains(":") ? "IPv6" : "IPv4"]
            })
    }

    private static func health(_ instance: Instance, _ spec: AppSpec) -> [JSONValue] {
        guard !spec.healthChecks.isEmpty, let isHealthy = instance.isHealthy else { return [] }
        return [
            [
                "alive": .bool(isHealthy), "consecutiveFailures": isHealthy ? 0 : 1,
                "instanceId": .string(instance.id.description),
            ]
        ]
    }

    static func failure(_ failure: TaskFailure, of app: PathID) -> JSONValue {
        var object: JSONObject = [
            "appId": .string(app.description), "host": .string(failure.hostname), "message": .string(failure.message),
            "state": .string(failure.state.wireName), "taskId": .string(failure.taskID.value),
            "timestamp": .string(failure.timestamp.description), "version": .string(failure.version.description),
        ]
        object["slaveId"] = failure.agentID.map { .string($0.value) }
        return .object(object)
    }

    /// The tab-separated list that old service-discovery scripts read: per service port every running task's place.
    static func text(_ records: [(AppSpec, [Instance])]) -> HTTPResponse {
        var text = ""
        for (spec, instances) in records {
            let name = spec.id.safe
            let running = instances.filter { $0.condition == .running }
            if spec.servicePorts.isEmpty {
                text +=
                    "\(name)\t \t" + running.compactMap { $0.run?.hostname }.sorted().map { "\($0)\t" }.joined() + "\n"
            }
            for (index, port) in spec.servicePorts.enumerated() {
                let places = running.compactMap { $0.run }.map { run in
                    "\(run.hostname):\(run.ports.indices.contains(index) ? run.ports[index] : 0)\t"
                }
                text += "\(name)\t\(port)\t" + places.sorted().joined() + "\n"
            }
        }
        return .text(text)
    }
}

/// Writes deployments (spec `marathon` §1.7).
enum DeploymentRendering {
    static func json(_ deployment: Deployment) -> JSONValue {
        [
            "id": .string(deployment.plan.id), "version": .string(deployment.plan.version.description),
            "affectedApps": .array(deployment.plan.apps.map { .string($0.description) }), "affectedPods": [],
            "steps": steps(deployment.plan),
            "currentActions": .array(
                deployment.currentActions.map { action in
                    var object = self.action(action)
                    object["readinessCheckResults"] = []
                    return .object(object)
                }),
            "currentStep": .integer(Int64(deployment.step + 1)),
            "totalSteps": .integer(Int64(deployment.plan.steps.count)),
        ]
    }

    static func steps(_ plan: DeploymentPlan) -> JSONValue { .array(plan.steps.map(step)) }

    static func step(_ actions: [DeploymentAction]) -> JSONValue {
        ["actions": .array(actions.map { .object(action($0)) })]
    }

    private static func action(_ action: DeploymentAction) -> JSONObject {
        ["action": .string(action.kind.rawValue), "app": .string(action.app.description)]
    }
}
