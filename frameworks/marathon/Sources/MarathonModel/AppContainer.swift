public import ClusterBase

/// How an app's tasks are contained (spec `marathon` §2.3).
public struct AppContainer: Hashable, Sendable {
    /// The containerizer.
    public enum Kind: String, Hashable, Sendable {
        /// The Docker engine.
        case docker = "DOCKER"
        /// The agent itself.
        case mesos = "MESOS"
    }

    /// The containerizer.
    public var kind = Kind.docker
    /// The image and its options.
    public var docker: DockerOptions?
    /// Volumes, in order.
    public var volumes: [AppVolume] = []
    /// Ports of the container; not with host networking.
    public var portMappings: [PortMapping] = []
    /// Linux options, kept as given.
    public var linuxInfo: JSONValue?

    /// Makes a container.
    public init(kind: Kind = .docker, docker: DockerOptions? = nil) { (self.kind, self.docker) = (kind, docker) }
}

/// The image of a container and options of the Docker engine.
public struct DockerOptions: Hashable, Sendable {
    /// The image.
    public var image: String
    /// Whether to pull it even if it is there.
    public var forcePullImage = false
    /// Whether the container gets all capabilities.
    public var privileged = false
    /// Further options of `docker run`, in order.
    public var parameters: [Pair] = []

    /// A key and a value.
    public struct Pair: Hashable, Sendable {
        /// The option without dashes.
        public var key: String
        /// Its value.
        public var value: String

        /// Makes a pair.
        public init(key: String, value: String) { (self.key, self.value) = (key, value) }
    }

    /// Makes options for an image.
    public init(image: String) { self.image = image }
}

/// A port of a container.
public struct PortMapping: Hashable, Sendable {
    /// The port inside; 0 = the same as the host port.
    public var containerPort = 0
    /// The port on the host: nil = not published, 0 = any.
    public var hostPort: Int?
    /// The service port; 0 = assigned by the server.
    public var servicePort = 0
    /// `tcp`, `udp` or `udp,tcp`.
    public var networkProtocol = "tcp"
    /// Its name.
    public var name: String?
    /// Labels; opaque.
    public var labels: [String: String] = [:]
    /// The container networks it belongs to; empty = all.
    public var networkNames: [String] = []

    /// Makes a mapping.
    public init(containerPort: Int = 0, hostPort: Int? = nil, name: String? = nil) {
        (self.containerPort, self.hostPort, self.name) = (containerPort, hostPort, name)
    }
}

/// A volume of the host or of a Docker volume driver.
public struct AppVolume: Hashable, Sendable {
    /// Where it appears.
    public var containerPath: String
    /// Where it comes from on the host.
    public var hostPath: String
    /// Whether it can only be read (`RO`).
    public var isReadOnly: Bool

    /// Makes a volume.
    public init(containerPath: String, hostPath: String, isReadOnly: Bool = false) {
        (self.containerPath, self.hostPath, self.isReadOnly) = (containerPath, hostPath, isReadOnly)
    }
}
