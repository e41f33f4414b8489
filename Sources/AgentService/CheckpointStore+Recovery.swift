internal import AgentCore
internal import ClusterBase
internal import ClusterModel
internal import MesosProtocol

// Reading checkpoints back (spec mesos/05 §5.4).
extension CheckpointStore {
    /// Reads everything below `meta/slaves/latest`; truncates the torn ends of files of updates.
    ///
    /// With `strict` a file that cannot be read is an error; otherwise it is skipped and counted.
    mutating func recover(strict: Bool) throws(ClusterError) -> RecoveredAgent {
        var reader = CheckpointReader(paths: paths, isStrict: strict)
        var recovered = try reader.read(bootID: bootID)
        recovered.resources = try recoverResources(&reader)
        recovered.errorCount = reader.errors
        agentID = recovered.info?.id
        return recovered
    }
}

/// One pass over the checkpoints.
struct CheckpointReader {
    let paths: AgentPaths
    let isStrict: Bool
    var errors = 0

    init(paths: AgentPaths, isStrict: Bool) { (self.paths, self.isStrict) = (paths, isStrict) }

    mutating func read(bootID: String) throws(ClusterError) -> RecoveredAgent {
        var old: String?
        if let bytes = try FileSystem.read(paths.bootID) { old = String(decoding: bytes, as: UTF8.self) }
        let hasRebooted = old.map { $0.filter { !$0.isWhitespace } != bootID } ?? false
        guard let latest = FileSystem.linkTarget(paths.meta + "/slaves/latest"),
            let name = latest.split(separator: "/").last
        else { return RecoveredAgent(hasRebooted: hasRebooted) }
        let id = AgentID(String(name))
        let directory = paths.agent(id, meta: true)
        guard let info = try one(AgentInfo.self, directory + "/slave.info") else {
            return RecoveredAgent(hasRebooted: hasRebooted, errorCount: errors)
        }
        var frameworks: [RecoveredFramework] = []
        for name in FileSystem.names(in: directory + "/frameworks") {
            if let framework = try framework(FrameworkID(name), on: id) { frameworks.append(framework) }
        }
        var updates: [UniqueID: RecoveredOperationUpdates] = [:]
        for name in FileSystem.names(in: directory + "/operations") {
            guard let uuid = UniqueID(text: name) else { continue }
            updates[uuid] = try operationUpdates(directory + "/operations/\(name)/operation.updates")
        }
        var described = info
        described.id = id
        return RecoveredAgent(
            info: described, hasRebooted: hasRebooted, frameworks: frameworks, operationUpdates: updates,
            drain: try one(DrainConfig.self, paths.drainConfig(id)), errorCount: errors)
    }

    private mutating func framework(_ id: FrameworkID, on agent: AgentID) throws(ClusterError) -> RecoveredFramework? {
        let directory = paths.framework(id, of: agent, meta: true)
        guard var info = try one(FrameworkInfo.self, directory + "/framework.info") else { return nil }
        info.id = id
        var framework = RecoveredFramework(info: info)
        for name in FileSystem.names(in: directory + "/executors") {
            framework.runs += try runs(ExecutorID(name), of: id, on: agent)
        }
        return framework
    }

    private mutating func runs(
        _ id: ExecutorID, of framework: FrameworkID, on agent: AgentID
    ) throws(ClusterError) -> [RecoveredRun] {
        let directory = paths.executor(id, of: framework, on: agent, meta: true)
        guard let info = try one(ExecutorInfo.self, directory + "/executor.info") else { return [] }
        let latest = FileSystem.linkTarget(directory + "/runs/latest")?.split(separator: "/").last.map(String.init)
        var runs: [RecoveredRun] = []
        for name in FileSystem.names(in: directory + "/runs") where name != "latest" && !name.hasSuffix(".new") {
            let run = RunID(frameworkID: framework, executorID: id, containerID: ContainerID(name))
            let path = paths.run(run, on: agent, meta: true)
            var recovered = RecoveredRun(
                id: run, executor: info, isLatest: name == latest,
                hasSubscribed: FileSystem.exists(path + "/http.marker"),
                isCompleted: FileSystem.exists(path + "/executor.sentinel"),
                forkedPID: pid(paths.forkedPID(run.containerID, task: nil, of: run, on: agent)))
            if recovered.isLatest, !recovered.isCompleted {
                for task in FileSystem.names(in: path + "/tasks") {
                    if let task = try self.task(TaskID(task), of: run, on: agent) { recovered.tasks.append(task) }
                }
            }
            runs.append(recovered)
        }
        return runs
    }

