internal import ClusterBase
public import ClusterModel

extension InternalCodec {
    /// Writes what the master tells an agent.
    public static func encode(_ message: MasterMessage) -> Envelope {
        switch message {
        case .registered(let agent, let timeout):
            return envelope("SlaveRegisteredMessage") { writer in
                writer.id(Wire.Internal.SlaveRegisteredMessage.slaveID, agent)
                writer.nested(Wire.Internal.SlaveRegisteredMessage.connection) { $0.double(1, timeout.totalSeconds) }
            }
        case .reregistered(let agent, let timeout, let unknown):
            return envelope("SlaveReregisteredMessage") { writer in
                writer.id(Wire.Internal.SlaveReregisteredMessage.slaveID, agent)
                for tasks in unknown {
                    writer.nested(Wire.Internal.SlaveReregisteredMessage.reconciliations) { $0.reconciliation(tasks) }
                }
                writer.nested(Wire.Internal.SlaveReregisteredMessage.connection) { $0.double(1, timeout.totalSeconds) }
            }
        case .runTask(let framework, let task, let launchExecutor):
            return envelope("RunTaskMessage") { writer in
                typealias Field = Wire.Internal.RunTaskMessage
                writer.id(Field.frameworkID, ifPresent: framework.id)
                writer.message(Field.framework, framework)
                writer.string(Field.pid, nullPID)
                writer.message(Field.task, task)
                writer.bool(Field.launchExecutor, launchExecutor)
            }
        case .runTaskGroup(let framework, let executor, let tasks, let launchExecutor):
            return envelope("RunTaskGroupMessage") { writer in
                typealias Field = Wire.Internal.RunTaskGroupMessage
                writer.message(Field.framework, framework)
                writer.message(Field.executor, executor)
                writer.nested(Field.taskGroup) { for task in tasks { $0.message(1, task) } }
                writer.bool(Field.launchExecutor, launchExecutor)
            }
        case .killTask(let framework, let task, let policy):
            return envelope("KillTaskMessage") { writer in
                writer.id(Wire.Internal.KillTaskMessage.frameworkID, framework)
                writer.id(Wire.Internal.KillTaskMessage.taskID, task)
                writer.message(Wire.Internal.KillTaskMessage.killPolicy, ifPresent: policy)
            }
        case .shutdownExecutor(let framework, let executor):
            return envelope("ShutdownExecutorMessage") { writer in
                writer.id(Wire.Internal.ShutdownExecutorMessage.executorID, executor)
                writer.id(Wire.Internal.ShutdownExecutorMessage.frameworkID, framework)
            }
        case .shutdownFramework(let framework): return envelope("ShutdownFrameworkMessage") { $0.id(1, framework) }
        case .frameworkMessage(let agent, let framework, let executor, let data):
            return envelope("FrameworkToExecutorMessage") { writer in
                writer.ids(agent, framework, executor)
                writer.data(Wire.Internal.FrameworkToExecutorMessage.data, data)
            }
        case .acknowledge(let agent, let framework, let task, let uuid):
            return envelope("StatusUpdateAcknowledgementMessage") { writer in
                writer.id(Wire.Internal.StatusUpdateAcknowledgementMessage.slaveID, agent)
                writer.id(Wire.Internal.StatusUpdateAcknowledgementMessage.frameworkID, framework)
                writer.id(Wire.Internal.StatusUpdateAcknowledgementMessage.taskID, task)
                writer.data(Wire.Internal.StatusUpdateAcknowledgementMessage.uuid, uuid.bytes)
            }
        case .updateFramework(let framework):
            return envelope("UpdateFrameworkMessage") { writer in
                writer.id(Wire.Internal.UpdateFrameworkMessage.frameworkID, framework.id ?? "")
                writer.string(Wire.Internal.UpdateFrameworkMessage.pid, nullPID)
                writer.message(Wire.Internal.UpdateFrameworkMessage.frameworkInfo, framework)
            }
        case .applyOperation(let framework, let operation, let uuid, let version):
            return apply(operation, of: framework, uuid: uuid, resourceVersion: version)
        case .checkpointResources(let resources):
            return envelope("CheckpointResourcesMessage") {
                $0.resources(Wire.Internal.CheckpointResourcesMessage.resources, resources)
            }
        case .acknowledgeOperation(let status, let operation, let provider):
            return acknowledge(status: status, of: operation, provider: provider)
        case .reconcileOperations(let framework, let operations): return reconcile(operations, of: framework)
        case .drain(let config):
            return envelope("DrainSlaveMessage") { $0.message(Wire.Internal.DrainSlaveMessage.config, config) }
        case .shutdown(let message): return envelope("ShutdownMessage") { $0.string(1, message) }
        case .ping(let connected): return envelope("PingSlaveMessage") { $0.bool(1, connected) }
        }
    }
}

