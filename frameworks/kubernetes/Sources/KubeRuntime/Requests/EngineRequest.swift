internal import ClusterBase
internal import KubeModel
internal import KubeletCore

/// A container to create, in the engine's words: its name and the body of the call.
struct EngineRequest: Sendable {
    /// The engine's name.
    let name: String
    /// The uid of the pod.
    let uid: String
    /// All labels.
    let labels: [String: String]
    /// The image.
    let image: String
    private var config = JSONObject()
    private var host = JSONObject()
    private let oomScoreFloor: Int

    private init(_ name: String, _ uid: String, image: String, labels: [String: String], _ options: DockerPodOptions) {
        (self.name, self.uid, self.image, oomScoreFloor) = (name, uid, image, options.oomScoreFloor)
        self.labels = labels.merging(options.owner) { $1 }
        config["Image"] = .string(image)
        config["Labels"] = EngineRequest.object(self.labels)
        host["RestartPolicy"] = ["Name": "no"]
        var log = JSONObject()
        if options.logFileBytes > 0 {
            log["max-size"] = .string("\(options.logFileBytes)")
            log["max-file"] = .string("\(max(1, options.logFiles))")
        }
        host["LogConfig"] = ["Type": "json-file", "Config": .object(log)]
    }

    /// The body of the create call.
    var body: JSONValue {
        var all = config
        all["HostConfig"] = .object(host)
        return .object(all)
    }

    /// A sandbox: network, IPC and, when shared, process namespaces of a pod.
    init(_ sandbox: SandboxConfig, image: String, options: DockerPodOptions) {
        let own = PodLabels.common(sandbox.key, sandbox.uid, PodLabels.sandboxName, PodLabels.sandbox)
        self.init(
            PodLabels.name(PodLabels.sandboxName, sandbox.key, sandbox.uid, sandbox.attempt), sandbox.uid,
            image: image, labels: sandbox.labels.merging(own) { $1 }, options)
        host["NetworkMode"] = sandbox.usesHostNetwork ? "host" : "bridge"
        // Containers can join shareable namespaces only.
        host["IpcMode"] = sandbox.usesHostIPC ? "host" : "shareable"
        if sandbox.usesHostPID { host["PidMode"] = "host" }
        if sandbox.usesHostNetwork {
            host["UTSMode"] = "host"
        } else if !sandbox.hostname.isEmpty {
            config["Hostname"] = .string(sandbox.hostname)
        }
        setResolver(sandbox.resolver)
        if !sandbox.usesHostNetwork { setPorts(sandbox.ports) }
        if !sandbox.sysctls.isEmpty { host["Sysctls"] = EngineRequest.object(sandbox.sysctls) }
        if !sandbox.cgroupParent.isEmpty { host["CgroupParent"] = .string(sandbox.cgroupParent) }
        host["CpuShares"] = 2
        host["OomScoreAdj"] = .integer(Int64(max(-998, oomScoreFloor)))
        host["SecurityOpt"] = ["no-new-privileges"]
    }

    /// A container of a pod, in the namespaces of its sandbox.
    init(_ container: ContainerConfig, options: DockerPodOptions) {
        let (key, uid, name, attempt) = (container.key, container.uid, container.name, container.attempt)
        var own = PodLabels.common(key, uid, name, PodLabels.container)
        own[PodLabels.sandboxID] = container.sandboxID
        own[PodLabels.logPath] = "/var/log/pods/\(key.namespace)_\(key.name)_\(uid)/\(name)/\(attempt).log"
        own[PodLabels.hash] = container.specHash
        own[PodLabels.restartCount] = String(attempt)
        self.init(
            PodLabels.name(name, key, uid, attempt), uid, image: container.image,
            labels: container.labels.merging(own) { $1 }, options)
        let sandbox = "container:\(container.sandboxID)"
        host["NetworkMode"] = .string(sandbox)
        host["IpcMode"] = .string(sandbox)
        if container.usesHostPID {
            host["PidMode"] = "host"
        } else if container.sharesProcesses {
            host["PidMode"] = .string(sandbox)
        }
        if container.usesHostNetwork { host["UTSMode"] = "host" }
        setProgram(container)
        setMounts(container.mounts)
        setLimits(container.limits)
        setSecurity(container.security)
        if !container.cgroupParent.isEmpty { host["CgroupParent"] = .string(container.cgroupParent) }
    }

