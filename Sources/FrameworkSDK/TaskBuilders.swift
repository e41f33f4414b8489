public import ClusterBase
public import ClusterModel
public import ResourceModel

extension Resources {
    /// Quantities of the usual kinds, in cores, MiB and MiB; zero leaves one out.
    public static func quantities(cpus: Double, memory: Double, disk: Double = 0, gpus: Double = 0) -> Resources {
        [.scalar("cpus", cpus), .scalar("mem", memory), .scalar("disk", disk), .scalar("gpus", gpus)]
    }
}

extension TaskInfo {
    /// A task that runs a shell command, not yet placed: its agent is filled in by `OfferMatcher` or `OfferRoom`.
    ///
    /// The name is the id unless given.
    public static func command(
        _ line: String, id: TaskID, name: String? = nil, resources: Resources, environment: [EnvironmentVariable] = [],
        uris: [CommandInfo.URI] = []
    ) -> TaskInfo {
        TaskInfo(
            name: name ?? id.value, id: id, agentID: "", resources: resources,
            command: CommandInfo(value: line, environment: environment, uris: uris))
    }

    /// A task that runs a container of a Docker image, not yet placed.
    ///
    /// Without `command` the image's own entry point runs, with `arguments`; with it, a shell runs the command.
    public static func docker(
        _ docker: DockerInfo, command: String? = nil, arguments: [String] = [], id: TaskID, name: String? = nil,
        resources: Resources, environment: [EnvironmentVariable] = [], volumes: [Volume] = []
    ) -> TaskInfo {
        TaskInfo(
            name: name ?? id.value, id: id, agentID: "", resources: resources,
            command: CommandInfo(
                value: command, isShell: command != nil, arguments: command == nil ? arguments : [],
                environment: environment),
            container: ContainerInfo(kind: .docker(docker), volumes: volumes))
    }
}

extension FrameworkInfo {
    /// A new framework in one role; the process's user and host name are filled in when it subscribes.
    public init(name: String, role: String = "*", failoverTimeout: Duration = .zero, checkpoint: Bool = false) {
        self.init(user: "", name: name, failoverTimeout: failoverTimeout, checkpoint: checkpoint, roles: [role])
    }
}
