internal import ClusterBase
public import ClusterModel

extension ContainerInfo: WireModel {
    /// `mesos.v1.ContainerInfo`.
    public static var messageName: String { "mesos.v1.ContainerInfo" }

    private static let modelled: FieldSet = [
        Wire.ContainerInfo.type, Wire.ContainerInfo.volumes, Wire.ContainerInfo.docker, Wire.ContainerInfo.hostname,
        Wire.ContainerInfo.mesos, Wire.ContainerInfo.networkInfos,
    ]

    /// Reads a container description; keeps the image when there is more than the model holds.
    public init(from reader: inout WireReader) throws(WireError) {
        self.init(kind: .mesos(image: nil))
        var (type, docker, image): (Int, DockerInfo?, String?) = (0, nil, nil)
        while let field = try reader.next() {
            switch field {
            case Wire.ContainerInfo.type: type = try reader.int()
            case Wire.ContainerInfo.volumes: volumes.append(try reader.message())
            case Wire.ContainerInfo.docker: docker = try reader.message()
            case Wire.ContainerInfo.hostname: hostname = try reader.string()
            case Wire.ContainerInfo.mesos: image = try Self.mesosImage(&reader)
            case Wire.ContainerInfo.networkInfos:
                joinsNetworks = true
                if let name = try Self.networkName(&reader) { networkNames.append(name) }
            case Wire.ContainerInfo.linuxInfo:
                sharesCgroups = try Self.sharesCgroups(&reader)
                reader.noteLoss()  // the rest of it is kept as it came
            default: try reader.skip()
            }
        }
        kind = type == 1 ? .docker(docker ?? DockerInfo(image: "")) : .mesos(image: image)
        if (type == 1) == (docker == nil) { reader.noteLoss() }
        if type == 1, docker == nil { formProblem = "DockerInfo 'docker' is not set for DOCKER typed ContainerInfo" }
        wire = reader.image
    }

    /// The name of `mesos.image`, of either kind of image.
    private static func mesosImage(_ reader: inout WireReader) throws(WireError) -> String? {
        try reader.nested { (reader) throws(WireError) in
            var name: String?
            while let field = try reader.next() {
                guard field == Wire.ContainerInfo.MesosInfo.image else {
                    try reader.skip()
                    continue
                }
                name = try reader.nested { (reader) throws(WireError) in
                    var name: String?
                    while let field = try reader.next() {
                        switch field {
                        case Wire.Image.type: if try reader.int() != 2 { reader.noteLoss() }
                        case Wire.Image.cached: if try !reader.bool() { reader.noteLoss() }
                        case Wire.Image.docker, Wire.Image.appc:
                            name = try reader.wrapped { (reader) throws(WireError) in try reader.string() }
                        default: try reader.skip()
                        }
                    }
                    return name
                }
            }
            return name
        }
    }

    private static func sharesCgroups(_ reader: inout WireReader) throws(WireError) -> Bool? {
        try reader.nested { (reader) throws(WireError) in
            var shares: Bool?
            while let field = try reader.next() {
                if field == Wire.LinuxInfo.shareCgroups { shares = try reader.bool() } else { try reader.skip() }
            }
            return shares
        }
    }

    private static func networkName(_ reader: inout WireReader) throws(WireError) -> String? {
        try reader.nested { (reader) throws(WireError) in
            var name: String?
            while let field = try reader.next() {
                if field == Wire.NetworkInfo.name { name = try reader.string() } else { try reader.skip() }
            }
            if name == nil { reader.noteLoss() }
            return name
        }
    }

