import ClusterModel
import FrameworkSDK
import KubeClient
import KubeCore
import KubeModel
import KubeScheduling
import Logging
import TestSupport
import Testing

@testable import KubeScheduler

@Suite struct LostSubscriptionTests {
    /// Between the loss of a subscription and the news of it calls cannot leave; they are not asked for again and
    /// again.
    @Test(.timeLimit(.minutes(1))) func callsThatCannotLeaveAreNotRepeated() async throws {
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let client = try KubeClient(KubeClientConfiguration(server: "http://127.0.0.1:1"))
        // A link that nobody runs never has a subscription.
        let link = SchedulerClient(
            framework: FrameworkInfo(name: "Kubernetes"), master: .location(try .parse("127.0.0.1:1")),
            options: SchedulerOptions(), logger: logger)
        let template = ExecutorTemplate(command: CommandInfo(value: "km"))
        let driver = SchedulingDriver(
            core: PodScheduler(SchedulingSettings(executor: template), seed: 1), kinds: [.pods], link: link,
            client: client, writes: 1,
            recorder: EventRecorder(client: client, component: "test", host: "", logger: logger), logger: logger)
        let master = MasterInfo(id: "m", ip: "127.0.0.1", port: 1, hostname: "", version: "")
        await driver.take(.event(.subscribed("f", heartbeatInterval: .seconds(15), master: master)))
        await driver.synchronised(.pods)
        // At rest the scheduler soon asks for no more offers: the call cannot leave.
        try await eventually("the loss is taken note of") { await !driver.isReady }
        await driver.stop()
        await client.shutdown()
    }
}
