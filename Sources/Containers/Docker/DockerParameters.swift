internal import ClusterBase
internal import ClusterModel
internal import Glibc

/// The options of `docker run` that `docker.parameters` may name, and where each goes in the engine's description.
///
/// Source: the reference of `docker run` and of the Engine API 1.41 (`ContainerCreate`).
enum DockerParameters {
    /// Puts one option's value where it belongs; nil, or words on what is wrong with the value.
    typealias Row = @Sendable (_ value: String, _ request: inout DockerRunRequest) -> String?

    /// Applies one parameter.
    ///
    /// Throws `invalidArgument` naming an unknown key or a value that does not fit.
    static func apply(_ parameter: Parameter, to request: inout DockerRunRequest) throws(ClusterError) {
        let field = "container.docker.parameters"
        guard let row = rows[parameter.key] else {
            throw ClusterError(.invalidArgument, "unsupported docker parameter '\(parameter.key)'", field: field)
        }
        if let problem = row(parameter.value, &request) {
            throw ClusterError(
                .invalidArgument, "docker parameter '\(parameter.key)=\(parameter.value)': \(problem)", field: field)
        }
    }

    /// All keys that are understood.
    static var keys: [String] { rows.keys.sorted() }

    private static let rows: [String: Row] = {
        var table: [String: Row] = [:]
        for (names, row) in texts + numbers + switches + lists + maps + structured {
            for name in names.split(separator: " ") { table[String(name)] = row }
        }
        return table
    }()

    private static let texts: [(String, Row)] = [
        ("user u", config("User")), ("workdir w", config("WorkingDir")), ("hostname h", config("Hostname")),
        ("domainname", config("Domainname")), ("stop-signal", config("StopSignal")),
        ("mac-address", config("MacAddress")),
        ("pid", host("PidMode")), ("ipc", host("IpcMode")), ("uts", host("UTSMode")), ("userns", host("UsernsMode")),
        ("cgroupns", host("CgroupnsMode")), ("cgroup-parent", host("CgroupParent")), ("runtime", host("Runtime")),
        ("isolation", host("Isolation")), ("volume-driver", host("VolumeDriver")), ("cpuset-cpus", host("CpusetCpus")),
        ("cpuset-mems", host("CpusetMems")),
    ]

    private static let numbers: [(String, Row)] = [
        ("cpu-shares c", integer("CpuShares")), ("cpu-period", integer("CpuPeriod")),
        ("cpu-quota", integer("CpuQuota")),
        ("cpu-rt-period", integer("CpuRealtimePeriod")), ("cpu-rt-runtime", integer("CpuRealtimeRuntime")),
        ("blkio-weight", integer("BlkioWeight")), ("memory-swappiness", integer("MemorySwappiness")),
        ("oom-score-adj", integer("OomScoreAdj")), ("pids-limit", integer("PidsLimit")),
        ("memory m", size("Memory")), ("memory-swap", size("MemorySwap")), ("shm-size", size("ShmSize")),
        ("memory-reservation", size("MemoryReservation")), ("kernel-memory", size("KernelMemory")),
        (
            "stop-timeout",
            { value, request in
                guard let number = Int64(value) else { return "not a whole number" }
                request.config["StopTimeout"] = .integer(number)
                return nil
            }
        ),
        (
            "cpus",
            { value, request in
                guard let number = Double(value), number > 0, number < 1e6 else { return "not a number of CPUs" }
                request.host["NanoCpus"] = .integer(Int64((number * 1e9).rounded()))
                request.host["CpuQuota"] = nil
                return nil
            }
        ),
    ]

    private static let switches: [(String, Row)] = [
        ("privileged", flag { $1.host["Privileged"] = $0 }), ("init", flag { $1.host["Init"] = $0 }),
        ("read-only", flag { $1.host["ReadonlyRootfs"] = $0 }),
        ("publish-all P", flag { $1.host["PublishAllPorts"] = $0 }),
        ("oom-kill-disable", flag { $1.host["OomKillDisable"] = $0 }), ("tty t", flag { $1.config["Tty"] = $0 }),
        ("interactive i", flag { $1.config["OpenStdin"] = $0 }),
        ("no-healthcheck", flag { if $0 == true { $1.config["Healthcheck"] = ["Test": ["NONE"]] } }),
    ]

    private static let lists: [(String, Row)] = [
        ("cap-add", list("CapAdd")), ("cap-drop", list("CapDrop")), ("dns", list("Dns")),
        ("dns-search", list("DnsSearch")), ("dns-opt dns-option", list("DnsOptions")), ("add-host", list("ExtraHosts")),
        ("link", list("Links")), ("volumes-from", list("VolumesFrom")), ("group-add", list("GroupAdd")),
        ("device-cgroup-rule", list("DeviceCgroupRules")), ("security-opt", securityOption),
        (
            "env e",
            { value, request in
                request.config["Env"] = .array((request.config["Env"]?.array ?? []) + [.string(value)])
                return value.isEmpty || value.hasPrefix("=") ? "no name" : nil
            }
        ),
        (
            "network-alias net-alias",
            { value, request in
                request.endpoint["Aliases"] = .array((request.endpoint["Aliases"]?.array ?? []) + [.string(value)])
                return nil
            }
        ),
    ]

