internal import ClusterBase
internal import ClusterModel
internal import CommandFlags
internal import FrameworkSDK
internal import MesosProtocol
internal import ResourceModel

/// What `roost execute` is to launch, not yet placed.
struct ExecuteLaunch: Sendable {
    /// The tasks.
    var tasks: [TaskInfo]
    /// The executor of a task group; nil for a single task.
    var executor: ExecutorInfo?

    /// Reads the flags.
    ///
    /// Throws `UsageError` naming the flag that is missing, wrong or one too many.
    init(_ values: FlagValues) throws {
        let forms = ["task", "task_group", "name"].filter { values.isGiven($0) }
        guard forms.count <= 1 else {
            throw UsageError(flag: "--\(forms[1])", "cannot be combined with --\(forms[0])")
        }
        switch forms.first {
        case "task": tasks = [try Self.task(values["task"] ?? "", flag: "--task")]
        case "task_group":
            let group = try Self.json(values["task_group"] ?? "", flag: "--task_group")
            guard let members = group["tasks"]?.array, !members.isEmpty else {
                throw UsageError(flag: "--task_group", "expected an object with a 'tasks' array")
            }
            tasks = try members.map { try Self.task($0, flag: "--task_group") }
            executor = ExecutorInfo(
                kind: .default, id: "default-executor", resources: .quantities(cpus: 0.1, memory: 32, disk: 32))
        case "name": tasks = [try Self.described(values)]
        default: throw UsageError("one of --name, --task and --task_group is required")
        }
        for task in tasks {
            if let problem = IDRules.problem(task.id.value) { throw UsageError("task id: \(problem)") }
        }
        guard Set(tasks.map(\.id)).count == tasks.count else {
            throw UsageError(flag: "--task_group", "two tasks have the same id")
        }
    }

    /// The single task that `--name`, `--command` and their companions describe.
    private static func described(_ values: FlagValues) throws -> TaskInfo {
        let name = try values.required("name")
        let command = values["command"]
        let container = try container(values)
        let isShell = values.bool("shell")
        if isShell, command == nil { throw UsageError(flag: "--command", "is required") }
        if !isShell, command == nil, container == nil {
            throw UsageError(flag: "--command", "is required without an image")
        }
        let words = isShell ? [] : (command ?? "").split(separator: " ").map(String.init)
        let resources: Resources
        do { resources = try Resources(parsing: values["resources"] ?? "") } catch {
            throw UsageError(flag: "--resources", error.message)
        }
        return TaskInfo(
            name: name, id: TaskID(name), agentID: "", resources: resources,
            command: CommandInfo(
                value: isShell ? command : words.first, isShell: isShell, arguments: words,
                environment: try environment(values)),
            container: container)
    }

    private static func environment(_ values: FlagValues) throws -> [EnvironmentVariable] {
        guard let text = values["env"] else { return [] }
        guard let object = try json(text, flag: "--env").object else {
            throw UsageError(flag: "--env", "expected a JSON object of names and values")
        }
        return try object.map { name, value in
            guard let text = value.string else { throw UsageError(flag: "--env", "the value of '\(name)' is not text") }
            return EnvironmentVariable(name, text)
        }
    }

    private static func container(_ values: FlagValues) throws -> ContainerInfo? {
        let networks = (values["networks"] ?? "").split(separator: ",").map(String.init)
        var volumes: [Volume] = []
        if let text = values["volumes"] {
            guard let items = try json(text, flag: "--volumes").array else {
                throw UsageError(flag: "--volumes", "expected a JSON array")
            }
            volumes = try items.map { item in
                do { return try Volume(decoding: item.bytes, as: .json) } catch {
                    throw UsageError(flag: "--volumes", "\(error)")
                }
            }
        }
        let image = values["docker_image"]
        switch values["containerizer"] {
        case "mesos":
            if image == nil, networks.isEmpty, volumes.isEmpty { return nil }
            return ContainerInfo(kind: .mesos(image: image), volumes: volumes, networkNames: networks)
        case "docker":
            guard let image else { throw UsageError(flag: "--docker_image", "is required with --containerizer=docker") }
            guard networks.count <= 1 else { throw UsageError(flag: "--networks", "docker takes one network") }
            let docker = DockerInfo(image: image, network: networks.isEmpty ? nil : .user)
            return ContainerInfo(kind: .docker(docker), volumes: volumes, networkNames: networks)
        case let other: throw UsageError(flag: "--containerizer", "expected docker or mesos, not '\(other ?? "")'")
        }
    }

    private static func task(_ text: String, flag: String) throws -> TaskInfo {
        try task(try json(text, flag: flag), flag: flag)
    }

    private static func task(_ value: JSONValue, flag: String) throws -> TaskInfo {
        guard var object = value.object else { throw UsageError(flag: flag, "expected a JSON object for a task") }
        // Which agent it will be is not known yet.
        if object["agent_id"] == nil { object["agent_id"] = ["value": ""] }
        do { return try TaskInfo(decoding: JSONValue.object(object).bytes, as: .json) } catch {
            throw UsageError(flag: flag, "\(error)")
        }
    }

    private static func json(_ text: String, flag: String) throws -> JSONValue {
        do { return try JSONValue(parsing: text) } catch { throw UsageError(flag: flag, "no JSON: \(error)") }
    }
}
