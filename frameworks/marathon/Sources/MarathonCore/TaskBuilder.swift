internal import ClusterBase
internal import ClusterModel
internal import MarathonModel
internal import ResourceModel

/// Makes the task of an instance (spec `marathon` §2.12).
struct TaskBuilder {
    var app: AppSpec
    var taskID: TaskID
    var hostname: String
    var agentID: AgentID
    var ports: PortAssignment
    var resources: Resources
    var environmentPrefix: String

    var task: TaskInfo {
        TaskInfo(
            name: app.id.hostname, id: taskID, agentID: agentID, resources: resources, limits: limits, command: command,
            container: container, healthCheck: healthCheck,
            killPolicy: app.taskKillGracePeriodSeconds.map { KillPolicy(gracePeriod: .seconds($0)) },
            labels: app.labels.keys.sorted().map { Label(key: $0, value: app.labels[$0]) })
    }

    private var limits: [ResourceLimit] {
        guard let given = app.carried["resourceLimits"] else { return [] }
        return ["cpus", "mem"].compactMap { name in
            if given[name]?.string == "unlimited" { return ResourceLimit(name: name, value: .infinity) }
            return given[name]?.double.map { ResourceLimit(name: name, value: $0) }
        }
    }

    private var command: CommandInfo {
        let environment = TaskEnvironment(
            app: app, taskID: taskID, hostname: hostname, ports: ports, prefix: environmentPrefix
        ).variables
        var command = CommandInfo(environment: environment, user: app.user)
        if let line = app.cmd {
            command.value = line
        } else {
            command.isShell = false
            command.arguments = app.args
            if app.container == nil { command.value = app.args.first }
        }
        command.uris = app.fetch.map {
            CommandInfo.URI(
                $0.uri, isExecutable: $0.executable, extracts: $0.extract, isCached: $0.cache, outputFile: $0.destPath)
        }
        return command
    }

    private var container: ContainerInfo? {
        guard let spec = app.container else { return nil }
        let volumes = spec.volumes.map {
            Volume(containerPath: $0.containerPath, hostPath: $0.hostPath, isReadOnly: $0.isReadOnly)
        }
        let names = app.networks.compactMap(\.name)
        guard spec.kind == .docker, let options = spec.docker else {
            return ContainerInfo(kind: .mesos(image: spec.docker?.image), volumes: volumes, networkNames: names)
        }
        var docker = DockerInfo(image: options.image, network: network, portMappings: dockerMappings)
        docker.isPrivileged = options.privileged
        docker.forcesPull = options.forcePullImage
        docker.parameters = options.parameters.map { Parameter(key: $0.key, value: $0.value) }
        docker.parameters.append(Parameter(key: "label", value: "MESOS_TASK_ID=\(taskID)"))
        return ContainerInfo(kind: .docker(docker), volumes: volumes, networkNames: names)
    }

    private var network: DockerInfo.Network {
        switch app.networks.first?.mode {
        case .bridge?: .bridge
        case .container?: .user
        case .host?, nil: .host
        }
    }

    private var dockerMappings: [DockerInfo.PortMapping] {
        guard !app.usesHostNetwork, let mappings = app.container?.portMappings else { return [] }
        return mappings.enumerated().flatMap { index, mapping -> [DockerInfo.PortMapping] in
            guard let hostPort = ports.hostPorts[index] else { return [] }
            let inside = mapping.containerPort == 0 ? hostPort : mapping.containerPort
            return mapping.networkProtocol.split(separator: ",").map {
                DockerInfo.PortMapping(hostPort: hostPort, containerPort: inside, networkProtocol: String($0))
            }
        }
    }

    /// The check that the agent performs: the one upstream gives to Mesos, else the first of Marathon's own kinds.
    private var healthCheck: HealthCheck? {
        guard let check = app.agentHealthCheck, let probe = probe(check) else { return nil }
        return HealthCheck(
            probe: probe, delay: .seconds(check.delaySeconds), interval: .seconds(check.intervalSeconds),
            timeout: .seconds(check.timeoutSeconds),
            consecutiveFailures: check.maxConsecutiveFailures == 0 ? Int(Int32.max) : check.maxConsecutiveFailures,
            gracePeriod: .seconds(check.gracePeriodSeconds), isIPv6: check.ipProtocol == "IPv6")
    }

    private func probe(_ check: AppHealthCheck) -> Probe? {
        switch check.kind {
        case .command: .command(CommandInfo(value: check.command))
        case .http, .mesosHTTP: port(check).map { .http(scheme: "http", port: $0, path: check.path ?? "/") }
        case .https, .mesosHTTPS: port(check).map { .http(scheme: "https", port: $0, path: check.path ?? "/") }
        case .tcp, .mesosTCP: port(check).map { .tcp(port: $0) }
        }
    }

    /// The port inside the task's network: the container's with mappings, else the host's.
    private func port(_ check: AppHealthCheck) -> Int? {
        if let port = check.port { return port }
        let index = check.portIndex ?? 0
        if !app.usesHostNetwork, let mappings = app.container?.portMappings, mappings.indices.contains(index),
            mappings[index].containerPort != 0
        {
            return mappings[index].containerPort
        }
        let effective = TaskEnvironment.effectivePorts(app, ports)
        return effective.indices.contains(index) ? effective[index] : nil
    }
}

extension AppSpec {
    /// The health check that agents perform for the app's tasks, if it has any.
    ///
    /// - Note: differs from upstream, whose leader performs HTTP, HTTPS and TCP checks itself.
    var agentHealthCheck: AppHealthCheck? { healthChecks.first { $0.kind.isMesosLevel } ?? healthChecks.first }
}
