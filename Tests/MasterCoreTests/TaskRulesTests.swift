import ClusterBase
import ClusterModel
import ResourceModel
import Testing

@testable import MasterCore

struct TaskRulesTests {
    static let remaining: Resources = [
        .scalar("cpus", 4), .scalar("mem", 1024), .scalar("disk", 100), .scalar("gpus", 1),
        .ranges("ports", [31000...31010]),
    ]
    static let context = TaskRules.Context(
        framework: FrameworkInfo(id: "f", user: "u", name: "f"), agent: "S0",
        agentCapabilities: ["TASK_RESOURCE_LIMITS"], runningExecutor: nil, remaining: remaining)
    static let executor = ExecutorInfo(
        id: "e", frameworkID: "f", command: CommandInfo(value: "run"),
        resources: [.scalar("cpus", 0.1), .scalar("mem", 32), .scalar("disk", 1)])

    struct Row: Sendable, CustomTestStringConvertible {
        let rule: Int
        let message: String
        let change: @Sendable (inout TaskInfo, inout TaskRules.Context) -> Void
        var testDescription: String { "rule \(rule): \(message)" }

        init(
            _ rule: Int, _ message: String,
            _ change: @escaping @Sendable (inout TaskInfo, inout TaskRules.Context) -> Void
        ) {
            (self.rule, self.message, self.change) = (rule, message, change)
        }
    }

