import ClusterBase
import ClusterModel
import MasterCore
import ResourceModel
import Testing

struct ReturningAgentTests {
    @Test(arguments: [true, false])
    func anAgentBackWithoutATaskIsAskedAboutIt(isAware: Bool) throws {
        var world = TaskLifecycleTests.running(isAware ? .partitionAware : [])
        _ = world.wait(.seconds(95))
        let framework = try #require(world.core.state.frameworks.first)
        #expect(framework.unreachableTasks.map(\.id) == ["t1"])
        let effects = world.reregister("a1")
        let asked = FrameworkTasks(frameworkID: framework.id, taskIDs: ["t1"], isPartitionAware: isAware)
        let answer = MasterMessage.reregistered("m-S0", pingTimeout: .seconds(75), unknownTasks: [asked])
        #expect(world.messages(in: effects).contains(answer))
        #expect(world.core.state.frameworks.first?.unreachableTasks.isEmpty == true)
        #expect(world.core.state.frameworks.first?.tasks.map(\.id) == ["t1"])
        #expect(world.core.state.agents.first?.usedResources.cpus == Scalar(1))
        #expect(world.violations.isEmpty)
    }
}
