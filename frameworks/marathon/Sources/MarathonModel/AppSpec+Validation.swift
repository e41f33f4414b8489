/// A rule for apps, which sees the completed app and notes what is wrong.
typealias AppRule = @Sendable (AppSpec, AppDefaults, inout ProblemLog) -> Void

extension AppSpec {
    /// Applies every rule; throws with all that is wrong.
    func validate(defaults: AppDefaults, submittedID: String?) throws(SpecError) {
        var log = ProblemLog()
        if let submittedID {
            if let problem = PathID.problem(ofText: submittedID) { log.add("/id", problem) }
            if PathID(submittedID) != id { log.add("/id", "must be equal to the id of the path, '\(id)'") }
        }
        for rule in AppRules.all { rule(self, defaults, &log) }
        try log.check(.invalid)
    }
}

/// The rules, in the order in which they are reported (spec `marathon` §2, §3.1).
enum AppRules {
    static let all: [AppRule] = [
        identity, command, executor, container, networks, portDefinitions, portMappings, healthChecks, placement,
        strategies, singleInstance,
    ]

    static let identity: AppRule = { app, _, log in
        if app.id.isRoot { log.add("/id", "must not be root") }
        if let problem = PathID.problem(ofText: app.id.description) { log.add("/id", problem) }
        if let last = app.id.segments.last, ["restart", "tasks", "versions"].contains(last) {
            log.add("/id", "must not end with any of the following reserved keywords: restart, tasks, versions")
        }
        if app.id.safe.utf8.count > 190 { log.add("/id", "must not be longer than 190 characters") }
    }

    static let command: AppRule = { app, _, log in
        let hasImage = app.container.map { $0.docker != nil || $0.kind == .mesos } ?? false
        let isAmbiguous = app.cmd != nil && !app.args.isEmpty
        if isAmbiguous || (app.cmd == nil && app.args.isEmpty && !hasImage) {
            log.add("/", "AppDefinition must either contain one of 'cmd' or 'args', and/or a 'container'.")
        }
        if let cmd = app.cmd, cmd.count <= 1 { log.add("/cmd", "must not be an empty string") }
        if app.gpus > 0 {
            if app.container?.kind == .docker {
                log.add("/container/docker", "must be empty")
            }
            log.add("/gpus", "Feature gpu_resources is not enabled. Enable with --enable_features gpu_resources)")
        }
        if let grace = app.taskKillGracePeriodSeconds, grace < 0 { log.add("/taskKillGracePeriodSeconds", "error.min") }
    }

    static let executor: AppRule = { app, _, log in
        if app.executor.isEmpty || app.executor == "//cmd" { return }
        log.add("/executor", "custom executors are not supported, only the command executor ('' or '//cmd')")
    }

    static let container: AppRule = { app, _, log in
        guard let container = app.container else { return }
        if container.kind == .docker, container.docker == nil { log.add("/container/docker", "not defined") }
        if container.kind == .mesos, let docker = container.docker, docker.privileged {
            log.add("/container/docker/privileged", "must be false")
        }
    }

    static let networks: AppRule = { app, _, log in
        let names = app.networks.compactMap(\.name)
        if app.networks.count > 1, app.networks.contains(where: { $0.mode != .container }) {
            log.add(
                "/networks",
                "Must either contain a single host network, a single bridge network or 1-n container networks")
        }
        if Set(names).count != names.count { log.add("/networks", "Network names must be unique") }
        if app.container?.kind == .docker, app.networks.count > 1 {
            log.add("/networks", "Docker Engine containers may not participate in more than one container network")
        }
        for (index, network) in app.networks.enumerated() {
            if network.mode == .container, network.name == nil {
                log.add("/networks", "Network name must be specified when container network is selected.")
            }
            if network.mode != .container, network.name != nil {
                log.add("/networks(\(index))", "Can not use network name for host or bridge networks.")
            }
        }
    }

    static let portDefinitions: AppRule = { app, _, log in
        noteDuplicates(app.portDefinitions.compactMap(\.name), "/portDefinitions", "Port names must be unique.", &log)
        noteDuplicates(
            app.portDefinitions.map(\.port).filter { $0 != 0 }, "/portDefinitions", "Ports must be unique.", &log)
        for (index, definition) in app.portDefinitions.enumerated() {
            notePortName(definition.name, "/portDefinitions(\(index))/name", &log)
        }
    }

