import AgentService
import ClusterBase
import ClusterModel
import ClusterPorts
import Foundation
import TestSupport
import Testing

@Suite struct RecoveryFailureTests {
    @Test func anEngineThatDoesNotAnswerEndsTheAgentButForgetsNothing() async throws {
        try await withTestScope { scope in
            let fixture = try await AgentFixture.start(scope)
            let spec = try await fixture.run("t1")
            await fixture.agent.stop()
            await fixture.containers.fail(recoveries: ClusterError(.unavailable, "the engine does not answer"))
            let failing = try await AgentFixture.run(
                scope, fixture.master, fixture.containers, fixture.workDirectory, change: { $0.recoveryAttempts = 1 })
            let result = await failing.task.result
            #expect("\(result)".contains("the engine does not answer"))
            await fixture.containers.fail(recoveries: nil)
            let again = try await AgentFixture.run(scope, fixture.master, fixture.containers, fixture.workDirectory)
            await fixture.containers.end(spec.id, .exited(0))
            _ = try await fixture.master.acknowledge("t1", upTo: .finished, agent: again.pid)
        }
    }
}
