internal import ClusterBase
internal import ClusterModel
internal import ClusterPorts

/// The engine's description of a container to create, built from a `ContainerSpec` row by row of the argument table
/// in spec `mesos/04` §4.7 and then the `docker.parameters`.
struct DockerRunRequest: Sendable {
    /// Name for the engine: `mesos-<id>`.
    var name: String
    /// The fields beside `HostConfig`.
    var config = JSONObject()
    /// The fields of `HostConfig`.
    var host = JSONObject()
    /// The settings for the one network joined by name (aliases, addresses).
    var endpoint = JSONObject()
    /// Whether a parameter has chosen the network already.
    var hasNetworkParameter = false

    /// The prefix of all names; recovery and operators look for it.
    static let namePrefix = "mesos-"

    /// Builds the description.
    ///
    /// Throws `invalidArgument` naming the field that cannot be served.
    init(_ spec: ContainerSpec, docker: DockerInfo, options: DockerOptions) throws(ClusterError) {
        name = DockerRunRequest.namePrefix + spec.id.value
        setLimits(spec.limits, options)
        setEnvironment(spec, options)
        if docker.isPrivileged { host["Privileged"] = true }
        try setVolumes(spec, docker, options)
        try setNetwork(spec, docker, options)
        try setCommand(spec.command, docker)
        var labels = JSONObject()
        for (key, value) in options.ownership.merging(spec.labels, uniquingKeysWith: { $1 }).sorted(by: {
            $0.key < $1.key
        }) {
            labels["roost.\(key)"] = .string(value)
        }
        labels["roost.container"] = .string(spec.id.value)
        config["Labels"] = .object(labels)
        for parameter in docker.parameters { try DockerParameters.apply(parameter, to: &self) }
    }

    /// The body of the create call.
    var body: JSONValue {
        var all = config
        all["HostConfig"] = .object(host)
        if !endpoint.isEmpty, let network = host["NetworkMode"]?.string {
            all["NetworkingConfig"] = ["EndpointsConfig": [network: .object(endpoint)]]
        }
        return .object(all)
    }

    /// Rows 2–6.
    private mutating func setLimits(_ limits: ContainerLimits, _ options: DockerOptions) {
        for (key, value) in DockerRunRequest.resources(limits, enforcesCPURequest: options.enforcesCPURequest) {
            host[key] = value
        }
        let total = HostResources.totalMemoryBytes
        if let score = CgroupLimits.oomScoreAdjustment(limits, totalMemoryBytes: total) {
            host["OomScoreAdj"] = .integer(Int64(score))
        }
    }

    /// The resource fields of create and update calls.
    static func resources(_ limits: ContainerLimits, enforcesCPURequest: Bool) -> JSONObject {
        var result = JSONObject()
        result["CpuShares"] = .integer(Int64(CgroupLimits.shares(cpus: limits.cpus)))
        if let quota = CgroupLimits.quotaMicroseconds(limits, enforcesRequest: enforcesCPURequest), quota > 0 {
            result["CpuQuota"] = .integer(quota)
        }
        if limits.memoryLimitBytes != nil, let soft = CgroupLimits.softMemoryBytes(limits) {
            result["MemoryReservation"] = .integer(Int64(clamping: soft))
        }
        if let hard = CgroupLimits.hardMemoryBytes(limits), hard != .max {
            result["Memory"] = .integer(Int64(clamping: hard))
        }
        return result
    }

    /// Row 7: the task's variables in order of their names, then ours.
    private mutating func setEnvironment(_ spec: ContainerSpec, _ options: DockerOptions) {
        let ours = ["MESOS_SANDBOX=\(options.sandboxDirectory)", "MESOS_CONTAINER_NAME=\(name)"]
        let given = spec.environment.map { "\($0.name)=\($0.value)" }
        let names = Set(ours.map { $0.prefix { $0 != "=" } })
        let task = Environment.merged(given).filter { !names.contains($0.prefix { $0 != "=" }) }.sorted()
        config["Env"] = .array((task + ours).map { .string($0) })
    }

    /// Rows 8 and 9.
    private mutating func setVolumes(
        _ spec: ContainerSpec, _ docker: DockerInfo, _ options: DockerOptions
    ) throws(ClusterError) {
        var driver = docker.volumeDriver
        for (index, volume) in (spec.container?.volumes ?? []).enumerated() {
            let field = "container.volumes[\(index)]"
            let mode = volume.isReadOnly ? "ro" : "rw"
            if let own = volume.dockerVolume {
                if let wanted = own.driver, !wanted.isEmpty {
                    guard driver == nil || driver == wanted else {
                        throw ClusterError(.invalidArgument, "only one volume driver is supported", field: field)
                    }
                    driver = wanted
                }
                append("Binds", "\(own.name):\(try target(volume, options, field)):\(mode)")
                continue
            }
            guard let source = volume.hostPath, !source.isEmpty else {
                throw ClusterError(.invalidArgument, "a host path or a Docker volume is required", field: field)
            }
            if !source.hasPrefix("/"), docker.volumeDriver == nil {
                guard volume.containerPath.hasPrefix("/") else {
                    throw ClusterError(
                        .invalidArgument,
                        "host path '\(source)' and container path '\(volume.containerPath)' are both relative",
                        field: field)
                }
                try bind("\(spec.sandbox)/\(source)", volume.containerPath, mode)
            } else {
                try bind(source, try target(volume, options, field), mode)
            }
        }
        if let driver { host["VolumeDriver"] = .string(driver) }
        try bind(spec.sandbox, options.sandboxDirectory, "rw")
    }

