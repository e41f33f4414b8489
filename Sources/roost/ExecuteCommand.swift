internal import ClusterBase
internal import ClusterModel
internal import CommandFlags
internal import FrameworkSDK
internal import HTTPTransport
internal import Logging

/// The flags of `roost execute`: upstream's names and defaults (mesos `src/cli/execute.cpp`).
let executeFlags: [Flag] = [
    Flag("master", .text, "The masters: host:port, http://host:port or zk://host:port,…/path."),
    Flag("task", .content, "One task as JSON (TaskInfo), inline or as a file; instead of --name and --command."),
    Flag("task_group", .content, "Tasks to run together as JSON (TaskGroupInfo), inline or as a file."),
    Flag("name", .text, "The task's name, which is also its id."),
    Flag(
        "shell", .boolean, default: "true",
        "Run the command with a shell; otherwise its words are program and arguments."),
    Flag("command", .text, "What to run."),
    Flag("env", .content, aliases: ["environment"], "Environment as a JSON object, inline or as a file."),
    Flag("resources", .text, default: "cpus:1;mem:128", "What the task needs."),
    Flag("checkpoint", .boolean, default: "false", "Let the task survive a restart of its agent."),
    Flag("docker_image", .text, "Image to run in, such as busybox:latest."),
    Flag("appc_image", .text, effect: .refused("appc images are not supported"), "Appc image to run in."),
    Flag("containerizer", .text, default: "mesos", "Who runs an image: docker or mesos."),
    Flag(
        "framework_capabilities", .text,
        "Comma-separated capabilities to ask for, such as GPU_RESOURCES,PARTITION_AWARE."),
    Flag("role", .text, default: "*", "The role to run in."),
    Flag("kill_after", .duration, "Kill the task after it has run for this time."),
    Flag("networks", .text, "Comma-separated networks to join; docker takes one."),
    Flag("volumes", .content, "JSON array of volumes, inline or as a file."),
    Flag("principal", .text, "Who to authenticate as."),
    Flag("secret", .text, "The principal's secret."),
    Flag("content_type", .text, default: "protobuf", "How to talk to the master: protobuf or json."),
    Flag("package", .text, effect: .refused("uploading to HDFS is not supported"), "File to upload first."),
    Flag("overwrite", .boolean, default: "false", effect: .accepted, "Overwrite the package."),
    Flag("hadoop", .text, default: "hadoop", effect: .accepted, "Path of the hadoop script."),
    Flag("hdfs", .text, default: "localhost:9000", effect: .accepted, "Address of the HDFS name node."),
]

let executeCommand = Command(
    name: "execute", programNames: ["mesos-execute"],
    table: FlagTable(
        command: "roost execute", summary: "Launch a task or task group and follow it", flags: executeFlags,
        environmentPrefixes: ["ROOST_EXECUTE_"])
) { try await ExecuteCommand.run($0) }

/// `roost execute`: one framework for one launch.
enum ExecuteCommand {
    /// Launches what the flags describe and follows it; 0 when all of it finished, else 1.
    static func run(_ values: FlagValues) async throws -> Int32 {
        let master: MasterLocation
        do { master = try MasterLocation.parse(values.required("master")) } catch let error as ClusterError {
            throw UsageError(flag: "--master", error.message)
        }
        let launch = try ExecuteLaunch(values)
        var logger = Logger(label: "execute")
        logger.logLevel = .notice
        let driver = FrameworkDriver(
            ExecuteScheduler(launch, killAfter: values.duration("kill_after")) { report($0) }, master: master,
            info: try framework(values), options: try options(values), logger: logger)
        try await runServices([driver], logger: logger)
        return await driver.scheduler.hasSucceeded ? ExitStatus.success : ExitStatus.failure
    }

    private static func framework(_ values: FlagValues) throws -> FrameworkInfo {
        var info = FrameworkInfo(
            name: "roost execute", role: values["role"] ?? "*", checkpoint: values.bool("checkpoint"))
        info.principal = values["principal"]
        info.capabilities = .taskKillingState
        for name in (values["framework_capabilities"] ?? "").split(separator: ",") {
            guard let row = FrameworkCapabilities.names.first(where: { $0.name == name }) else {
                throw UsageError(flag: "--framework_capabilities", "there is no capability '\(name)'")
            }
            info.capabilities.insert(FrameworkCapabilities(rawValue: 1 << UInt32(row.number)))
        }
        return info
    }

    private static func options(_ values: FlagValues) throws -> DriverOptions {
        var options = DriverOptions()
        options.tearsDownOnShutdown = true
        switch values["content_type"] {
        case "protobuf": options.connection.encoding = .protobuf
        case "json": options.connection.encoding = .json
        default: throw UsageError(flag: "--content_type", "expected protobuf or json")
        }
        if let secret = values["secret"] {
            guard let principal = values["principal"] else { throw UsageError(flag: "--secret", "needs --principal") }
            options.connection.credential = FrameworkCredential(principal: principal, secret: secret)
        }
        return options
    }
}