    /// Writes the description: the image while the model says the same as it, else the model and the rest of the image.
    public func write(to writer: inout WireWriter) {
        if let wire {
            var reader = WireReader(wire.bytes)
            if var original = try? ContainerInfo(from: &reader) {
                original.wire = wire
                if original == self { return writer.raw(wire.bytes[...]) }
            }
        }
        writer.integer(Wire.ContainerInfo.type, docker == nil ? 2 : 1)
        for volume in volumes { writer.message(Wire.ContainerInfo.volumes, volume) }
        switch kind {
        case .docker(let info): writer.message(Wire.ContainerInfo.docker, info)
        case .mesos(let image):
            writer.nested(Wire.ContainerInfo.mesos) { writer in
                guard let image else { return }
                writer.nested(Wire.ContainerInfo.MesosInfo.image) { writer in
                    writer.integer(Wire.Image.type, 2)
                    writer.nested(Wire.Image.docker) { $0.string(1, image) }
                }
            }
        }
        writer.string(Wire.ContainerInfo.hostname, ifPresent: hostname)
        for name in networkNames {
            writer.nested(Wire.ContainerInfo.networkInfos) { $0.string(Wire.NetworkInfo.name, name) }
        }
        if wire == nil, let sharesCgroups {
            writer.nested(Wire.ContainerInfo.linuxInfo) { $0.bool(Wire.LinuxInfo.shareCgroups, sharesCgroups) }
        }
        writer.rest(of: wire, except: Self.modelled)
    }
}

extension DockerInfo: WireModel {
    /// `mesos.v1.ContainerInfo.DockerInfo`.
    public static var messageName: String { "mesos.v1.ContainerInfo.DockerInfo" }

    /// Reads the Docker part.
    public init(from reader: inout WireReader) throws(WireError) {
        self.init(image: "")
        while let field = try reader.next() {
            switch field {
            case Wire.ContainerInfo.DockerInfo.image: image = try reader.string()
            case Wire.ContainerInfo.DockerInfo.network: network = try reader.enumeration(Network.self)
            case Wire.ContainerInfo.DockerInfo.portMappings: portMappings.append(try reader.message())
            case Wire.ContainerInfo.DockerInfo.privileged: isPrivileged = try reader.bool()
            case Wire.ContainerInfo.DockerInfo.parameters: parameters.append(try reader.parameter())
            case Wire.ContainerInfo.DockerInfo.forcePullImage: forcesPull = try reader.bool()
            case Wire.ContainerInfo.DockerInfo.volumeDriver: volumeDriver = try reader.string()
            default: try reader.skip()
            }
        }
    }

    /// Writes the Docker part.
    public func write(to writer: inout WireWriter) {
        writer.string(Wire.ContainerInfo.DockerInfo.image, image)
        if let network { writer.integer(Wire.ContainerInfo.DockerInfo.network, network.rawValue) }
        for mapping in portMappings { writer.message(Wire.ContainerInfo.DockerInfo.portMappings, mapping) }
        if isPrivileged { writer.bool(Wire.ContainerInfo.DockerInfo.privileged, true) }
        writer.parameters(Wire.ContainerInfo.DockerInfo.parameters, parameters)
        if forcesPull { writer.bool(Wire.ContainerInfo.DockerInfo.forcePullImage, true) }
        writer.string(Wire.ContainerInfo.DockerInfo.volumeDriver, ifPresent: volumeDriver)
    }
}

extension DockerInfo.PortMapping: WireModel {
    /// `mesos.v1.ContainerInfo.DockerInfo.PortMapping`.
    public static var messageName: String { "mesos.v1.ContainerInfo.DockerInfo.PortMapping" }

    /// Reads a mapping.
    public init(from reader: inout WireReader) throws(WireError) {
        self.init(hostPort: 0, containerPort: 0)
        while let field = try reader.next() {
            switch field {
            case Wire.ContainerInfo.DockerInfo.PortMapping.hostPort: hostPort = try reader.int()
            case Wire.ContainerInfo.DockerInfo.PortMapping.containerPort: containerPort = try reader.int()
            case Wire.ContainerInfo.DockerInfo.PortMapping.`protocol`: networkProtocol = try reader.string()
            default: try reader.skip()
            }
        }
    }

    /// Writes the mapping.
    public func write(to writer: inout WireWriter) {
        writer.integer(Wire.ContainerInfo.DockerInfo.PortMapping.hostPort, hostPort)
        writer.integer(Wire.ContainerInfo.DockerInfo.PortMapping.containerPort, containerPort)
        writer.string(Wire.ContainerInfo.DockerInfo.PortMapping.`protocol`, ifPresent: networkProtocol)
    }
}

extension Volume: WireModel {
    /// `mesos.v1.Volume`.
    public static var messageName: String { "mesos.v1.Volume" }