    static let rows: [Row] = [
        Row(1, "ID must not be empty") { task, _ in task.id = "" },
        Row(1, "'a/b' contains invalid characters") { task, _ in task.id = "a/b" },
        Row(2, "Task has duplicate ID: t") { _, context in context.isDuplicate = true },
        Row(2, "Task reuses the ID of an unreachable task: t") { _, context in context.isUnreachable = true },
        Row(3, "Task uses invalid agent S1 while agent S0 is expected") { task, _ in task.agentID = "S1" },
        Row(4, "Task's 'kill_policy.grace_period' must be non-negative") { task, _ in
            task.killPolicy = KillPolicy(gracePeriod: .seconds(-1))
        },
        Row(5, "Task's `max_completion_time` must be non-negative") { task, _ in task.maxCompletionTime = .seconds(-1)
        },
        Row(6, "Task uses invalid check: The path 'x' of HTTP check must start with '/'") { task, _ in
            task.check = CheckInfo(probe: .http(scheme: "http", port: 80, path: "x"))
        },
        Row(6, "Task uses invalid check: Expecting 'delay_seconds' to be non-negative") { task, _ in
            task.check = CheckInfo(probe: .tcp(port: 80), delay: .seconds(-1))
        },
        Row(6, "Task uses invalid check: Command check must contain 'shell command'") { task, _ in
            task.check = CheckInfo(probe: .command(CommandInfo()))
        },
        Row(7, "Task uses invalid health check: Unsupported HTTP health check scheme: 'ftp'") { task, _ in
            task.healthCheck = HealthCheck(probe: .http(scheme: "ftp", port: 80, path: "/"))
        },
        Row(7, "Task uses invalid health check: Expecting 'grace_period_seconds' to be non-negative") { task, _ in
            task.healthCheck = HealthCheck(probe: .tcp(port: 1), gracePeriod: .seconds(-1))
        },
        Row(7, "Task uses invalid health check: Expecting 'timeout_seconds' to be non-negative") { task, _ in
            task.healthCheck = HealthCheck(probe: .tcp(port: 1), timeout: .seconds(-1))
        },
        Row(8, "Task uses no resources") { task, _ in task.resources = [] },
        Row(8, "Task uses invalid resources: The 'gpus' resource must be an unsigned integer") { task, _ in
            task.resources = [.scalar("gpus", 0.5)]
        },
        Row(8, "Task uses invalid resources: DiskInfo should not be set for mem resource") { task, _ in
            task.resources = [Resource(name: "mem", value: .scalar(Scalar(1)), disk: .init(persistenceID: "p"))]
        },
        Row(8, "Task uses invalid resources: Only persistent volumes can be shared") { task, _ in
            task.resources = [Resource(name: "disk", value: .scalar(Scalar(1)), isShared: true)]
        },
        Row(8, "Task uses invalid resources: Role 'b' is not a refinement of 'a'") { task, _ in
            task.resources = [
                Resource(
                    name: "cpus", value: .scalar(Scalar(1)),
                    reservations: [.init(kind: .static, role: "a"), .init(kind: .dynamic, role: "b")])
            ]
        },
        Row(8, "Task mixes revocable and non-revocable resources: cpus") { task, _ in
            task.resources = [.scalar("cpus", 1), Resource(name: "cpus", value: .scalar(Scalar(1)), isRevocable: true)]
        },
        Row(
            8,
            "Task uses invalid resources: The resources have multiple allocation roles {a, b} but only one allocation "
                + "role is allowed"
        ) { task, _ in
            task.resources =
                Resources(task.resources.allocated(to: "a")) + [
                    Resource(name: "disk", value: .scalar(Scalar(1)), allocationRole: "b")
                ]
        },
        Row(9, "Task's `CommandInfo` is invalid: Environment variable 'S' specifies a secret containing null bytes") {
            task, _ in
            task.command?.environment = [EnvironmentVariable("S", "a\0b", isSecret: true)]
        },
        Row(10, "Task's `ContainerInfo` is invalid: Parameter in DockerInfo must not be 'name'") { task, _ in
            let docker = DockerInfo(image: "i", parameters: [Parameter(key: "name", value: "x")])
            task.container = ContainerInfo(kind: .docker(docker))
        },
        Row(
            10,
            "Task's `ContainerInfo` is invalid: Volume '/x': exactly one of 'host_path', 'image' and 'source' must"
                + " be set"
        ) { task, _ in
            task.container = ContainerInfo(kind: .mesos(image: nil), volumes: [Volume(containerPath: "/x")])
        },
        Row(11, "Agent is not capable of handling task resource limits") { task, context in
            task.limits = [ResourceLimit(name: "cpus", value: 2)]
            context.agentCapabilities = []
        },
        Row(11, "Limits may only be set for cpus and mem, not for 'disk'") { task, _ in
            task.limits = [ResourceLimit(name: "disk", value: 2)]
        },
        Row(11, "The cpu limit must be greater than or equal to the cpu request") { task, _ in
            task.limits = [ResourceLimit(name: "cpus", value: 0.5)]
        },
        Row(11, "When a memory limit is specified, a memory request must also be specified") { task, _ in
            task.resources = [.scalar("cpus", 1)]
            task.limits = [ResourceLimit(name: "mem", value: 64)]
        },
        Row(12, "Task should have at least one (but not both) of CommandInfo or ExecutorInfo present") { task, _ in
            task.command = nil
        },
        Row(12, "Task should have at least one (but not both) of CommandInfo or ExecutorInfo present") { task, _ in
            task.executor = executor
        },
        Row(13, "ExecutorInfo is not compatible with existing ExecutorInfo with same ExecutorID 'e'") { task, context in
            context.runningExecutor = executor
            use(executor, in: &task) { $0.command = CommandInfo(value: "other") }
        },
        Row(13, "ExecutorInfo has an invalid FrameworkID (Actual: g vs Expected: f)") { task, _ in
            use(executor, in: &task) { $0.frameworkID = "g" }
        },
        Row(13, "ExecutorInfo's 'shutdown_grace_period' must be non-negative") { task, _ in
            use(executor, in: &task) { $0.shutdownGracePeriod = .seconds(-1) }
        },
        Row(13, "'..' is disallowed") { task, _ in use(executor, in: &task) { $0.id = ".." } },
        Row(13, "'ExecutorInfo.command' must be set for 'CUSTOM' executor") { task, _ in
            use(executor, in: &task) { $0.command = nil }
        },
        Row(14, "'ExecutorInfo.type' must be 'CUSTOM'") { task, _ in
            use(executor, in: &task) { ($0.kind, $0.command) = (.default, nil) }
        },
        Row(14, "'ExecutorInfo.command' must be set") { task, _ in
            use(executor, in: &task) { ($0.kind, $0.command) = (.unknown, nil) }
        },
        Row(
            16,
            "Total resources cpus:5; mem:64 required by task and its executor is more than available "
                + remaining.description
        ) { task, _ in task.resources = [.scalar("cpus", 5), .scalar("mem", 64)] },
    ]

