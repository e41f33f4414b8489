import AgentService
import ClusterBase
import ClusterModel
import ClusterPorts
import Foundation
import Logging
import MesosProtocol
import ResourceModel
import ServiceLifecycle
import TestSupport
import Testing

@Suite struct RestartTests {
    @Test func tasksSurviveAndWhatHappenedMeanwhileIsReported() async throws {
        try await withTestScope { scope in
            var fixture = try await AgentFixture.start(scope)
            let port = fixture.agent.port
            let first = try await fixture.run("t1")
            let second = try await fixture.run("t2")
            await fixture.agent.stop()
            await fixture.containers.end(second.id, .exited(3))
            fixture.agent = try await AgentFixture.run(
                scope, fixture.master, fixture.containers, fixture.workDirectory)
            #expect(fixture.agent.port == port, "a port of 0 is remembered")
            let update = try await fixture.master.acknowledge("t2", upTo: .failed, agent: fixture.agent.pid)
            #expect(update.status.message == "Command exited with status 3")
            #expect(await fixture.containers.specs.count == 2, "nothing is started twice")
            let inventory = try await fixture.master.hears("a re-registration") { message in
                if case .reregister(_, let inventory) = message { inventory } else { nil }
            }
            #expect(inventory.tasks.map(\.id) == ["t1", "t2"])
            #expect(inventory.tasks.first?.state == .running)
            let known = await fixture.containers.recoverCalls.last?.map(\.id) ?? []
            #expect(Set(known) == [first.id, second.id])

            await fixture.containers.end(first.id, .exited(0))
            _ = try await fixture.master.acknowledge("t1", upTo: .finished, agent: fixture.agent.pid)
        }
    }

    @Test func unacknowledgedUpdatesComeAgainAndTornFilesAreMended() async throws {
        try await withTestScope { scope in
            var fixture = try await AgentFixture.start(scope)
            fixture.send(.runTask(AgentFixture.framework(), AgentFixture.task("t1"), launchExecutor: true))
            let first = try await fixture.master.hears("an update") { message in
                if case .statusUpdate(let update) = message { update } else { nil }
            }
            let spec = try await eventually("a container") { await fixture.containers.specs.first }
            let executor = "meta/slaves/scripted-S0/frameworks/scripted-0000/executors/t1"
            let file = "\(fixture.workDirectory)/\(executor)/runs/\(spec.id)/tasks/t1/task.updates"
            // RUNNING is written behind STARTING once the container is up.
            try await eventually("two records") {
                let bytes = [UInt8]((try? Data(contentsOf: URL(fileURLWithPath: file))) ?? Data())
                return (try? CheckpointCodec.decode(StatusUpdateRecord.self, from: bytes).values.count) == 2
            }
            await fixture.agent.stop()
            let whole = try Data(contentsOf: URL(fileURLWithPath: file))
            let handle = try #require(FileHandle(forWritingAtPath: file))
            try handle.seekToEnd()
            try handle.write(contentsOf: Data([200, 0, 0, 0, 8, 0]))
            try handle.close()
            let count = fixture.master.updates.count
            fixture.agent = try await AgentFixture.run(
                scope, fixture.master, fixture.containers, fixture.workDirectory)
            try await eventually("the update again") { fixture.master.updates.count > count }
            #expect(fixture.master.updates[count].uuid == first.uuid)
            #expect(try Data(contentsOf: URL(fileURLWithPath: file)).prefix(whole.count) == whole)
            _ = try await fixture.master.acknowledge("t1", upTo: .running, agent: fixture.agent.pid)
        }
    }

    @Test func tasksWithoutCheckpointsEndWithTheAgent() async throws {
        try await withTestScope { scope in
            var fixture = try await AgentFixture.start(scope)
            let spec = try await fixture.run("t1", checkpoint: false)
            try await fixture.restart()
            try await eventually("the orphan is removed") {
                await fixture.containers.recoverCalls.count == 2
            }
            await #expect(throws: ClusterError.self) { try await fixture.containers.usage(spec.id) }
        }
    }

    @Test func aCorruptCheckpointStopsAStrictAgentAndIsPassedOverByALenientOne() async throws {
        try await withTestScope { scope in
            let fixture = try await AgentFixture.start(scope)
            _ = try await fixture.run("t1")
            await fixture.agent.stop()
            let framework = "\(fixture.workDirectory)/meta/slaves/scripted-S0/frameworks/scripted-0000/framework.info"
            try Data([1, 2, 3, 4, 5, 6, 7]).write(to: URL(fileURLWithPath: framework))
            let strict = try await AgentFixture.run(scope, fixture.master, fixture.containers, fixture.workDirectory)
            let result = await strict.task.result
            #expect("\(result)".contains("framework.info cannot be read"))
            let lenient = try await AgentFixture.run(
                scope, fixture.master, fixture.containers, fixture.workDirectory, change: { $0.isStrict = false })
            let other = AgentFixture(
                scope: scope, master: fixture.master, containers: fixture.containers, client: fixture.client,
                workDirectory: fixture.workDirectory, agent: lenient)
            try await eventually("it serves") {
                (try? await other.json("/metrics/snapshot"))?["slave/recovery_errors"]?.double == 1
            }
        }
    }

    @Test func gracefulShutdownLeavesTasksUnlessToldOtherwise() async throws {
        for stops in [false, true] {
            try await withTestScope { scope in
                let fixture = try await AgentFixture.start(scope) { $0.stopsTasksAtShutdown = stops }
                let spec = try await fixture.run("t1")
                await fixture.agent.stop()
                let again = try await Self.service(fixture, stops: stops)
                let group = ServiceGroup(
                    configuration: .init(
                        services: [.init(service: again, successTerminationBehavior: .gracefullyShutdownGroup)],
                        logger: .init(label: "test") { _ in SwiftLogNoOpLogHandler() }))
                let run = Task { try await group.run() }
                try await eventually("the agent is back") { await again.agentID != nil }
                try await eventually("it has registered again") {
                    fixture.master.messages.contains { if case .reregister = $0 { true } else { false } }
                }
                try await Task.sleep(for: .milliseconds(100))
                await group.triggerGracefulShutdown()
                try await within(.seconds(20), "the end") { try await run.value }
                let isAlive = (try? await fixture.containers.usage(spec.id)) != nil
                #expect(isAlive == !stops)
                let latest = "\(fixture.workDirectory)/meta/slaves/latest"
                let isKept = (try? FileManager.default.destinationOfSymbolicLink(atPath: latest)) != nil
                #expect(isKept == !stops)
                await fixture.containers.releaseWaiters()
            }
        }
    }

    private static func service(_ fixture: AgentFixture, stops: Bool) async throws -> AgentService {
        var configuration = AgentServiceConfiguration(
            workDirectory: fixture.workDirectory, port: 0,
            resources: [.scalar("cpus", 8), .scalar("mem", 4096), .scalar("disk", 1000)])
        configuration.switchesUser = false
        configuration.stopsTasksAtShutdown = stops
        return AgentService(
            configuration, containerizer: fixture.containers, detector: FixedDetector(leader: fixture.master.info),
            logger: .init(label: "test") { _ in SwiftLogNoOpLogHandler() })
    }
}
