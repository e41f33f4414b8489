import ClusterBase
import ClusterModel
import ResourceModel
import Testing

@testable import AgentCore

@Suite struct ExecutorTests {
    @Test func startsWithItsOwnAndTheFirstTasksResources() throws {
        var world = AgentWorld.registered()
        world.fromMaster(.runTask(AgentWorld.framework(), AgentWorld.executorTask("t1"), launchExecutor: true))
        let plan = try #require(world.launches.first)
        #expect(plan.limits.cpus == 1.1)
        #expect(plan.limits.memoryBytes == 96 << 20)
        let environment = Dictionary(plan.environment.map { ($0.name, $0.value) }) { $1 }
        #expect(environment["MESOS_EXECUTOR_ID"] == "e1")
        #expect(environment["MESOS_CHECKPOINT"] == "1")
        #expect(environment["MESOS_RECOVERY_TIMEOUT"] == "15mins")
        #expect(environment["MESOS_SUBSCRIPTION_BACKOFF_MAX"] == "2secs")
        #expect(environment["MESOS_EXECUTOR_SHUTDOWN_GRACE_PERIOD"] == "5secs")
        #expect(environment["MESOS_SLAVE_PID"] == "slave(1)@10.0.0.2:5051")
        #expect(environment["MESOS_DIRECTORY"] == plan.sandbox)
    }

    @Test func withoutCheckpointsNothingIsWrittenAndTheExecutorIsTold() throws {
        var world = AgentWorld.registered()
        world.fromMaster(
            .runTask(AgentWorld.framework(checkpoint: false), AgentWorld.executorTask("t1"), launchExecutor: true))
        let plan = try #require(world.launches.first)
        let names = plan.environment.map(\.name)
        #expect(plan.environment.contains { $0.name == "MESOS_CHECKPOINT" && $0.value == "0" })
        #expect(!names.contains("MESOS_RECOVERY_TIMEOUT"))
        #expect(plan.pidFile == nil)
        #expect(world.disk.recovered().frameworks.isEmpty)
    }

    @Test func subscriptionDeliversInOrder() throws {
        var world = AgentWorld.registered()
        for id in ["t1", "t2", "t3"] {
            world.fromMaster(
                .runTask(AgentWorld.framework(), AgentWorld.executorTask(TaskID(id)), launchExecutor: id == "t1"))
        }
        #expect(world.launches.count == 1)
        world.step(.containerLaunched(world.launches[0].id, ContainerStart(pid: 1)))
        let (stream, effects) = world.call("e1", .subscribe(unacknowledgedTasks: [], unacknowledgedUpdates: []))
        #expect(effects.first == .openStream(stream))
        let events = effects.compactMap { if case .sendExecutor(_, let event) = $0 { event } else { nil } }
        guard case .subscribed(let executor, let framework, let agent, let container)? = events.first else {
            Issue.record("\(events)")
            return
        }
        #expect(executor.id == "e1" && framework.id == AgentWorld.frameworkID && agent.id == AgentWorld.agentID)
        #expect(container == world.launches[0].id)
        let launched = events.compactMap { if case .launch(let task) = $0 { task.id } else { nil } }
        #expect(launched == ["t1", "t2", "t3"])
        #expect(world.disk.recovered().frameworks[0].runs[0].tasks.count == 3, "tasks are on disk before delivery")
        world.effects = []
        world.fromMaster(.runTask(AgentWorld.framework(), AgentWorld.executorTask("t4"), launchExecutor: false))
        guard case .updateContainer(_, let limits)? = world.effects.first else {
            Issue.record("limits are raised before delivery: \(world.effects)")
            return
        }
        #expect(abs(limits.cpus - 4.1) < 0.001)
    }

    @Test func callsAreRefusedAsDocumented() {
        var starting = AgentWorld()
        let (early, refused) = starting.call("e1", .subscribe(unacknowledgedTasks: [], unacknowledgedUpdates: []))
        #expect(refused == [.respond(early, .unavailable("Agent has not finished recovery"))])

        var world = AgentWorld.registered()
        let (alive, beat) = world.call("nobody", .heartbeat)
        #expect(beat == [.respond(alive, .accepted)])
        let (stranger, answer) = world.call("e1", .message([1]))
        #expect(answer == [.respond(stranger, .badRequest("Framework cannot be found"))])
        world.fromMaster(.runTask(AgentWorld.framework(), AgentWorld.executorTask("t1"), launchExecutor: true))
        let (other, unknown) = world.call("e2", .message([1]))
        #expect(unknown == [.respond(other, .badRequest("Executor cannot be found"))])
        let (hasty, forbidden) = world.call("e1", .update(world.status("t1", .running, uuid: 1)))
        #expect(forbidden == [.respond(hasty, .forbidden("Executor is not subscribed"))])
    }

    @Test func expectationsOfTheMasterAreChecked() {
        var world = AgentWorld.registered()
        world.fromMaster(.runTask(AgentWorld.framework(), AgentWorld.executorTask("t0"), launchExecutor: false))
        #expect(world.updates.last?.status.reason == .executorTerminated)
        #expect(!world.messages.contains { if case .exitedExecutor = $0 { true } else { false } })
        _ = world.subscribedExecutor()
        world.effects = []
        world.fromMaster(.runTask(AgentWorld.framework(), AgentWorld.executorTask("t9"), launchExecutor: true))
        #expect(world.updates.last?.status.state == .dropped)
        #expect(world.messages.contains { if case .exitedExecutor(_, _, "e1", -1) = $0 { true } else { false } })
    }

