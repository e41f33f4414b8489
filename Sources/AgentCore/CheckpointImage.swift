internal import ClusterBase
internal import ClusterModel
internal import OrderedCollections

/// Checkpoint records applied to memory: what a disk would give back.
///
/// Simulation and tests use it for a disk.
public struct CheckpointImage: Sendable {
    private var agent: AgentInfo?
    private var frameworks: OrderedDictionary<FrameworkID, RecoveredFramework> = [:]
    private var resources = ResourceCheckpoint()
    private var operationUpdates: [UniqueID: RecoveredOperationUpdates] = [:]
    private var drain: DrainConfig?

    /// Makes an empty disk.
    public init() {}

    /// Applies a record as writing it would.
    public mutating func apply(_ record: CheckpointRecord) {
        switch record {
        case .agent(let info): agent = info
        case .bootID: break
        case .agentForgotten:
            agent = nil
            frameworks = [:]
            operationUpdates = [:]
            drain = nil
        case .framework(let info):
            guard let id = info.id else { return }
            frameworks[id, default: RecoveredFramework(info: info)].info = info
        case .run(let id, let executor):
            guard let framework = frameworks[id.frameworkID] else { return }
            for index in framework.runs.indices where framework.runs[index].id.executorID == id.executorID {
                frameworks[id.frameworkID]?.runs[index].isLatest = false
            }
            frameworks[id.frameworkID]?.runs.append(RecoveredRun(id: id, executor: executor))
        case .subscribed(let id): change(id) { $0.hasSubscribed = true }
        case .runCompleted(let id): change(id) { $0.isCompleted = true }
        case .task(let id, let record, let info, let containerID):
            change(id) { $0.tasks.append(RecoveredTask(record: record, info: info, containerID: containerID)) }
        case .update(let id, let update):
            change(id, update.status.taskID) { $0.updates.append(update) }
        case .acknowledgement(let id, let taskID, let uuid): change(id, taskID) { $0.acknowledged.append(uuid) }
        case .resources(let checkpoint): resources = checkpoint
        case .operationUpdate(let update):
            operationUpdates[update.operationUUID, default: RecoveredOperationUpdates()].statuses.append(update.status)
        case .operationAcknowledgement(let uuid, let status): operationUpdates[uuid]?.acknowledged.append(status)
        case .operationForgotten(let uuid): operationUpdates[uuid] = nil
        case .drain(let config): drain = config
        }
    }

    /// What a new agent reads.
    public func recovered(hasRebooted: Bool = false) -> RecoveredAgent {
        RecoveredAgent(
            info: agent, hasRebooted: hasRebooted, frameworks: Array(frameworks.values), resources: resources,
            operationUpdates: operationUpdates, drain: drain)
    }

    private mutating func change(_ id: RunID, _ body: (inout RecoveredRun) -> Void) {
        guard let index = frameworks[id.frameworkID]?.runs.firstIndex(where: { $0.id == id }) else { return }
        guard var run = frameworks[id.frameworkID]?.runs[index] else { return }
        body(&run)
        frameworks[id.frameworkID]?.runs[index] = run
    }

    private mutating func change(_ id: RunID, _ taskID: TaskID, _ body: (inout RecoveredTask) -> Void) {
        change(id) { run in
            guard let index = run.tasks.firstIndex(where: { $0.record.id == taskID }) else { return }
            body(&run.tasks[index])
        }
    }
}