    private static let maps: [(String, Row)] = [
        ("sysctl", map("Sysctls")), ("storage-opt", map("StorageOpt")),
        (
            "label l",
            { value, request in
                var labels = request.config["Labels"]?.object ?? JSONObject()
                let (key, text) = pair(value)
                if key.hasPrefix("roost.") { return "labels that begin with 'roost.' are the agent's" }
                labels[key] = .string(text)
                request.config["Labels"] = .object(labels)
                return key.isEmpty ? "no key" : nil
            }
        ),
        (
            "tmpfs",
            { value, request in
                let parts = value.split(separator: ":", maxSplits: 1).map(String.init)
                guard let path = parts.first, path.hasPrefix("/") else { return "not an absolute path" }
                request.set("Tmpfs", path, parts.count > 1 ? parts[1] : "")
                return nil
            }
        ),
        (
            "log-driver",
            { value, request in
                logging(&request) { $0["Type"] = .string(value) }
                return nil
            }
        ),
        (
            "log-opt",
            { value, request in
                logging(&request) { log in
                    var options = log["Config"]?.object ?? JSONObject()
                    let (key, text) = pair(value)
                    options[key] = .string(text)
                    log["Config"] = .object(options)
                }
                return nil
            }
        ),
    ]

    private static let structured: [(String, Row)] = [
        ("volume v", DockerParameterValues.volume), ("net network", DockerParameterValues.network),
        ("ip", DockerParameterValues.address("IPv4Address")), ("ip6", DockerParameterValues.address("IPv6Address")),
        ("publish p", DockerParameterValues.publish), ("expose", DockerParameterValues.expose),
        ("device", DockerParameterValues.device), ("ulimit", DockerParameterValues.ulimit),
        ("restart", DockerParameterValues.restart), ("entrypoint", DockerParameterValues.entrypoint),
        ("mount", DockerParameterValues.mount), ("gpus", DockerParameterValues.gpus),
        ("device-read-bps", DockerParameterValues.rate("BlkioDeviceReadBps")),
        ("device-write-bps", DockerParameterValues.rate("BlkioDeviceWriteBps")),
        ("device-read-iops", DockerParameterValues.rate("BlkioDeviceReadIOps")),
        ("device-write-iops", DockerParameterValues.rate("BlkioDeviceWriteIOps")),
        ("blkio-weight-device", DockerParameterValues.rate("BlkioWeightDevice", amount: "Weight")),
        (
            "health-cmd",
            { value, request in
                DockerParameterValues.health(&request, "Test", .array(["CMD-SHELL", .string(value)]))
            }
        ),
        ("health-interval", DockerParameterValues.healthDuration("Interval")),
        ("health-timeout", DockerParameterValues.healthDuration("Timeout")),
        ("health-start-period", DockerParameterValues.healthDuration("StartPeriod")),
        (
            "health-retries",
            { value, request in
                guard let number = Int64(value) else { return "not a whole number" }
                return DockerParameterValues.health(&request, "Retries", .integer(number))
            }
        ),
    ]

    private static let securityOption: Row = { value, request in
        // A seccomp profile is named by a file here and carried as its contents to the engine.
        if value.hasPrefix("seccomp="), value != "seccomp=unconfined", value != "seccomp=builtin" {
            guard let profile = PosixFile.read(String(value.dropFirst(8))) else { return "the profile cannot be read" }
            request.append("SecurityOpt", "seccomp=\(profile)")
        } else {
            request.append("SecurityOpt", value)
        }
        return nil
    }

    private static func config(_ key: String) -> Row {
        { value, request in
            request.config[key] = .string(value)
            return nil
        }
    }

    private static func host(_ key: String) -> Row {
        { value, request in
            request.host[key] = .string(value)
            return nil
        }
    }

    private static func integer(_ key: String) -> Row {
        { value, request in
            guard let number = Int64(value) else { return "not a whole number" }
            request.host[key] = .integer(number)
            return nil
        }
    }

    private static func size(_ key: String) -> Row {
        { value, request in
            guard let number = DockerParameterValues.bytes(value) else { return "not a size" }
            request.host[key] = .integer(number)
            return nil
        }
    }

    private static func flag(_ set: @escaping @Sendable (JSONValue, inout DockerRunRequest) -> Void) -> Row {
        { value, request in
            switch value.lowercased() {
            case "", "true", "1", "t": set(true, &request)
            case "false", "0", "f": set(false, &request)
            default: return "neither true nor false"
            }
            return nil
        }
    }

    private static func list(_ key: String) -> Row {
        { value, request in
            request.append(key, value)
            return value.isEmpty ? "empty" : nil
        }
    }

    private static func map(_ key: String) -> Row {
        { value, request in
            let (name, text) = pair(value)
            request.set(key, name, text)
            return name.isEmpty ? "no key" : nil
        }
    }

    private static func logging(_ request: inout DockerRunRequest, _ change: (inout JSONObject) -> Void) {
        var log = request.host["LogConfig"]?.object ?? JSONObject()
        change(&log)
        request.host["LogConfig"] = .object(log)
    }

    /// `key=value`; the value is empty without `=`.
    static func pair(_ text: String) -> (key: String, value: String) {
        guard let sign = text.firstIndex(of: "=") else { return (text, "") }
        return (String(text[..<sign]), String(text[text.index(after: sign)...]))
    }
}
