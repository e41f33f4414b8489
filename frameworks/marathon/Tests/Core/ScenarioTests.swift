import ClusterBase
import ClusterModel
import MarathonModel
import ResourceModel
import Testing

@testable import MarathonCore

@Test func seedAppRunsScalesSurvivesAndGoes() throws {
    var world = MarathonWorld()
    world.connect()
    #expect(world.takeCalls().last == .suppress(roles: []))
    try world.post(seedApp)
    #expect(world.takeCalls() == [.revive(roles: [])])

    let first = world.offer()
    #expect(first.count == 1 && first[0].name == "web-app")
    #expect(world.disk.keys.contains { $0.hasPrefix("instances/web-app.instance-") })
    #expect(first[0].resources.cpus == Scalar(0.5) && first[0].resources.memory == Scalar(32))
    let docker = try #require(first[0].container?.docker)
    let port = try #require(first[0].resources.ports.prefix(1).first)
    #expect(docker.network == .bridge && docker.image == "python:3")
    #expect(docker.portMappings == [.init(hostPort: Int(port), containerPort: 8080, networkProtocol: "tcp")])
    #expect(world.takeCalls().last == .suppress(roles: []))
    #expect(world.core.runningDeployments.count == 1)
    world.run(first)
    #expect(world.core.runningDeployments.isEmpty)

    try world.put("/web-app", #"{"instances":3}"#)
    let more = world.offer()
    #expect(more.count == 2)
    world.run(more)
    #expect(world.conditions("/web-app") == [.running, .running, .running])

    world.report(more[0].id, .killed)
    #expect(world.conditions("/web-app").count { $0 == .scheduled } == 1)
    let replacement = world.offer()
    #expect(replacement.count == 1 && replacement[0].id.value.hasSuffix("._app.2"))
    world.run(replacement)

    _ = world.takeCalls()
    try world.delete("/web-app")
    let kills = world.takeKills()
    #expect(kills.count == 3)
    #expect(world.core.app(PathID("/web-app")) == nil)
    for task in kills { world.report(task, .killed) }
    #expect(world.core.instances.isEmpty && world.core.runningDeployments.isEmpty)
    #expect(world.disk.keys.sorted() == ["framework-id"])
}

@Test func whatNoStoreCanHoldIsRefused() throws {
    var world = MarathonWorld()
    world.connect()
    func app(_ id: String, _ bytes: Int) -> String {
        #"{"id":"\#(id)","cmd":"sleep 1","cpus":0.1,"mem":16,"env":{"A":"\#(String(repeating: "x", count: bytes))"}}"#
    }
    #expect(throws: MarathonError.self) { try world.post(app("/large", 300_000)) }
    #expect(world.core.app(PathID("/large")) == nil)
    #expect(world.disk.keys.allSatisfy { !$0.hasPrefix("apps/") })
    try world.post(app("/fits", 290_000))
    try world.put("/fits", #"{"instances":2}"#, force: true)
    #expect(world.disk.values.allSatisfy { $0.count < 1_000_000 })
}

@Test func twentyInstancesLeaveInOneAccept() throws {
    var world = MarathonWorld()
    world.connect()
    try world.post(#"{"id":"/many","cmd":"sleep 1","cpus":0.1,"mem":16,"instances":20}"#)
    _ = world.takeCalls()
    #expect(world.offer().count == 20)
    let accepts = world.takeCalls().filter { if case .accept = $0 { true } else { false } }
    #expect(accepts.count == 1)
    let ports = world.core.instances.values.flatMap { $0.run?.ports ?? [] }
    #expect(Set(ports).count == 20)
}

@Test func instancesSpreadOverOffers() throws {
    var world = MarathonWorld()
    world.connect()
    try world.post(#"{"id":"/many","cmd":"sleep 1","cpus":0.1,"mem":16,"instances":6}"#)
    let offers = ["a", "b", "c"].map { world.makeOffer($0) }
    let hosts = world.launches(from: offers).map(\.agentID.value).sorted()
    #expect(hosts == ["a-id", "a-id", "b-id", "b-id", "c-id", "c-id"])
}

@Test func unusedOffersAreDeclinedForLong() throws {
    var world = MarathonWorld()
    world.connect()
    _ = world.takeCalls()
    world.offer()
    #expect(world.takeCalls() == [.decline(offers: ["O1"], filters: Filters(refuseSeconds: 120))])
    try world.post(#"{"id":"/big","cmd":"sleep 1","cpus":100}"#)
    world.offer()
    let entry = try #require(world.core.queue.first)
    #expect(entry.count == 1 && entry.readyAt == nil)
    #expect(entry.statistics.attempt == [.cpus: 1])
}

@Test func failuresAreDelayedMoreAndMore() throws {
    var world = MarathonWorld()
    world.connect()
    try world.post(#"{"id":"/f","cmd":"false","backoffSeconds":10,"backoffFactor":2,"maxLaunchDelaySeconds":1000}"#)
    for delay in [10, 20, 40] {
        let tasks = world.offer()
        #expect(tasks.count == 1)
        world.report(tasks[0].id, .failed, message: "exit 1")
        _ = world.takeCalls()
        #expect(world.offer().isEmpty)
        world.wait(.seconds(delay - 1))
        #expect(!world.takeCalls().contains(.revive(roles: [])))
        world.wait(.seconds(1))
        #expect(world.takeCalls().contains(.revive(roles: [])))
    }
    let failure = try #require(world.core.app(PathID("/f"))?.lastFailure)
    #expect(failure.message == "exit 1" && failure.state == .failed)
}

@Test func resetDelayLaunchesAtOnce() throws {
    var world = MarathonWorld()
    world.connect()
    try world.post(#"{"id":"/f","cmd":"false","backoffSeconds":3600,"maxLaunchDelaySeconds":3600}"#)
    world.run(world.offer())
    world.report(try #require(world.core.instances.values.first?.taskID), .failed)
    #expect(world.core.queue.first?.readyAt != nil)
    _ = try world.command(.resetDelay(PathID("/f"))).get()
    #expect(world.core.queue.first?.readyAt == nil)
    #expect(world.offer().count == 1)
    if case .failure(let error) = world.command(.resetDelay(PathID("/f"))) {
        #expect(error == .notQueued(PathID("/f")))
    }
}

@Test func changedConfigurationIsRolledOut() throws {
    var world = MarathonWorld()
    world.connect()
    try world.post(sleeper)
    let old = world.offer()
    world.run(old)
    try world.put("/s", #"{"cmd":"sleep 200","upgradeStrategy":{"minimumHealthCapacity":1,"maximumOverCapacity":0}}"#)
    #expect(world.takeKills().isEmpty)
    var killed: [TaskID] = []
    for _ in 0..<2 {
        let new = world.offer()
        #expect(new.count == 1 && new[0].command?.value == "sleep 200")
        world.run(new)
        let kills = world.takeKills()
        #expect(kills.count == 1)
        for task in kills { world.report(task, .killed) }
        killed += kills
    }
    #expect(Set(killed) == Set(old.map(\.id)))
    #expect(world.core.runningDeployments.isEmpty)
    #expect(world.conditions("/s") == [.running, .running])
    #expect(world.core.app(PathID("/s"))?.versions.count == 2)
}

@Test func deploymentLocksItsApps() throws {
    var world = MarathonWorld()
    world.connect()
    try world.post(sleeper)
    let running = try #require(world.core.runningDeployments.first?.plan.id)
    #expect(throws: MarathonError.locked([running])) { try world.put("/s", #"{"instances":5}"#) }
    #expect(world.core.app(PathID("/s"))?.spec.instances == 2)
    let receipt = try world.put("/s", #"{"instances":5}"#, force: true)
    #expect(world.core.runningDeployments.map(\.plan.id) == [receipt.id])
    let failed = world.notices.compactMap { if case .deploymentFailed(let plan, _) = $0 { plan.id } else { nil } }
    #expect(failed == [running])
    #expect(world.offer().count == 5)
}

@Test func deploymentWaitsForHealth() throws {
    var world = MarathonWorld()
    world.connect()
    try world.post(
        #"{"id":"/h","cmd":"serve $PORT","healthChecks":[{"protocol":"HTTP","path":"/ok","maxConsecutiveFailures":0}]}"#
    )
    let tasks = world.offer()
    let check = try #require(tasks.first?.healthCheck)
    let port = try #require(world.core.instances.values.first?.run?.ports.first)
    #expect(check.probe == .http(scheme: "http", port: port, path: "/ok"))
    #expect(check.consecutiveFailures == Int(Int32.max))
    world.run(tasks)
    #expect(world.core.runningDeployments.count == 1)
    world.report(tasks[0].id, .running, healthy: true)
    #expect(world.core.runningDeployments.isEmpty)
}

@Test func rollbackTakesTheChangeBack() throws {
    var world = MarathonWorld()
    world.connect()
    try world.post(sleeper)
    world.run(world.offer())
    let receipt = try world.put("/s", #"{"cmd":"sleep 300","cpus":1000}"#)
    guard case .changed = try world.command(.cancelDeployment(receipt.id, force: false)).get() else {
        Issue.record("no rollback deployment")
        return
    }
    #expect(world.core.app(PathID("/s"))?.spec.cmd == "sleep 100")
    if case .failure(let error) = world.command(.cancelDeployment("x", force: false)) {
        #expect(error == .unknownDeployment("x"))
    }
}

@Test func killsAreRepeatedUntilTheTaskEnds() throws {
    var world = MarathonWorld()
    world.connect()
    try world.post(sleeper)
    let tasks = world.offer()
    world.run(tasks)
    _ = try world.command(.kill(.task(tasks[0].id, of: PathID("/s")), .relaunch, force: false)).get()
    #expect(world.takeKills() == [tasks[0].id])
    world.wait(.seconds(31))
    #expect(world.takeKills() == [tasks[0].id])
    world.report(tasks[0].id, .killed)
    world.wait(.seconds(60))
    #expect(world.takeKills().isEmpty)
    #expect(world.offer().first?.id.value.hasSuffix("._app.2") == true)
}

@Test func killAndScaleTakesTheNamedInstances() throws {
    var world = MarathonWorld()
    world.connect()
    try world.post(sleeper)
    let tasks = world.offer()
    world.run(tasks)
    _ = world.takeCalls()
    _ = try world.command(.kill(.tasks([tasks[0].id]), .scale, force: false)).get()
    #expect(world.takeKills() == [tasks[0].id])
    world.report(tasks[0].id, .killed)
    #expect(world.core.app(PathID("/s"))?.spec.instances == 1)
    #expect(world.core.instances.values.map(\.taskID) == [tasks[1].id])
}

@Test func wipeStartsAnotherInstance() throws {
    var world = MarathonWorld()
    world.connect()
    try world.post(#"{"id":"/s","cmd":"sleep 1"}"#)
    let tasks = world.offer()
    world.run(tasks)
    _ = try world.command(.kill(.app(PathID("/s"), host: "agent1"), .wipe, force: false)).get()
    world.report(tasks[0].id, .killed)
    let next = world.offer()
    #expect(next.count == 1 && next[0].id.value.hasSuffix("._app.1") && next[0].id != tasks[0].id)
}

@Test func unreachableInstancesAreReplacedAsTheAppSays() throws {
    var world = MarathonWorld()
    world.connect()
    try world.post(
        #"{"id":"/u","cmd":"sleep 1","unreachableStrategy":{"inactiveAfterSeconds":60,"expungeAfterSeconds":120}}"#)
    let tasks = world.offer()
    world.run(tasks)
    world.report(tasks[0].id, .unreachable)
    #expect(world.conditions("/u") == [.unreachable])
    world.wait(.seconds(61))
    #expect(world.conditions("/u") == [.unreachableInactive, .scheduled])
    world.run(world.offer("agent2"))
    world.wait(.seconds(61))
    #expect(world.conditions("/u") == [.running])
    _ = world.takeCalls()
    world.report(tasks[0].id, .running)
    #expect(world.takeKills() == [tasks[0].id])
}

@Test func tasksOfLostAgentsAreReplacedAtOnceByDefault() throws {
    var world = MarathonWorld()
    world.connect()
    try world.post(#"{"id":"/u","cmd":"sleep 1"}"#)
    let tasks = world.offer()
    world.run(tasks)
    world.report(tasks[0].id, .unreachable)
    #expect(world.conditions("/u") == [.scheduled])
    #expect(world.offer("agent2").first?.agentID == "agent2-id")
}

@Test func everyUpdateIsAcknowledgedAndRepetitionsChangeNothing() throws {
    var world = MarathonWorld()
    world.connect()
    try world.post(#"{"id":"/u","cmd":"sleep 1"}"#)
    let tasks = world.offer()
    world.run(tasks)
    let before = world.core.instances
    _ = world.takeCalls()
    world.report(tasks[0].id, .running)
    world.report("stranger", .finished)
    let acknowledged = world.takeCalls().compactMap { call -> TaskID? in
        if case .acknowledge(_, let task, _) = call { task } else { nil }
    }
    #expect(acknowledged == [tasks[0].id, "stranger"])
    #expect(world.core.instances == before)
}

@Test func restartFindsEverythingAgain() throws {
    var world = MarathonWorld()
    world.connect()
    try world.post(sleeper)
    let tasks = world.offer()
    world.run([tasks[0]])
    try world.restart()
    #expect(world.core.frameworkID == "F-1")
    #expect(world.core.runningDeployments.count == 1)
    #expect(world.core.instances.count == 2)
    world.connect()
    let queries = tasks.map { TaskQuery(taskID: $0.id, agentID: "agent1-id") }.sorted { $0.taskID < $1.taskID }
    #expect(world.takeCalls().prefix(2) == [.reconcile(queries), .reconcile([])])
    world.report(tasks[1].id, .running)
    #expect(world.core.runningDeployments.isEmpty)
    #expect(world.offer().isEmpty)
    #expect(world.core.app(PathID("/s"))?.spec.versionInfo != nil)
}

@Test func taskThatNobodyKnowsIsStartedAgain() throws {
    var world = MarathonWorld()
    world.connect()
    try world.post(#"{"id":"/u","cmd":"sleep 1"}"#)
    let tasks = world.offer()
    try world.restart()
    world.connect()
    world.report(tasks[0].id, .unknown, reason: .reconciliation)
    #expect(world.offer().map(\.id.value.last) == ["2"])
}

@Test func killsGoOnAfterRestart() throws {
    var world = MarathonWorld()
    world.connect()
    try world.post(#"{"id":"/u","cmd":"sleep 1"}"#)
    let tasks = world.offer()
    world.run(tasks)
    try world.delete("/u")
    try world.restart()
    world.connect()
    #expect(world.takeKills() == [tasks[0].id])
    world.report(tasks[0].id, .killed)
    #expect(world.core.instances.isEmpty && world.core.runningDeployments.isEmpty)
}

@Test func unreadableStateIsNamed() {
    let error = #expect(throws: ClusterError.self) {
        try MarathonCore.recover(
            settings: MarathonSettings(), seed: 1, variables: [("apps/x/1", Array("{".utf8))], now: .epoch)
    }
    #expect(error?.message == "The stored variable 'apps/x/1' cannot be read")
}

@Test func dependenciesAreDeployedFirst() throws {
    var world = MarathonWorld()
    world.connect()
    let bodies = try [#"{"id":"/web","cmd":"serve it","dependencies":["/db"]}"#, #"{"id":"/db","cmd":"store it"}"#].map(
        object)
    _ = try world.command(.updateApps(bodies, isPartial: true, mayCreate: true, force: false)).get()
    let steps = try #require(world.core.runningDeployments.first?.plan.steps)
    #expect(
        steps.map { $0.map { "\($0.kind.rawValue) \($0.app)" } } == [
            ["StartApplication /db", "StartApplication /web"], ["ScaleApplication /db"], ["ScaleApplication /web"],
        ])
    let database = world.offer()
    #expect(database.map(\.name) == ["db"])
    world.run(database)
    #expect(world.offer().map(\.name) == ["web"])
    let cycle = Result { try world.put("/db", #"{"dependencies":["/web"]}"#, force: true) }
    #expect(throws: MarathonError.spec(.invalid("/", "Dependency graph has cyclic dependencies."))) { try cycle.get() }
}

@Test func idsOfAppsAndGroupsDoNotMix() throws {
    var world = MarathonWorld()
    try world.post(#"{"id":"/a/b","cmd":"run"}"#)
    for id in ["/a", "/a/b/c"] {
        let error = MarathonError.spec(.invalid("/id", "Groups and Applications may not have the same identifier."))
        #expect(throws: error) { try world.post(#"{"id":"\#(id)","cmd":"run"}"#) }
    }
    #expect(throws: MarathonError.appExists(PathID("/a/b"))) { try world.post(#"{"id":"a/b","cmd":"run"}"#) }
}

@Test func oldVersionComesBackByItsTimestamp() throws {
    var world = MarathonWorld()
    let first = try world.post(#"{"id":"/a","cmd":"run one"}"#)
    try world.put("/a", #"{"cmd":"run two"}"#, force: true)
    try world.put("/a", #"{"version":"\#(first.version)"}"#, force: true)
    #expect(world.core.app(PathID("/a"))?.spec.cmd == "run one")
    #expect(throws: MarathonError.unknownVersion(PathID("/a"), "2001-01-01T00:00:00.000Z")) {
        try world.put("/a", #"{"version":"2001-01-01T00:00:00.000Z"}"#, force: true)
    }
}

@Test func unchangedAppKeepsItsVersionAndTasks() throws {
    var world = MarathonWorld()
    world.connect()
    try world.post(sleeper)
    world.run(world.offer())
    let before = world.core.app(PathID("/s"))
    try world.put("/s", sleeper)
    #expect(world.core.app(PathID("/s")) == before && world.core.runningDeployments.isEmpty)
}

@Test func unansweredTasksAreAskedForAgain() throws {
    var world = MarathonWorld()
    world.connect()
    try world.post(sleeper)
    let tasks = world.offer()
    world.run(tasks)
    try world.restart()
    world.connect()
    world.report(tasks[0].id, .running)
    _ = world.takeCalls()
    let open = SchedulerCall.reconcile([TaskQuery(taskID: tasks[1].id, agentID: "agent1-id")])
    world.wait(.seconds(11))
    #expect(world.takeCalls() == [open])
    world.wait(.seconds(18))
    #expect(world.takeCalls() == [])
    world.wait(.seconds(2))
    #expect(world.takeCalls() == [open])
    world.report(tasks[1].id, .running)
    _ = world.takeCalls()
    world.wait(.seconds(100))
    #expect(world.takeCalls() == [])
}
