internal import ClusterBase
internal import ClusterModel
internal import ResourceModel

/// The executor that a command task has by upstream's rules, though no process plays it (spec `mesos/04` §4.5.1).
enum CommandExecutorText {
    /// The description of a task's executor.
    static func describe(_ task: TaskInfo, frameworkID: FrameworkID) -> ExecutorInfo {
        let role = task.resources.first { $0.allocationRole != nil }?.allocationRole
        let overhead: Resources = [.scalar("cpus", 0.1), .scalar("mem", 32)]
        let grace = task.killPolicy?.gracePeriod.map { $0 + .seconds(2) }
        return ExecutorInfo(
            kind: .unknown, id: ExecutorID(task.id.value), frameworkID: frameworkID,
            command: CommandInfo(
                value: "mesos-executor", environment: task.command?.environment ?? [], uris: task.command?.uris ?? [],
                user: task.command?.user),
            container: task.container, resources: overhead.allocated(to: role), name: name(task),
            source: task.id.value, labels: task.labels, shutdownGracePeriod: grace)
    }

    private static func name(_ task: TaskInfo) -> String {
        let start = "Command Executor (Task: \(task.id)) (Command: "
        let command = task.command ?? CommandInfo()
        guard command.isShell else {
            return start + "[" + shortened(([command.value ?? ""] + command.arguments).joined(separator: ", ")) + "])"
        }
        return start + "sh -c '" + shortened(command.value ?? "") + "')"
    }

    private static func shortened(_ text: String) -> String {
        text.count > 15 ? text.prefix(12) + "..." : text
    }
}
