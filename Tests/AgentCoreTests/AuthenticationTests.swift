import ClusterBase
import ClusterModel
import ResourceModel
import Testing

@testable import AgentCore

/// An agent that has to prove who it is before it registers.
@Suite struct AuthenticationTests {
    private func world() -> AgentWorld {
        var world = AgentWorld { $0.authenticates = true }
        world.start()
        world.step(.masterDetected(AgentWorld.master))
        world.advance(.milliseconds(5))
        return world
    }

    private func attempts(_ world: AgentWorld) -> [(number: UInt64, timeout: Duration)] {
        world.effects.compactMap { effect in
            guard case .authenticate(let number, "master@10.0.0.1:5050", let timeout) = effect else { return nil }
            return (number, timeout)
        }
    }

    @Test func itRegistersOnceItIsKnown() {
        var world = world()
        #expect(attempts(world).map(\.number) == [1])
        world.advance(.seconds(120))
        #expect(world.messages.isEmpty)
        world.step(.authenticationEnded(1, .accepted))
        world.advance(.milliseconds(5))
        guard case .register? = world.messages.first else {
            Issue.record("\(world.effects)")
            return
        }
        #expect(attempts(world).count == 1)
    }

    @Test func aRefusalEndsTheAgent() {
        var world = world()
        world.step(.authenticationEnded(1, .refused))
        #expect(world.effects.contains(.exit(reason: "Master refused authentication", isFailure: true)))
        #expect(world.messages.isEmpty)
    }

    @Test func failuresAreFollowedByAttemptsWithMoreTime() {
        var world = world()
        for number in 1...8 as ClosedRange<UInt64> {
            world.step(.authenticationEnded(number, .failed("no answer in time")))
            world.advance(.seconds(61))
        }
        let timeouts = attempts(world).map(\.timeout)
        #expect(timeouts.count == 9)
        #expect(timeouts.allSatisfy { $0 >= .seconds(5) && $0 <= .seconds(60) })
        #expect(timeouts[0] <= .seconds(7))
        #expect((timeouts.max() ?? .zero) > .seconds(7))
        #expect(world.messages.isEmpty)
    }

    @Test func answersToEarlierAttemptsDoNotCount() {
        var world = world()
        world.step(.masterDetected(nil))
        world.step(.authenticationEnded(1, .accepted))
        world.step(.masterDetected(AgentWorld.master))
        world.advance(.milliseconds(5))
        world.step(.authenticationEnded(1, .refused))
        world.advance(.seconds(1))
        #expect(attempts(world).map(\.number) == [1, 2])
        #expect(world.messages.isEmpty)
        #expect(world.core.phase == .disconnected)
    }

    @Test func aNewMasterAndALostOneAreToldAgain() {
        var world = world()
        world.step(.authenticationEnded(1, .accepted))
        world.advance(.milliseconds(5))
        world.fromMaster(.registered(AgentWorld.agentID, pingTimeout: .seconds(75)))
        world.effects = []
        world.step(.masterDetected(AgentWorld.master))
        world.advance(.milliseconds(5))
        #expect(attempts(world).map(\.number) == [2])
        #expect(world.messages.isEmpty)
    }

    @Test func aMasterThatDoesNotAnswerIsToldAgain() {
        var world = world()
        world.step(.authenticationEnded(1, .accepted))
        world.advance(.seconds(300))
        #expect(world.messages.count == 5)
        #expect(attempts(world).map(\.number) == [1, 2])
        world.step(.authenticationEnded(2, .accepted))
        world.advance(.milliseconds(5))
        #expect(world.messages.count == 6)
    }

    @Test func anExecutorMustRunInTheContainerItsTokenNames() {
        var world = AgentWorld.registered()
        world.fromMaster(
            .runTask(
                FrameworkInfo(id: AgentWorld.frameworkID, user: "u", name: "f"),
                TaskInfo(
                    name: "t", id: "t", agentID: AgentWorld.agentID,
                    resources: [.scalar("cpus", 1), .scalar("mem", 32)],
                    executor: ExecutorInfo(
                        id: "e", frameworkID: AgentWorld.frameworkID, command: CommandInfo(value: "run"))),
                launchExecutor: true))
        let plan = world.effects.lazy.compactMap { if case .launchContainer(let plan) = $0 { plan } else { nil } }.first
        guard let plan else {
            Issue.record("\(world.effects)")
            return
        }
        #expect(plan.isExecutor)
        let call = ExecutorCall.subscribe(unacknowledgedTasks: [], unacknowledgedUpdates: [])
        let refused = world.step(
            .executorCall(RequestID(1), AgentWorld.frameworkID, "e", call, container: "another"))
        guard case .respond(RequestID(1), .forbidden(let text))? = refused.first else {
            Issue.record("\(refused)")
            return
        }
        #expect(text.hasSuffix("does not contain a 'cid' claim with the correct active ContainerID"))
        let accepted = world.step(.executorCall(RequestID(2), AgentWorld.frameworkID, "e", call, container: plan.id))
        #expect(accepted.contains(.openStream(RequestID(2))))
    }
}
