internal import ClusterBase
internal import ClusterModel
internal import ResourceModel

/// The rules for executors (spec `mesos/02` §2.5 rows 13 and 14).
enum ExecutorRules {
    static func problem(_ executor: ExecutorInfo, running: ExecutorInfo?, of framework: FrameworkInfo) -> String? {
        if executor.kind == .default {
            if executor.command != nil { return "'ExecutorInfo.command' must not be set for 'DEFAULT' executor" }
            if executor.container?.docker != nil {
                return "'ExecutorInfo.container.type' must be 'MESOS' for 'DEFAULT' executor"
            }
            if case .mesos(image: .some)? = executor.container?.kind {
                return "'ExecutorInfo.container.mesos.image' must not be set for 'DEFAULT' executor"
            }
        }
        if executor.kind == .custom, executor.command == nil {
            return "'ExecutorInfo.command' must be set for 'CUSTOM' executor"
        }
        if let problem = IDRules.problem(executor.id.value) { return problem }
        if let grace = executor.shutdownGracePeriod, grace < .zero {
            return "ExecutorInfo's 'shutdown_grace_period' must be non-negative"
        }
        if let problem = executor.command.flatMap(ContainerRules.problem) {
            return "Executor's `CommandInfo` is invalid: \(problem)"
        }
        if let problem = executor.container.flatMap(ContainerRules.problem) {
            return "Executor's `ContainerInfo` is invalid: \(problem)"
        }
        if let id = executor.frameworkID, id != framework.id {
            return "ExecutorInfo has an invalid FrameworkID (Actual: \(id) vs Expected: \(framework.id?.value ?? ""))"
        }
        if let problem = resourceProblem(executor.resources) { return problem }
        guard let running, !running.isCompatible(with: executor) else { return nil }
        return "ExecutorInfo is not compatible with existing ExecutorInfo with same ExecutorID '\(executor.id)'"
    }

    private static func resourceProblem(_ resources: Resources) -> String? {
        if let problem = ResourceRules.problem(resources) { return "Executor uses invalid resources: \(problem)" }
        if let problem = ResourceRules.duplicateVolume(resources) {
            return "Executor uses duplicate persistence ID: \(problem)"
        }
        if let problem = ResourceRules.allocationProblem(resources) { return "Invalid executor resources: \(problem)" }
        return ResourceRules.mixtureProblem(resources).map {
            "Executor mixes revocable and non-revocable resources: \($0)"
        }
    }

    /// What an executor of a group needs at least.
    static func sizeProblem(_ executor: ExecutorInfo) -> String? {
        let resources = executor.resources
        if resources.cpus < Scalar(0.01) {
            let amount = resources.cpus == .zero ? "None" : resources.cpus.description
            return "Executor '\(executor.id)' uses less CPUs (\(amount)) than the minimum required (0.01)"
        }
        if resources.memory < Scalar(32) {
            let amount = resources.memory == .zero ? "None" : "\(resources.memory)MB"
            return "Executor '\(executor.id)' uses less memory (\(amount)) than the minimum required (32MB)"
        }
        return resources.disk == .zero ? "Executor '\(executor.id)' uses no disk" : nil
    }

    /// Executors have cgroups of their own.
    static func cgroupsProblem(_ executor: ExecutorInfo) -> String? {
        guard executor.container?.sharesCgroups == true else { return nil }
        return "The 'share_cgroups' field cannot be set to 'true' on executor containers"
    }
}

/// The rules for checks and health checks (spec `mesos/02` §2.7).
enum ProbeRules {
    static func problem(_ check: CheckInfo) -> String? {
        check.formProblem ?? problem(check.probe, "check", "Check", "Command check")
            ?? problem(check.delay, check.interval, check.timeout)
    }

    static func problem(_ check: HealthCheck) -> String? {
        if let problem = check.formProblem { return problem }
        if case .http(let scheme, _, _) = check.probe, scheme != "http", scheme != "https" {
            return "Unsupported HTTP health check scheme: '\(scheme)'"
        }
        if let problem = problem(check.probe, "health check", "Health check", "Command health check") { return problem }
        if check.delay < .zero { return "Expecting 'delay_seconds' to be non-negative" }
        if check.gracePeriod < .zero { return "Expecting 'grace_period_seconds' to be non-negative" }
        return problem(check.delay, check.interval, check.timeout)
    }

    private static func problem(_ probe: Probe, _ noun: String, _ owner: String, _ command: String) -> String? {
        switch probe {
        case .command(let info):
            guard info.value?.isEmpty ?? true else {
                return ContainerRules.problem(info).map { "\(owner)'s `CommandInfo` is invalid: \($0)" }
            }
            return "\(command) must contain " + (info.isShell ? "'shell command'" : "'executable path'")
        case .http(_, _, let path):
            return path.isEmpty || path.hasPrefix("/")
                ? nil : "The path '\(path)' of HTTP \(noun) must start with '/'"
        case .tcp: return nil
        }
    }

    private static func problem(_ delay: Duration, _ interval: Duration, _ timeout: Duration) -> String? {
        if delay < .zero { return "Expecting 'delay_seconds' to be non-negative" }
        if interval < .zero { return "Expecting 'interval_seconds' to be non-negative" }
        return timeout < .zero ? "Expecting 'timeout_seconds' to be non-negative" : nil
    }
}

/// The rules for commands and containers (spec `mesos/02` §2.5 rows 9 and 10, §2.7).
enum ContainerRules {
    static func problem(_ command: CommandInfo) -> String? {
        if let problem = command.environment.lazy.compactMap(\.formProblem).first { return problem }
        for variable in command.environment where variable.isSecret && variable.value.utf8.contains(0) {
            return
                "Environment variable '\(variable.name)' specifies a secret containing null bytes, which is not allowed"
                + " in the environment"
        }
        return nil
    }

    static func problem(_ container: ContainerInfo) -> String? {
        if let problem = container.volumes.lazy.compactMap(\.formProblem).first { return "Invalid volume: \(problem)" }
        if let problem = container.formProblem { return problem }
        for volume in container.volumes where (volume.hostPath == nil) == (volume.dockerVolume == nil) {
            return "Invalid volume: '\(volume.containerPath)' has a source that agents of this version do not know"
        }
        guard let docker = container.docker else { return nil }
        if docker.parameters.contains(where: { $0.key == "name" }) {
            return "Parameter in DockerInfo must not be 'name'"
        }
        return nil
    }
}

/// The rules for limits above requests (spec `mesos/02` §2.5 row 11).
enum LimitRules {
    static func problem(_ task: TaskInfo, agentCapabilities: [String]) -> String? {
        guard !task.limits.isEmpty else { return nil }
        guard agentCapabilities.contains("TASK_RESOURCE_LIMITS") else {
            return "Agent is not capable of handling task resource limits"
        }
        for limit in task.limits {
            guard limit.name == "cpus" || limit.name == "mem" else {
                return "Only cpus and mem may be included in a task's resource limits"
            }
        }
        for limit in task.limits {
            let label = limit.name == "cpus" ? "cpu" : "memory"
            let request = task.resources.scalar(limit.name)
            guard request > .zero else {
                let noun = limit.name == "cpus" ? "CPU" : "memory"
                return "When a \(noun) limit is specified, a \(noun) request must also be specified"
            }
            guard limit.value >= request.value else {
                return "The \(label) limit must be greater than or equal to the \(label) request"
            }
        }
        return nil
    }
}
