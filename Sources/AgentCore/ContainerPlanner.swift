internal import ClusterBase
internal import ClusterModel
internal import ResourceModel

/// Turns executors and tasks into containers: environment, limits, directories (spec `mesos/04` §4.4–4.7).
struct ContainerPlanner {
    let configuration: AgentConfiguration
    let agentID: AgentID

    private var paths: AgentPaths {
        AgentPaths(workDirectory: configuration.workDirectory, runtimeDirectory: configuration.runtimeDirectory)
    }

    /// The container of an executor of the framework's.
    func plan(_ executor: Executor, _ framework: FrameworkInfo, _ volumes: [VolumeMount]) -> ContainerPlan {
        let command = executor.info.command ?? CommandInfo()
        let resources = executor.info.resources + executor.taskResources
        var environment = executorEnvironment(
            executor.run, executor.info, framework, container: executor.info.container)
        environment += sandboxEnvironment(executor.run.containerID, executor.run, container: executor.info.container)
        environment += command.environment
        let container = executor.info.container.map { $0.mounting(volumes) }
        return ContainerPlan(
            id: executor.run.containerID, frameworkID: executor.run.frameworkID, executorID: executor.run.executorID,
            isExecutor: true, command: command, container: container, environment: environment,
            sandbox: paths.run(executor.run, on: agentID), links: [latest(executor.run)], volumes: volumes,
            limits: limits(resources),
            user: user(command, framework),
            pidFile: framework.checkpoint
                ? paths.forkedPID(executor.run.containerID, task: nil, of: executor.run, on: agentID) : nil,
            runtimeDirectory: paths.container(executor.run.containerID), labels: configuration.containerLabels)
    }

    /// The container of a task that the agent runs itself.
    func plan(
        _ task: TaskInfo, container id: ContainerID, run: RunID, _ executor: ExecutorInfo, _ framework: FrameworkInfo,
        _ volumes: [VolumeMount]
    ) -> ContainerPlan {
        let command = task.command ?? CommandInfo()
        var environment: [EnvironmentVariable] = []
        if task.container?.docker == nil {
            environment = executorEnvironment(run, executor, framework, container: nil)
            environment += sandboxEnvironment(id, run, container: nil)
            environment += command.environment
        } else {
            environment = command.environment + sandboxEnvironment(id, run, container: task.container)
        }
        if let role = allocationRole(task.resources) { environment.append(.init("MESOS_ALLOCATION_ROLE", role)) }
        let sandbox = paths.sandbox(id, of: run, on: agentID)
        var links = [latest(run)]
        if id != run.containerID {
            if task.container?.docker == nil { environment.append(.init("MESOS_CONTAINER_IP", configuration.ip)) }
            links.append(.init(path: paths.run(run, on: agentID) + "/tasks/\(task.id)", target: sandbox))
        }
        return ContainerPlan(
            id: id, frameworkID: run.frameworkID, executorID: run.executorID, command: command,
            container: task.container.map { $0.mounting(volumes) }, environment: environment, sandbox: sandbox,
            links: links, volumes: volumes, limits: limits(task.resources, task.limits), user: user(command, framework),
            pidFile: framework.checkpoint ? paths.forkedPID(id, task: task.id, of: run, on: agentID) : nil,
            runtimeDirectory: paths.container(id), labels: configuration.containerLabels)
    }

    /// Requests, and the hard limits that a task asks for.
    func limits(_ resources: Resources, _ extra: [ResourceLimit] = []) -> ContainerPlan.Limits {
        let cpus = resources.cpus.value
        func megabytes(_ amount: Double) -> UInt64 {
            amount.isFinite && amount > 0 ? UInt64(min(amount, 1e12) * 1_048_576) : 0
        }
        let memory = resources.memory.value
        var limits = ContainerPlan.Limits(cpus: cpus, memoryBytes: memory > 0 ? megabytes(memory) : nil)
        if configuration.enforcesCPULimit, cpus > 0 { limits.cpuLimit = cpus }
        for limit in extra {
            switch limit.name {
            case "cpus": limits.cpuLimit = limit.value.isFinite ? limit.value : nil
            case "mem": limits.memoryLimitBytes = limit.value.isFinite ? megabytes(limit.value) : .max
            default: break
            }
        }
        return limits
    }

    private func latest(_ run: RunID) -> ContainerPlan.Link {
        .init(path: paths.latestRun(run, on: agentID), target: paths.run(run, on: agentID))
    }

    private func user(_ command: CommandInfo, _ framework: FrameworkInfo) -> String? {
        guard configuration.switchesUser else { return nil }
        let user = command.user ?? framework.user
        return user.isEmpty ? nil : user
    }

    private func allocationRole(_ resources: Resources) -> String? {
        resources.first { $0.allocationRole != nil }?.allocationRole
    }

    /// What upstream's agent gives every executor.
    private func executorEnvironment(
        _ run: RunID, _ executor: ExecutorInfo, _ framework: FrameworkInfo, container: ContainerInfo?
    ) -> [EnvironmentVariable] {
        let grace = executor.shutdownGracePeriod ?? configuration.executorShutdownGracePeriod
        var environment = configuration.executorEnvironment
        environment += [
            .init("LIBPROCESS_PORT", "0"), .init("MESOS_FRAMEWORK_ID", run.frameworkID.value),
            .init("MESOS_EXECUTOR_ID", run.executorID.value), .init("MESOS_SLAVE_ID", agentID.value),
            .init("MESOS_DIRECTORY", paths.run(run, on: agentID)), .init("MESOS_SLAVE_PID", configuration.pid),
            .init("MESOS_AGENT_ENDPOINT", "\(configuration.ip):\(configuration.port)"),
            .init("MESOS_CHECKPOINT", framework.checkpoint ? "1" : "0"), .init("MESOS_HTTP_COMMAND_EXECUTOR", "0"),
            .init("MESOS_EXECUTOR_SHUTDOWN_GRACE_PERIOD", UnitText.text(grace)),
        ]
        if framework.checkpoint {
            environment += [
                .init("MESOS_RECOVERY_TIMEOUT", UnitText.text(configuration.recoveryTimeout)),
                .init("MESOS_SUBSCRIPTION_BACKOFF_MAX", UnitText.text(configuration.executorReregistrationTimeout)),
            ]
        }
        return environment
    }

    /// Where the container finds its sandbox.
    private func sandboxEnvironment(_ id: ContainerID, _ run: RunID, container: ContainerInfo?) -> [EnvironmentVariable]
    {
        guard container?.docker != nil else {
            return [.init("MESOS_SANDBOX", paths.sandbox(id, of: run, on: agentID))]
        }
        return [.init("MESOS_SANDBOX", configuration.sandboxInContainer), .init("MESOS_CONTAINER_NAME", "mesos-\(id)")]
    }
}

extension ContainerInfo {
    /// With persistent volumes among the volumes that the engine mounts; process containers have links instead.
    fileprivate func mounting(_ volumes: [VolumeMount]) -> ContainerInfo {
        guard docker != nil else { return self }
        var info = self
        info.volumes += volumes.map {
            Volume(containerPath: $0.containerPath, hostPath: $0.source, isReadOnly: $0.isReadOnly)
        }
        return info
    }
}
