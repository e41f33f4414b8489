import ClusterBase
import ClusterModel
import MarathonModel
import ResourceModel
import Testing

@testable import MarathonCore

/// A core with a clock, a disk and a master played by the test.
struct MarathonWorld {
    var core: MarathonCore
    var now = Instant(seconds: 1_700_000_000)
    /// The variables as recorded so far.
    var disk: [String: [UInt8]] = [:]
    /// Everything that left since the test last looked.
    var calls: [SchedulerCall] = []
    var notices: [MarathonNotice] = []
    private var lastCommand: CommandID = 0
    private var lastOffer = 0
    private var lastUpdate: UInt64 = 0
    let settings: MarathonSettings

    init(settings: MarathonSettings = MarathonSettings()) {
        (self.settings, core) = (settings, MarathonCore(settings: settings, seed: 1))
    }

    @discardableResult
    mutating func step(_ event: MarathonEvent) -> [MarathonEffect] { take(core.step(event, now: now)) }

    private mutating func take(_ outcome: MarathonOutcome) -> [MarathonEffect] {
        for record in outcome.records {
            switch record {
            case .put(let name, let value): disk[name] = value
            case .delete(let name): disk[name] = nil
            }
        }
        for effect in outcome.effects {
            switch effect {
            case .call(let call): calls.append(call)
            case .publish(let notice): notices.append(notice)
            case .reply, .stop: break
            }
        }
        return outcome.effects
    }

    mutating func connect(framework: FrameworkID = "F-1") {
        let master = MasterInfo(id: "m", ip: "10.0.0.1", port: 5050, hostname: "m", version: "1.11.0")
        step(.scheduler(.subscribed(framework, heartbeatInterval: .seconds(15), master: master)))
    }

    /// Lets time pass, waking the core at each of its deadlines.
    mutating func wait(_ duration: Duration) {
        let end = now + duration
        while let due = core.nextDeadline, due <= end {
            now = max(now, due)
            step(.tick)
        }
        now = end
    }

    /// A process killed and started again on the same disk.
    mutating func restart() throws {
        calls = []
        let recovered = try MarathonCore.recover(
            settings: settings, seed: 2, variables: disk.map { ($0.key, $0.value) }, now: now)
        core = recovered.core
        _ = take(recovered.outcome)
    }

    mutating func command(_ command: MarathonCommand) -> Result<CommandAnswer, MarathonError> {
        lastCommand += 1
        for case .reply(lastCommand, let result) in step(.command(lastCommand, command)) { return result }
        return .failure(.badRequest("no reply"))
    }

    @discardableResult
    mutating func post(_ body: String, force: Bool = false) throws -> AppSpec {
        let answer = try command(
            .createApp(object(body), force: force, origin: CommandOrigin(client: "c", uri: "/v2/apps"))
        ).get()
        guard case .created(let spec, _) = answer else { throw MarathonError.badRequest("\(answer)") }
        return spec
    }

    @discardableResult
    mutating func put(_ id: String, _ body: String, force: Bool = false) throws -> DeploymentReceipt {
        let answer = try command(
            .updateApp(
                PathID(id), object(body), isPartial: true, mayCreate: true, force: force,
                origin: CommandOrigin(client: "c", uri: "/v2/apps/x"))
        ).get()
        guard case .changed(let receipt, _) = answer else { throw MarathonError.badRequest("\(answer)") }
        return receipt
    }

    mutating func delete(_ id: String, force: Bool = true) throws {
        _ = try command(.deleteApp(PathID(id), force: force)).get()
    }

    /// Offers one agent's resources and returns the tasks that were launched on them.
    @discardableResult
    mutating func offer(
        _ host: String = "agent1", cpus: Double = 8, mem: Double = 8192, ports: ClosedRange<UInt64> = 31_000...32_000,
        role: String = "*", attributes: [Attribute] = []
    ) -> [TaskInfo] {
        launches(from: [makeOffer(host, cpus: cpus, mem: mem, ports: ports, role: role, attributes: attributes)])
    }

    mutating func makeOffer(
        _ host: String, cpus: Double = 8, mem: Double = 8192, ports: ClosedRange<UInt64> = 31_000...32_000,
        role: String = "*", attributes: [Attribute] = []
    ) -> Offer {
        lastOffer += 1
        let resources: Resources = [
            .scalar("cpus", cpus), .scalar("mem", mem), .scalar("disk", 10_000), .ranges("ports", [ports]),
        ]
        return Offer(
            id: OfferID("O\(lastOffer)"), frameworkID: "F-1", agentID: AgentID("\(host)-id"), hostname: host,
            ip: "10.0.0.2", port: 5051, resources: resources.allocated(to: role), attributes: attributes, role: role)
    }

    mutating func launches(from offers: [Offer]) -> [TaskInfo] {
        step(.scheduler(.offers(offers))).flatMap { effect -> [TaskInfo] in
            guard case .call(.accept(_, let operations, _)) = effect else { return [] }
            return operations.flatMap { operation -> [TaskInfo] in
                if case .launch(let tasks) = operation.action { tasks } else { [] }
            }
        }
    }

    /// What happens to a task, as its agent reports it.
    mutating func report(
        _ task: TaskID, _ state: TaskState, healthy: Bool? = nil, reason: StatusReason? = nil, message: String? = nil
    ) {
        lastUpdate += 1
        let agent = InstanceID.parse(task: task).flatMap { core.instances[$0.id]?.run?.agentID } ?? "agent1-id"
        step(
            .scheduler(
                .update(
                    TaskStatus(
                        taskID: task, state: state, message: message, reason: reason, agentID: agent,
                        uuid: UniqueID(high: 1, low: lastUpdate), isHealthy: healthy))))
    }

    mutating func run(_ tasks: [TaskInfo], healthy: Bool? = nil) {
        for task in tasks { report(task.id, .running, healthy: healthy) }
    }

    /// The tasks that were asked to be killed since the last look.
    mutating func takeKills() -> [TaskID] {
        defer { calls = [] }
        return calls.compactMap { if case .kill(let task, _, _) = $0 { task } else { nil } }
    }

    mutating func takeCalls() -> [SchedulerCall] {
        defer { calls = [] }
        return calls
    }

    func conditions(_ app: String) -> [InstanceCondition] { core.instances(of: PathID(app)).map(\.condition) }
}

let sleeper = #"{"id":"/s","cmd":"sleep 100","cpus":0.5,"mem":32,"instances":2}"#
