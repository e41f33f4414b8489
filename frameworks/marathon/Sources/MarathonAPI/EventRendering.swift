public import ClusterBase
internal import ClusterModel
public import MarathonCore
internal import MarathonModel

/// One event of `/v2/events` (spec `marathon` §6).
public struct StreamEvent: Sendable {
    /// Its type, by which clients filter.
    public var type: String
    /// Its fields.
    public var fields: JSONObject

    /// Makes an event; type and time are added to the fields.
    public init(_ type: String, _ fields: JSONObject, at now: Instant) {
        (self.type, self.fields) = (type, fields)
        self.fields["eventType"] = .string(type)
        self.fields["timestamp"] = .string(Timestamp(now).description)
    }

    /// The frame of the event stream: `event:` and `data:` lines and a blank one.
    public var frame: [UInt8] {
        Array("event: \(type)\r\ndata: ".utf8) + JSONValue.object(fields).bytes + Array("\r\n\r\n".utf8)
    }

    /// Written now and then so that silent connections are not taken for dead.
    public static let keepAlive = Array("\r\n".utf8)

    /// `event_stream_attached` and `event_stream_detached`.
    public static func stream(isAttached: Bool, client: String, at now: Instant) -> StreamEvent {
        StreamEvent(
            isAttached ? "event_stream_attached" : "event_stream_detached", ["remoteAddress": .string(client)], at: now)
    }

    /// The event of a notice.
    public init(_ notice: MarathonNotice, at now: Instant) {
        let (type, fields) = StreamEvent.content(notice)
        self.init(type, fields, at: now)
    }

    private static func content(_ notice: MarathonNotice) -> (String, JSONObject) {
        switch notice {
        case .apiPost(let origin, let spec):
            (
                "api_post_event",
                ["clientIp": .string(origin.client), "uri": .string(origin.uri), "appDefinition": .object(spec.json)]
            )
        case .registered(let id, let master):
            ("scheduler_registered_event", ["frameworkId": .string(id.value), "master": .string(master)])
        case .reregistered(let master): ("scheduler_reregistered_event", ["master": .string(master)])
        case .disconnected: ("scheduler_disconnected_event", [:])
        case .status(let instance, let status): ("status_update_event", self.status(instance, status))
        case .instanceChanged(let instance): ("instance_changed_event", changed(instance))
        case .healthChanged(let instance): ("instance_health_changed_event", health(instance))
        case .unknownTerminated(let id, let condition):
            (
                "unknown_instance_terminated_event",
                [
                    "instanceId": .string(id.description), "runSpecId": .string(id.app.description),
                    "condition": .string(condition.rawValue),
                ]
            )
        case .appTerminated(let app): ("app_terminated_event", ["appId": .string(app.description)])
        case .groupChanged(let group, let version):
            (
                "group_change_success",
                ["groupId": .string(group.description), "version": .string(version.description)]
            )
        case .deploymentStep(let deployment): ("deployment_info", step(deployment))
        case .deploymentStepDone(let deployment): ("deployment_step_success", step(deployment))
        case .deploymentDone(let plan):
            ("deployment_success", ["id": .string(plan.id), "plan": .object(self.plan(plan))])
        case .deploymentFailed(let plan, let reason):
            (
                "deployment_failed",
                ["id": .string(plan.id), "plan": .object(self.plan(plan)), "reason": .string(reason)]
            )
        }
    }

    private static func status(_ instance: Instance, _ status: TaskStatus) -> JSONObject {
        [
            "slaveId": .string(instance.run?.agentID.value ?? ""), "taskId": .string(status.taskID.value),
            "taskStatus": .string(status.state.wireName), "message": .string(status.message ?? ""),
            "appId": .string(instance.app.description), "host": .string(instance.run?.hostname ?? ""),
            "ipAddresses": instance.run.map(TaskRendering.addresses) ?? [],
            "ports": .array((instance.run?.ports ?? []).map { .integer(Int64($0)) }),
            "version": .string(instance.version.description),
        ]
    }

    private static func changed(_ instance: Instance) -> JSONObject {
        [
            "instanceId": .string(instance.id.description), "condition": .string(instance.condition.rawValue),
            "runSpecId": .string(instance.app.description),
            "agentId": instance.run.map { .string($0.agentID.value) } ?? .null,
            "host": instance.run.map { .string($0.hostname) } ?? .null,
            "runSpecVersion": .string(instance.version.description),
        ]
    }

    private static func health(_ instance: Instance) -> JSONObject {
        [
            "instanceId": .string(instance.id.description), "runSpecId": .string(instance.app.description),
            "healthy": instance.isHealthy.map { .bool($0) } ?? .null,
            "runSpecVersion": .string(instance.version.description),
        ]
    }

    private static func plan(_ plan: DeploymentPlan) -> JSONObject {
        [
            "id": .string(plan.id), "steps": DeploymentRendering.steps(plan),
            "version": .string(plan.version.description),
        ]
    }

    /// With empty `original` and `target`, which a strict client requires (spec `marathon` §6.2).
    private static func step(_ deployment: Deployment) -> JSONObject {
        var plan = plan(deployment.plan)
        (plan["original"], plan["target"]) = ([:], [:])
        return ["plan": .object(plan), "currentStep": DeploymentRendering.step(deployment.currentActions)]
    }
}