extension WireWriter {
    /// Writes a `ReconcileTasksMessage`; the states mean nothing, the capability travels in a `FrameworkInfo`.
    fileprivate mutating func reconciliation(_ tasks: FrameworkTasks) {
        id(Wire.Internal.ReconcileTasksMessage.frameworkID, tasks.frameworkID)
        for task in tasks.taskIDs {
            message(Wire.Internal.ReconcileTasksMessage.statuses, TaskStatus(taskID: task, state: .staging))
        }
        let capabilities: FrameworkCapabilities = tasks.isPartitionAware ? [.partitionAware] : []
        let framework = FrameworkInfo(id: tasks.frameworkID, user: "", name: "", capabilities: capabilities)
        message(Wire.Internal.ReconcileTasksMessage.framework, framework)
    }
}

extension MasterMessage {
    /// Reads the message of a name; nil for names that the model does not know.
    static func read(_ name: Substring, _ reader: inout WireReader) throws(WireError) -> MasterMessage? {
        switch name {
        case "SlaveRegisteredMessage", "SlaveReregisteredMessage":
            return try readRegistered(&reader, again: name == "SlaveReregisteredMessage")
        case "RunTaskMessage": return try readRunTask(&reader)
        case "RunTaskGroupMessage": return try readRunTaskGroup(&reader)
        case "KillTaskMessage": return try readKill(&reader)
        case "ShutdownExecutorMessage": return try readShutdownExecutor(&reader)
        case "ShutdownFrameworkMessage":
            return .shutdownFramework(try reader.first(1) { (reader) throws(WireError) in try reader.id() } ?? "")
        case "FrameworkToExecutorMessage":
            let ids = try IDs(&reader)
            return .frameworkMessage(ids.agent, ids.framework, ids.executor, data: ids.data)
        case "StatusUpdateAcknowledgementMessage": return try readAcknowledge(&reader)
        case "UpdateFrameworkMessage": return try readUpdateFramework(&reader)
        case "ShutdownMessage":
            return .shutdown(try reader.first(1) { (reader) throws(WireError) in try reader.string() } ?? "")
        case "PingSlaveMessage":
            return .ping(connected: try reader.first(1) { (reader) throws(WireError) in try reader.bool() } ?? false)
        default: return try readOperationMessage(name, &reader)
        }
    }

    private static func readRegistered(_ reader: inout WireReader, again: Bool) throws(WireError) -> MasterMessage {
        var (agent, timeout, unknown): (AgentID, Duration, [FrameworkTasks]) = ("", .seconds(75), [])
        let connection =
            again ? Wire.Internal.SlaveReregisteredMessage.connection : Wire.Internal.SlaveRegisteredMessage.connection
        while let field = try reader.next() {
            switch field {
            case 1: agent = try reader.id()
            case connection:
                timeout = try reader.wrapped { (reader) throws(WireError) in try reader.seconds() } ?? timeout
            case Wire.Internal.SlaveReregisteredMessage.reconciliations:
                unknown.append(try reader.nested(readReconciliation))
            default: try reader.skip()
            }
        }
        return again
            ? .reregistered(agent, pingTimeout: timeout, unknownTasks: unknown)
            : .registered(agent, pingTimeout: timeout)
    }

    private static func readReconciliation(_ reader: inout WireReader) throws(WireError) -> FrameworkTasks {
        var tasks = FrameworkTasks(frameworkID: "", taskIDs: [])
        while let field = try reader.next() {
            switch field {
            case Wire.Internal.ReconcileTasksMessage.frameworkID: tasks.frameworkID = try reader.id()
            case Wire.Internal.ReconcileTasksMessage.statuses:
                tasks.taskIDs.append(try reader.message(TaskStatus.self).taskID)
            case Wire.Internal.ReconcileTasksMessage.framework:
                tasks.isPartitionAware = try reader.message(FrameworkInfo.self).isPartitionAware
            default: try reader.skip()
            }
        }
        return tasks
    }

