/// How a task or executor is contained (`ContainerInfo` of the v1 messages).
public struct ContainerInfo: Hashable, Sendable {
    /// Which containerizer runs it.
    public enum Kind: Hashable, Sendable {
        /// The Docker engine.
        case docker(DockerInfo)
        /// The agent itself; an image needs a provisioner and is refused without one.
        case mesos(image: String?)
    }

    /// Docker or the agent itself.
    public var kind: Kind
    /// Volumes, in order.
    public var volumes: [Volume]
    /// The hostname inside.
    public var hostname: String?
    /// Networks to join by name (USER networks).
    public var networkNames: [String]
    /// Whether it joins networks of its own, named or not.
    public var joinsNetworks: Bool
    /// Whether a nested container is in the cgroups of the one around it; nil when nothing is said, which means yes.
    public var sharesCgroups: Bool?
    /// What is wrong with its form as it came in, in words.
    public var formProblem: String?
    /// As received; nil when made here.
    public var wire: WireImage?

    /// Makes a description.
    public init(
        kind: Kind, volumes: [Volume] = [], hostname: String? = nil, networkNames: [String] = [],
        sharesCgroups: Bool? = nil, wire: WireImage? = nil
    ) {
        (self.kind, self.volumes, self.hostname) = (kind, volumes, hostname)
        (self.networkNames, joinsNetworks) = (networkNames, !networkNames.isEmpty)
        (self.sharesCgroups, self.wire) = (sharesCgroups, wire)
    }

    /// The Docker part, if it is for Docker.
    public var docker: DockerInfo? {
        if case .docker(let info) = kind { return info }
        return nil
    }
}

/// The Docker part of a container description.
public struct DockerInfo: Hashable, Sendable {
    /// The network mode; raw values are the wire numbers.
    public enum Network: Int, Hashable, Sendable {
        /// The host's.
        case host = 1
        /// The engine's bridge.
        case bridge = 2
        /// None.
        case none = 3
        /// The one named in `networkNames`.
        case user = 4
    }

    /// A published port.
    public struct PortMapping: Hashable, Sendable {
        /// The port on the host; one of the task's `ports`.
        public var hostPort: Int
        /// The port in the container.
        public var containerPort: Int
        /// `tcp` or `udp`; nil = tcp.
        public var networkProtocol: String?

        /// Makes a mapping.
        public init(hostPort: Int, containerPort: Int, networkProtocol: String? = nil) {
            (self.hostPort, self.containerPort, self.networkProtocol) = (hostPort, containerPort, networkProtocol)
        }
    }

    /// The image, with or without tag.
    public var image: String
    /// The network mode; nil = host.
    public var network: Network?
    /// Published ports.
    public var portMappings: [PortMapping]
    /// Whether it gets all capabilities and devices.
    public var isPrivileged: Bool
    /// Further options of `docker run`, key without dashes.
    public var parameters: [Parameter]
    /// Whether to pull the image even if it is there.
    public var forcesPull: Bool
    /// The volume driver for volumes without one of their own.
    public var volumeDriver: String?

    /// Makes a description.
    public init(
        image: String, network: Network? = nil, portMappings: [PortMapping] = [], isPrivileged: Bool = false,
        parameters: [Parameter] = [], forcesPull: Bool = false, volumeDriver: String? = nil
    ) {
        (self.image, self.network, self.portMappings) = (image, network, portMappings)
        (self.isPrivileged, self.parameters) = (isPrivileged, parameters)
        (self.forcesPull, self.volumeDriver) = (forcesPull, volumeDriver)
    }
}

/// A key and a value, in order.
public struct Parameter: Hashable, Sendable {
    /// The key.
    public var key: String
    /// The value.
    public var value: String

    /// Makes a parameter.
    public init(key: String, value: String) { (self.key, self.value) = (key, value) }
}

/// Something mounted into a container.
public struct Volume: Hashable, Sendable {
    /// The path in the container; relative = below the sandbox.
    public var containerPath: String
    /// The path on the host; relative = below the sandbox; nil with a Docker volume.
    public var hostPath: String?
    /// A Docker volume: driver, name, driver options.
    public var dockerVolume: DockerVolume?
    /// Whether it can only be read.
    public var isReadOnly: Bool
    /// What is wrong with its form as it came in, in words.
    public var formProblem: String?

    /// A volume made by a Docker volume driver.
    public struct DockerVolume: Hashable, Sendable {
        /// The driver; nil = the engine's default.
        public var driver: String?
        /// The name.
        public var name: String
        /// Driver options.
        public var options: [Parameter]

        /// Makes a volume.
        public init(driver: String? = nil, name: String, options: [Parameter] = []) {
            (self.driver, self.name, self.options) = (driver, name, options)
        }
    }

    /// Makes a volume.
    public init(
        containerPath: String, hostPath: String? = nil, dockerVolume: DockerVolume? = nil, isReadOnly: Bool = false
    ) {
        (self.containerPath, self.hostPath) = (containerPath, hostPath)
        (self.dockerVolume, self.isReadOnly) = (dockerVolume, isReadOnly)
    }
}
