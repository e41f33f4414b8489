import AgentService
import ClusterBase
import ClusterModel
import Foundation
import MesosProtocol
import ResourceModel
import TestSupport
import Testing

@Suite struct OperationTests {
    @Test func aVolumesLifeIsOnTheDiskInUpstreamsFiles() async throws {
        try await withTestScope { scope in
            let fixture = try await AgentFixture.start(scope)
            let volume = AgentFixture.volume("v1", 100)
            _ = try await fixture.carryOut(.reserve([volume.withoutVolume]), 1)
            #expect(!fixture.exists(fixture.volumeDirectory("v1")))
            try fixture.apply(.create([volume], id: "make"), 2)
            let status = try await fixture.master.hears("a status") { message in
                if case .updateOperationStatus(let update) = message, update.status.operationID == "make" {
                    update.status
                } else {
                    nil
                }
            }
            #expect(status.state == .finished)
            #expect(fixture.exists(fixture.volumeDirectory("v1")), "made before anybody hears of it")
            let state = try CheckpointCodec.decodeOne(
                ResourceState.self,
                from: try #require(fixture.bytes(fixture.resources + "/resources_and_operations.state")))
            #expect(state.resources == [volume])
            #expect(state.operations.map(\.latest) == [status])
            let info = try CheckpointCodec.decode(
                Resource.self, from: try #require(fixture.bytes(fixture.resources + "/resources.info")))
            #expect(info.values == [volume])
            let uuid = UniqueID(high: 2, low: 2)
            let stream = fixture.workDirectory + "/meta/slaves/scripted-S0/operations/\(uuid)"
            let updates = try CheckpointCodec.decode(
                OperationUpdateRecord.self, from: try #require(fixture.bytes(stream + "/operation.updates"))
            ).values
            #expect(
                updates == [
                    .update(
                        OperationUpdate(
                            frameworkID: AgentFixture.frameworkID, agentID: ScriptedMaster.agentID, status: status,
                            operationUUID: uuid))
                ])
            #expect(try await fixture.operations() == ["OPERATION_FINISHED"])
            fixture.send(.acknowledgeOperation(statusUUID: try #require(status.statusUUID), operationUUID: uuid))
            try await eventually("the stream is gone") { !fixture.exists(stream) }

            try Data("precious".utf8).write(to: URL(fileURLWithPath: fixture.volumeDirectory("v1") + "/file"))
            _ = try await fixture.carryOut(.destroy([volume]), 3)
            #expect(!fixture.exists(fixture.volumeDirectory("v1")))
        }
    }

    @Test func everythingOutlivesACrash() async throws {
        try await withTestScope { scope in
            var fixture = try await AgentFixture.start(scope)
            let volume = AgentFixture.volume("v1", 100)
            _ = try await fixture.carryOut(.reserve([volume.withoutVolume]), 1)
            try fixture.apply(.create([volume], id: "make"), 2)
            let first = try await fixture.master.hears("a status") { message in
                if case .updateOperationStatus(let update) = message, update.status.operationID == "make" {
                    update
                } else {
                    nil
                }
            }
            try Data("precious".utf8).write(to: URL(fileURLWithPath: fixture.volumeDirectory("v1") + "/file"))
            try await fixture.restart()
            let registration = try await fixture.master.hears("a re-registration") { message in
                if case .reregister(let registration, _) = message { registration } else { nil }
            }
            #expect(registration.checkpointedResources == [volume])
            try await eventually("the status again") {
                let updates = fixture.master.messages.compactMap { message -> OperationUpdate? in
                    if case .updateOperationStatus(let update) = message { update } else { nil }
                }
                return updates.filter { $0 == first }.count > 1
            }
            #expect(fixture.bytes(fixture.volumeDirectory("v1") + "/file") == Array("precious".utf8))
            let state = try await fixture.json("/state")
            #expect(state["reserved_resources"]?["eng/web"]?["disk"]?.integer == 100)
            let full = state["reserved_resources_full"]?["eng/web"]?[0]
            #expect(full?["disk"]?["persistence"]?["id"]?.string == "v1")
        }
    }

    @Test func aChangeThatACrashInterruptedIsFinished() async throws {
        try await withTestScope { scope in
            var fixture = try await AgentFixture.start(scope)
            let (old, new) = (AgentFixture.volume("old", 100), AgentFixture.volume("new", 50))
            _ = try await fixture.carryOut(.reserve([old.withoutVolume]), 1)
            _ = try await fixture.carryOut(.create([old]), 2)
            await fixture.agent.stop()
            let target = ResourceState(resources: [new])
            try Data(CheckpointCodec.encode(target, style: .resourceCheckpoint)).write(
                to: URL(fileURLWithPath: fixture.resources + "/resources_and_operations.target"))
            fixture.agent = try await AgentFixture.run(
                scope, fixture.master, fixture.containers, fixture.workDirectory)
            try await fixture.registered()
            #expect(fixture.exists(fixture.volumeDirectory("new")))
            #expect(!fixture.exists(fixture.volumeDirectory("old")))
            #expect(!fixture.exists(fixture.resources + "/resources_and_operations.target"))
            let state = try await fixture.json("/state")
            #expect(state["reserved_resources"]?["eng/web"]?["disk"]?.integer == 50)
        }
    }

    @Test func theOlderFormatIsRead() async throws {
        try await withTestScope { scope in
            var fixture = try await AgentFixture.start(scope)
            await fixture.agent.stop()
            try FileManager.default.createDirectory(atPath: fixture.resources, withIntermediateDirectories: true)
            let resources: [Resource] = [AgentFixture.reserved("cpus", 1), AgentFixture.volume("v1", 10)]
            try Data(resources.flatMap { CheckpointCodec.encode($0) }).write(
                to: URL(fileURLWithPath: fixture.resources + "/resources.info"))
            fixture.agent = try await AgentFixture.run(
                scope, fixture.master, fixture.containers, fixture.workDirectory)
            try await fixture.registered()
            let state = try await fixture.json("/state")
            #expect(state["reserved_resources"]?["eng/web"]?["cpus"]?.integer == 1)
            #expect(state["reserved_resources"]?["eng/web"]?["disk"]?.integer == 10)
        }
    }

    @Test func resourcesThatNoLongerFitStopTheAgent() async throws {
        try await withTestScope { scope in
            let fixture = try await AgentFixture.start(scope)
            _ = try await fixture.carryOut(.reserve([AgentFixture.reserved("cpus", 6)]), 1)
            await fixture.agent.stop()
            let smaller = try await AgentFixture.run(
                scope, fixture.master, fixture.containers, fixture.workDirectory,
                change: { $0.resources = [.scalar("cpus", 4)] })
            let result = await smaller.task.result
            #expect("\(result)".contains("incompatible with agent resources"))
        }
    }

    @Test func aVolumeThatCannotBeMadeStopsTheAgentBeforeItAnswers() async throws {
        try await withTestScope { scope in
            let fixture = try await AgentFixture.start(scope)
            let volume = AgentFixture.volume("v1", 100)
            _ = try await fixture.carryOut(.reserve([volume.withoutVolume]), 1)
            // Nobody, not even root, makes a directory below a file.
            try Data().write(to: URL(fileURLWithPath: fixture.workDirectory + "/volumes"))
            try fixture.apply(.create([volume]), 2)
            let result = await fixture.agent.task.result
            #expect("\(result)".contains("cannot make persistent volume 'v1'"))
            let statuses = fixture.master.messages.count { message in
                if case .updateOperationStatus(let update) = message {
                    update.operationUUID == UniqueID(high: 2, low: 2)
                } else {
                    false
                }
            }
            #expect(statuses == 0)
            try FileManager.default.removeItem(atPath: fixture.workDirectory + "/volumes")
            let again = try await AgentFixture.run(scope, fixture.master, fixture.containers, fixture.workDirectory)
            _ = try await fixture.master.hears("the status after the repair") { message in
                if case .updateOperationStatus(let update) = message,
                    update.operationUUID == UniqueID(high: 2, low: 2)
                {
                    update.status
                } else {
                    nil
                }
            }
            #expect(fixture.exists(fixture.volumeDirectory("v1")))
            #expect(again.port == fixture.agent.port)
        }
    }

    @Test func aMountStaysWhenItsVolumeGoes() async throws {
        try await withTestScope { scope in
            let root = scope.directory.path("mount")
            try FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: true)
            var disk = Resource.scalar("disk", 77)
            disk.disk = Resource.Disk(source: .init(.mount, root: root))
            let fixture = try await AgentFixture.start(scope) { $0.resources.add(disk) }
            let volume = AgentFixture.volume("v1", 77, root: root)
            _ = try await fixture.carryOut(.reserve([volume.withoutVolume]), 1)
            _ = try await fixture.carryOut(.create([volume]), 2)
            try Data("x".utf8).write(to: URL(fileURLWithPath: root + "/file"))
            _ = try await fixture.carryOut(.destroy([volume]), 3)
            #expect(fixture.exists(root))
            #expect(!fixture.exists(root + "/file"))
        }
    }
}
