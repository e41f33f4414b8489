import AgentService
import ClusterBase
import ClusterModel
import ClusterPorts
import Foundation
import MesosProtocol
import TestSupport
import Testing

@Suite struct TaskLifecycleTests {
    @Test func commandTaskRunsAndItsSandboxAndCheckpointsHaveUpstreamsLayout() async throws {
        try await withTestScope { scope in
            let fixture = try await AgentFixture.start(scope)
            let spec = try await fixture.run("t1")
            let work = fixture.workDirectory
            let executor = "slaves/scripted-S0/frameworks/scripted-0000/executors/t1"
            #expect(spec.sandbox == "\(work)/\(executor)/runs/\(spec.id)")
            #expect(FileManager.default.fileExists(atPath: spec.sandbox))
            #expect(
                try FileManager.default.destinationOfSymbolicLink(atPath: "\(work)/\(executor)/runs/latest")
                    == spec.sandbox)
            let meta = "\(work)/meta/\(executor)"
            for file in [
                "meta/boot_id", "meta/slaves/scripted-S0/slave.info",
                "meta/slaves/scripted-S0/frameworks/scripted-0000/framework.info",
                "meta/slaves/scripted-S0/frameworks/scripted-0000/framework.pid",
            ] {
                #expect(FileManager.default.fileExists(atPath: "\(work)/\(file)"), "\(file)")
            }
            for file in [
                "executor.info", "runs/\(spec.id)/tasks/t1/task.info", "runs/\(spec.id)/tasks/t1/task.updates",
            ] {
                #expect(FileManager.default.fileExists(atPath: "\(meta)/\(file)"), "\(file)")
            }
            #expect(spec.pidFile == "\(meta)/runs/\(spec.id)/pids/forked.pid")
            #expect(
                spec.environment.contains {
                    $0.name == "MESOS_AGENT_ENDPOINT" && $0.value == "127.0.0.1:\(fixture.agent.port)"
                })

            await fixture.containers.end(spec.id, .exited(0))
            let update = try await fixture.master.acknowledge("t1", upTo: .finished, agent: fixture.agent.pid)
            #expect(update.status.message == "Command exited with status 0")
            try await eventually("the run is marked as complete") {
                FileManager.default.fileExists(atPath: "\(meta)/runs/\(spec.id)/executor.sentinel")
            }
            #expect(await fixture.containers.forgotten.contains(spec.id))
        }
    }

    @Test func manyTasksAreRunningSoon() async throws {
        try await withTestScope { scope in
            let fixture = try await AgentFixture.start(scope)
            let clock = ContinuousClock()
            let began = clock.now
            for number in 0..<100 {
                fixture.send(
                    .runTask(AgentFixture.framework(), AgentFixture.task(TaskID("t\(number)")), launchExecutor: true))
            }
            var acknowledged: Set<UniqueID> = []
            try await eventually("100 tasks run", within: .seconds(30)) {
                for update in fixture.master.updates {
                    guard let uuid = update.uuid, acknowledged.insert(uuid).inserted else { continue }
                    fixture.send(
                        .acknowledge(ScriptedMaster.agentID, update.frameworkID, update.status.taskID, uuid: uuid))
                }
                let running = fixture.master.updates.filter { $0.status.state == .running }.map(\.status.taskID)
                return Set(running).count == 100
            }
            print("100 tasks running after \(clock.now - began)")
        }
    }

    @Test func launchFailuresAreToldInTheContainerizersWords() async throws {
        try await withTestScope { scope in
            let fixture = try await AgentFixture.start(scope)
            await fixture.containers.fail(launches: ClusterError(.notFound, "image not found: nope:1"))
            fixture.send(.runTask(AgentFixture.framework(), AgentFixture.task("t1"), launchExecutor: true))
            let update = try await fixture.master.acknowledge("t1", upTo: .failed, agent: fixture.agent.pid)
            #expect(update.status.reason == .containerLaunchFailed)
            #expect(update.status.message?.contains("image not found: nope:1") == true)
            await fixture.containers.fail(launches: nil)
            _ = try await fixture.run("t2")
        }
    }

    @Test func aTaskWhoseDirectoryCannotBeMadeFailsAndOthersGoOn() async throws {
        try await withTestScope { scope in
            let fixture = try await AgentFixture.start(scope)
            // A file stands where the executor's directory would be: what a full disk looks like, for root too.
            let parent = "\(fixture.workDirectory)/meta/slaves/scripted-S0/frameworks/scripted-0000/executors"
            try FileManager.default.createDirectory(atPath: parent, withIntermediateDirectories: true)
            try Data().write(to: URL(fileURLWithPath: parent + "/t1"))
            fixture.send(.runTask(AgentFixture.framework(), AgentFixture.task("t1"), launchExecutor: true))
            let update = try await fixture.master.acknowledge("t1", upTo: .failed, agent: fixture.agent.pid)
            #expect(update.status.reason == .containerLaunchFailed)
            #expect(update.status.message?.contains("checkpoint") == true)
            #expect(await fixture.containers.specs.isEmpty)
            _ = try await fixture.run("t2")
        }
    }

    @Test func killReachesTheContainer() async throws {
        try await withTestScope { scope in
            let fixture = try await AgentFixture.start(scope)
            _ = try await fixture.run("t1")
            fixture.send(.killTask(AgentFixture.frameworkID, "t1", nil))
            let update = try await fixture.master.acknowledge("t1", upTo: .killed, agent: fixture.agent.pid)
            #expect(update.status.message == "Command terminated with signal Terminated")
        }
    }

    @Test func healthChecksAreCarriedOut() async throws {
        try await withTestScope { scope in
            let fixture = try await AgentFixture.start(scope)
            var task = AgentFixture.task("t1")
            task.healthCheck = HealthCheck(
                probe: .http(scheme: "http", port: fixture.agent.port, path: "/health"), delay: .zero,
                interval: .milliseconds(20))
            fixture.send(.runTask(AgentFixture.framework(), task, launchExecutor: true))
            _ = try await fixture.master.acknowledge("t1", upTo: .running, agent: fixture.agent.pid)
            let healthy = try await fixture.master.hears("a healthy task") { message in
                if case .statusUpdate(let update) = message, update.status.isHealthy == true { update } else { nil }
            }
            #expect(healthy.status.reason == .taskHealthCheckStatusUpdated)
        }
    }
}
