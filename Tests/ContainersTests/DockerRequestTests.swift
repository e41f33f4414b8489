internal import ClusterBase
internal import ClusterModel
internal import ClusterPorts
internal import Testing

@testable internal import Containers

/// The argument table of spec `mesos/04` §4.7, row by row.
@Suite struct DockerRequestTests {
    private func build(
        _ docker: DockerInfo, command: CommandInfo = CommandInfo(value: "true"), volumes: [Volume] = [],
        hostname: String? = nil, networks: [String] = [], limits: ContainerLimits = ContainerLimits(cpus: 1),
        environment: [EnvironmentVariable] = [], options: DockerOptions = DockerOptions()
    ) throws -> JSONValue {
        let info = ContainerInfo(kind: .docker(docker), volumes: volumes, hostname: hostname, networkNames: networks)
        let spec = ContainerSpec(
            id: "c1", command: command, container: info, environment: environment, sandbox: "/sandbox", limits: limits,
            runtimeDirectory: "/run/c1", labels: ["agent": "S0"])
        return try DockerRunRequest(spec, docker: docker, options: options).body
    }

    private func problem(_ body: () throws -> JSONValue) throws -> ClusterError {
        try #require(throws: ClusterError.self) { try body() }
    }

    private func parameter(_ key: String, _ value: String) throws -> JSONValue {
        try build(DockerInfo(image: "i", network: .bridge, parameters: [Parameter(key: key, value: value)]))
    }

    @Test func limitsBecomeSharesQuotaAndMemory() throws {
        var options = DockerOptions()
        options.enforcesCPURequest = true
        let plain = try build(
            DockerInfo(image: "i"), limits: ContainerLimits(cpus: 0.5, memoryBytes: 64 << 20), options: options)
        let host = try #require(plain["HostConfig"])
        #expect(host["CpuShares"] == 512)
        #expect(host["CpuQuota"] == 50_000)
        #expect(host["Memory"] == .integer(64 << 20))
        #expect(host["MemoryReservation"] == nil)
        #expect(host["OomScoreAdj"] == nil)
        let burst = ContainerLimits(cpus: 0.5, cpuLimit: .infinity, memoryBytes: 64 << 20, memoryLimitBytes: .max)
        let other = try #require(try build(DockerInfo(image: "i"), limits: burst, options: options)["HostConfig"])
        #expect(other["CpuQuota"] == nil)
        #expect(other["Memory"] == nil)
        #expect(other["MemoryReservation"] == .integer(64 << 20))
        #expect(try #require(other["OomScoreAdj"]?.integer) > 0)
    }

    @Test func environmentIsSortedAndOursComesLast() throws {
        let body = try build(
            DockerInfo(image: "i"),
            environment: [.init("Z", "1"), .init("A", "old"), .init("MESOS_SANDBOX", "/host"), .init("A", "new")])
        #expect(body["Env"] == ["A=new", "Z=1", "MESOS_SANDBOX=/mnt/mesos/sandbox", "MESOS_CONTAINER_NAME=mesos-c1"])
        #expect(body["Labels"]?["roost.agent"] == "S0")
        #expect(body["Labels"]?["roost.container"] == "c1")
    }

