internal import AgentCore
internal import ClusterBase
internal import ClusterModel
internal import MesosProtocol
internal import ResourceModel

/// Writes checkpoint records in upstream's layout and formats (spec `mesos/05` §5.3, decision D23).
///
/// What upstream lacks stands in files beside: `task.launch` (the whole description of a task the agent runs itself)
/// and `container.id` in a task's directory. Blocking: for one thread at a time.
struct CheckpointStore: Sendable {
    /// A record that could not be written, and why.
    struct Failure: Sendable {
        var record: CheckpointRecord
        var error: ClusterError
    }

    let paths: AgentPaths
    let bootID: String
    /// The agent that the records belong to; known once it registered or was recovered.
    var agentID: AgentID?
    /// Reservations and volumes as they are on the disk.
    var committed: Resources = []

    init(paths: AgentPaths, bootID: String) { (self.paths, self.bootID) = (paths, bootID) }

    /// Writes records in order, with one sync for every file of updates; returns those that did not work.
    mutating func write(_ records: [CheckpointRecord]) -> [Failure] {
        var failures: [Failure] = []
        var appends = Appends()
        let superseded = Self.superseded(records)
        for (index, record) in records.enumerated() where !superseded.contains(index) {
            do throws(ClusterError) {
                try write(record, &appends)
            } catch {
                failures.append(Failure(record: record, error: error))
            }
        }
        for (path, batch) in zip(appends.paths, appends.batches) {
            do throws(ClusterError) {
                try FileSystem.append(batch.bytes, to: path, sync: batch.needsSync)
            } catch {
                failures += batch.records.map { Failure(record: $0, error: error) }
            }
        }
        return failures
    }

    /// What goes to the end of each file, in the order of first mention.
    private struct Appends {
        struct Batch {
            var bytes: [UInt8] = []
            var records: [CheckpointRecord] = []
            var needsSync = false
        }

        private(set) var paths: [String] = []
        private(set) var batches: [Batch] = []
        private var indices: [String: Int] = [:]

        mutating func add(_ bytes: [UInt8], to path: String, _ record: CheckpointRecord, sync: Bool) {
            let index: Int
            if let known = indices[path] {
                index = known
            } else {
                index = paths.count
                indices[path] = index
                paths.append(path)
                batches.append(Batch())
            }
            batches[index].bytes += bytes
            batches[index].records.append(record)
            if sync { batches[index].needsSync = true }
        }
    }

    private mutating func write(_ record: CheckpointRecord, _ appends: inout Appends) throws(ClusterError) {
        if case .agent(let info) = record { return try write(info) }
        switch record {
        case .resources(let checkpoint): return try write(checkpoint)
        case .bootID:
            try FileSystem.makeDirectories(paths.meta)
            return try FileSystem.replace(paths.bootID, with: Array(bootID.utf8), sync: true)
        case .agentForgotten:
            try FileSystem.remove(paths.meta + "/slaves/latest")
            return agentID = nil
        default: break
        }
        guard let agentID else { throw ClusterError(.conflict, "a checkpoint came before the agent had an id") }
        switch record {
        case .agent, .bootID, .agentForgotten, .resources: break
        case .framework(let info):
            guard let id = info.id else { return }
            let directory = paths.framework(id, of: agentID, meta: true)
            try FileSystem.makeDirectories(directory)
            try FileSystem.replace(directory + "/framework.info", with: CheckpointCodec.encode(info), sync: false)
            try FileSystem.replace(directory + "/framework.pid", with: Array("@0.0.0.0:0".utf8), sync: false)
        case .run(let run, let info): try write(run, info, agentID)
        case .subscribed(let run):
            try FileSystem.replace(paths.run(run, on: agentID, meta: true) + "/http.marker", with: [], sync: false)
        case .task(let run, let task, let info, let containerID):
            let directory = paths.task(task.id, of: run, on: agentID)
            try FileSystem.makeDirectories(directory)
            let sync = containerID == nil
            try FileSystem.replace(directory + "/task.info", with: CheckpointCodec.encode(task), sync: sync)
            guard let containerID else { return }
            try FileSystem.replace(directory + "/task.launch", with: CheckpointCodec.encode(info), sync: false)
            try FileSystem.replace(directory + "/container.id", with: Array(containerID.value.utf8), sync: false)
        case .update(let run, let update):
            let path = paths.task(update.status.taskID, of: run, on: agentID) + "/task.updates"
            appends.add(CheckpointCodec.encode(StatusUpdateRecord.update(update)), to: path, record, sync: true)
        case .acknowledgement(let run, let taskID, let uuid):
            // Lost with the power, it is repeated: the scheduler gets an update twice, with the same uuid.
            let path = paths.task(taskID, of: run, on: agentID) + "/task.updates"
            appends.add(CheckpointCodec.encode(StatusUpdateRecord.acknowledged(uuid)), to: path, record, sync: false)
        case .operationUpdate(let update):
            let path = updates(of: update.operationUUID, agentID)
            try FileSystem.makeDirectories(paths.operation(update.operationUUID, on: agentID))
            appends.add(CheckpointCodec.encode(OperationUpdateRecord.update(update)), to: path, record, sync: true)
        case .operationAcknowledgement(let uuid, let status):
            let bytes = CheckpointCodec.encode(OperationUpdateRecord.acknowledged(status))
            appends.add(bytes, to: updates(of: uuid, agentID), record, sync: false)
        case .operationForgotten(let uuid): try write(forgotten: uuid, agentID)
        case .drain(let config): try write(drain: config, agentID)
        case .runCompleted(let run):
            try FileSystem.replace(
                paths.run(run, on: agentID, meta: true) + "/executor.sentinel", with: [], sync: false)
        }
    }

    private mutating func write(_ info: AgentInfo) throws(ClusterError) {
        guard let id = info.id else { return }
        agentID = id
        let directory = paths.agent(id, meta: true)
        try FileSystem.makeDirectories(directory)
        try FileSystem.makeDirectories(paths.agent(id))
        try FileSystem.replace(directory + "/slave.info", with: CheckpointCodec.encode(info), sync: true)
        try FileSystem.link(paths.meta + "/slaves/latest", to: directory)
        try FileSystem.link(paths.workDirectory + "/slaves/latest", to: paths.agent(id))
    }

    private func write(_ run: RunID, _ info: ExecutorInfo, _ agentID: AgentID) throws(ClusterError) {
        let directory = paths.run(run, on: agentID, meta: true)
        try FileSystem.makeDirectories(directory + "/pids")
        let executor = paths.executor(run.executorID, of: run.frameworkID, on: agentID, meta: true)
        try FileSystem.replace(executor + "/executor.info", with: CheckpointCodec.encode(info), sync: false)
        try FileSystem.link(paths.latestRun(run, on: agentID, meta: true), to: directory)
    }
}
