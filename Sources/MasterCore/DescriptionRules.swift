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
        if let id = executor.frameworkID, id != framework.id {
            return "ExecutorInfo has an invalid FrameworkID (Actual: \(id) vs Expected: \(framework.id?.value ?? ""))"
        }
        if let problem = ResourceRules.problem(executor.resources) {
            return "Executor uses invalid resources: \(problem)"
        }
        if let name = ResourceRules.mixed(executor.resources) {
            return "Executor mixes revocable and non-revocable resources: \(name)"
        }
        if let problem = executor.command.flatMap(ContainerRules.problem) {
            return "Executor's `CommandInfo` is invalid: \(problem)"
        }
        if let problem = executor.container.flatMap(ContainerRules.problem) {
            return "Executor's `ContainerInfo` is invalid: \(problem)"
        }
        guard let running, !running.isCompatible(with: executor) else { return nil }
        return "ExecutorInfo is not compatible with existing ExecutorInfo with same ExecutorID '\(executor.id)'"
    }

    static func groupProblem(_ executor: ExecutorInfo) -> String? {
        if executor.kind == .unknown { return "'ExecutorInfo.type' must be 'DEFAULT' or 'CUSTOM'" }
        if executor.container?.docker != nil { return "Docker ContainerInfo is not supported on the executor" }
        if executor.resources.cpus < Scalar(0.01) {
            return
                "Executor '\(executor.id)' uses less CPUs (\(executor.resources.cpus)) than the minimum required (0.01)"
        }
        if executor.resources.memory < Scalar(32) {
            return "Executor '\(executor.id)' uses less memory (\(executor.resources.memory)MB) than the minimum "
                + "required (32MB)"
        }
        return executor.resources.disk == .zero ? "Executor '\(executor.id)' uses no disk" : nil
    }
}

/// The rules for resources of tasks and executors (spec `mesos/02` §2.6).
enum ResourceRules {
    static func problem(_ resources: Resources) -> String? {
        var persistenceIDs = Set<String>()
        var roles = Set<String>()
        for entry in resources {
            if let problem = problem(entry) { return problem }
            if let id = entry.disk?.persistenceID, !persistenceIDs.insert(entry.role + "/" + id).inserted {
                return "Persistence ID '\(id)' is not unique"
            }
            if let role = entry.allocationRole { roles.insert(role) }
        }
        guard roles.count > 1 else { return nil }
        return "The resources have multiple allocation roles \(FrameworkRules.text(Array(roles)))"
            + " but only one allocation role is allowed"
    }

    static func problem(_ entry: Resource) -> String? {
        if entry.name.isEmpty { return "A resource has an empty name" }
        if entry.name == "gpus" {
            guard case .scalar(let amount) = entry.value, amount.thousandths % 1000 == 0 else {
                return "The 'gpus' resource must be an unsigned integer"
            }
        }
        if entry.disk != nil, entry.name != "disk" { return "DiskInfo should not be set for \(entry.name) resource" }
        if entry.isShared, entry.disk?.persistenceID == nil { return "Only persistent volumes can be shared" }
        if let id = entry.disk?.persistenceID, let problem = IDRules.problem(id) { return problem }
        var outer: String?
        for (depth, reservation) in entry.reservations.enumerated() {
            if let problem = RoleRules.problem(reservation.role) { return problem }
            if reservation.role == "*" { return "Invalid reservation: role \"*\" cannot be reserved" }
            if depth > 0, reservation.kind == .static { return "A static reservation can only be the first one" }
            if let outer, reservation.role == outer || !RoleRules.isWithin(reservation.role, outer) {
                return "Role '\(reservation.role)' is not a refinement of '\(outer)'"
            }
            outer = reservation.role
        }
        guard entry.isRevocable, entry.reservations.contains(where: { $0.kind == .dynamic }) else { return nil }
        return "Dynamically reserved resource \(entry) cannot be created from revocable resources"
    }

    /// The name of which there are revocable and other resources; nil when there is none.
    static func mixed(_ resources: Resources) -> String? {
        resources.first { entry in
            entry.isRevocable && resources.contains { $0.name == entry.name && !$0.isRevocable }
        }?.name
    }

    /// The first name of ranges or sets that both sides use part of; nil when there is none.
    static func overlap(_ left: Resources, _ right: Resources) -> String? {
        for one in left {
            for other in right where one.isSameKind(as: other) {
                switch (one.value, other.value) {
                case (.ranges(let first), .ranges(let second)):
                    if (first - second).count != first.count { return one.name }
                case (.set(let first), .set(let second)):
                    if first.contains(where: second.contains) { return one.name }
                default: if one.isIndivisible, !one.isShared { return one.name }
                }
            }
        }
        return nil
    }
}

/// The rules for checks and health checks (spec `mesos/02` §2.7).
enum ProbeRules {
    static func problem(_ check: CheckInfo) -> String? {
        problem(check.probe) ?? problem(check.delay, check.interval, check.timeout)
    }

    static func problem(_ check: HealthCheck) -> String? {
        if case .http(let scheme, _, _) = check.probe, scheme != "http", scheme != "https" {
            return "Unsupported HTTP health check scheme: '\(scheme)'"
        }
        if check.gracePeriod < .zero { return "Expecting 'grace_period_seconds' to be non-negative" }
        return problem(check.probe) ?? problem(check.delay, check.interval, check.timeout)
    }

    private static func problem(_ probe: Probe) -> String? {
        switch probe {
        case .command(let command):
            guard command.value?.isEmpty ?? true else { return ContainerRules.problem(command) }
            return "Command check must contain " + (command.isShell ? "'shell command'" : "'executable path'")
        case .http(_, _, let path):
            return path.isEmpty || path.hasPrefix("/") ? nil : "The path '\(path)' of HTTP check must start with '/'"
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
        for variable in command.environment where variable.isSecret && variable.value.utf8.contains(0) {
            return "Environment variable '\(variable.name)' specifies a secret containing null bytes"
        }
        return nil
    }

    static func problem(_ container: ContainerInfo) -> String? {
        for volume in container.volumes where (volume.hostPath == nil) == (volume.dockerVolume == nil) {
            return "Volume '\(volume.containerPath)': exactly one of 'host_path', 'image' and 'source' must be set"
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
                return "Limits may only be set for cpus and mem, not for '\(limit.name)'"
            }
            let label = limit.name == "cpus" ? "cpu" : "memory"
            let request = task.resources.scalar(limit.name)
            guard request > .zero else {
                return "When a \(label) limit is specified, a \(label) request must also be specified"
            }
            guard limit.value >= request.value else {
                return "The \(label) limit must be greater than or equal to the \(label) request"
            }
        }
        return nil
    }
}
