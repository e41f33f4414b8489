internal import ClusterBase
internal import ClusterModel
internal import ResourceModel

/// Model values with everything in them that the model can hold.
enum Samples {
    static let master = MasterInfo(
        id: "m-1", ip: "10.0.0.1", port: 5050, hostname: "m1", version: "1.12.0",
        capabilities: ["AGENT_UPDATE", "AGENT_DRAINING", "QUOTA_V2"], domain: FaultDomain(region: "r", zone: "z"))

    static let resources: Resources = [
        .scalar("cpus", 1.5), .scalar("mem", 128), .ranges("ports", [31000...31005, 31100...31100]),
        Resource(name: "names", value: .set(["a", "b"])),
        Resource(
            name: "disk", value: .scalar(Scalar(64)),
            reservations: [.init(kind: .static, role: "a"), .init(kind: .dynamic, role: "a/b", principal: "p")],
            allocationRole: "a/b",
            disk: .init(
                persistenceID: "id", persistencePrincipal: "p", containerPath: "data", source: .init(.path, root: "/x")
            ),
            isShared: true, providerID: "rp"),
        Resource(name: "gpus", value: .scalar(Scalar(1)), isRevocable: true),
    ]

    static let agent = AgentInfo(
        id: "m-1-S0", hostname: "h1", port: 5051, resources: [.scalar("cpus", 4), .scalar("mem", 1024)],
        attributes: [
            Attribute(name: "rack", value: .text("r:1")), Attribute(name: "level", value: .scalar(2.5)),
            Attribute(name: "slots", value: .ranges(ValueRanges([1...3, 7...9]))),
        ], domain: FaultDomain(region: "r", zone: "z"))

    static let offer = Offer(
        id: "m-1-O1", frameworkID: "f", agentID: "m-1-S0", hostname: "h1", ip: "10.0.0.2", port: 5051,
        resources: Resources(
            [.scalar("cpus", 2), .scalar("mem", 512), .ranges("ports", [31000...32000])].map { (resource: Resource) in
                var allocated = resource
                allocated.allocationRole = "web"
                return allocated
            }), attributes: agent.attributes, role: "web", executorIDs: ["e1"], domain: agent.domain,
        unavailability: Unavailability(start: Instant(nanoseconds: 5), duration: .seconds(60)))

    static let command = CommandInfo(
        value: "sleep 1", arguments: ["sleep", "1"], environment: [EnvironmentVariable("A", "1")],
        uris: [
            .init("http://x/a.tgz"), .init("/b", isExecutable: true, extracts: false, isCached: true, outputFile: "c"),
        ], user: "nobody")

    static let commandTask = TaskInfo(
        name: "n", id: "t", agentID: "m-1-S0", resources: resources,
        limits: [ResourceLimit(name: "cpus", value: .infinity), ResourceLimit(name: "mem", value: 256)],
        command: command,
        healthCheck: HealthCheck(
            probe: .http(scheme: "https", port: 80, path: "/x"), delay: .milliseconds(1500), interval: .seconds(1),
            timeout: .seconds(2), consecutiveFailures: 0, gracePeriod: .seconds(9), isIPv6: true),
        check: CheckInfo(probe: .command(CommandInfo(value: "true"))), killPolicy: KillPolicy(gracePeriod: .seconds(4)),
        data: [1, 2, 3], labels: [Label(key: "k", value: "v")], maxCompletionTime: .seconds(100))

    static let dockerTask = TaskInfo(
        name: "d", id: "t2", agentID: "m-1-S0", resources: [.scalar("cpus", 0.1)],
        command: CommandInfo(value: "/bin/httpd", isShell: false),
        container: ContainerInfo(
            kind: .docker(
                DockerInfo(
                    image: "python:3", network: .bridge,
                    portMappings: [
                        .init(hostPort: 31000, containerPort: 80, networkProtocol: "udp"),
                        .init(hostPort: 31001, containerPort: 81),
                    ], isPrivileged: true, parameters: [Parameter(key: "cap-add", value: "NET_ADMIN")],
                    forcesPull: true,
                    volumeDriver: "v")),
            volumes: [
                Volume(containerPath: "/a", hostPath: "/b", isReadOnly: true),
                Volume(
                    containerPath: "/c",
                    dockerVolume: .init(driver: "d", name: "vol", options: [Parameter(key: "o", value: "1")])),
            ], hostname: "inside", networkNames: ["net"]),
        healthCheck: HealthCheck(probe: .tcp(port: 80)),
        check: CheckInfo(probe: .http(scheme: "http", port: 8, path: "/")))

    static let executor = ExecutorInfo(
        id: "e", frameworkID: "f", command: command, container: ContainerInfo(kind: .mesos(image: "alpine")),
        resources: [.scalar("cpus", 0.1)], name: "exec", source: "s", data: [9], labels: [Label(key: "l")],
        shutdownGracePeriod: .seconds(7))

    static let status = TaskStatus(
        taskID: "t", state: .running, message: "up", source: .executor, reason: .taskHealthCheckStatusUpdated,
        data: [], agentID: "m-1-S0", executorID: "e", timestamp: Instant(seconds: 1_700_000_000.25),
        uuid: UniqueID(high: 3, low: 4), isHealthy: true, checkStatus: .http(statusCode: 200),
        labels: [Label(key: "k", value: "v")],
        containerStatus: ContainerStatus(
            containerID: "c", parentID: "p", executorPID: 42, addresses: ["172.17.0.2", "172.17.0.3"]),
        unreachableTime: Instant(nanoseconds: 7), limitedResources: [.scalar("mem", 64)])

    static let framework = FrameworkInfo(
        id: "f", user: "root", name: "n", failoverTimeout: .milliseconds(1500), checkpoint: true, hostname: "h",
        principal: "p", webuiURL: "http://w", roles: ["web"], capabilities: [.gpuResources],
        labels: [Label(key: "k")])

    static let record = TaskRecord(
        name: "n", id: "t", frameworkID: "f", executorID: "e", agentID: "m-1-S0", state: .running, resources: resources,
        limits: commandTask.limits, statuses: [status], statusUpdateState: .starting,
        statusUpdateUUID: UniqueID(high: 5, low: 6), labels: [Label(key: "k")], user: "u",
        container: dockerTask.container, healthCheck: commandTask.healthCheck)

    static let update = StatusUpdate(
        frameworkID: "f", executorID: "e", agentID: "m-1-S0", status: status,
        timestamp: Instant(seconds: 1_700_000_001.5),
        uuid: UniqueID(high: 3, low: 4), latestState: .finished)
}
