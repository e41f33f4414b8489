import ClusterBase
import ClusterModel
import MasterCore
import ResourceModel
import Testing

/// What operators who watch are told.
struct ChangeTests {
    private func words(_ changes: [MasterChange]) -> [String] {
        changes.map { change in
            switch change {
            case .taskAdded(let task): "task \(task.id)"
            case .taskUpdated(_, let status, let state): "task \(status.taskID) \(status.state) \(state)"
            case .agentAdded(let agent): "agent \(agent.id)"
            case .agentRemoved(let id): "no agent \(id)"
            case .frameworkAdded(let framework): "framework \(framework.info.name)"
            case .frameworkUpdated(let framework): "changed framework \(framework.info.name)"
            case .frameworkRemoved(let info): "no framework \(info.name)"
            }
        }
    }

    @Test func nothingIsReportedUnlessSomebodyWatches() {
        var world = TaskLifecycleTests.running(.partitionAware)
        world.update("a1", "f", "t1", .finished, uuid: 7)
        #expect(world.changes.isEmpty)
    }

    @Test func anAgentThatComesBackIsAddedAgain() throws {
        var world = TaskLifecycleTests.running(.partitionAware)
        world.core.reportsChanges = true
        let task = try #require(world.core.state.frameworks.first?.tasks.first)
        world.wait(.seconds(95))
        #expect(words(world.changes) == ["task t1 unreachable unreachable"])
        world.changes = []
        world.reregister("a1", tasks: [task])
        #expect(words(world.changes) == ["task t1", "agent m-S0"])
        guard case .agentAdded(let agent) = world.changes.last else { return }
        #expect(agent.usedResources.cpus == Scalar(1))
    }

    @Test func aTaskIsUpdatedForANewStateOrACheckOnly() throws {
        var world = TaskLifecycleTests.running(.partitionAware)
        world.core.reportsChanges = true
        world.update("a1", "f", "t1", .running, uuid: 7)
        world.changes = []
        world.update("a1", "f", "t1", .running, uuid: 8)
        #expect(world.changes.isEmpty)
        let framework = try #require(world.core.state.frameworks.first)
        let check = TaskStatus(
            taskID: "t1", state: .running, source: .executor, reason: .taskHealthCheckStatusUpdated, agentID: "m-S0",
            isHealthy: false)
        world.say(
            "a1",
            .statusUpdate(
                StatusUpdate(
                    frameworkID: framework.id, agentID: "m-S0", status: check, timestamp: world.now,
                    uuid: world.uuid(9))))
        #expect(words(world.changes) == ["task t1 running running"])
        world.changes = []
        // The newest state may be ahead of the status at hand.
        world.update("a1", "f", "t1", .running, uuid: 10, latest: .finished)
        world.update("a1", "f", "t1", .finished, uuid: 11)
        #expect(words(world.changes) == ["task t1 running finished"])
    }
}
