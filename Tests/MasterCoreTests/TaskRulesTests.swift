import ClusterBase
import ClusterModel
import ResourceModel
import Testing

@testable import MasterCore

struct TaskRulesTests {
    static let remaining = Resources([
        .scalar("cpus", 4), .scalar("mem", 1024), .scalar("disk", 100), .scalar("gpus", 1),
        .ranges("ports", [31000...31010]),
    ]).allocated(to: "*")
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
        Row(6, "Task uses invalid check: CheckInfo must specify 'type'") { task, _ in
            task.check = CheckInfo(probe: .tcp(port: 80))
            task.check?.formProblem = "CheckInfo must specify 'type'"
        },
        Row(
            6,
            "Task uses invalid check: Check's `CommandInfo` is invalid: Environment variable 'S' specifies a secret"
                + " containing null bytes, which is not allowed in the environment"
        ) { task, _ in
            let variable = EnvironmentVariable("S", "a\0b", isSecret: true)
            task.check = CheckInfo(probe: .command(CommandInfo(value: "true", environment: [variable])))
        },
        Row(7, "Task uses invalid health check: Command health check must contain 'executable path'") { task, _ in
            task.healthCheck = HealthCheck(probe: .command(CommandInfo(isShell: false)))
        },
        Row(7, "Task uses invalid health check: The path 'x' of HTTP health check must start with '/'") { task, _ in
            task.healthCheck = HealthCheck(probe: .http(scheme: "http", port: 80, path: "x"))
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
        Row(8, "Task uses invalid resources: Invalid 'gpus' resource: The 'gpus' resource must be an unsigned integer")
        { task, _ in
            task.resources = [.scalar("gpus", 0.5)]
        },
        Row(
            8,
            "Task uses invalid resources: Invalid resources: Resource 'mem(allocated: *)[p]:1' is invalid: DiskInfo"
                + " should not be set for mem resource"
        ) { task, _ in
            task.resources = [Resource(name: "mem", value: .scalar(Scalar(1)), disk: .init(persistenceID: "p"))]
        },
        Row(
            8,
            "Task uses invalid resources: Invalid resources: Resource 'disk(allocated: *)<SHARED>:1' is invalid: Only"
                + " persistent volumes can be shared"
        ) { task, _ in
            task.resources = [Resource(name: "disk", value: .scalar(Scalar(1)), isShared: true)]
        },
        Row(
            8,
            "Task uses invalid resources: Invalid resources: Resource 'cpus(allocated: *)(reservations: [(STATIC,a),"
                + "(DYNAMIC,b)]):1' is invalid: Invalid refined reservation: role 'b' is not a refinement of 'a'"
        ) { task, _ in
            task.resources = [
                Resource(
                    name: "cpus", value: .scalar(Scalar(1)),
                    reservations: [.init(kind: .static, role: "a"), .init(kind: .dynamic, role: "b")])
            ]
        },
        Row(8, "Task uses duplicate persistence ID: Persistence ID 'p' is not unique") { task, _ in
            for size in [1.0, 2] {
                task.resources.add(
                    Resource(
                        name: "disk", value: .scalar(Scalar(size)), reservations: [.init(kind: .dynamic, role: "r")],
                        disk: .init(persistenceID: "p", containerPath: "d")))
            }
        },
        Row(
            8,
            "Task mixes revocable and non-revocable resources: Cannot use both revocable and non-revocable 'cpus' at"
                + " the same time"
        ) { task, _ in
            task.resources = [.scalar("cpus", 1), Resource(name: "cpus", value: .scalar(Scalar(1)), isRevocable: true)]
        },
        Row(
            8,
            "Invalid task resources: The resources have multiple allocation roles ('b' and 'a') but only one allocation"
                + " role is allowed"
        ) { task, _ in
            task.resources =
                Resources(task.resources.allocated(to: "a")) + [
                    Resource(name: "disk", value: .scalar(Scalar(1)), allocationRole: "b")
                ]
        },
        Row(
            9,
            "Task's `CommandInfo` is invalid: Environment variable 'S' specifies a secret containing null"
                + " bytes, which is"
                + " not allowed in the environment"
        ) { task, _ in
            task.command?.environment = [EnvironmentVariable("S", "a\0b", isSecret: true)]
        },
        Row(10, "Task's `ContainerInfo` is invalid: Parameter in DockerInfo must not be 'name'") { task, _ in
            let docker = DockerInfo(image: "i", parameters: [Parameter(key: "name", value: "x")])
            task.container = ContainerInfo(kind: .docker(docker))
        },
        Row(
            10,
            "Task's `ContainerInfo` is invalid: Invalid volume: Only one of them should be set: 'host_path',"
                + " 'image' and"
                + " 'source'"
        ) { task, _ in
            var volume = Volume(containerPath: "/x")
            volume.formProblem = "Only one of them should be set: 'host_path', 'image' and 'source'"
            task.container = ContainerInfo(kind: .mesos(image: nil), volumes: [volume])
        },
        Row(
            10,
            "Task's `ContainerInfo` is invalid: Invalid volume: '/x' has a source that agents of this version"
                + " do not know"
        ) { task, _ in
            task.container = ContainerInfo(kind: .mesos(image: nil), volumes: [Volume(containerPath: "/x")])
        },
        Row(
            10, "Task's `ContainerInfo` is invalid: DockerInfo 'docker' is not set for DOCKER typed ContainerInfo"
        ) { task, _ in
            task.container = ContainerInfo(kind: .docker(DockerInfo(image: "")))
            task.container?.formProblem = "DockerInfo 'docker' is not set for DOCKER typed ContainerInfo"
        },
        Row(9, "Task's `CommandInfo` is invalid: Environment variable of type 'UNKNOWN' is not allowed") { task, _ in
            var variable = EnvironmentVariable("A", "1")
            variable.formProblem = "Environment variable of type 'UNKNOWN' is not allowed"
            task.command?.environment = [variable]
        },
        Row(11, "Agent is not capable of handling task resource limits") { task, context in
            task.limits = [ResourceLimit(name: "cpus", value: 2)]
            context.agentCapabilities = []
        },
        Row(11, "Only cpus and mem may be included in a task's resource limits") { task, _ in
            task.limits = [ResourceLimit(name: "disk", value: 2)]
        },
        Row(11, "The cpu limit must be greater than or equal to the cpu request") { task, _ in
            task.limits = [ResourceLimit(name: "cpus", value: 0.5)]
        },
        Row(11, "When a CPU limit is specified, a CPU request must also be specified") { task, _ in
            task.resources = [.scalar("mem", 1)]
            task.limits = [ResourceLimit(name: "cpus", value: 64)]
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
        Row(14, "The 'share_cgroups' field cannot be set to 'true' on executor containers") { task, _ in
            use(executor, in: &task) {
                $0.container = ContainerInfo(kind: .mesos(image: nil), sharesCgroups: true)
            }
        },
        Row(
            14,
            "Executor resources cpus(allocated: *):0.1; disk(allocated: *)(reservations: [(DYNAMIC,r)])[p:d]<SHARED>:1"
                + " should not contain any shared resources"
        ) { task, _ in
            use(executor, in: &task) {
                let volume = Resource(
                    name: "disk", value: .scalar(Scalar(1)), reservations: [.init(kind: .dynamic, role: "r")],
                    disk: .init(persistenceID: "p", containerPath: "d"), isShared: true)
                $0.resources = [.scalar("cpus", 0.1), volume]
            }
        },
        Row(17, "Only tasks in a task group may have 'share_cgroups' set to 'false'") { task, _ in
            task.container = ContainerInfo(kind: .mesos(image: nil), sharesCgroups: false)
        },
        Row(
            16,
            "Total resources cpus(allocated: *):5; mem(allocated: *):64 required by task and its executor is more than"
                + " available \(remaining)"
        ) { task, _ in task.resources = [.scalar("cpus", 5), .scalar("mem", 64)] },
    ]

    static func use(_ executor: ExecutorInfo, in task: inout TaskInfo, _ change: (inout ExecutorInfo) -> Void) {
        var executor = executor
        change(&executor)
        (task.executor, task.command) = (executor, nil)
    }

    /// What the master does before it looks at tasks.
    static func allocate(_ task: inout TaskInfo) {
        func allocate(_ resource: inout Resource) {
            if resource.allocationRole == nil { resource.allocationRole = "*" }
        }
        task.resources = task.resources.mapped(allocate)
        if let resources = task.executor?.resources { task.executor?.resources = resources.mapped(allocate) }
    }

    static let valid = TaskInfo(
        name: "t", id: "t", agentID: "S0",
        resources: Resources([.scalar("cpus", 1), .scalar("mem", 64)]).allocated(to: "*"),
        command: CommandInfo(value: "true"))

    @Test(arguments: rows) func oneProblemIsToldInItsWords(row: Row) {
        var (task, context) = (TaskRulesTests.valid, TaskRulesTests.context)
        row.change(&task, &context)
        TaskRulesTests.allocate(&task)
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
        TaskRulesTests.allocate(&task)
        #expect(TaskRules.problem(task, TaskRulesTests.context) == nil)
    }

    @Test func portsOfTaskAndExecutorMayNotOverlap() {
        var task = TaskRulesTests.valid
        task.resources.add(.ranges("ports", [31000...31002]))
        TaskRulesTests.use(TaskRulesTests.executor, in: &task) { $0.resources.add(.ranges("ports", [31002...31003])) }
        TaskRulesTests.allocate(&task)
        let problem = TaskRules.problem(task, TaskRulesTests.context)
        let executor = task.executor?.resources ?? []
        #expect(
            problem == "There are overlapping resources in the task resources \(task.resources) and executor resources "
                + "\(executor)")
    }

