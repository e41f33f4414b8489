internal import AgentCore
internal import ClusterBase
internal import ClusterModel
internal import Logging
internal import NIOPosix

/// Writes records on a thread that may block, and deals with those a full disk refuses.
///
/// A task whose launch cannot be recorded is not launched; an update that cannot be recorded is not acknowledged to its
/// executor until a later attempt works. Everything else goes on.
struct RecordWriter: Sendable {
    /// The most updates that wait for room on the disk; later ones are passed on without being recorded.
    static let backlogMax = 10_000

    private var store: CheckpointStore
    private let logger: Logger
    private var backlog: [CheckpointRecord] = []
    /// Acknowledgements to executors that wait with the updates they are for.
    private var held: [UniqueID: AgentEffect] = [:]
    var isRetryScheduled = false
    /// Set when the agent cannot go on: its own id could not be written.
    private(set) var fatal: ClusterError?

    init(store: CheckpointStore, logger: Logger) { (self.store, self.logger) = (store, logger) }

    var hasBacklog: Bool { !backlog.isEmpty }

    /// Writes the records, and those that did not work earlier; takes out of `effects` what must not happen without its
    /// record and returns what the core is to be told instead.
    mutating func write(_ records: [CheckpointRecord], _ effects: inout [AgentEffect]) async -> [AgentEvent] {
        let retried = backlog
        backlog = []
        isRetryScheduled = false
        let all = retried + records
        var store = store
        let result = try? await NIOThreadPool.singleton.runIfActive { [store] in
            var store = store
            let failures = store.write(all)
            return (store, failures)
        }
        guard let (written, failures) = result else {
            fatal = ClusterError(.system, "cannot write checkpoints: no thread to write them")
            return []
        }
        store = written
        self.store = store
        if !held.isEmpty || !failures.isEmpty { release(retried, failures, &effects) }
        guard !failures.isEmpty else { return [] }
        logger.error(
            "cannot write checkpoints",
            metadata: ["records": "\(failures.count)", "error": "\(failures[0].error)"])
        return failures.flatMap { give(up: $0, &effects) }
    }

    /// Lets acknowledgements go whose updates are on the disk now.
    private mutating func release(
        _ retried: [CheckpointRecord], _ failures: [CheckpointStore.Failure], _ effects: inout [AgentEffect]
    ) {
        let failed = Set(failures.compactMap { Self.uuid($0.record) })
        for uuid in retried.compactMap(Self.uuid) where !failed.contains(uuid) {
            if let effect = held.removeValue(forKey: uuid) { effects.append(effect) }
        }
    }

    private mutating func give(up failure: CheckpointStore.Failure, _ effects: inout [AgentEffect]) -> [AgentEvent] {
        let message = "cannot write its checkpoint: \(failure.error)"
        switch failure.record {
        case .agent, .bootID, .agentForgotten, .resources, .drain:
            fatal = failure.error
            return []
        case .run(let run, _): return refuse(&effects, message) { $0 == run }
        case .task(let run, let task, _, let containerID):
            if containerID != nil { return refuse(&effects, message) { $0 == run } }
            let isTaken = effects.contains { $0.isLaunch(of: task.id) }
            effects.removeAll { $0.isLaunch(of: task.id) }
            return isTaken ? [.taskNotRecorded(run, task.id, message: message)] : []
        case .update(_, let update):
            if let uuid = update.uuid {
                effects.removeAll { effect in
                    guard case .sendExecutor(_, .acknowledged(_, uuid)) = effect else { return false }
                    held[uuid] = effect
                    return true
                }
            }
            keep(failure.record)
        case .framework, .subscribed, .acknowledgement, .runCompleted, .operationUpdate, .operationAcknowledgement,
            .operationForgotten:
            keep(failure.record)
        }
        return []
    }

    private mutating func keep(_ record: CheckpointRecord) {
        if backlog.count < Self.backlogMax { backlog.append(record) }
    }

    private static func uuid(_ record: CheckpointRecord) -> UniqueID? {
        if case .update(_, let update) = record { return update.uuid }
        return nil
    }

    /// Takes out the launches of a run.
    private func refuse(_ effects: inout [AgentEffect], _ message: String, _ isOf: (RunID) -> Bool) -> [AgentEvent] {
        var events: [AgentEvent] = []
        effects.removeAll { effect in
            guard case .launchContainer(let plan) = effect else { return false }
            let parent = plan.id.value.split(separator: ".").first.map(String.init) ?? plan.id.value
            for id in [plan.id, ContainerID(parent)] {
                let run = RunID(frameworkID: plan.frameworkID, executorID: plan.executorID, containerID: id)
                guard isOf(run) else { continue }
                events.append(.containerLaunchFailed(plan.id, message: message))
                return true
            }
            return false
        }
        return events
    }
}

extension AgentEffect {
    /// Whether an executor is given this task.
    fileprivate func isLaunch(of id: TaskID) -> Bool {
        switch self {
        case .sendExecutor(_, .launch(let task)): task.id == id
        case .sendExecutor(_, .launchGroup(let tasks)): tasks.contains { $0.id == id }
        default: false
        }
    }
}
