internal import ClusterBase
internal import ClusterModel
internal import FrameworkSDK
internal import HTTPTransport
internal import Logging
internal import ServiceLifecycle
internal import Testing

@Suite(.timeLimit(.minutes(1)))
struct FrameworkDriverTests {
    /// Answers every update with a SUPPRESS, commands with a REVIVE, its deadline with a TEARDOWN; notes what it hears.
    struct Probe: FrameworkScheduler {
        var notices: [ConnectionNotice] = []
        var nextDeadline: Instant?

        mutating func handle(_ event: SchedulerEvent, now: Instant) -> [SchedulerCall] {
            if case .update = event { [.suppress(roles: [])] } else { [] }
        }
        mutating func handle(command: [String], now: Instant) -> [SchedulerCall] {
            if command == ["deadline"] {
                nextDeadline = now + .milliseconds(50)
                return []
            }
            return [.revive(roles: command)]
        }
        mutating func handle(notice: ConnectionNotice, now: Instant) -> [SchedulerCall] {
            notices.append(notice)
            return []
        }
        mutating func tick(now: Instant) -> [SchedulerCall] {
            nextDeadline = nil
            return [.teardown]
        }
    }

    private func status(_ task: TaskID, _ state: TaskState, uuid: UniqueID? = nil) -> TaskStatus {
        TaskStatus(taskID: task, state: state, agentID: "a1", uuid: uuid)
    }

    private func withDriver(
        _ master: FakeMaster, info: FrameworkInfo = FrameworkInfo(name: "probe"),
        options: DriverOptions = DriverOptions(),
        body: (FrameworkDriver<Probe>) async throws -> Void
    ) async throws {
        var options = options
        options.connection = quickOptions()
        let driver = FrameworkDriver(
            Probe(), master: master.location, info: info, options: options, logger: quietLogger)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await driver.run() }
            defer { group.cancelAll() }
            try await body(driver)
        }
    }

    @Test func acknowledgesAfterTheHandlersCalls() async throws {
        try await FakeMaster.run(.stream(id: "s1")) { master in
            try await withDriver(master) { _ in
                _ = try await master.nextCall()
                let stream = try await master.nextStream()
                let uuid = UniqueID(high: 1, low: 2)
                stream.send(.update(status("t1", .running)))
                #expect(try await master.nextCall().call == .suppress(roles: []))
                stream.send(.update(status("t1", .running, uuid: uuid)))
                let calls = [try await master.nextCall().call, try await master.nextCall().call]
                #expect(calls.contains(.suppress(roles: [])))
                #expect(calls.contains(.acknowledge(agent: "a1", task: "t1", uuid: uuid)))
            }
        }
    }

    @Test func acknowledgesManyUpdatesEachOnce() async throws {
        try await FakeMaster.run(.stream(id: "s1")) { master in
            try await withDriver(master) { _ in
                _ = try await master.nextCall()
                let stream = try await master.nextStream()
                for number in 0..<200 {
                    stream.send(
                        .update(status(TaskID("t\(number)"), .finished, uuid: UniqueID(high: 0, low: UInt64(number)))))
                }
                var acknowledged: [TaskID] = []
                for _ in 0..<400 {
                    if case .acknowledge(_, let task, _) = try await master.nextCall().call {
                        acknowledged.append(task)
                    }
                }
                #expect(acknowledged.count == 200)
                #expect(Set(acknowledged).count == 200)
            }
        }
    }

    @Test func leavesAcknowledgementToTheSchedulerWhenManual() async throws {
        try await FakeMaster.run(.stream(id: "s1")) { master in
            var options = DriverOptions()
            options.acknowledgement = .manual
            try await withDriver(master, options: options) { driver in
                _ = try await master.nextCall()
                let stream = try await master.nextStream()
                stream.send(.update(status("t1", .running, uuid: UniqueID(high: 1, low: 2))))
                #expect(try await master.nextCall().call == .suppress(roles: []))
                await driver.submit(["a"])
                #expect(try await master.nextCall().call == .revive(roles: ["a"]))
            }
        }
    }

    @Test func reconcilesKnownTasksOfAnEarlierLife() async throws {
        try await FakeMaster.run(.stream(id: "s1")) { master in
            var options = DriverOptions()
            options.knownTasks = [TaskQuery(taskID: "t2", agentID: "a1"), TaskQuery(taskID: "t1")]
            var info = FrameworkInfo(name: "probe", failoverTimeout: .seconds(60))
            info.id = "f1"
            try await withDriver(master, info: info, options: options) { _ in
                #expect(try await master.nextCall().frameworkID == "f1")
                _ = try await master.nextStream()
                #expect(try await master.nextCall().call == .reconcile([]))
                #expect(
                    try await master.nextCall().call
                        == .reconcile([TaskQuery(taskID: "t1"), TaskQuery(taskID: "t2", agentID: "a1")]))
            }
        }
    }

    @Test func deadlinesAreKeptAndTeardownEndsTheRun() async throws {
        try await FakeMaster.run(.stream(id: "s1")) { master in
            let driver = FrameworkDriver(
                Probe(), master: master.location, info: FrameworkInfo(name: "probe"), logger: quietLogger)
            async let run: Void = driver.run()
            _ = try await master.nextCall()
            _ = try await master.nextStream()
            while driver.client.masterURL == nil { await Task.yield() }
            await driver.submit(["deadline"])
            #expect(try await master.nextCall().call == .teardown)
            try await run
            #expect(await driver.scheduler.notices == [.disconnected(reason: "the framework is torn down")])
        }
    }

    @Test func aCallWithoutASubscriptionIsToldToTheScheduler() async throws {
        let driver = FrameworkDriver(
            Probe(), master: MasterLocation(.masters(["http://127.0.0.1:1"])), info: FrameworkInfo(name: "probe"),
            logger: quietLogger)
        await driver.submit(["a"])
        let notices = await driver.scheduler.notices
        guard case .refused(.revive(roles: ["a"]), status: 503, _)? = notices.first else {
            throw Unexpected("\(notices)")
        }
    }

    @Test(arguments: [true, false])
    func gracefulShutdownLeavesOrTearsDown(_ tearsDown: Bool) async throws {
        try await FakeMaster.run(.stream(id: "s1")) { master in
            var options = DriverOptions()
            options.tearsDownOnShutdown = tearsDown
            let driver = FrameworkDriver(
                Probe(), master: master.location, info: FrameworkInfo(name: "probe"), options: options,
                logger: quietLogger)
            let services = ServiceGroup(services: [driver], logger: quietLogger)
            async let run: Void = services.run()
            _ = try await master.nextCall()
            let stream = try await master.nextStream()
            while driver.client.masterURL == nil { await Task.yield() }
            await services.triggerGracefulShutdown()
            if tearsDown { #expect(try await master.nextCall().call == .teardown) }
            try await run
            let ends = BoundedChannelProbe()
            stream.stream.onClose { _ in ends.signal() }
            #expect(await ends.wait())
        }
    }
}