    private static func readRunTask(_ reader: inout WireReader) throws(WireError) -> MasterMessage? {
        var (framework, task, launchExecutor): (FrameworkInfo?, TaskInfo?, Bool) = (nil, nil, true)
        while let field = try reader.next() {
            switch field {
            case Wire.Internal.RunTaskMessage.framework: framework = try reader.message()
            case Wire.Internal.RunTaskMessage.task: task = try reader.message()
            case Wire.Internal.RunTaskMessage.launchExecutor: launchExecutor = try reader.bool()
            default: try reader.skip()
            }
        }
        guard let framework, let task else { return nil }
        return .runTask(framework, task, launchExecutor: launchExecutor)
    }

    private static func readRunTaskGroup(_ reader: inout WireReader) throws(WireError) -> MasterMessage? {
        var (framework, executor): (FrameworkInfo?, ExecutorInfo?)
        var (tasks, launchExecutor): ([TaskInfo], Bool) = ([], true)
        while let field = try reader.next() {
            switch field {
            case Wire.Internal.RunTaskGroupMessage.framework: framework = try reader.message()
            case Wire.Internal.RunTaskGroupMessage.executor: executor = try reader.message()
            case Wire.Internal.RunTaskGroupMessage.taskGroup:
                tasks += try reader.list { (reader) throws(WireError) in try reader.message() }
            case Wire.Internal.RunTaskGroupMessage.launchExecutor: launchExecutor = try reader.bool()
            default: try reader.skip()
            }
        }
        guard let framework, let executor else { return nil }
        return .runTaskGroup(framework, executor, tasks, launchExecutor: launchExecutor)
    }

    private static func readKill(_ reader: inout WireReader) throws(WireError) -> MasterMessage {
        var (framework, task, policy): (FrameworkID, TaskID, KillPolicy?) = ("", "", nil)
        while let field = try reader.next() {
            switch field {
            case Wire.Internal.KillTaskMessage.frameworkID: framework = try reader.id()
            case Wire.Internal.KillTaskMessage.taskID: task = try reader.id()
            case Wire.Internal.KillTaskMessage.killPolicy: policy = try reader.message()
            default: try reader.skip()
            }
        }
        return .killTask(framework, task, policy)
    }

    private static func readShutdownExecutor(_ reader: inout WireReader) throws(WireError) -> MasterMessage {
        var (framework, executor): (FrameworkID, ExecutorID) = ("", "")
        while let field = try reader.next() {
            switch field {
            case Wire.Internal.ShutdownExecutorMessage.executorID: executor = try reader.id()
            case Wire.Internal.ShutdownExecutorMessage.frameworkID: framework = try reader.id()
            default: try reader.skip()
            }
        }
        return .shutdownExecutor(framework, executor)
    }

    private static func readAcknowledge(_ reader: inout WireReader) throws(WireError) -> MasterMessage {
        var (agent, framework, task): (AgentID, FrameworkID, TaskID) = ("", "", "")
        var uuid = UniqueID(high: 0, low: 0)
        while let field = try reader.next() {
            switch field {
            case Wire.Internal.StatusUpdateAcknowledgementMessage.slaveID: agent = try reader.id()
            case Wire.Internal.StatusUpdateAcknowledgementMessage.frameworkID: framework = try reader.id()
            case Wire.Internal.StatusUpdateAcknowledgementMessage.taskID: task = try reader.id()
            case Wire.Internal.StatusUpdateAcknowledgementMessage.uuid: uuid = try reader.uuid("uuid")
            default: try reader.skip()
            }
        }
        return .acknowledge(agent, framework, task, uuid: uuid)
    }

    private static func readUpdateFramework(_ reader: inout WireReader) throws(WireError) -> MasterMessage? {
        var (id, framework): (FrameworkID?, FrameworkInfo?)
        while let field = try reader.next() {
            switch field {
            case Wire.Internal.UpdateFrameworkMessage.frameworkID: id = try reader.id()
            case Wire.Internal.UpdateFrameworkMessage.frameworkInfo: framework = try reader.message()
            default: try reader.skip()
            }
        }
        guard var framework else { return nil }
        if framework.id == nil { framework.id = id }
        return .updateFramework(framework)
    }
}
