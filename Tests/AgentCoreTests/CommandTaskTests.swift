import ClusterBase
import ClusterModel
import ResourceModel
import Testing

@testable import AgentCore

@Suite struct CommandTaskTests {
    @Test func runsFromLaunchToFinish() throws {
        var world = AgentWorld.registered()
        world.fromMaster(.runTask(AgentWorld.framework(), AgentWorld.commandTask(), launchExecutor: true))
        let plan = try #require(world.launches.first)
        let run = "m-S0/frameworks/m-0000/executors/t1/runs/\(plan.id)"
        #expect(plan.sandbox == "/w/slaves/\(run)")
        #expect(plan.pidFile == "/w/meta/slaves/\(run)/pids/forked.pid")
        #expect(plan.limits.cpus == 1 && plan.limits.memoryBytes == 64 << 20)
        let environment = Dictionary(plan.environment.map { ($0.name, $0.value) }) { $1 }
        #expect(environment["MESOS_AGENT_ENDPOINT"] == "10.0.0.2:5051")
        #expect(environment["MESOS_SANDBOX"] == plan.sandbox)
        #expect(environment["MESOS_EXECUTOR_ID"] == "t1")

        world.step(.containerLaunched(plan.id, ContainerStart(pid: 42)))
        world.step(.containerExited(plan.id, ContainerExit(.exited(0))))
        let updates = world.acknowledgeAll()
        #expect(updates.map(\.status.state) == [.starting, .running, .finished])
        #expect(updates.allSatisfy { $0.status.source == .executor && $0.status.executorID == "t1" })
        #expect(updates[1].status.containerStatus?.executorPID == 42)
        #expect(updates[1].status.containerStatus?.addresses == ["10.0.0.2"])
        #expect(updates[2].status.message == "Command exited with status 0")
        #expect(world.core.frameworks.isEmpty)
        #expect(world.core.completedFrameworks.first?.completedExecutors.first?.completedTasks.map(\.id) == ["t1"])
        #expect(world.disk.recovered().frameworks.first?.runs.first?.isCompleted == true)
    }

    @Test(arguments: [
        (ContainerExit(.exited(3)), TaskState.failed, StatusReason?.none, "Command exited with status 3"),
        (ContainerExit(.signalled(9)), .failed, nil, "Command terminated with signal Killed"),
        (
            ContainerExit(.signalled(9), limitation: .memory), .failed, .containerLimitationMemory,
            "Memory limit exceeded"
        ),
    ])
    func reportsHowItEnded(exit: ContainerExit, state: TaskState, reason: StatusReason?, message: String) {
        var world = AgentWorld.registered()
        let container = world.running()
        world.step(.containerExited(container, exit))
        let status = world.updates.last?.status
        #expect(status?.state == state)
        #expect(status?.reason == reason)
        #expect(status?.message == message)
        #expect(status?.source == (reason == nil ? .executor : .agent))
    }

    @Test func failsWithTheContainerizersWordsWhenItCannotBeLaunched() {
        var world = AgentWorld.registered()
        world.fromMaster(
            .runTask(AgentWorld.framework(), AgentWorld.commandTask(docker: true), launchExecutor: true))
        world.step(.containerLaunchFailed(world.launches[0].id, message: "image not found: busybox"))
        let last = world.acknowledgeAll().last?.status
        #expect(last?.state == .failed)
        #expect(last?.reason == .containerLaunchFailed)
        #expect(last?.message == "Failed to launch container: image not found: busybox")
        #expect(world.core.frameworks.isEmpty)
    }

    @Test func dockerTasksReportInspectAndAddress() throws {
        var world = AgentWorld.registered()
        world.fromMaster(
            .runTask(AgentWorld.framework(), AgentWorld.commandTask(docker: true), launchExecutor: true))
        let plan = try #require(world.launches.first)
        let environment = Dictionary(plan.environment.map { ($0.name, $0.value) }) { $1 }
        #expect(environment["MESOS_SANDBOX"] == "/mnt/mesos/sandbox")
        #expect(environment["MESOS_CONTAINER_NAME"] == "mesos-\(plan.id)")
        #expect(environment["MESOS_SLAVE_PID"] == nil, "the agent's own addresses are not the image's business")
        world.step(.containerLaunched(plan.id, ContainerStart(addresses: ["172.17.0.2"], inspectJSON: "[{}]")))
        let running = try #require(world.acknowledgeAll().last?.status)
        #expect(running.data == Array("[{}]".utf8))
        #expect(running.containerStatus?.addresses == ["172.17.0.2"])
        world.step(.containerExited(plan.id, ContainerExit(.exited(1))))
        #expect(world.updates.last?.status.message == "Container exited with status 1")
    }