    @Test func volumesAndRevocableResourcesCountForTaskAndExecutorTogether() {
        var task = TaskRulesTests.valid
        let volume = Resource(
            name: "disk", value: .scalar(Scalar(1)), reservations: [.init(kind: .dynamic, role: "r")],
            disk: .init(persistenceID: "p", containerPath: "d"))
        task.resources.add(volume)
        TaskRulesTests.use(TaskRulesTests.executor, in: &task) { $0.resources.add(volume) }
        TaskRulesTests.allocate(&task)
        #expect(
            TaskRules.problem(task, TaskRulesTests.context)
                == "Task and its executor use duplicate persistence ID: Persistence ID 'p' is not unique")
        task.resources = [Resource(name: "mem", value: .scalar(Scalar(1)), allocationRole: "*", isRevocable: true)]
        #expect(
            TaskRules.problem(task, TaskRulesTests.context)
                == "Task and its executor mix revocable and non-revocable resources: Cannot use both revocable and"
                + " non-revocable 'mem' at the same time")
    }

    @Test func everyRowOfTheTableHasATest() {
        let tested = Set(TaskRulesTests.rows.map(\.rule)).union([15])
        #expect(Set((TaskRules.common + TaskRules.launch).map(\.number)).subtracting(tested).isEmpty)
    }

    // MARK: Groups

    static let member: TaskInfo = {
        var task = valid
        task.executor = groupExecutor
        task.command = CommandInfo(value: "true")
        return task
    }()

    static let groupExecutor: ExecutorInfo = {
        var task = valid
        use(executor, in: &task) { _ in }
        allocate(&task)
        return task.executor ?? executor
    }()

    struct GroupRow: Sendable, CustomTestStringConvertible {
        let message: String
        let change: @Sendable (inout ExecutorInfo, inout [TaskInfo], inout TaskRules.Context) -> Void
        var testDescription: String { message }

        init(
            _ message: String,
            _ change: @escaping @Sendable (inout ExecutorInfo, inout [TaskInfo], inout TaskRules.Context) -> Void
        ) {
            (self.message, self.change) = (message, change)
        }
    }

    static let groupRows: [GroupRow] = [
        GroupRow("Task '' is invalid: ID must not be empty") { _, tasks, _ in tasks[1].id = "" },
        GroupRow("Task 't' is invalid: Task has duplicate ID: t") { _, tasks, _ in tasks[1].id = "t" },
        GroupRow(
            "Task 'u' is invalid: HTTP and TCP health checks are not supported for nested containers not joining"
                + " parent's network"
        ) { _, tasks, _ in
            tasks[1].container = ContainerInfo(kind: .mesos(image: nil), networkNames: ["n"])
            tasks[1].healthCheck = HealthCheck(probe: .tcp(port: 1))
        },
        GroupRow("Task 'u' is invalid: Docker ContainerInfo is not supported on the task") { _, tasks, _ in
            tasks[1].container = ContainerInfo(kind: .docker(DockerInfo(image: "i")))
        },
        GroupRow(
            "Task 'u' is invalid: Resource limits may only be set for tasks within a task group when the"
                + " 'share_cgroups'"
                + " field is set to 'false'."
        ) { _, tasks, _ in tasks[1].limits = [ResourceLimit(name: "cpus", value: 2)] },
        GroupRow("'ExecutorInfo.type' must be set") { executor, _, _ in executor.kind = .unknown },
        GroupRow("Docker ContainerInfo is not supported on the executor") { executor, _, _ in
            executor.container = ContainerInfo(kind: .docker(DockerInfo(image: "i")))
        },
        GroupRow("The `ExecutorInfo` of task 'u' is different from executor 'e'") { _, tasks, _ in
            tasks[1].executor?.name = "other"
        },
        GroupRow("Executor 'e' uses less CPUs (None) than the minimum required (0.01)") { executor, _, _ in
            executor.resources = executor.resources.filter { $0.name != "cpus" }
        },
        GroupRow("Executor 'e' uses less memory (None) than the minimum required (32MB)") { executor, _, _ in
            executor.resources = executor.resources.filter { $0.name != "mem" }
        },
        GroupRow("Executor 'e' uses no disk") { executor, _, _ in
            executor.resources = executor.resources.filter { $0.name != "disk" }
        },
        GroupRow("Task group and executor use duplicate persistence ID: Persistence ID 'p' is not unique") {
            _, tasks, _ in
            for index in tasks.indices {
                tasks[index].resources.add(
                    Resource(
                        name: "disk", value: .scalar(Scalar(1)), reservations: [.init(kind: .dynamic, role: "r")],
                        allocationRole: "*", disk: .init(persistenceID: "p", containerPath: "d")))
            }
        },
        GroupRow(
            "Task group and executor mix revocable and non-revocable resources: Cannot use both revocable and"
                + " non-revocable 'cpus' at the same time"
        ) { _, tasks, _ in
            tasks[1].resources = [
                Resource(name: "cpus", value: .scalar(Scalar(1)), allocationRole: "*", isRevocable: true)
            ]
        },
        GroupRow(
            "There are overlapping resources in the task group's task resources [ ports(allocated: *):[31000-31001],"
                + " ports(allocated: *):[31001-31002] ] and/or executor resources \(groupExecutor.resources)"
        ) { _, tasks, _ in
            tasks[0].resources = Resources([.ranges("ports", [31000...31001])]).allocated(to: "*")
            tasks[1].resources = Resources([.ranges("ports", [31001...31002])]).allocated(to: "*")
        },
        GroupRow(
            "Total resources cpus(allocated: *):5.1; mem(allocated: *):96; disk(allocated: *):1 required by task group"
                + " and its executor are more than available \(remaining)"
        ) { _, tasks, _ in
            tasks = [tasks[0]]
            tasks[0].resources = Resources([.scalar("cpus", 5), .scalar("mem", 64)]).allocated(to: "*")
        },
        GroupRow("The 'share_cgroups' field cannot be set to 'true' on executor containers") { executor, _, _ in
            executor.container = ContainerInfo(kind: .mesos(image: nil), sharesCgroups: true)
        },
        GroupRow(
            "If set, the value of 'share_cgroups' must be the same for all tasks in each task group and under a single"
                + " executor"
        ) { _, tasks, _ in tasks[1].container = ContainerInfo(kind: .mesos(image: nil), sharesCgroups: false) },
        GroupRow(
            "If set, the value of 'share_cgroups' must be the same for all tasks in each task group and under a single"
                + " executor"
        ) { _, _, context in context.siblingsShareCgroups = false },
    ]

    @Test(arguments: groupRows) func groupsAreRefusedWhole(row: GroupRow) {
        var (executor, context) = (TaskRulesTests.groupExecutor, TaskRulesTests.context)
        var tasks = [TaskRulesTests.member, TaskRulesTests.member]
        tasks[1].id = "u"
        #expect(TaskGroupRules.problem(executor, tasks.map { ($0, context) }) == nil)
        let before = executor
        row.change(&executor, &tasks, &context)
        if executor != before { for index in tasks.indices { tasks[index].executor = executor } }
        #expect(TaskGroupRules.problem(executor, tasks.map { ($0, context) }) == row.message)
    }

    @Test func limitsAreForTasksWithCgroupsOfTheirOwn() {
        var task = TaskRulesTests.member
        task.container = ContainerInfo(kind: .mesos(image: nil), sharesCgroups: false)
        task.limits = [ResourceLimit(name: "cpus", value: 2)]
        #expect(TaskGroupRules.problem(TaskRulesTests.groupExecutor, [(task, TaskRulesTests.context)]) == nil)
    }
}
