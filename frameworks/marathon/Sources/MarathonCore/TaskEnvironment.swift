internal import ClusterBase
internal import ClusterModel
internal import MarathonModel

/// The environment variables that tasks are given (spec `marathon` §2.11).
struct TaskEnvironment {
    var app: AppSpec
    var taskID: TaskID
    var hostname: String
    var ports: PortAssignment
    var prefix = ""

    /// The variables, sorted by name; the user's own win.
    var variables: [EnvironmentVariable] {
        var result = identity
        for (name, value) in network { result[prefix + name] = value }
        result.merge(app.env) { _, own in own }
        return result.keys.sorted().map { EnvironmentVariable($0, result[$0] ?? "") }
    }

    private var identity: [String: String] {
        var result = [
            "MESOS_TASK_ID": taskID.value, "MARATHON_APP_ID": app.id.description,
            "MARATHON_APP_VERSION": app.version.description, "MARATHON_APP_RESOURCE_CPUS": "\(app.cpus)",
            "MARATHON_APP_RESOURCE_MEM": "\(app.mem)", "MARATHON_APP_RESOURCE_DISK": "\(app.disk)",
            "MARATHON_APP_RESOURCE_GPUS": "\(app.gpus)", "MARATHON_APP_ENFORCE_GROUP_ROLE": "FALSE",
        ]
        if app.container?.kind == .docker { result["MARATHON_APP_DOCKER_IMAGE"] = app.container?.docker?.image }
        let labels = app.labels.filter { $0.key.count < 493 && $0.value.count < 512 }
        let names = labels.keys.sorted().map { ($0, TaskEnvironment.variableName($0)) }
        result["MARATHON_APP_LABELS"] = names.map(\.1).joined(separator: " ")
        for (key, name) in names { result["MARATHON_APP_LABEL_\(name)"] = labels[key] }
        return result
    }

    private var network: [String: String] {
        var result = ["HOST": hostname]
        let effective = TaskEnvironment.effectivePorts(app, ports)
        guard let first = effective.first else { return result }
        let requested =
            app.usesHostNetwork
            ? app.portDefinitions.map(\.port) : app.container?.portMappings.map(\.containerPort) ?? []
        let names =
            app.usesHostNetwork
            ? app.portDefinitions.map(\.name) : app.container?.portMappings.map(\.name) ?? []
        for (index, port) in effective.enumerated() {
            result["PORT\(index)"] = "\(port)"
            result["PORT_\(requested[index] == 0 ? port : requested[index])"] = "\(port)"
            if let name = names[index] { result["PORT_\(TaskEnvironment.variableName(name))"] = "\(port)" }
        }
        result["PORT"] = "\(first)"
        result["PORTS"] = effective.map(String.init).joined(separator: ",")
        return result
    }

    /// The port of each entry as the task sees it: the host port, else the container port.
    ///
    /// A mapping that names neither gets a number above 1024 derived from its place.
    static func effectivePorts(_ app: AppSpec, _ ports: PortAssignment) -> [Int] {
        ports.hostPorts.enumerated().map { index, hostPort in
            if let hostPort { return hostPort }
            let inside = app.container?.portMappings[index].containerPort ?? 0
            return inside == 0 ? 20_000 + index : inside
        }
    }

    /// Upper-case, with `_` for every run of other characters than letters, digits and `_`.
    static func variableName(_ text: String) -> String {
        var name = ""
        var isInGap = false
        for character in text.uppercased() {
            let isFine = character.isASCII && (character.isLetter || character.isNumber || character == "_")
            if isFine { name.append(character) } else if !isInGap { name.append("_") }
            isInGap = !isFine
        }
        return name
    }
}