    static let portMappings: AppRule = { app, _, log in
        let mappings = app.container?.portMappings ?? []
        noteDuplicates(mappings.compactMap(\.name), "/container/portMappings", "Port names must be unique.", &log)
        noteDuplicates(
            mappings.compactMap(\.hostPort).filter { $0 != 0 }, "/container/portMappings", "Ports must be unique.", &log
        )
        let networkNames = app.networks.compactMap(\.name)
        for (index, mapping) in mappings.enumerated() {
            notePortName(mapping.name, "/container/portMappings(\(index))/name", &log)
            for name in mapping.networkNames where !networkNames.contains(name) {
                log.add(
                    "/container/portMappings(\(index))/networkNames",
                    "is not one of (\(networkNames.joined(separator: ", ")))")
            }
        }
    }

    static let healthChecks: AppRule = { app, _, log in
        let ports = app.usesHostNetwork ? app.portDefinitions.count : app.container?.portMappings.count ?? 0
        for (index, check) in app.healthChecks.enumerated() {
            let path = "/healthChecks(\(index))"
            if check.kind == .command, check.command == nil {
                log.add(path, "COMMAND health checks must define a command")
            }
            if check.kind != .command, check.command != nil {
                log.add(path, "\(check.kind.rawValue) health checks must not define a command")
            }
            if check.kind.needsPort, check.port == nil, check.portIndex.map({ $0 < ports }) ?? (ports == 1) == false {
                log.add(
                    path,
                    "Health check port indices must address an element of the ports array or container port mappings.")
            }
            if !["IPv4", "IPv6"].contains(check.ipProtocol) {
                log.add("\(path)/ipProtocol", "error.unknown.enum.literal")
            }
        }
        if app.healthChecks.count(where: { $0.kind.isMesosLevel && $0.kind != .command }) > 1 {
            log.add("/healthChecks", "AppDefinition can contain at most one Mesos health check")
        }
    }

    static let placement: AppRule = { app, defaults, log in
        if ![defaults.role, app.id.segments.first].contains(app.role) {
            log.add("/role", "is not one of (\([defaults.role, app.id.segments.first ?? ""].joined(separator: ", ")))")
        }
        if let roles = app.acceptedResourceRoles {
            if roles.isEmpty { log.add("/acceptedResourceRoles", "must not be empty") }
            if roles.contains(where: { $0 != "*" && $0 != app.role }) {
                log.add("/acceptedResourceRoles", "acceptedResourceRoles can only contain * and \(app.role)")
            }
        }
        for (index, dependency) in app.dependencies.enumerated() where dependency == app.id {
            log.add("/dependencies(\(index))", "must not be the app itself")
        }
    }

    static let strategies: AppRule = { app, _, log in
        for (key, value) in [
            ("minimumHealthCapacity", app.upgradeStrategy.minimumHealthCapacity),
            ("maximumOverCapacity", app.upgradeStrategy.maximumOverCapacity),
        ] where !(0...1).contains(value) {
            log.add("/upgradeStrategy/\(key)", "must be between 0.0 and 1.0")
        }
        if let times = app.unreachableStrategy.times, times.inactiveAfterSeconds > times.expungeAfterSeconds {
            log.add("/unreachableStrategy", "inactiveAfterSeconds must be less or equal than expungeAfterSeconds")
        }
    }

    static let singleInstance: AppRule = { app, _, log in
        guard app.labels["MARATHON_SINGLE_INSTANCE_APP"] == "true" else { return }
        if app.instances > 1 { log.add("/instances", "Single instance app may only have one instance") }
        if app.upgradeStrategy != UpgradeStrategy(minimumHealthCapacity: 0, maximumOverCapacity: 0) {
            log.add(
                "/upgradeStrategy", "Upgrade strategy must be defined with zero capacities for single instance apps")
        }
    }

    private static func noteDuplicates<Value: Hashable>(
        _ values: [Value], _ path: String, _ error: String, _ log: inout ProblemLog
    ) {
        if Set(values).count != values.count { log.add(path, error) }
    }

    private static func notePortName(_ name: String?, _ path: String, _ log: inout ProblemLog) {
        guard let name else { return }
        let bytes = Array(name.utf8)
        func isInner(_ byte: UInt8) -> Bool { (0x61...0x7a).contains(byte) || (0x30...0x39).contains(byte) }
        let isFine =
            bytes.allSatisfy { isInner($0) || $0 == UInt8(ascii: "-") } && bytes.first.map(isInner) == true
            && bytes.last.map(isInner) == true
        if !isFine { log.add(path, "must fully match regular expression '^[a-z0-9]([-a-z0-9]*[a-z0-9])?$'") }
    }
}
