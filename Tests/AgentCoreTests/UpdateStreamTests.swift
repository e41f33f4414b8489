import ClusterBase
import ClusterModel
import Testing

@testable import AgentCore

@Suite struct UpdateStreamTests {
    @Test func onlyTheHeadIsInFlightAndCarriesTheNewestState() {
        var world = AgentWorld.registered()
        world.fromMaster(.runTask(AgentWorld.framework(), AgentWorld.commandTask(), launchExecutor: true))
        let container = world.launches[0].id
        world.step(.containerLaunched(container, ContainerStart(pid: 1)))
        world.step(.containerExited(container, ContainerExit(.exited(0))))
        #expect(world.updates.map(\.status.state) == [.starting])
        world.advance(.seconds(11))
        #expect(world.updates.map(\.latestState) == [.starting, .finished])
    }

    @Test func repeatsTheHeadAfterTenSecondsThenDoubling() {
        var world = AgentWorld.registered()
        world.fromMaster(.runTask(AgentWorld.framework(), AgentWorld.commandTask(), launchExecutor: true))
        world.effects = []
        var gaps: [Int] = []
        var last = world.now
        for _ in 0..<2000 {
            world.fromPing()
            world.advance(.seconds(1))
            for _ in world.takeUpdates() {
                gaps.append(Int((world.now - last).totalSeconds.rounded()))
                last = world.now
            }
        }
        #expect(gaps == [10, 20, 40, 80, 160, 320, 600, 600])
    }

    @Test func headsAreSentAgainAtOnceToANewMasterAndOnUpdateFramework() {
        var world = AgentWorld.registered()
        world.fromMaster(.runTask(AgentWorld.framework(), AgentWorld.commandTask(), launchExecutor: true))
        world.effects = []
        world.fromMaster(.updateFramework(AgentWorld.framework()))
        #expect(world.takeUpdates().map(\.status.state) == [.starting])
        world.step(.masterDetected(nil))
        world.advance(.seconds(100))
        #expect(world.updates.isEmpty, "nothing is sent while no master leads")
        world.step(.masterDetected(AgentWorld.master))
        world.advance(.milliseconds(5))
        world.fromMaster(.reregistered(AgentWorld.agentID, pingTimeout: .seconds(75), unknownTasks: []))
        #expect(world.updates.map(\.status.state) == [.starting])
    }

    @Test func acknowledgementsOfAnythingButTheHeadAreIgnored() {
        var world = AgentWorld.registered()
        world.fromMaster(.runTask(AgentWorld.framework(), AgentWorld.commandTask(), launchExecutor: true))
        let head = world.updates[0]
        world.fromMaster(
            .acknowledge(AgentWorld.agentID, AgentWorld.frameworkID, "t1", uuid: UniqueID(high: 1, low: 1)))
        world.fromMaster(
            .acknowledge("m-S9", AgentWorld.frameworkID, "t1", uuid: head.uuid ?? UniqueID(high: 0, low: 0)))
        world.effects = []
        world.fromMaster(.updateFramework(AgentWorld.framework()))
        #expect(world.updates.map(\.uuid) == [head.uuid])
    }

    @Test func recordsComeBeforeAcknowledgementsToExecutors() throws {
        var world = AgentWorld.registered()
        let (stream, _) = world.subscribedExecutor()
        world.lastRequest += 1
        let status = world.status("t1", .running, uuid: 5)
        let outcome = world.core.step(
            .executorCall(RequestID(99), AgentWorld.frameworkID, "e1", .update(status)), now: world.now)
        guard case .update(_, let update)? = outcome.records.first else {
            Issue.record("no record: \(outcome)")
            return
        }
        #expect(update.uuid == status.uuid)
        #expect(outcome.effects.contains(.sendExecutor(stream, .acknowledged("t1", uuid: try #require(status.uuid)))))
        #expect(outcome.effects.contains(.respond(RequestID(99), .accepted)))
    }

    @Test func repeatedUpdatesAreAcknowledgedAndForwardedOnce() throws {
        var world = AgentWorld.registered()
        let (stream, _) = world.subscribedExecutor()
        world.effects = []
        let status = world.status("t1", .running, uuid: 5)
        _ = world.call("e1", .update(status))
        _ = world.call("e1", .update(status))
        let acknowledged = AgentEffect.sendExecutor(stream, .acknowledged("t1", uuid: try #require(status.uuid)))
        #expect(world.effects.count { $0 == acknowledged } == 2)
        #expect(world.acknowledgeAll().count == 1)
        // Even after the scheduler has it, and after the task has ended.
        _ = world.call("e1", .update(status))
        #expect(world.effects.contains(acknowledged))
        #expect(world.updates.isEmpty)
        let end = world.status("t1", .finished, uuid: 6)
        _ = world.call("e1", .update(end))
        _ = world.acknowledgeAll()
        let (_, effects) = world.call("e1", .update(end))
        #expect(effects.contains(.sendExecutor(stream, .acknowledged("t1", uuid: try #require(end.uuid)))))
    }

    @Test func updatesAfterTheLastAreDropped() {
        var world = AgentWorld.registered()
        _ = world.subscribedExecutor()
        _ = world.call("e1", .update(world.status("t1", .finished, uuid: 5)))
        _ = world.call("e1", .update(world.status("t1", .running, uuid: 6)))
        #expect(world.acknowledgeAll().map(\.status.state) == [.finished])
    }

    @Test func whatWaitsIsBounded() {
        var world = AgentWorld.registered()
        _ = world.subscribedExecutor()
        for number in 0..<1200 {
            _ = world.call("e1", .update(world.status("t1", .running, uuid: UInt64(number + 10))))
        }
        _ = world.call("e1", .update(world.status("t1", .failed, uuid: 5)))
        #expect(world.core.state.streams.values.first?.pending.count == 1001)
        #expect(world.core.state.streams.values.first?.hasEnded == true)
    }
}

extension AgentWorld {
    mutating func fromPing() { step(.masterMessage(from: "slave-observer(1)@10.0.0.1:5050", .ping(connected: true))) }
}