    @Test func volumesFollowTheRulesForRelativePaths() throws {
        let volumes = [
            Volume(containerPath: "/data", hostPath: "/srv/data", isReadOnly: true),
            Volume(containerPath: "logs", hostPath: "/var/log"), Volume(containerPath: "/in", hostPath: "below"),
            Volume(containerPath: "/v", dockerVolume: .init(driver: "rexray", name: "disk1")),
        ]
        let host = try #require(try build(DockerInfo(image: "i"), volumes: volumes)["HostConfig"])
        #expect(
            host["Binds"] == [
                "/srv/data:/data:ro", "/var/log:/mnt/mesos/sandbox/logs:rw", "/sandbox/below:/in:rw", "disk1:/v:rw",
                "/sandbox:/mnt/mesos/sandbox:rw",
            ])
        #expect(host["VolumeDriver"] == "rexray")
        for bad in [
            Volume(containerPath: "x", hostPath: "y"), Volume(containerPath: "/x"),
            Volume(containerPath: "", hostPath: "/y"),
        ] {
            #expect(
                try problem { try build(DockerInfo(image: "i"), volumes: [bad]) }.field?.hasPrefix(
                    "container.volumes[0]") == true)
        }
        let two = Volume(containerPath: "/v", dockerVolume: .init(driver: "other", name: "d"))
        #expect(
            try problem { try build(DockerInfo(image: "i"), volumes: volumes + [two]) }.message.contains(
                "volume driver"))
    }

    @Test func networksPortsAndHostnames() throws {
        #expect(try build(DockerInfo(image: "i"))["HostConfig"]?["NetworkMode"] == "host")
        var options = DockerOptions()
        options.defaultDNS = ["10.0.0.1"]
        let mapping = DockerInfo.PortMapping(hostPort: 31000, containerPort: 80, networkProtocol: "UDP")
        let body = try build(
            DockerInfo(image: "i", network: .bridge, portMappings: [mapping]), hostname: "web", options: options)
        #expect(body["HostConfig"]?["NetworkMode"] == "bridge")
        #expect(body["HostConfig"]?["PortBindings"]?["80/udp"]?[0]?["HostPort"] == "31000")
        #expect(body["ExposedPorts"]?["80/udp"] != nil)
        #expect(body["HostConfig"]?["Dns"] == ["10.0.0.1"])
        #expect(body["Hostname"] == "web")
        #expect(
            try build(DockerInfo(image: "i", network: .user), networks: ["net1"])["HostConfig"]?["NetworkMode"]
                == "net1")
        #expect(try problem { try build(DockerInfo(image: "i", network: .user)) }.field == "container.network_infos")
        #expect(try problem { try build(DockerInfo(image: "i"), hostname: "web") }.field == "container.hostname")
        let onHost = DockerInfo(image: "i", network: .host, portMappings: [mapping])
        #expect(try problem { try build(onHost) }.field == "container.docker.port_mappings[0]")
    }

    @Test func commandsAndImages() throws {
        let shell = try build(DockerInfo(image: "repo/app:1"), command: CommandInfo(value: "echo $HOME"))
        #expect(shell["Entrypoint"] == ["/bin/sh"])
        #expect(shell["Cmd"] == ["-c", "echo $HOME"])
        let words = try build(
            DockerInfo(image: "app"), command: CommandInfo(value: "run", isShell: false, arguments: ["a", "b"]))
        #expect(words["Image"] == "app:latest")
        #expect(words["Entrypoint"] == nil)
        #expect(words["Cmd"] == ["run", "a", "b"])
        #expect(try build(DockerInfo(image: "app"), command: CommandInfo(isShell: false))["Cmd"] == nil)
        #expect(try problem { try build(DockerInfo(image: "app"), command: CommandInfo()) }.field == "command.value")
        #expect(try problem { try build(DockerInfo(image: "")) }.field == "container.docker.image")
    }

    /// Key, value, place in the description, what is expected there (JSON).
    private static let parameterTable: [(String, String, String, String)] = [
        ("cap-add", "NET_ADMIN", "HostConfig.CapAdd", #"["NET_ADMIN"]"#),
        ("memory", "1g", "HostConfig.Memory", "1073741824"),
        ("memory-swap", "-1", "HostConfig.MemorySwap", "-1"),
        ("cpus", "1.5", "HostConfig.NanoCpus", "1500000000"),
        ("privileged", "true", "HostConfig.Privileged", "true"),
        ("read-only", "", "HostConfig.ReadonlyRootfs", "true"),
        ("ulimit", "nofile=10:20", "HostConfig.Ulimits", #"[{"Name":"nofile","Soft":10,"Hard":20}]"#),
        ("tmpfs", "/t:size=1m", "HostConfig.Tmpfs", #"{"/t":"size=1m"}"#),
        ("sysctl", "a.b=1", "HostConfig.Sysctls", #"{"a.b":"1"}"#),
        ("restart", "on-failure:3", "HostConfig.RestartPolicy", #"{"Name":"on-failure","MaximumRetryCount":3}"#),
        ("log-opt", "max-size=1m", "HostConfig.LogConfig", #"{"Config":{"max-size":"1m"}}"#),
        (
            "device", "/dev/fuse:r", "HostConfig.Devices",
            #"[{"PathOnHost":"/dev/fuse","PathInContainer":"/dev/fuse","CgroupPermissions":"r"}]"#
        ),
        (
            "publish", "127.0.0.1:8080:80/udp", "HostConfig.PortBindings",
            #"{"80/udp":[{"HostIp":"127.0.0.1","HostPort":"8080"}]}"#
        ),
        (
            "publish", "8000-8001:80-81", "HostConfig.PortBindings",
            #"{"80/tcp":[{"HostIp":"","HostPort":"8000"}],"81/tcp":[{"HostIp":"","HostPort":"8001"}]}"#
        ),
        ("entrypoint", "/init", "Entrypoint", #"["/init"]"#),
        ("user", "1000:1000", "User", #""1000:1000""#),
        ("workdir", "/w", "WorkingDir", #""/w""#),
        ("stop-timeout", "7", "StopTimeout", "7"),
        ("hostname", "h", "Hostname", #""h""#),
        ("net", "other", "HostConfig.NetworkMode", #""other""#),
        ("health-interval", "1m30s", "Healthcheck.Interval", "90000000000"),
        ("expose", "7-8", "ExposedPorts", #"{"7/tcp":{},"8/tcp":{}}"#),
        ("shm-size", "64m", "HostConfig.ShmSize", "67108864"),
        (
            "mount", "type=tmpfs,target=/m,readonly", "HostConfig.Mounts",
            #"[{"Type":"tmpfs","Target":"/m","ReadOnly":true}]"#
        ),
        ("volume", "/anonymous", "Volumes", #"{"/anonymous":{}}"#),
        ("ip", "10.0.0.9", "NetworkingConfig.EndpointsConfig.bridge.IPAMConfig", #"{"IPv4Address":"10.0.0.9"}"#),
        ("device-read-bps", "/dev/sda:1mb", "HostConfig.BlkioDeviceReadBps", #"[{"Path":"/dev/sda","Rate":1048576}]"#),
    ]

    @Test func parametersBecomeFields() throws {
        for (key, value, path, expected) in Self.parameterTable {
            var found: JSONValue? = try parameter(key, value)
            for part in path.split(separator: ".") { found = found?[String(part)] }
            #expect(found == (try JSONValue(parsing: expected)), "\(key)=\(value)")
        }
    }

    @Test func parametersKeepTheirOrderAndBadOnesAreNamed() throws {
        let parameters = ["A=1", "B=2"].map { Parameter(key: "env", value: $0) }
        let body = try build(DockerInfo(image: "i", parameters: parameters))
        #expect(body["Env"]?.array?.suffix(2) == ["A=1", "B=2"])
        for (key, value, word) in [
            ("no-such-key", "1", "'no-such-key'"), ("memory", "much", "'memory=much'"),
            ("privileged", "perhaps", "'privileged=perhaps'"),
            ("publish", "80:x", "'publish=80:x'"), ("label", "roost.agent=other", "roost."),
            ("ulimit", "nofile", "'ulimit=nofile'"),
        ] {
            let error = try problem { try parameter(key, value) }
            #expect(error.field == "container.docker.parameters")
            #expect(error.message.contains(word))
        }
    }

    @Test func imageNamesAreTakenApart() {
        for (text, repository, tag, registry) in [
            ("busybox", "busybox", "latest", nil), ("a/b:1", "a/b", "1", nil),
            ("localhost:5000/b", "localhost:5000/b", "latest", "localhost:5000"),
            ("r.io/b:2@sha256:ab", "r.io/b", "sha256:ab", "r.io"),
        ] as [(String, String, String, String?)] {
            let name = DockerImageName(text)
            #expect(name.repository == repository)
            #expect(name.tag == tag)
            #expect(name.registry == registry)
        }
    }

    @Test func registryCredentialsAreFoundByHost() throws {
        let configuration = try JSONValue(parsing: #"{"auths":{"https://r.io/v1/":{"auth":"dXNlcjpwYTpzcw=="}}}"#)
        let credentials = DockerCredentials(configuration: configuration)
        let field = try #require(credentials.registryAuthorization(for: DockerImageName("r.io/app")))
        let account = try JSONValue(parsing: try #require(Base64.decode(field.utf8, strictly: false)))
        #expect(account["username"] == "user")
        #expect(account["password"] == "pa:ss")
        #expect(credentials.registryAuthorization(for: DockerImageName("app")) == nil)
    }

    @Test func theMultiplexedStreamMayBeCutAnywhere() {
        let stream: [UInt8] = [1, 0, 0, 0, 0, 0, 0, 3, 97, 98, 99, 2, 0, 0, 0, 0, 0, 0, 1, 33, 1, 0, 0, 0, 0, 0, 0, 0]
        for cut in 0...stream.count {
            var demultiplexer = DockerStreamDemultiplexer()
            let pieces = demultiplexer.feed(Array(stream[..<cut])) + demultiplexer.feed(Array(stream[cut...]))
            #expect(pieces.filter { $0.stream == 1 }.flatMap(\.bytes) == [97, 98, 99])
            #expect(pieces.filter { $0.stream == 2 }.flatMap(\.bytes) == [33])
        }
    }
}

@Suite struct DockerAPIVersionTests {
    @Test func theNearestCommonVersionIsSpoken() {
        for (newest, oldest, spoken) in [("1.41", "1.12", "1.41"), ("1.52", "1.44", "1.44"), ("1.39", "1.12", "1.39")] {
            let version = DockerAPIVersion()
            #expect(version.agreed == nil)
            #expect(version.agree(newest: newest, oldest: oldest) == spoken)
            #expect(version.agreed == spoken)
        }
    }
}
