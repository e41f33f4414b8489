internal import ClusterBase

extension AppContainer {
    init(_ fields: FieldReader, _ log: inout ProblemLog) {
        self.init(kind: fields.word("type", &log) ?? .docker)
        docker = fields.child("docker", &log).map { DockerOptions($0, &log) }
        volumes = (fields.children("volumes", &log) ?? []).compactMap { AppVolume($0, &log) }
        portMappings = (fields.children("portMappings", &log) ?? []).map { PortMapping($0, &log) }
        linuxInfo = fields.value("linuxInfo")
    }
}

extension DockerOptions {
    init(_ fields: FieldReader, _ log: inout ProblemLog) {
        fields.require("image", &log)
        self.init(image: fields.string("image", minimumLength: 1, &log) ?? "")
        forcePullImage = fields.bool("forcePullImage", &log) ?? false
        privileged = fields.bool("privileged", &log) ?? false
        if fields.value("pullConfig") != nil {
            log.add(
                "\(fields.path)/pullConfig", "Feature secrets is not enabled. Enable with --enable_features secrets)")
        }
        parameters = (fields.children("parameters", &log) ?? []).map { child in
            child.require("key", &log)
            child.require("value", &log)
            return Pair(key: child.string("key", &log) ?? "", value: child.string("value", &log) ?? "")
        }
    }
}

extension PortMapping {
    init(_ fields: FieldReader, _ log: inout ProblemLog) {
        self.init(
            containerPort: fields.integer("containerPort", in: 0...65_535, &log) ?? 0,
            hostPort: fields.integer("hostPort", in: 0...65_535, &log), name: fields.string("name", &log))
        servicePort = fields.integer("servicePort", in: 0...65_535, &log) ?? 0
        networkProtocol = fields.networkProtocol(&log)
        labels = fields.stringMap("labels", &log) ?? [:]
        networkNames = fields.strings("networkNames", &log) ?? []
    }
}

extension AppVolume {
    /// Only host volumes exist so far; the other kinds are refused by name.
    init?(_ fields: FieldReader, _ log: inout ProblemLog) {
        let refusals = [
            ("persistent", "persistent volumes are not supported"),
            ("external", "Feature external_volumes is not enabled. Enable with --enable_features external_volumes)"),
            ("secret", "Feature secrets is not enabled. Enable with --enable_features secrets)"),
        ]
        for (key, refusal) in refusals where fields.value(key) != nil {
            log.add("\(fields.path)/\(key)", refusal)
            return nil
        }
        fields.require("containerPath", &log)
        fields.require("hostPath", &log)
        let mode = fields.string("mode", &log) ?? "RW"
        if mode != "RO", mode != "RW" { log.add("\(fields.path)/mode", "error.unknown.enum.literal") }
        self.init(
            containerPath: fields.string("containerPath", minimumLength: 1, &log) ?? "",
            hostPath: fields.string("hostPath", minimumLength: 1, &log) ?? "", isReadOnly: mode == "RO")
    }
}