    private mutating func task(_ id: TaskID, of run: RunID, on agent: AgentID) throws(ClusterError) -> RecoveredTask? {
        let directory = paths.task(id, of: run, on: agent)
        guard let record = try one(TaskRecord.self, directory + "/task.info") else { return nil }
        var task = RecoveredTask(record: record)
        task.info = try one(TaskInfo.self, directory + "/task.launch")
        if let bytes = try FileSystem.read(directory + "/container.id"), !bytes.isEmpty {
            let container = ContainerID(String(decoding: bytes, as: UTF8.self))
            task.containerID = container
            task.forkedPID = pid(paths.forkedPID(container, task: id, of: run, on: agent))
        }
        for entry in try entries(StatusUpdateRecord.self, directory + "/task.updates") {
            switch entry {
            case .update(let update): task.updates.append(update)
            case .acknowledged(let uuid): task.acknowledged.append(uuid)
            }
        }
        return task
    }

    private mutating func operationUpdates(_ path: String) throws(ClusterError) -> RecoveredOperationUpdates {
        var updates = RecoveredOperationUpdates()
        for entry in try entries(OperationUpdateRecord.self, path) {
            switch entry {
            case .update(let update): updates.statuses.append(update.status)
            case .acknowledged(let uuid): updates.acknowledged.append(uuid)
            }
        }
        return updates
    }

    /// The entries of a file of updates; a part of one at its end is cut off.
    private mutating func entries<Entry: WireModel>(
        _ type: Entry.Type, _ path: String
    ) throws(ClusterError) -> [Entry] {
        guard let bytes = try FileSystem.read(path) else { return [] }
        do {
            let (entries, valid) = try CheckpointCodec.decode(type, from: bytes)
            if valid < bytes.count { try FileSystem.truncate(path, to: valid) }
            return entries
        } catch let error as ClusterError {
            throw error
        } catch {
            try corrupt(path, error)
            return []
        }
    }

    /// The message of a file; nil when there is no file, or it holds none.
    mutating func one<Value: WireModel>(_ type: Value.Type, _ path: String) throws(ClusterError) -> Value? {
        guard let bytes = try FileSystem.read(path) else { return nil }
        // What was renamed into place but not yet on the disk when the power went is empty.
        if bytes.isEmpty { return nil }
        do { return try CheckpointCodec.decodeOne(type, from: bytes) } catch {
            try corrupt(path, error)
            return nil
        }
    }

    /// The messages of a file that holds any number; nil when there is no file.
    mutating func list<Value: WireModel>(_ type: Value.Type, _ path: String) throws(ClusterError) -> [Value]? {
        guard let bytes = try FileSystem.read(path) else { return nil }
        do {
            let (values, valid) = try CheckpointCodec.decode(type, from: bytes)
            guard valid == bytes.count else { throw WireError.malformed }
            return values
        } catch {
            try corrupt(path, error)
            return nil
        }
    }

    private mutating func corrupt(_ path: String, _ cause: any Error) throws(ClusterError) {
        errors += 1
        guard isStrict else { return }
        throw ClusterError(
            .system, "checkpoint \(path) cannot be read; remove it, or start with --no-strict to pass over it",
            cause: cause)
    }

    private func pid(_ path: String) -> Int32? {
        guard let bytes = (try? FileSystem.read(path)) ?? nil else { return nil }
        return Int32(String(decoding: bytes, as: UTF8.self).filter { !$0.isWhitespace })
    }
}