    /// The path in the container; a relative one is below the sandbox.
    private func target(_ volume: Volume, _ options: DockerOptions, _ field: String) throws(ClusterError) -> String {
        guard !volume.containerPath.isEmpty else {
            throw ClusterError(.invalidArgument, "a container path is required", field: "\(field).container_path")
        }
        return volume.containerPath.hasPrefix("/")
            ? volume.containerPath : "\(options.sandboxDirectory)/\(volume.containerPath)"
    }

    /// Mounts a host path; one with a colon, which the short form cannot say, by the long form.
    private mutating func bind(_ source: String, _ target: String, _ mode: String) throws(ClusterError) {
        guard source.contains(":") || target.contains(":") else {
            return append("Binds", "\(source):\(target):\(mode)")
        }
        append(
            "Mounts",
            value: [
                "Type": "bind", "Source": .string(source), "Target": .string(target), "ReadOnly": .bool(mode == "ro"),
            ])
    }

    /// Rows 10–13.
    private mutating func setNetwork(
        _ spec: ContainerSpec, _ docker: DockerInfo, _ options: DockerOptions
    ) throws(ClusterError) {
        let network = docker.network ?? .host
        switch network {
        case .host: host["NetworkMode"] = "host"
        case .bridge: host["NetworkMode"] = "bridge"
        case .none: host["NetworkMode"] = "none"
        case .user:
            guard let names = spec.container?.networkNames, names.count == 1, let only = names.first else {
                throw ClusterError(
                    .invalidArgument, "USER network needs exactly one named network", field: "container.network_infos")
            }
            host["NetworkMode"] = .string(only)
        }
        let hasOwnResolver = docker.parameters.contains {
            ["dns", "dns-search", "dns-opt", "dns-option"].contains($0.key)
        }
        if network == .bridge || network == .user, !hasOwnResolver {
            for server in options.defaultDNS { append("Dns", server) }
        }
        if let hostname = spec.container?.hostname {
            guard network != .host else {
                throw ClusterError(
                    .invalidArgument, "a hostname cannot be set with the host's network", field: "container.hostname")
            }
            config["Hostname"] = .string(hostname)
        }
        for (index, mapping) in docker.portMappings.enumerated() {
            let field = "container.docker.port_mappings[\(index)]"
            guard network == .bridge || network == .user else {
                throw ClusterError(.invalidArgument, "port mappings need a BRIDGE or USER network", field: field)
            }
            let name = mapping.networkProtocol?.lowercased() ?? "tcp"
            guard ["tcp", "udp", "sctp"].contains(name) else {
                throw ClusterError(.invalidArgument, "'\(name)' is no protocol", field: "\(field).protocol")
            }
            publish(address: "", hostPort: "\(mapping.hostPort)", "\(mapping.containerPort)/\(name)")
        }
    }

    /// Rows 15 and 18.
    private mutating func setCommand(_ command: CommandInfo, _ docker: DockerInfo) throws(ClusterError) {
        guard !docker.image.isEmpty else {
            throw ClusterError(.invalidArgument, "an image is required", field: "container.docker.image")
        }
        config["Image"] = .string(DockerImageName(docker.image).reference)
        if command.isShell {
            guard let value = command.value else {
                throw ClusterError(.invalidArgument, "a shell command needs a value", field: "command.value")
            }
            config["Entrypoint"] = ["/bin/sh"]
            config["Cmd"] = ["-c", .string(value)]
        } else {
            let words = (command.value.map { [$0] } ?? []) + command.arguments
            if !words.isEmpty { config["Cmd"] = .array(words.map { .string($0) }) }
        }
    }
}

extension DockerRunRequest {
    /// Publishes a container port (`80/tcp`).
    mutating func publish(address: String, hostPort: String, _ containerPort: String) {
        expose(containerPort)
        var bindings = host["PortBindings"]?.object ?? JSONObject()
        let binding: JSONValue = ["HostIp": .string(address), "HostPort": .string(hostPort)]
        bindings[containerPort] = .array((bindings[containerPort]?.array ?? []) + [binding])
        host["PortBindings"] = .object(bindings)
    }

    /// Declares a container port (`80/tcp`).
    mutating func expose(_ containerPort: String) {
        var exposed = config["ExposedPorts"]?.object ?? JSONObject()
        exposed[containerPort] = [:]
        config["ExposedPorts"] = .object(exposed)
    }

    /// Appends to an array of `HostConfig`.
    mutating func append(_ key: String, _ value: String) { append(key, value: .string(value)) }

    /// Appends to an array of `HostConfig`.
    mutating func append(_ key: String, value: JSONValue) { host[key] = .array((host[key]?.array ?? []) + [value]) }

    /// Sets a member of an object of `HostConfig`.
    mutating func set(_ key: String, _ member: String, _ value: String) {
        var object = host[key]?.object ?? JSONObject()
        object[member] = .string(value)
        host[key] = .object(object)
    }
}