    static func use(_ executor: ExecutorInfo, in task: inout TaskInfo, _ change: (inout ExecutorInfo) -> Void) {
        var executor = executor
        change(&executor)
        (task.executor, task.command) = (executor, nil)
    }

    static let valid = TaskInfo(
        name: "t", id: "t", agentID: "S0", resources: [.scalar("cpus", 1), .scalar("mem", 64)],
        command: CommandInfo(value: "true"))

    @Test(arguments: rows) func oneProblemIsToldInItsWords(row: Row) {
        var (task, context) = (TaskRulesTests.valid, TaskRulesTests.context)
        row.change(&task, &context)
        #expect(TaskRules.problem(task, context) == row.message)
        let all = TaskRules.common + TaskRules.launch
        #expect(all.first { $0.problem(task, context) != nil }?.number == row.rule)
    }

    @Test func validTasksPass() {
        var task = TaskRulesTests.valid
        #expect(TaskRules.problem(task, TaskRulesTests.context) == nil)
        task.limits = [ResourceLimit(name: "cpus", value: .infinity)]
        #expect(TaskRules.problem(task, TaskRulesTests.context) == nil)
        TaskRulesTests.use(TaskRulesTests.executor, in: &task) { _ in }
        #expect(TaskRules.problem(task, TaskRulesTests.context) == nil)
    }

    @Test func portsOfTaskAndExecutorMayNotOverlap() {
        var task = TaskRulesTests.valid
        task.resources.add(.ranges("ports", [31000...31002]))
        TaskRulesTests.use(TaskRulesTests.executor, in: &task) { $0.resources.add(.ranges("ports", [31002...31003])) }
        let problem = TaskRules.problem(task, TaskRulesTests.context)
        #expect(problem?.hasPrefix("There are overlapping resources in the task resources") == true)
    }

    @Test func everyRowOfTheTableHasATest() {
        let tested = Set(TaskRulesTests.rows.map(\.rule)).union([15])
        #expect(Set((TaskRules.common + TaskRules.launch).map(\.number)).subtracting(tested).isEmpty)
    }

    @Test func groupsAreRefusedWhole() {
        var second = TaskRulesTests.valid
        second.id = "u"
        func problem(_ executor: ExecutorInfo, _ tasks: [TaskInfo]) -> String? {
            TaskGroupRules.problem(executor, tasks.map { ($0, TaskRulesTests.context) })
        }
        var executor = TaskRulesTests.executor
        #expect(problem(executor, [TaskRulesTests.valid, second]) == nil)
        second.id = ""
        #expect(problem(executor, [TaskRulesTests.valid, second]) == "Task '' is invalid: ID must not be empty")
        second.id = "t"
        #expect(problem(executor, [TaskRulesTests.valid, second])?.contains("duplicate ID") == true)
        executor.resources = [.scalar("cpus", 0.1), .scalar("mem", 16), .scalar("disk", 1)]
        #expect(problem(executor, [TaskRulesTests.valid])?.contains("minimum required (32MB)") == true)
        executor.resources = [.scalar("cpus", 0.1), .scalar("mem", 32)]
        #expect(problem(executor, [TaskRulesTests.valid]) == "Executor 'e' uses no disk")
        second = TaskRulesTests.valid
        second.container = ContainerInfo(kind: .docker(DockerInfo(image: "i")))
        #expect(problem(TaskRulesTests.executor, [second])?.contains("Docker ContainerInfo is not supported") == true)
        second = TaskRulesTests.valid
        second.resources = [.scalar("cpus", 4)]
        #expect(problem(TaskRulesTests.executor, [second])?.hasPrefix("Total resources") == true)
    }
}
