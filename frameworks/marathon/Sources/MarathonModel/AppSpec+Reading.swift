public import ClusterBase

extension AppSpec {
    /// Reads a complete app as a user submits it: translation, types, defaults, rules.
    ///
    /// - Parameter id: the id of the path, when the app is addressed by one; the body's own must agree.
    public init(submitted: JSONObject, id: PathID? = nil, defaults: AppDefaults) throws(SpecError) {
        try self.init(canonical: try AppTranslation.canonical(submitted), id: id, defaults: defaults)
    }

    /// Reads an app that this program wrote, with its version.
    public init(stored: JSONObject) throws(SpecError) {
        var log = ProblemLog()
        self.init(fields: FieldReader(object: stored, path: ""), id: nil, &log)
        try log.check(.malformed)
    }

    init(canonical: JSONObject, id: PathID?, defaults: AppDefaults) throws(SpecError) {
        var log = ProblemLog()
        let fields = FieldReader(object: canonical, path: "")
        if id == nil { fields.require("id", &log) }
        self.init(fields: fields, id: id, &log)
        try log.check(.malformed)
        complete(given: canonical, defaults: defaults)
        try validate(defaults: defaults, submittedID: canonical["id"]?.string)
    }

    private init(fields: FieldReader, id: PathID?, _ log: inout ProblemLog) {
        let text = fields.string("id", &log)
        self.init(id: id ?? PathID(text ?? ""))
        readProcess(fields, &log)
        readPlacement(fields, &log)
        readNetwork(fields, &log)
        readStrategies(fields, &log)
        healthChecks = (fields.children("healthChecks", &log) ?? []).map { AppHealthCheck($0, &log) }
        container = fields.child("container", &log).map { AppContainer($0, &log) }
        for key in AppSpec.carriedFields { carried[key] = fields.value(key) }
        readVersion(fields, &log)
    }

    private mutating func readProcess(_ fields: FieldReader, _ log: inout ProblemLog) {
        cmd = fields.string("cmd", minimumLength: 1, &log)
        args = fields.strings("args", &log) ?? []
        user = fields.string("user", &log)
        cpus = fields.number("cpus", in: 0.001...1e9, &log) ?? cpus
        mem = fields.number("mem", in: 0...1e12, &log) ?? mem
        disk = fields.number("disk", in: 0...1e12, &log) ?? disk
        gpus = fields.integer("gpus", &log) ?? gpus
        instances = fields.integer("instances", &log) ?? instances
        executor = fields.string("executor", &log) ?? executor
        env = readEnvironment(fields, &log)
        labels = fields.stringMap("labels", &log) ?? [:]
        fetch = (fields.children("fetch", &log) ?? []).map { FetchURI($0, &log) }
        taskKillGracePeriodSeconds = fields.integer("taskKillGracePeriodSeconds", &log)
    }

    private func readEnvironment(_ fields: FieldReader, _ log: inout ProblemLog) -> [String: String] {
        guard let object = fields.child("env", &log)?.object else { return [:] }
        var result: [String: String] = [:]
        for (name, value) in object {
            if let text = value.string {
                result[name] = text
            } else if value["secret"] != nil {
                log.add("/env(\(name))", "Feature secrets is not enabled. Enable with --enable_features secrets)")
            } else {
                log.add("/env/\(name)", "error.expected.jsstring")
            }
        }
        return result
    }

    private mutating func readPlacement(_ fields: FieldReader, _ log: inout ProblemLog) {
        constraints = (fields.array("constraints", &log) ?? []).compactMap { path, value in
            let words = value.array?.compactMap(\.string) ?? []
            return Constraint(words: words, path: path, &log)
        }
        acceptedResourceRoles = fields.strings("acceptedResourceRoles", &log)
        role = fields.string("role", &log) ?? ""
        let base = id.parent
        dependencies = (fields.strings("dependencies", &log) ?? []).map { PathID($0, base: base) }
    }

    private mutating func readNetwork(_ fields: FieldReader, _ log: inout ProblemLog) {
        networks = (fields.children("networks", &log) ?? []).map { AppNetwork($0, &log) }
        portDefinitions = (fields.children("portDefinitions", &log) ?? []).map { PortDefinition($0, &log) }
        requirePorts = fields.bool("requirePorts", &log) ?? false
    }

