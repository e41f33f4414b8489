import ClusterBase
import ClusterModel
import ResourceModel
import Testing

@testable import AgentCore

@Suite struct VolumeTests {
    @Test func aTaskSeesItsVolume() throws {
        var world = AgentWorld.registered()
        world.makeVolume()
        world.fromMaster(
            .runTask(
                AgentWorld.framework(), AgentWorld.task("t1", using: AgentWorld.volume("v1", 100, path: "mine")),
                launchExecutor: true))
        let plan = try #require(world.launches.first)
        #expect(
            plan.volumes == [VolumeMount(id: "v1", source: "/w/volumes/roles/dev/v1", containerPath: "mine")])
    }

    @Test func dockerMountsItReadOnlyIfTheTaskSaysSo() throws {
        var world = AgentWorld.registered()
        world.makeVolume()
        let volume = AgentWorld.volume("v1", 100, path: "/data", isReadOnly: true)
        world.fromMaster(
            .runTask(AgentWorld.framework(), AgentWorld.task("t1", using: volume, docker: true), launchExecutor: true))
        let volumes = try #require(world.launches.first?.container?.volumes)
        #expect(
            volumes == [Volume(containerPath: "/data", hostPath: "/w/volumes/roles/dev/v1", isReadOnly: true)])
    }

    @Test func whatTheAgentDoesNotKnowIsRefused() {
        var world = AgentWorld.registered()
        world.makeVolume()
        let tasks = [
            AgentWorld.task("t1", using: AgentWorld.volume("strange", 100)),
            AgentWorld.task("t2", using: AgentWorld.volume("v1", 50)),
            AgentWorld.task("t3", using: AgentWorld.reserved("cpus", 1)),
        ]
        for task in tasks { world.fromMaster(.runTask(AgentWorld.framework(), task, launchExecutor: true)) }
        #expect(world.launches.isEmpty)
        #expect(world.updates.map(\.status.state) == [.dropped, .dropped, .dropped])
        #expect(world.updates.allSatisfy { $0.status.reason == .resourcesUnknown })
    }

    @Test func anExecutorsReservationMustBeKnownToo() {
        var world = AgentWorld.registered()
        var task = AgentWorld.executorTask("t1")
        task.executor?.resources = [AgentWorld.reserved("cpus", 1)]
        world.fromMaster(.runTask(AgentWorld.framework(), task, launchExecutor: true))
        #expect(world.updates.first?.status.reason == .resourcesUnknown)
        #expect(
            world.messages.contains(.exitedExecutor(AgentWorld.agentID, AgentWorld.frameworkID, "e1", status: -1)))
    }

    @Test func aRunningExecutorGetsTheVolumesOfLaterTasksBeforeTheTasks() throws {
        var world = AgentWorld.registered()
        world.makeVolume()
        let (stream, container) = world.subscribedExecutor()
        var task = AgentWorld.executorTask("t2")
        task.resources.add(AgentWorld.volume("v1", 100))
        let effects = world.fromMaster(.runTask(AgentWorld.framework(), task, launchExecutor: false))
        let mount = VolumeMount(id: "v1", source: "/w/volumes/roles/dev/v1", containerPath: "data")
        let sandbox = "/w/slaves/m-S0/frameworks/m-0000/executors/e1/runs/\(container)"
        let link = AgentEffect.linkVolumes(container, sandbox: sandbox, added: [mount], removed: [])
        let linked = try #require(effects.firstIndex(of: link))
        let delivered = try #require(effects.firstIndex(of: .sendExecutor(stream, .launch(task))))
        #expect(linked < delivered)
        let (_, ended) = world.call("e1", .update(world.status("t2", .finished, uuid: 5)))
        #expect(ended.contains(.linkVolumes(container, sandbox: sandbox, added: [], removed: [mount])))
    }

    @Test func aSharedVolumeKeepsItsOwnerWhileAnotherTaskUsesIt() {
        var world = AgentWorld.registered()
        let volume = AgentWorld.volume("v1", 100, isShared: true)
        world.makeVolume(volume)
        for id in ["t1", "t2"] as [TaskID] {
            world.fromMaster(
                .runTask(AgentWorld.framework(), AgentWorld.task(id, using: volume), launchExecutor: true))
        }
        #expect(world.launches.flatMap(\.volumes).map(\.changesOwner) == [true, false])
        #expect(Set(world.launches.flatMap(\.volumes).map(\.source)).count == 1)
    }

    @Test func tasksOfAGroupHaveTheirOwnVolumesAndTheirExecutorsBesides() throws {
        var world = AgentWorld.registered()
        world.makeVolume(AgentWorld.volume("v1", 100))
        world.makeVolume(AgentWorld.volume("v2", 100), number: 200)
        var task = AgentWorld.commandTask()
        task.resources.add(AgentWorld.volume("v1", 100, path: "own"))
        let executor = ExecutorInfo(
            kind: .default, id: "e1", resources: [AgentWorld.volume("v2", 100, path: "common")])
        world.fromMaster(.runTaskGroup(AgentWorld.framework(), executor, [task], launchExecutor: true))
        let plan = try #require(world.launches.first)
        #expect(plan.volumes.map(\.containerPath) == ["own"])
        let parent = plan.sandbox.split(separator: "/").dropLast(2).joined(separator: "/")
        #expect(plan.links.contains(.init(path: "/\(parent)/common", target: "/w/volumes/roles/dev/v2")))
    }

    @Test func directoriesAreWhereUpstreamHasThem() {
        func path(_ source: Resource.Disk.Source?) -> String? {
            var volume = AgentWorld.volume("v1", 10)
            volume.reservations = [.init(kind: .dynamic, role: "eng/web")]
            volume.disk?.source = source
            return AgentPaths(workDirectory: "/w", runtimeDirectory: "/r").volume(volume)
        }
        #expect(path(nil) == "/w/volumes/roles/eng web/v1")
        #expect(path(.init(.path, root: "/disk1")) == "/disk1/volumes/roles/eng web/v1")
        #expect(path(.init(.path, root: "disk1")) == "/w/disk1/volumes/roles/eng web/v1")
        #expect(path(.init(.mount, root: "/mnt/a")) == "/mnt/a")
        #expect(path(.init(.block)) == nil)
        #expect(path(.init(.raw, id: "x")) == nil)
    }
}
