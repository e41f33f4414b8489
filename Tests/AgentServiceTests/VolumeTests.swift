import AgentService
import ClusterBase
import ClusterModel
import ClusterPorts
import Foundation
import HTTPTransport
import MesosProtocol
import ResourceModel
import TestSupport
import Testing

@Suite struct VolumeTests {
    private func fixture(_ scope: TestScope) async throws -> AgentFixture {
        let fixture = try await AgentFixture.start(scope)
        let volume = AgentFixture.volume("v1", 100)
        _ = try await fixture.carryOut(.reserve([volume.withoutVolume]), 1)
        _ = try await fixture.carryOut(.create([volume]), 2)
        return fixture
    }

    private func task(_ id: TaskID, path: String = "data") -> TaskInfo {
        var task = AgentFixture.task(id)
        task.resources = (task.resources + [AgentFixture.volume("v1", 100, path: path)]).allocated(to: "eng/web")
        return task
    }

    @Test func dataOutlivesTheTask() async throws {
        try await withTestScope { scope in
            let fixture = try await fixture(scope)
            fixture.send(.runTask(AgentFixture.framework(), task("t1"), launchExecutor: true))
            _ = try await fixture.master.acknowledge("t1", upTo: .running, agent: fixture.agent.pid)
            let first = try #require(await fixture.containers.specs.last)
            try Data("kept".utf8).write(to: URL(fileURLWithPath: first.sandbox + "/data/file"))
            for base in [first.sandbox, "/frameworks/scripted-0000/executors/t1/runs/latest"] {
                let read = try await fixture.json("/files/read?path=\(base)/data/file&offset=0")
                #expect(read["data"]?.string == "kept", "through \(base)")
            }
            await fixture.containers.end(first.id, .exited(0))
            _ = try await fixture.master.acknowledge("t1", upTo: .finished, agent: fixture.agent.pid)
            fixture.send(.runTask(AgentFixture.framework(), task("t2", path: "again"), launchExecutor: true))
            _ = try await fixture.master.acknowledge("t2", upTo: .running, agent: fixture.agent.pid)
            let second = try #require(await fixture.containers.specs.last)
            #expect(fixture.bytes(second.sandbox + "/again/file") == Array("kept".utf8))
        }
    }

    @Test func aTaskWhoseVolumeIsMissingFails() async throws {
        try await withTestScope { scope in
            let fixture = try await fixture(scope)
            try FileManager.default.removeItem(atPath: fixture.volumeDirectory("v1"))
            fixture.send(.runTask(AgentFixture.framework(), task("t1"), launchExecutor: true))
            let update = try await fixture.master.acknowledge("t1", upTo: .failed, agent: fixture.agent.pid)
            #expect(update.status.reason == .containerLaunchFailed)
            #expect(update.status.message?.contains("persistent volume 'v1' is missing") == true)
        }
    }

    @Test(arguments: ["../../escape", "/absolute", "a/b", ".."])
    func pathsBesideTheSandboxAreRefused(path: String) async throws {
        try await withTestScope { scope in
            let fixture = try await fixture(scope)
            fixture.send(.runTask(AgentFixture.framework(), task("t1", path: path), launchExecutor: true))
            let update = try await fixture.master.acknowledge("t1", upTo: .failed, agent: fixture.agent.pid)
            #expect(update.status.message?.contains("directly below the sandbox") == true)
        }
    }

    @Test func linksToVolumesOfOthersAreNotFollowed() async throws {
        try await withTestScope { scope in
            let fixture = try await fixture(scope)
            let spec = try await fixture.run("t1")
            try Data("secret".utf8).write(to: URL(fileURLWithPath: fixture.volumeDirectory("v1") + "/file"))
            try FileManager.default.createSymbolicLink(
                atPath: spec.sandbox + "/data", withDestinationPath: fixture.volumeDirectory("v1"))
            #expect(try await fixture.get("/files/read?path=\(spec.sandbox)/data/file").status == .badRequest)
        }
    }

    @Test func aVolumeBelongsToItsTasksUser() async throws {
        guard geteuid() == 0 else { return }
        try await withTestScope { scope in
            let fixture = try await AgentFixture.start(scope) { $0.switchesUser = true }
            let volume = AgentFixture.volume("v1", 100)
            _ = try await fixture.carryOut(.reserve([volume.withoutVolume]), 1)
            _ = try await fixture.carryOut(.create([volume]), 2)
            var framework = AgentFixture.framework()
            framework.user = "nobody"
            fixture.send(.runTask(framework, task("t1"), launchExecutor: true))
            _ = try await fixture.master.acknowledge("t1", upTo: .running, agent: fixture.agent.pid)
            let owner = try FileManager.default.attributesOfItem(atPath: fixture.volumeDirectory("v1"))
            #expect(owner[.ownerAccountName] as? String == "nobody")
        }
    }
}