    private mutating func setResolver(_ resolver: SandboxConfig.Resolver?) {
        guard let resolver else { return }
        host["Dns"] = EngineRequest.array(resolver.servers)
        // Without a list of our own the engine takes the host's; a dot stands for none.
        host["DnsSearch"] = EngineRequest.array(resolver.searches.isEmpty ? ["."] : resolver.searches)
        host["DnsOptions"] = EngineRequest.array(resolver.options)
    }

    private mutating func setPorts(_ ports: [SandboxConfig.PortMapping]) {
        var (exposed, bindings) = (JSONObject(), JSONObject())
        for port in ports where port.hostPort > 0 {
            let inner = "\(port.containerPort)/\(port.transport.lowercased())"
            exposed[inner] = [:]
            let binding: JSONValue = ["HostIp": .string(port.hostAddress), "HostPort": .string("\(port.hostPort)")]
            bindings[inner] = .array((bindings[inner]?.array ?? []) + [binding])
        }
        guard !bindings.isEmpty else { return }
        config["ExposedPorts"] = .object(exposed)
        host["PortBindings"] = .object(bindings)
    }

    private mutating func setProgram(_ container: ContainerConfig) {
        if !container.command.isEmpty { config["Entrypoint"] = EngineRequest.array(container.command) }
        if !container.arguments.isEmpty { config["Cmd"] = EngineRequest.array(container.arguments) }
        if !container.workingDirectory.isEmpty { config["WorkingDir"] = .string(container.workingDirectory) }
        config["Env"] = EngineRequest.array(container.environment.map { "\($0.name)=\($0.value)" })
        config["OpenStdin"] = .bool(container.hasInput)
        config["StdinOnce"] = .bool(container.closesInputOnce)
        config["Tty"] = .bool(container.hasTerminal)
        // Health is the kubelet's matter: a check of the image's own would run beside its probes.
        config["Healthcheck"] = ["Test": ["NONE"]]
    }

    /// In the long form, which takes any character in a path.
    ///
    /// Without a propagation the engine takes `rprivate`, or `rslave` for what holds its own directory, such as `/`,
    /// and refuses `rprivate` there.
    private mutating func setMounts(_ mounts: [ContainerConfig.Mount]) {
        let propagation: [ContainerConfig.Mount.Propagation: JSONValue] = [
            .hostToContainer: "rslave", .bidirectional: "rshared",
        ]
        host["Mounts"] = .array(
            mounts.map { mount in
                var item: JSONObject = [
                    "Type": "bind", "Source": .string(mount.hostPath), "Target": .string(mount.containerPath),
                    "ReadOnly": .bool(mount.isReadOnly),
                ]
                item["BindOptions"] = propagation[mount.propagation].map { ["Propagation": $0] }
                return .object(item)
            })
    }

    private mutating func setLimits(_ limits: ContainerConfig.Limits) {
        host["CpuShares"] = .integer(limits.cpuShares)
        if limits.cpuQuota > 0 {
            host["CpuPeriod"] = 100_000
            host["CpuQuota"] = .integer(limits.cpuQuota)
        }
        if limits.memory > 0 {
            host["Memory"] = .integer(limits.memory)
            host["MemorySwap"] = .integer(limits.memory)
        }
        host["OomScoreAdj"] = .integer(Int64(max(limits.oomScoreAdjustment, oomScoreFloor)))
    }

    private mutating func setSecurity(_ security: ContainerConfig.Security) {
        if security.isPrivileged { host["Privileged"] = true }
        if !security.addedCapabilities.isEmpty { host["CapAdd"] = EngineRequest.array(security.addedCapabilities) }
        if !security.droppedCapabilities.isEmpty { host["CapDrop"] = EngineRequest.array(security.droppedCapabilities) }
        if !security.user.isEmpty { config["User"] = .string(security.user) }
        if !security.groups.isEmpty { host["GroupAdd"] = EngineRequest.array(security.groups.map { "\($0)" }) }
        if security.hasReadOnlyRoot { host["ReadonlyRootfs"] = true }
        let options = security.options + (security.hasNoNewPrivileges ? ["no-new-privileges"] : [])
        if !options.isEmpty { host["SecurityOpt"] = EngineRequest.array(options) }
    }

    private static func array(_ texts: [String]) -> JSONValue { .array(texts.map { .string($0) }) }

    private static func object(_ pairs: [String: String]) -> JSONValue {
        var object = JSONObject()
        for (key, value) in pairs.sorted(by: { $0.key < $1.key }) { object[key] = .string(value) }
        return .object(object)
    }
}
