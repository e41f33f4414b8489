internal import KubeModel

/// Works out what a pod's sandbox is made with.
public enum SandboxConfigBuilder {
    /// The configuration of a pod's sandbox, without image and parent cgroup, and what people should know about it.
    public static func build(
        _ pod: PodView, attempt: Int, clusterDomain: String, resolver: ResolverBuilder
    ) throws(ConfigError) -> (config: SandboxConfig, warnings: [ConfigWarning]) {
        var config = SandboxConfig(key: pod.key, uid: pod.uid)
        config.attempt = attempt
        config.usesHostNetwork = pod.usesHostNetwork
        config.usesHostPID = pod.object.flag("spec", "hostPID")
        config.usesHostIPC = pod.object.flag("spec", "hostIPC")
        config.sharesProcesses = pod.object.flag("spec", "shareProcessNamespace")
        let hostname = try PodHostname(pod.object, clusterDomain: clusterDomain)
        if !pod.usesHostNetwork {
            config.hostname = hostname.visibleName
            config.ports = ports(pod)
        }
        for sysctl in pod.object.list("spec", "securityContext", "sysctls").compactMap({ KubeObject($0) }) {
            config.sysctls[sysctl.text("name")] = sysctl.text("value")
        }
        let (resolver, warnings) = resolver.build(pod)
        config.resolver = resolver
        return (config, warnings)
    }

    /// The ports of the host that lead into the pod, each once.
    private static func ports(_ pod: PodView) -> [SandboxConfig.PortMapping] {
        var known: Set<SandboxConfig.PortMapping> = []
        return pod.containers.flatMap(\.ports).filter { $0.hostPort > 0 }.map { port in
            let isAny = port.hostAddress == "0.0.0.0"
            return SandboxConfig.PortMapping(
                hostAddress: isAny ? "" : port.hostAddress, hostPort: port.hostPort, containerPort: port.number,
                transport: port.transport)
        }.filter { known.insert($0).inserted }
    }
}
