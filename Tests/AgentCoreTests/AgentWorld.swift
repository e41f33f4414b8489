import ClusterBase
import ClusterModel
import ResourceModel
import Testing

@testable import AgentCore

/// An agent's core with a disk in memory, a master that records, and containers that the test starts and ends by hand.
struct AgentWorld {
    static let master = MasterInfo(id: "m", ip: "10.0.0.1", port: 5050, hostname: "m", version: "1.12.0")
    static let agentID: AgentID = "m-S0"
    static let frameworkID: FrameworkID = "m-0000"

    var core: AgentCore
    var disk = CheckpointImage()
    var now = Instant(seconds: 1000)
    /// What left since the last `take`.
    var effects: [AgentEffect] = []
    var lastRequest: UInt64 = 0
    var configuration: AgentConfiguration
    var agent = AgentInfo(
        hostname: "host", port: 5051, resources: [.scalar("cpus", 8), .scalar("mem", 4096), .scalar("disk", 1000)])

    init(change: (inout AgentConfiguration) -> Void = { _ in }) {
        configuration = AgentConfiguration(ip: "10.0.0.2", port: 5051, workDirectory: "/w", runtimeDirectory: "/r")
        change(&configuration)
        core = AgentCore(configuration: configuration, info: agent, seed: 1, now: now)
    }

    /// An agent that is registered and has nothing to do.
    static func registered(change: (inout AgentConfiguration) -> Void = { _ in }) -> AgentWorld {
        var world = AgentWorld(change: change)
        world.start()
        world.register()
        return world
    }

    @discardableResult
    mutating func step(_ event: AgentEvent) -> [AgentEffect] {
        let outcome = core.step(event, now: now)
        for record in outcome.records { disk.apply(record) }
        effects += outcome.effects
        let problems = core.checkInvariants()
        #expect(problems.isEmpty, "after \(event): \(problems)")
        return outcome.effects
    }

    /// Lets time pass, stopping at every deadline.
    mutating func advance(_ duration: Duration) {
        let end = now + duration
        while let next = core.nextDeadline, next <= end {
            now = max(now, next)
            step(.tick)
        }
        now = end
    }

    mutating func start(findings: [ContainerID: ContainerFinding] = [:], hasRebooted: Bool = false) {
        step(.recovered(disk.recovered(hasRebooted: hasRebooted)))
        step(.containersRecovered(findings))
    }

    mutating func register() {
        step(.masterDetected(Self.master))
        advance(.milliseconds(5))
        let isKnown = core.info.id != nil
        fromMaster(
            isKnown
                ? .reregistered(Self.agentID, pingTimeout: .seconds(75), unknownTasks: [])
                : .registered(Self.agentID, pingTimeout: .seconds(75)))
        effects = []
    }

    /// The process dies and a new one starts with what is on the disk.
    mutating func restart(findings: [ContainerID: ContainerFinding] = [:], hasRebooted: Bool = false) {
        core = AgentCore(configuration: configuration, info: agent, seed: 2, now: now)
        effects = []
        start(findings: findings, hasRebooted: hasRebooted)
    }

    @discardableResult
    mutating func fromMaster(_ message: MasterMessage) -> [AgentEffect] {
        step(.masterMessage(from: Self.master.pid, message))
    }

    mutating func call(_ executor: ExecutorID, _ call: ExecutorCall) -> (RequestID, [AgentEffect]) {
        lastRequest += 1
        let request = RequestID(lastRequest)
        return (request, step(.executorCall(request, Self.frameworkID, executor, call)))
    }

    mutating func acknowledge(_ update: StatusUpdate) {
        guard let uuid = update.uuid else { return }
        fromMaster(.acknowledge(Self.agentID, update.frameworkID, update.status.taskID, uuid: uuid))
    }

    /// Acknowledges everything that is sent until nothing comes any longer; returns it in order.
    mutating func acknowledgeAll() -> [StatusUpdate] {
        var all: [StatusUpdate] = []
        var waiting = takeUpdates()
        while !waiting.isEmpty {
            let update = waiting.removeFirst()
            guard !all.contains(where: { $0.uuid == update.uuid }) else { continue }
            all.append(update)
            acknowledge(update)
            waiting += takeUpdates()
        }
        return all
    }

    mutating func takeUpdates() -> [StatusUpdate] {
        defer { effects = [] }
        return updates
    }

    /// The updates sent to the master since the last `take`.
    var updates: [StatusUpdate] {
        effects.compactMap { if case .send(_, .statusUpdate(let update)) = $0 { update } else { nil } }
    }

    var launches: [ContainerPlan] {
        effects.compactMap { if case .launchContainer(let plan) = $0 { plan } else { nil } }
    }

    var messages: [AgentMessage] {
        effects.compactMap { if case .send(_, let message) = $0 { message } else { nil } }
    }

    static func framework(
        checkpoint: Bool = true, capabilities: FrameworkCapabilities = [.partitionAware, .taskKillingState]
    ) -> FrameworkInfo {
        FrameworkInfo(
            id: frameworkID, user: "root", name: "test", checkpoint: checkpoint, roles: ["*"],
            capabilities: capabilities)
    }

    static func commandTask(
        _ id: TaskID = "t1", docker: Bool = false, change: (inout TaskInfo) -> Void = { _ in }
    ) -> TaskInfo {
        var task = TaskInfo(
            name: "task", id: id, agentID: agentID, resources: [.scalar("cpus", 1), .scalar("mem", 64)],
            command: CommandInfo(value: "sleep 100"),
            container: docker ? ContainerInfo(kind: .docker(DockerInfo(image: "busybox", network: .bridge))) : nil)
        change(&task)
        return task
    }

    static let executor = ExecutorInfo(
        id: "e1", command: CommandInfo(value: "./executor"), resources: [.scalar("cpus", 0.1), .scalar("mem", 32)])

    static func executorTask(_ id: TaskID) -> TaskInfo {
        TaskInfo(
            name: "task", id: id, agentID: agentID, resources: [.scalar("cpus", 1), .scalar("mem", 64)],
            executor: executor)
    }

    /// Runs a command task up to TASK_RUNNING with everything acknowledged; returns its container.
    mutating func running(_ task: TaskInfo = commandTask(), checkpoint: Bool = true) -> ContainerID {
        fromMaster(.runTask(Self.framework(checkpoint: checkpoint), task, launchExecutor: true))
        let id = launches.last?.id ?? "none"
        step(.containerLaunched(id, ContainerStart(pid: 42, addresses: task.container == nil ? [] : ["172.17.0.2"])))
        _ = acknowledgeAll()
        return id
    }

    /// An executor that has subscribed and runs one task; returns its stream.
    mutating func subscribedExecutor(checkpoint: Bool = true) -> (stream: RequestID, container: ContainerID) {
        fromMaster(.runTask(Self.framework(checkpoint: checkpoint), Self.executorTask("t1"), launchExecutor: true))
        let container = launches.last?.id ?? "none"
        step(.containerLaunched(container, ContainerStart(pid: 7)))
        let (stream, _) = call("e1", .subscribe(unacknowledgedTasks: [], unacknowledgedUpdates: []))
        return (stream, container)
    }

    func status(_ task: TaskID, _ state: TaskState, uuid: UInt64) -> TaskStatus {
        TaskStatus(
            taskID: task, state: state, source: .executor, timestamp: now, uuid: UniqueID(high: uuid, low: uuid))
    }
}
