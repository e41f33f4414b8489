import AccessControl
import ClusterBase
import ClusterModel
import MasterCore
import ResourceModel
import Testing

/// Maintenance schedules, inverse offers, machines that are down (spec `mesos/06` §6.12, `mesos/02` §2.1–2.2).
struct MaintenanceTests {
    static let resources: Resources = [.scalar("cpus", 4), .scalar("mem", 1024)]
    static let machine = MachineID(hostname: "a1", ip: "10.0.0.1")
    static let unavailability = Unavailability(start: Instant(seconds: 3600), duration: .seconds(600))

    static func schedule(
        _ machines: [MachineID] = [machine], _ unavailability: Unavailability = unavailability
    ) -> OperatorRequest {
        .updateSchedule(
            MaintenanceSchedule(windows: [MaintenanceWindow(machines: machines, unavailability: unavailability)]))
    }

    static func refusal(_ text: String) -> CallReply { .refused(status: 400, text: text) }

    // MARK: Validation

    struct Bad: Sendable, CustomTestStringConvertible {
        let request: OperatorRequest
        let text: String
        var testDescription: String { text }
    }

    static let bad: [Bad] = [
        Bad(request: schedule([]), text: "List of machines in the maintenance window is empty"),
        Bad(
            request: schedule([machine], Unavailability(start: .epoch, duration: .nanoseconds(-1))),
            text: "Unavailability 'duration' is negative"),
        Bad(request: schedule([MachineID()]), text: "Both 'hostname' and 'ip' for a machine are empty"),
        Bad(
            request: schedule([MachineID(hostname: "", ip: "")]),
            text: "Both 'hostname' and 'ip' for a machine are empty"),
        Bad(request: schedule([MachineID(ip: "10.0.0")]), text: "Failed to parse IP address '10.0.0'"),
        Bad(request: schedule([MachineID(ip: "10.0.0.256")]), text: "Failed to parse IP address '10.0.0.256'"),
        Bad(request: schedule([MachineID(ip: "10.0.0.+1")]), text: "Failed to parse IP address '10.0.0.+1'"),
        Bad(
            request: schedule([MachineID(hostname: "a/b")]),
            text: "'hostname' of a machine is not a host name: 'a/b'"),
        Bad(
            request: schedule([machine, MachineID(hostname: "A1", ip: "10.0.0.1")]),
            text: #"Machine '{"hostname":"A1","ip":"10.0.0.1"}' appears more than once in the schedule"#),
        Bad(request: .startMaintenance([]), text: "List of machines is empty"),
        Bad(request: .stopMaintenance([]), text: "List of machines is empty"),
        Bad(
            request: .startMaintenance([machine, machine]),
            text: #"Machine '{"hostname":"a1","ip":"10.0.0.1"}' appears more than once in the schedule"#),
        Bad(
            request: .startMaintenance([MachineID(hostname: "x")]),
            text: #"Machine '{"hostname":"x"}' is not part of a maintenance schedule"#),
        Bad(
            request: .stopMaintenance([MachineID(ip: "1.2.3.4")]),
            text: #"Machine '{"ip":"1.2.3.4"}' is not part of a maintenance schedule"#),
    ]

    @Test(arguments: bad) func badRequestsAreRefusedAndChangeNothing(bad: Bad) {
        var world = MasterWorld()
        let before = world.records
        #expect(world.operate(bad.request).reply == Self.refusal(bad.text))
        #expect(world.records == before && world.core.state.machines.isEmpty)
    }

    @Test func aScheduleThatTheRegistryCannotHoldIsRefused() {
        var world = MasterWorld()
        let machines = (0..<40_000).map { MachineID(hostname: "machine-\($0).example") }
        #expect(
            world.operate(Self.schedule(machines)).reply
                == Self.refusal("The schedule is too large: more than 900000 bytes"))
        #expect(world.core.state.schedule.windows.isEmpty)
    }

    @Test func machinesThatAreDownMustStayInTheSchedule() {
        var world = MasterWorld()
        world.operate(Self.schedule())
        #expect(
            world.operate(.stopMaintenance([Self.machine])).reply
                == Self.refusal(
                    #"Machine '{"hostname":"a1","ip":"10.0.0.1"}' is not in DOWN mode and cannot be brought up"#))
        world.operate(.startMaintenance([Self.machine]))
        #expect(
            world.operate(.startMaintenance([Self.machine])).reply
                == Self.refusal(
                    #"Machine '{"hostname":"a1","ip":"10.0.0.1"}' is not in DRAINING mode and cannot be brought down"#))
        #expect(
            world.operate(.updateSchedule(MaintenanceSchedule())).reply
                == Self.refusal(
                    #"Machine '{"hostname":"a1","ip":"10.0.0.1"}' is deactivated "#
                        + "and cannot be removed from the schedule"))
        #expect(world.core.state.maintenanceStatus == MaintenanceStatus(down: [Self.machine]))
    }

    /// An empty schedule names no machine to ask about; it ends the maintenance of all.
    @Test func nobodyClearsTheScheduleWhoMayNotWriteIt() throws {
        let rules = #"""
            {"update_maintenance_schedules": [
              {"principals": {"values": ["ops"]}, "machines": {"type": "ANY"}},
              {"principals": {"type": "ANY"}, "machines": {"type": "NONE"}}]}
            """#
        let access = try AccessRules(document: JSONValue(parsing: rules))
        var world = MasterWorld { $0.access = access }
        let forbidden = CallReply.refused(status: 403, text: "403 Forbidden.")
        #expect(world.operate(Self.schedule(), principal: "eve").reply == forbidden)
        #expect(world.operate(Self.schedule(), principal: "ops").reply == .ok)
        #expect(world.operate(.updateSchedule(MaintenanceSchedule()), principal: "eve").reply == forbidden)
        #expect(world.core.state.machines.count == 1)
        #expect(world.operate(.updateSchedule(MaintenanceSchedule()), principal: "ops").reply == .ok)
        #expect(world.core.state.machines.isEmpty)
    }

    // MARK: Offers and inverse offers

    /// A framework with a task on the one agent, and an offer of the rest.
    static func world(_ configure: (inout MasterConfiguration) -> Void = { _ in }) -> MasterWorld {
        TaskLifecycleTests.running(configure: configure)
    }

    @Test func aScheduledMachineIsOfferedWithItsUnavailabilityAndAskedFor() throws {
        var world = Self.world()
        let old = try #require(world.offers("f").first)
        let (reply, effects) = world.operate(Self.schedule())
        #expect(reply == .ok && world.rescinded(in: effects) == [old.id])
        let offer = try #require(world.offers("f").first)
        #expect(offer.unavailability == Self.unavailability)
        let inverse = try #require(world.inverseOffers(in: effects).first)
        #expect(inverse.agentID == "m-S0" && inverse.frameworkID == world.schedulers["f"]?.id)
        #expect(inverse.unavailability == Self.unavailability && inverse.hostname == "a1" && inverse.ip == "10.0.0.1")
        #expect(Int(inverse.id.value.dropFirst(3)) == Int(offer.id.value.dropFirst(3)).map { $0 + 1 })
        #expect(world.core.state.inverseOffers == [inverse] && world.violations.isEmpty)
        #expect(world.records.last == .putSchedule(world.core.state.schedule))
    }

    @Test func hostNamesAreComparedWithoutCase() {
        var world = Self.world()
        let effects = world.operate(Self.schedule([MachineID(hostname: "A1", ip: "10.0.0.1")])).effects
        #expect(world.inverseOffers(in: effects).count == 1)
        #expect(world.core.state.schedule.windows.first?.machines == [MachineID(hostname: "A1", ip: "10.0.0.1")])
    }

    @Test(arguments: [
        MachineID(hostname: "a1"), MachineID(ip: "10.0.0.1"), MachineID(hostname: "a1", ip: "10.0.0.2"),
    ]) func anAgentIsOnAMachineOnlyByNameAndAddress(machine: MachineID) {
        var world = Self.world()
        let effects = world.operate(Self.schedule([machine])).effects
        #expect(world.inverseOffers(in: effects).isEmpty && world.rescinded(in: effects).isEmpty)
        #expect(world.core.state.machines.map(\.id) == [machine])
    }

    @Test(arguments: [true, false]) func answersAreKeptAndTheSameIsAskedAfterTheFilter(accepts: Bool) throws {
        var world = Self.world()
        let asked = world.operate(Self.schedule()).effects
        let id = try #require(world.inverseOffers(in: asked).first?.id)
        world.wait(.seconds(10))
        let filters = Filters(refuseSeconds: 60)
        world.call(
            "f", accepts ? .acceptInverseOffers([id], filters: filters) : .declineInverseOffers([id], filters: filters))
        let answer = InverseOfferStatus(
            answer: accepts ? .accept : .decline, frameworkID: "m-0000", timestamp: Instant(seconds: 10))
        let expected = MaintenanceStatus(draining: [.init(id: Self.machine, statuses: [answer])])
        #expect(world.core.state.maintenanceStatus == expected && world.core.state.inverseOffers.isEmpty)
        world.say("a1", .pong)
        #expect(world.inverseOffers(in: world.wait(.seconds(55))).isEmpty)
        world.say("a1", .pong)
        let again = world.inverseOffers(in: world.wait(.seconds(10)))
        #expect(again.count == 1 && again.first?.id != id)
        #expect(world.core.state.maintenanceStatus == expected)
        world.call("f", .acceptInverseOffers([id], filters: Filters()))
        #expect(world.core.state.inverseOffers.count == 1, "an old id means nothing")
    }

    @Test func othersCannotAnswer() throws {
        var world = Self.world()
        let asked = world.operate(Self.schedule()).effects
        let id = try #require(world.inverseOffers(in: asked).first?.id)
        world.subscribe("g")
        world.call("g", .acceptInverseOffers([id], filters: Filters()))
        #expect(world.core.state.inverseOffers.map(\.id) == [id])
        #expect(world.core.state.maintenanceStatus.draining.first?.statuses.isEmpty == true)
    }

    @Test func anotherScheduleRescindsAndAsksAnew() throws {
        var world = Self.world()
        let asked = world.operate(Self.schedule()).effects
        let first = try #require(world.inverseOffers(in: asked).first?.id)
        let other = Unavailability(start: Instant(seconds: 7200))
        let effects = world.operate(Self.schedule([Self.machine], other)).effects
        #expect(world.events(in: effects).contains(.rescindInverseOffer(first)))
        let second = try #require(world.inverseOffers(in: effects).first)
        #expect(second.unavailability == other && world.offers("f").first?.unavailability == other)
        world.call("f", .acceptInverseOffers([second.id], filters: Filters(refuseSeconds: 1000)))
        let third = world.operate(Self.schedule()).effects
        #expect(world.inverseOffers(in: third).count == 1, "filters and answers end with the schedule")
        #expect(world.core.state.maintenanceStatus.draining.first?.statuses.isEmpty == true)
        let dropped = world.operate(.updateSchedule(MaintenanceSchedule())).effects
        #expect(world.events(in: dropped).contains { if case .rescindInverseOffer = $0 { true } else { false } })
        #expect(world.offers("f").first?.unavailability == nil && world.core.state.machines.isEmpty)
        #expect(world.violations.isEmpty)
    }

    @Test func inverseOffersTimeOutLikeOffers() throws {
        var world = Self.world { $0.offerTimeout = .seconds(30) }
        let asked = world.operate(Self.schedule()).effects
        let id = try #require(world.inverseOffers(in: asked).first?.id)
        let effects = world.wait(.seconds(31))
        #expect(world.events(in: effects).contains(.rescindInverseOffer(id)))
        #expect(world.core.state.inverseOffers.allSatisfy { $0.id != id })
    }

    @Test func aSchedulerThatGoesIsAskedAnewWhenItIsBack() throws {
        var world = Self.world()
        world.operate(Self.schedule())
        world.close("f")
        #expect(world.core.state.inverseOffers.isEmpty)
        let effects = world.subscribe("f")
        #expect(world.inverseOffers(in: effects + world.wait(.seconds(2))).count == 1)
        world.subscribe("f")
        #expect(world.core.state.inverseOffers.count <= 1)
        world.call("f", .teardown)
        #expect(world.core.state.inverseOffers.isEmpty && world.violations.isEmpty)
    }

    @Test func anAgentThatRegistersOnAScheduledMachineIsOfferedWithTheUnavailability() {
        var world = MasterWorld()
        world.operate(Self.schedule())
        world.subscribe("f")
        world.register("a1", Self.resources)
        #expect(world.offers("f").map(\.unavailability) == [Self.unavailability])
    }

    // MARK: Down and up

    @Test func aMachineThatGoesDownTakesItsAgentsWithIt() throws {
        var world = TaskLifecycleTests.running(.partitionAware)
        world.register("a2", Self.resources)
        world.operate(Self.schedule())
        let (reply, effects) = world.operate(.startMaintenance([Self.machine]))
        #expect(reply == .ok)
        #expect(world.orders(in: effects) == [.shutdown("Operator initiated 'Machine DOWN'")])
        let status = try #require(world.statuses(in: effects).first)
        #expect(status.state == .lost && status.reason == .agentRemoved)
        #expect(world.events(in: effects).contains(.failure(agent: "m-S0", executor: nil, status: nil)))
        #expect(world.core.state.agents.map(\.id) == ["m-S1"])
        #expect(world.records.contains(.deleteAgent("m-S0")) && world.records.contains(.putDown(Self.machine)))
        #expect(world.core.state.inverseOffers.isEmpty && world.violations.isEmpty)
    }

    @Test func agentsOfAMachineThatIsDownAreSentAway() {
        var world = MasterWorld()
        world.register("a1", Self.resources)
        world.operate(Self.schedule())
        world.operate(.startMaintenance([Self.machine]))
        #expect(world.messages(in: world.reregister("a1")) == [.shutdown("Machine is `DOWN`")])
        #expect(world.messages(in: world.register("a1", Self.resources)) == [.shutdown("Machine is `DOWN`")])
        #expect(world.core.state.agents.isEmpty)
        #expect(world.operate(.stopMaintenance([Self.machine])).reply == .ok)
        #expect(world.core.state.schedule.windows.isEmpty && world.core.state.machines.isEmpty)
        world.register("a1", Self.resources)
        #expect(world.core.state.agents.map(\.id) == ["m-S1"])
    }

    @Test func onlyTheMachinesThatAreUpLeaveTheSchedule() {
        var world = MasterWorld()
        let other = MachineID(hostname: "a2", ip: "10.0.0.2")
        world.operate(Self.schedule([Self.machine, other]))
        world.operate(.startMaintenance([other]))
        world.operate(.stopMaintenance([other]))
        #expect(world.core.state.schedule.windows.map(\.machines) == [[Self.machine]])
        #expect(world.core.state.machines.map(\.mode) == [.draining] && world.registry.downMachines.isEmpty)
    }

    @Test func theNextMasterGoesOnWithTheSchedule() {
        var world = Self.world()
        let down = MachineID(hostname: "B", ip: "10.0.0.9")
        world.operate(Self.schedule([Self.machine, down]))
        world.operate(.startMaintenance([down]))
        var next = world.failover()
        #expect(next.core.state.schedule == world.core.state.schedule)
        #expect(next.core.state.machines.map(\.mode) == [.draining, .down])
        next.subscribe("f")
        next.reregister("a1", of: ["f"])
        #expect(next.offers("f").map(\.unavailability) == [Self.unavailability])
        #expect(next.core.state.inverseOffers.count == 1, "frameworks with offers are asked too")
        #expect(next.operate(.stopMaintenance([down])).reply == .ok && next.violations.isEmpty)
    }

    @Test func beforeTheRegistryIsReadOperatorsWait() {
        var core = MasterCore(configuration: .init(), master: MasterWorld.info, seed: 1, now: .epoch)
        let request = RequestToken(1)
        let effects = core.step(.operatorRequested(request, Self.schedule(), principal: nil), now: .epoch).effects
        #expect(effects == [.respond(request, .refused(status: 503, text: "Master has not finished recovery"))])
    }
}
