/// The settings of a Docker containerizer.
public struct DockerOptions: Sendable {
    /// The engine's socket (`--docker_socket`).
    public var socket = "/var/run/docker.sock"
    /// Where the sandbox is mounted in containers (`--sandbox_directory`).
    public var sandboxDirectory = "/mnt/mesos/sandbox"
    /// Whether the CPU request is also a hard limit (`--cgroups_enable_cfs`).
    public var enforcesCPURequest = false
    /// Name servers for containers on BRIDGE and USER networks (`--default_container_dns`).
    public var defaultDNS: [String] = []
    /// The text of a Docker configuration with registry credentials (`--docker_config`); nil = none.
    public var configuration: String?
    /// Labels `roost.<key>` of every container of this agent (decision D22).
    ///
    /// Recovery removes the containers that carry all of them and are not known. Empty: nothing is ever removed.
    public var ownership: [String: String] = [:]

    /// Makes the default settings.
    public init() {}
}