    private mutating func readStrategies(_ fields: FieldReader, _ log: inout ProblemLog) {
        backoff.seconds = fields.integer("backoffSeconds", &log) ?? backoff.seconds
        backoff.factor = fields.number("backoffFactor", in: 1...1e6, &log) ?? backoff.factor
        backoff.maximumSeconds = fields.integer("maxLaunchDelaySeconds", &log) ?? backoff.maximumSeconds
        killSelection = fields.word("killSelection", &log) ?? killSelection
        if let strategy = fields.child("upgradeStrategy", &log) {
            strategy.require("minimumHealthCapacity", &log)
            strategy.require("maximumOverCapacity", &log)
            upgradeStrategy = UpgradeStrategy(
                minimumHealthCapacity: strategy.number("minimumHealthCapacity", in: -1e9...1e9, &log) ?? 1,
                maximumOverCapacity: strategy.number("maximumOverCapacity", in: -1e9...1e9, &log) ?? 1)
        }
        if fields.value("unreachableStrategy")?.string == "disabled" {
            unreachableStrategy = UnreachableStrategy(nil)
        } else if let strategy = fields.child("unreachableStrategy", &log) {
            unreachableStrategy.times?.inactiveAfterSeconds = strategy.integer("inactiveAfterSeconds", &log) ?? 0
            unreachableStrategy.times?.expungeAfterSeconds = strategy.integer("expungeAfterSeconds", &log) ?? 0
        }
    }

    private mutating func readVersion(_ fields: FieldReader, _ log: inout ProblemLog) {
        version = fields.value("version")?.string.flatMap(Timestamp.init(parsing:)) ?? version
        guard let info = fields.value("versionInfo"),
            let scaling = info["lastScalingAt"]?.string.flatMap(Timestamp.init(parsing:)),
            let change = info["lastConfigChangeAt"]?.string.flatMap(Timestamp.init(parsing:))
        else { return }
        versionInfo = VersionInfo(lastScalingAt: scaling, lastConfigChangeAt: change)
    }
}

extension FetchURI {
    init(_ fields: FieldReader, _ log: inout ProblemLog) {
        fields.require("uri", &log)
        self.init(uri: fields.string("uri", &log) ?? "", extract: fields.bool("extract", &log) ?? true)
        if uri.count > 1024 { log.add("\(fields.path)/uri", "error.maxLength") }
        executable = fields.bool("executable", &log) ?? false
        cache = fields.bool("cache", &log) ?? false
        destPath = fields.string("destPath", &log)
    }
}

extension AppNetwork {
    init(_ fields: FieldReader, _ log: inout ProblemLog) {
        self.init(mode: fields.word("mode", &log) ?? .container, name: fields.string("name", &log))
        labels = fields.stringMap("labels", &log) ?? [:]
    }
}

extension PortDefinition {
    init(_ fields: FieldReader, _ log: inout ProblemLog) {
        self.init(
            port: fields.integer("port", in: 0...65_535, &log) ?? 0, networkProtocol: fields.networkProtocol(&log),
            name: fields.string("name", &log))
        labels = fields.stringMap("labels", &log) ?? [:]
    }
}

extension FieldReader {
    func networkProtocol(_ log: inout ProblemLog) -> String {
        guard let text = string("protocol", &log) else { return "tcp" }
        if text == "tcp,udp" { return "udp,tcp" }
        if !["tcp", "udp", "udp,tcp"].contains(text) { log.add("\(path)/protocol", "error.unknown.enum.literal") }
        return text
    }
}

extension AppHealthCheck {
    init(_ fields: FieldReader, _ log: inout ProblemLog) {
        self.init(kind: fields.word("protocol", &log) ?? .http)
        path = fields.string("path", &log)
        portIndex = fields.integer("portIndex", &log)
        port = fields.integer("port", in: 0...65_535, &log)
        if let child = fields.child("command", &log) {
            child.require("value", &log)
            command = child.string("value", &log)
        }
        gracePeriodSeconds = fields.integer("gracePeriodSeconds", &log) ?? gracePeriodSeconds
        intervalSeconds = fields.integer("intervalSeconds", &log) ?? intervalSeconds
        timeoutSeconds = fields.integer("timeoutSeconds", &log) ?? timeoutSeconds
        maxConsecutiveFailures = fields.integer("maxConsecutiveFailures", &log) ?? maxConsecutiveFailures
        delaySeconds = fields.integer("delaySeconds", &log) ?? delaySeconds
        ipProtocol = fields.string("ipProtocol", &log) ?? ipProtocol
        ignoreHttp1xx = fields.bool("ignoreHttp1xx", &log)
    }
}