    @Test func oneThatDoesNotSubscribeIsDestroyed() {
        var world = AgentWorld.registered()
        world.fromMaster(.runTask(AgentWorld.framework(), AgentWorld.executorTask("t1"), launchExecutor: true))
        let container = world.launches[0].id
        world.step(.containerLaunched(container, ContainerStart(pid: 1)))
        world.advance(.seconds(61))
        #expect(world.effects.contains(.destroyContainer(container)))
        world.step(.containerExited(container, ContainerExit(.signalled(9))))
        let status = world.updates.last?.status
        #expect(status?.state == .failed)
        #expect(status?.reason == .executorRegistrationTimeout)
        #expect(status?.message == "Executor did not register within 1mins")
    }

    @Test func itsEndFailsItsTasksAndIsReported() {
        var world = AgentWorld.registered()
        let (stream, container) = world.subscribedExecutor()
        world.fromMaster(.runTask(AgentWorld.framework(), AgentWorld.executorTask("t2"), launchExecutor: false))
        _ = world.call("e1", .update(world.status("t2", .finished, uuid: 1)))
        _ = world.acknowledgeAll()
        world.step(.containerExited(container, ContainerExit(.exited(7))))
        #expect(world.updates.map(\.status.taskID) == ["t1"])
        #expect(world.updates.first?.status.reason == .executorTerminated)
        #expect(world.updates.first?.status.source == .agent)
        #expect(world.effects.contains(.closeStream(stream)))
        #expect(
            world.messages.contains(
                .exitedExecutor(AgentWorld.agentID, AgentWorld.frameworkID, "e1", status: 7 << 8)))
        _ = world.acknowledgeAll()
        #expect(world.core.frameworks.isEmpty)
        #expect(world.disk.recovered().frameworks[0].runs[0].isCompleted)
    }

    @Test func aBrokenStreamIsReplacedByTheNext() {
        var world = AgentWorld.registered()
        let (first, _) = world.subscribedExecutor()
        world.step(.executorStreamClosed(first))
        let (second, effects) = world.call("e1", .subscribe(unacknowledgedTasks: [], unacknowledgedUpdates: []))
        #expect(effects.contains(.openStream(second)))
        let (third, replaced) = world.call("e1", .subscribe(unacknowledgedTasks: [], unacknowledgedUpdates: []))
        #expect(replaced.contains(.closeStream(second)))
        world.step(.executorStreamClosed(second))
        world.fromMaster(.frameworkMessage(AgentWorld.agentID, AgentWorld.frameworkID, "e1", data: [1, 2]))
        #expect(world.effects.contains(.sendExecutor(third, .message([1, 2]))))
    }

    @Test func messagesPassBothWays() {
        var world = AgentWorld.registered()
        let (stream, _) = world.subscribedExecutor()
        _ = world.call("e1", .message([9]))
        #expect(
            world.messages.contains(.executorMessage(AgentWorld.agentID, AgentWorld.frameworkID, "e1", data: [9])))
        world.fromMaster(.frameworkMessage(AgentWorld.agentID, AgentWorld.frameworkID, "e1", data: [8]))
        #expect(world.effects.contains(.sendExecutor(stream, .message([8]))))
    }

    @Test func stagingFromAnExecutorShutsItDown() {
        var world = AgentWorld.registered()
        let (stream, _) = world.subscribedExecutor()
        let (_, effects) = world.call("e1", .update(world.status("t1", .staging, uuid: 1)))
        #expect(effects.contains(.sendExecutor(stream, .shutdown)))
    }

    @Test func streamsGetASignOfLifeEveryHalfHour() {
        var world = AgentWorld.registered()
        let (stream, _) = world.subscribedExecutor()
        world.effects = []
        for _ in 0..<61 {
            world.fromPing()
            world.advance(.seconds(60))
        }
        #expect(world.effects.count { $0 == .sendExecutor(stream, .heartbeat) } == 2)
    }

    @Test func aFailedUpdateOfLimitsEndsTheExecutor() {
        var world = AgentWorld.registered()
        let (_, container) = world.subscribedExecutor()
        world.step(.containerUpdateFailed(container, message: "no such cgroup"))
        #expect(world.effects.contains(.destroyContainer(container)))
        world.step(.containerExited(container, ContainerExit(.signalled(9))))
        #expect(world.updates.last?.status.state == .gone)
        #expect(world.updates.last?.status.reason == .containerUpdateFailed)
    }

    @Test func costPerTaskDoesNotGrowWithTheNumberOfTasks() {
        var world = AgentWorld.registered()
        let (_, container) = world.subscribedExecutor(checkpoint: false)
        func time(_ range: Range<Int>) -> Duration {
            ContinuousClock().measure {
                for number in range {
                    let id = TaskID("n\(number)")
                    _ = world.core.step(
                        .masterMessage(
                            from: AgentWorld.master.pid,
                            .runTask(
                                AgentWorld.framework(checkpoint: false), AgentWorld.executorTask(id),
                                launchExecutor: false)),
                        now: world.now)
                    _ = world.core.step(
                        .executorCall(
                            RequestID(UInt64(number + 100)), AgentWorld.frameworkID, "e1",
                            .update(world.status(id, .running, uuid: UInt64(number + 1)))), now: world.now)
                }
            }
        }
        let first = time(0..<1000)
        _ = time(1000..<8000)
        let last = time(8000..<9000)
        #expect(
            last < first * 4, "1,000 tasks took \(first) at first and \(last) after 8,000 (container \(container))")
    }
}
