internal import ClusterBase
internal import HTTPTransport
internal import KubeModel
internal import Logging

/// Keeps the tasks that this node was given in files, so that another process finds them.
struct TaskRecords: Sendable {
    private let directory: String
    private let logger: Logger

    /// Makes the directory when it is absent.
    init(root: String, logger: Logger) throws(ClusterError) {
        directory = root + "/tasks"
        self.logger = logger
        try NodeFiles.makeDirectories(directory)
    }

    /// Every task that reads, in the order of ids.
    func load() -> [RecordedTask] {
        (NodeFiles.names(in: directory) ?? []).filter { $0.hasSuffix(".json") }.compactMap { name in
            guard let bytes = NodeFiles.bytes(directory + "/" + name, limit: 64 << 20),
                let tree = KubeObject(try? JSONValue(parsing: bytes)), let pod = KubeObject(tree["pod"])
            else {
                logger.warning("the record of a task does not read", metadata: ["file": "\(name)"])
                return nil
            }
            return RecordedTask(
                taskID: tree.text("taskId"), pod: pod, outcome: PodOutcome.State(rawValue: tree.text("outcome")))
        }
    }

    /// Writes a task; what cannot be written is only lost with this process.
    func save(_ task: RecordedTask) {
        var tree: JSONObject = ["taskId": .string(task.taskID)]
        if let outcome = task.outcome { tree["outcome"] = .string(outcome.rawValue) }
        tree["pod"] = task.pod.value
        do throws(ClusterError) {
            try NodeFiles.replace(path(task.taskID), with: JSONValue.object(tree).bytes)
        } catch {
            logger.error("a task was not recorded", metadata: ["task": "\(task.taskID)", "error": "\(error)"])
        }
    }

    /// Forgets a task.
    func remove(_ taskID: String) { NodeFiles.remove(path(taskID)) }

    private func path(_ taskID: String) -> String { directory + "/" + PercentCoding.encode(taskID) + ".json" }
}
