public import ClusterBase
public import ClusterModel

/// Where things are in an agent's work directory (spec `mesos/05` §5.3); pure text, nothing is looked at.
public struct AgentPaths: Hashable, Sendable {
    /// The work directory.
    public let workDirectory: String
    /// The directory of volatile files.
    public let runtimeDirectory: String

    /// Makes the paths below two directories.
    public init(workDirectory: String, runtimeDirectory: String) {
        (self.workDirectory, self.runtimeDirectory) = (workDirectory, runtimeDirectory)
    }

    /// `<work>/meta`, where checkpoints are.
    public var meta: String { workDirectory + "/meta" }
    /// The boot id of the machine when recovery last ended.
    public var bootID: String { meta + "/boot_id" }

    /// An agent's directory: of sandboxes, or of checkpoints.
    public func agent(_ id: AgentID, meta isMeta: Bool = false) -> String {
        "\(isMeta ? meta : workDirectory)/slaves/\(id)"
    }

    /// A framework's directory.
    public func framework(_ framework: FrameworkID, of agent: AgentID, meta: Bool = false) -> String {
        "\(self.agent(agent, meta: meta))/frameworks/\(framework)"
    }

    /// An executor's directory.
    public func executor(
        _ executor: ExecutorID, of framework: FrameworkID, on agent: AgentID, meta: Bool = false
    ) -> String {
        "\(self.framework(framework, of: agent, meta: meta))/executors/\(executor)"
    }

    /// A run's directory: its sandbox, or its checkpoints.
    public func run(_ run: RunID, on agent: AgentID, meta: Bool = false) -> String {
        "\(executor(run.executorID, of: run.frameworkID, on: agent, meta: meta))/runs/\(run.containerID)"
    }

    /// The link to the newest run of an executor.
    public func latestRun(_ run: RunID, on agent: AgentID, meta: Bool = false) -> String {
        "\(executor(run.executorID, of: run.frameworkID, on: agent, meta: meta))/runs/latest"
    }

    /// The directory of a task's checkpoints.
    public func task(_ task: TaskID, of run: RunID, on agent: AgentID) -> String {
        "\(self.run(run, on: agent, meta: true))/tasks/\(task)"
    }

    /// Where the containerizer keeps what finds a container again.
    public func container(_ id: ContainerID) -> String { "\(runtimeDirectory)/containers/\(id)" }

    /// The sandbox of a container: the run's, or one below it for tasks of a group.
    public func sandbox(_ container: ContainerID, of run: RunID, on agent: AgentID) -> String {
        let parent = self.run(run, on: agent)
        guard container != run.containerID else { return parent }
        return "\(parent)/containers/\(container.value.dropFirst(run.containerID.value.utf8.count + 1))"
    }

    /// Where the pid of a container's first process is written.
    public func forkedPID(_ container: ContainerID, task: TaskID?, of run: RunID, on agent: AgentID) -> String {
        guard container != run.containerID, let task else {
            return self.run(run, on: agent, meta: true) + "/pids/forked.pid"
        }
        return self.task(task, of: run, on: agent) + "/pids/forked.pid"
    }
}