    @Test func refusesACommandTaskWhoseExecutorIDIsInUse() {
        var world = AgentWorld.registered()
        _ = world.subscribedExecutor()
        world.effects = []
        world.fromMaster(.runTask(AgentWorld.framework(), AgentWorld.commandTask("e1"), launchExecutor: true))
        #expect(world.updates.last?.status.state == .dropped)
        #expect(world.updates.last?.status.reason == .taskInvalid)
        #expect(world.launches.isEmpty)
    }

    @Test func ignoresARepeatedLaunchAndOnesForOtherAgents() {
        var world = AgentWorld.registered()
        _ = world.running()
        world.fromMaster(.runTask(AgentWorld.framework(), AgentWorld.commandTask(), launchExecutor: true))
        world.fromMaster(
            .runTask(
                AgentWorld.framework(), AgentWorld.commandTask("t2") { $0.agentID = "m-S7" }, launchExecutor: true))
        #expect(world.launches.isEmpty && world.updates.isEmpty)
    }

    @Test func pathsCannotBeEscapedThroughIDs() {
        var world = AgentWorld.registered()
        world.fromMaster(.runTask(AgentWorld.framework(), AgentWorld.commandTask("../../etc"), launchExecutor: true))
        #expect(world.launches.isEmpty)
        #expect(world.updates.first?.status.reason == .taskInvalid)
    }

    @Test func groupsFailTogetherButFinishAlone() throws {
        var world = AgentWorld.registered()
        let executor = ExecutorInfo(kind: .default, id: "pod", resources: [.scalar("cpus", 0.1)])
        let tasks = ["a", "b", "c"].map { AgentWorld.commandTask(TaskID($0)) }
        world.fromMaster(.runTaskGroup(AgentWorld.framework(), executor, tasks, launchExecutor: true))
        let plans = world.launches
        try #require(plans.count == 3)
        let parent = try #require(plans[0].id.value.split(separator: ".").first)
        #expect(
            plans[0].sandbox.hasSuffix(
                "/executors/pod/runs/\(parent)/containers/\(plans[0].id.value.dropFirst(parent.count + 1))"))
        #expect(
            plans[0].links.contains { $0.path.hasSuffix("/runs/\(parent)/tasks/a") && $0.target == plans[0].sandbox })
        for plan in plans { world.step(.containerLaunched(plan.id, ContainerStart(pid: 1))) }
        let started = world.takeUpdates()
        #expect(started.first?.status.containerStatus?.parentID?.value == String(parent))

        world.step(.containerExited(plans[0].id, ContainerExit(.exited(0))))
        #expect(!world.effects.contains { if case .stopContainer = $0 { true } else { false } })
        world.step(.containerExited(plans[1].id, ContainerExit(.exited(1))))
        #expect(world.effects.contains(.stopContainer(plans[2].id, grace: .seconds(3))))
        world.step(.containerExited(plans[2].id, ContainerExit(.signalled(15))))
        #expect(world.messages.contains(.exitedExecutor(AgentWorld.agentID, AgentWorld.frameworkID, "pod", status: 0)))
        world.advance(.seconds(11))
        var last: [TaskID: TaskState] = [:]
        for update in world.acknowledgeAll() { last[update.status.taskID] = update.status.state }
        #expect(last == ["a": .finished, "b": .failed, "c": .killed])
    }

    @Test func maxCompletionTimeKillsWithoutGrace() {
        var world = AgentWorld.registered()
        let container = world.running(AgentWorld.commandTask { $0.maxCompletionTime = .seconds(60) })
        world.advance(.seconds(59))
        #expect(world.effects.isEmpty)
        world.advance(.seconds(2))
        #expect(world.effects.contains(.destroyContainer(container)))
        world.step(.containerExited(container, ContainerExit(.signalled(9))))
        let updates = world.acknowledgeAll()
        #expect(updates.map(\.status.state) == [.killing, .failed])
        #expect(updates.last?.status.reason == .maxCompletionTimeReached)
    }
}
