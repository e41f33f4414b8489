import ClusterBase
import ClusterModel
import Testing

@testable import AgentCore

@Suite struct RegistrationTests {
    @Test func registersWithinMillisecondsOfDetection() throws {
        var world = AgentWorld()
        world.start()
        world.step(.masterDetected(AgentWorld.master))
        world.advance(.milliseconds(5))
        guard case .register(let registration)? = world.messages.first else {
            Issue.record("no registration: \(world.effects)")
            return
        }
        #expect(registration.info.id == nil)
        #expect(registration.info.hostname == "host")
        #expect(world.effects.contains(.link("master@10.0.0.1:5050")))
    }

    @Test func repeatsWithGrowingDelaysUntilAnswered() {
        var world = AgentWorld()
        world.start()
        world.step(.masterDetected(AgentWorld.master))
        world.advance(.seconds(30))
        let early = world.messages.count
        #expect(early >= 4)
        world.advance(.seconds(600))
        let late = world.messages.count - early
        #expect(late >= 9 && late < 60, "once a minute at the most in the long run, \(late) in ten minutes")
        world.fromMaster(.registered(AgentWorld.agentID, pingTimeout: .seconds(75)))
        world.effects = []
        world.advance(.seconds(70))
        #expect(world.messages.isEmpty)
    }

    @Test func writesItsIDBeforeItSaysAnything() {
        var world = AgentWorld.registered()
        #expect(world.core.phase == .running)
        #expect(world.disk.recovered().info?.id == AgentWorld.agentID)
        world.restart()
        world.step(.masterDetected(AgentWorld.master))
        world.advance(.milliseconds(5))
        guard case .reregister(let registration, _)? = world.messages.first else {
            Issue.record("expected a re-registration: \(world.messages)")
            return
        }
        #expect(registration.info.id == AgentWorld.agentID)
    }

    @Test func exitsWhenGivenAnotherID() {
        var world = AgentWorld.registered()
        world.fromMaster(.reregistered("m-S9", pingTimeout: .seconds(75), unknownTasks: []))
        guard case .exit(_, isFailure: true)? = world.effects.last else {
            Issue.record("\(world.effects)")
            return
        }
    }

    @Test func ignoresRepliesOfAMasterThatDoesNotLead() {
        var world = AgentWorld()
        world.start()
        world.step(.masterDetected(AgentWorld.master))
        world.step(.masterMessage(from: "master@10.0.0.9:5050", .registered("m-S9", pingTimeout: .seconds(75))))
        #expect(world.core.phase == .disconnected)
        #expect(world.core.info.id == nil)
    }

    @Test func answersPingsToTheObserver() {
        var world = AgentWorld.registered()
        let effects = world.step(.masterMessage(from: "slave-observer(1)@10.0.0.1:5050", .ping(connected: true)))
        #expect(effects == [.send(to: "slave-observer(1)@10.0.0.1:5050", .pong)])
    }

    @Test func ignoresPingsThatDoNotComeFromTheMastersAddress() {
        var world = AgentWorld.registered()
        for connected in [true, false] {
            let effects = world.step(
                .masterMessage(from: "slave-observer(1)@10.0.0.9:5050", .ping(connected: connected)))
            #expect(!effects.contains { if case .send = $0 { true } else { false } })
            #expect(world.core.phase == .running)
        }
    }

    @Test func registersAgainWhenTheMasterLostItOrIsSilent() {
        var world = AgentWorld.registered()
        world.step(.masterMessage(from: "slave-observer(1)@10.0.0.1:5050", .ping(connected: false)))
        #expect(world.core.phase == .disconnected)
        world.advance(.milliseconds(5))
        #expect(world.messages.contains { if case .reregister = $0 { true } else { false } })

        var silent = AgentWorld.registered()
        silent.advance(.seconds(74))
        #expect(silent.core.phase == .running)
        silent.advance(.seconds(2))
        #expect(silent.core.phase == .disconnected)
        #expect(silent.effects.contains(.detectMaster))
    }

    @Test func tellsTheMasterEverythingThatRuns() throws {
        var world = AgentWorld.registered()
        _ = world.running(AgentWorld.commandTask("c1"))
        _ = world.subscribedExecutor()
        world.step(.masterDetected(nil))
        world.effects = []
        world.step(.masterDetected(AgentWorld.master))
        world.advance(.milliseconds(5))
        guard case .reregister(_, let inventory)? = world.messages.first else {
            Issue.record("\(world.messages)")
            return
        }
        #expect(inventory.tasks.map(\.id) == ["c1", "t1"])
        #expect(inventory.tasks.map(\.executorID) == [nil, "e1"])
        #expect(inventory.executors.map(\.id) == ["e1"], "command tasks have no executor as far as masters know")
        #expect(inventory.frameworks.map(\.id) == [AgentWorld.frameworkID])
    }

    @Test func dropsTasksTheMasterHasAndTheAgentNeverSaw() {
        var world = AgentWorld.registered()
        let unknown = FrameworkTasks(frameworkID: "m-0000", taskIDs: ["gone"], isPartitionAware: true)
        world.fromMaster(.reregistered(AgentWorld.agentID, pingTimeout: .seconds(75), unknownTasks: [unknown]))
        let update = world.updates.first
        #expect(update?.status.state == .dropped)
        #expect(update?.status.reason == .reconciliation)
        #expect(update?.uuid != nil)
    }

    @Test func shutdownEndsEverythingAndForgetsTheAgent() {
        var world = AgentWorld.registered()
        let container = world.running()
        world.fromMaster(.shutdown("Agent has been marked gone"))
        #expect(world.effects.contains(.stopContainer(container, grace: .seconds(3))))
        world.step(.containerExited(container, ContainerExit(.signalled(15))))
        let ends = world.effects.filter { if case .exit = $0 { true } else { false } }
        #expect(ends.count == 1)
        guard case .exit(_, isFailure: false)? = world.effects.last else {
            Issue.record("\(world.effects)")
            return
        }
        #expect(world.disk.recovered().info == nil)
    }
}

extension RegistrationTests {
    @Test func anIdleAgentThatIsShutDownExitsOnce() {
        var world = AgentWorld.registered()
        world.step(.shutdownRequested(reason: "SIGUSR1"))
        world.step(.shutdownRequested(reason: "SIGUSR1"))
        #expect(world.messages.contains(.unregister(AgentWorld.agentID)))
        #expect(world.effects.count { if case .exit = $0 { true } else { false } } == 1)
    }

    @Test func updatesOfAFrameworkThatIsShutDownAreForgottenEvenIfItHasNothingHere() {
        var world = AgentWorld.registered()
        let unknown = FrameworkTasks(frameworkID: "m-0000", taskIDs: ["gone"], isPartitionAware: true)
        world.fromMaster(.reregistered(AgentWorld.agentID, pingTimeout: .seconds(75), unknownTasks: [unknown]))
        world.fromMaster(.shutdownFramework("m-0000"))
        world.effects = []
        for _ in 0..<20 {
            world.fromPing()
            world.advance(.seconds(60))
        }
        #expect(world.updates.isEmpty)
    }
}