    /// Reads a volume; sources other than Docker volumes and host paths are left to the image.
    public init(from reader: inout WireReader) throws(WireError) {
        self.init(containerPath: "")
        var origins = 0
        while let field = try reader.next() {
            switch field {
            case Wire.Volume.containerPath: containerPath = try reader.string()
            case Wire.Volume.hostPath:
                hostPath = try reader.string()
                origins += 1
            case Wire.Volume.mode: isReadOnly = try reader.int() == 2
            case Wire.Volume.image:
                try reader.skip()
                origins += 1
            case Wire.Volume.source:
                try readSource(&reader)
                origins += 1
            default: try reader.skip()
            }
        }
        if origins != 1 { formProblem = "Only one of them should be set: 'host_path', 'image' and 'source'" }
    }

    private mutating func readSource(_ reader: inout WireReader) throws(WireError) {
        let (type, parts, docker, host): (Int, [Int], DockerVolume?, String?) =
            try reader.nested { (reader) throws(WireError) in
                var (type, parts): (Int, [Int]) = (0, [])
                var (docker, host): (DockerVolume?, String?)
                while let field = try reader.next() {
                    parts.append(field)
                    switch field {
                    case Wire.Volume.Source.type: type = try reader.int()
                    case Wire.Volume.Source.dockerVolume:
                        docker = try reader.nested { (reader) throws(WireError) in try DockerVolume(from: &reader) }
                    case Wire.Volume.Source.hostPath:
                        host = try reader.wrapped { (reader) throws(WireError) in try reader.string() }
                        reader.noteLoss()
                    default: try reader.skip()
                    }
                }
                return (type, parts, docker, host)
            }
        if type != 1 { reader.noteLoss() }
        if let docker { dockerVolume = docker }
        if let host { hostPath = host }
        formProblem = Self.sourceProblem(type, parts)
    }

    /// What is missing in a source of a type that has these fields.
    private static func sourceProblem(_ type: Int, _ parts: [Int]) -> String? {
        let kinds: [Int: (field: Int, name: String, kind: String)] = [
            1: (Wire.Volume.Source.dockerVolume, "docker_volume", "DOCKER_VOLUME"),
            2: (Wire.Volume.Source.sandboxPath, "sandbox_path", "SANDBOX_PATH"),
            3: (Wire.Volume.Source.secret, "secret", "SECRET"),
            4: (Wire.Volume.Source.hostPath, "host_path", "HOST_PATH"),
            5: (Wire.Volume.Source.csiVolume, "csi_volume", "CSI"),
        ]
        guard let expected = kinds[type] else { return "'source.type' is unknown" }
        if parts.contains(expected.field) { return nil }
        return "'source.\(expected.name)' is not set for \(expected.kind) volume"
    }

    /// Writes the volume.
    public func write(to writer: inout WireWriter) {
        writer.string(Wire.Volume.containerPath, containerPath)
        writer.string(Wire.Volume.hostPath, ifPresent: hostPath)
        writer.integer(Wire.Volume.mode, isReadOnly ? 2 : 1)
        guard let dockerVolume else { return }
        writer.nested(Wire.Volume.source) { writer in
            writer.integer(Wire.Volume.Source.type, 1)
            writer.nested(Wire.Volume.Source.dockerVolume) { dockerVolume.write(to: &$0) }
        }
    }
}

extension Volume.DockerVolume {
    fileprivate init(from reader: inout WireReader) throws(WireError) {
        self.init(name: "")
        while let field = try reader.next() {
            switch field {
            case Wire.Volume.Source.DockerVolume.driver: driver = try reader.string()
            case Wire.Volume.Source.DockerVolume.name: name = try reader.string()
            case Wire.Volume.Source.DockerVolume.driverOptions:
                options += try reader.list { (reader) throws(WireError) in try reader.parameter() }
            default: try reader.skip()
            }
        }
    }

    fileprivate func write(to writer: inout WireWriter) {
        writer.string(Wire.Volume.Source.DockerVolume.driver, ifPresent: driver)
        writer.string(Wire.Volume.Source.DockerVolume.name, name)
        guard !options.isEmpty else { return }
        writer.nested(Wire.Volume.Source.DockerVolume.driverOptions) { $0.parameters(1, options) }
    }
}
