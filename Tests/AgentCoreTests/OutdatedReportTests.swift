import ClusterBase
import ClusterModel
import Testing

@testable import AgentCore

struct OutdatedReportTests {
    private static func reports(_ world: AgentWorld) -> [AgentInventory] {
        world.messages.compactMap { if case .reregister(_, let inventory) = $0 { inventory } else { nil } }
    }

    /// A launch that overtook the report: the master asks about a task that runs here.
    @Test func aReportOlderThanALaunchIsReplaced() {
        var world = AgentWorld.registered()
        _ = world.running()
        world.step(.masterDetected(AgentWorld.master))
        world.advance(.milliseconds(5))
        let unknown = FrameworkTasks(frameworkID: AgentWorld.frameworkID, taskIDs: ["t1"])
        world.effects = []
        world.fromMaster(.reregistered(AgentWorld.agentID, pingTimeout: .seconds(75), unknownTasks: [unknown]))
        world.advance(.milliseconds(5))
        #expect(Self.reports(world).map { $0.tasks.map(\.id) } == [["t1"]])
        #expect(world.updates.allSatisfy { !$0.status.state.isTerminal })
    }

    @Test func aBrokenConnectionToTheMasterMakesANewReport() {
        var world = AgentWorld.registered()
        world.step(.masterLinkBroken("master@10.9.9.9:5050"))
        #expect(world.core.phase == .running)
        world.step(.masterLinkBroken(AgentWorld.master.pid))
        world.advance(.milliseconds(5))
        #expect(Self.reports(world).count == 1)
    }
}
