import ClusterBase
import ClusterModel
import MarathonModel
import ResourceModel
import Testing

@testable import MarathonCore

private func advice(
    wanted: Int, minimum: Double, over: Double, old: [Bool?] = [], new: [Bool?] = [], dying: Int = 0
) -> RollingUpdatePlanner.Advice {
    let strategy = UpgradeStrategy(minimumHealthCapacity: minimum, maximumOverCapacity: over)
    var low: UInt64 = 0
    func observed(_ health: Bool?, isNew: Bool, isWanted: Bool = true) -> RollingUpdatePlanner.Observed {
        low += 1
        let id = InstanceID(app: PathID("/a"), unique: UniqueID(high: 0, low: low))
        return .init(id: id, isNew: isNew, isWanted: isWanted, isRunning: health != nil, health: health)
    }
    let all =
        old.map { observed($0, isNew: false) } + new.map { observed($0, isNew: true) }
        + (0..<dying).map { _ in observed(true, isNew: false, isWanted: false) }
    return RollingUpdatePlanner(wanted: wanted, strategy: strategy).advise(all)
}

/// The worked cases of spec §4.4; nil = not running, true/false = what the checks say.
@Test func rollingUpdatesKeepTheirBounds() {
    let start = advice(wanted: 4, minimum: 1, over: 1, old: [true, true, true, true])
    #expect(start.starts == 4 && start.kills.isEmpty)
    let oneForOne = advice(wanted: 4, minimum: 1, over: 1, old: [true, true, true, true], new: [true, true, nil, nil])
    #expect(oneForOne.starts == 0 && oneForOne.kills.count == 2)
    let noOver = advice(wanted: 4, minimum: 1, over: 0, old: [true, true, true, true])
    #expect(noOver.starts == 1 && noOver.kills.isEmpty)
    let half = advice(wanted: 4, minimum: 0.5, over: 0, old: [true, true, true, true])
    #expect(half.starts == 0 && half.kills.count == 2)
    let halfDying = advice(wanted: 4, minimum: 0.5, over: 0, old: [true, true], dying: 2)
    #expect(halfDying.starts == 0 && halfDying.kills.isEmpty)
    let halfGone = advice(wanted: 4, minimum: 0.5, over: 0, old: [true, true])
    #expect(halfGone.starts == 2 && halfGone.kills.isEmpty)
    let replace = advice(wanted: 1, minimum: 0, over: 0, old: [true])
    #expect(replace.starts == 0 && replace.kills.count == 1)
    let fewer = advice(wanted: 2, minimum: 1, over: 1, old: [true, true, true, true])
    #expect(fewer.starts == 0 && fewer.kills.count == 2)
}

@Test func uselessOldInstancesGoFirst() {
    let result = advice(wanted: 2, minimum: 1, over: 1, old: [true, false, nil], new: [nil])
    #expect(result.kills.count == 2)
}

@Test(
    arguments: [
        (Constraint("hostname", .unique), "a", ["b"], true), (Constraint("hostname", .unique), "a", ["a"], false),
        (Constraint("hostname", .cluster), "a", ["a"], true), (Constraint("hostname", .cluster), "b", ["a"], false),
        (Constraint("hostname", .cluster), "b", [], true), (Constraint("hostname", .cluster, "a"), "b", [], false),
        (Constraint("hostname", .groupBy), "a", ["a", "b"], true),
        (Constraint("hostname", .groupBy), "a", ["a", "a", "b"], false),
        (Constraint("hostname", .groupBy, "3"), "a", ["a", "b"], false),
        (Constraint("hostname", .groupBy, "3"), "c", ["a", "b"], true),
        (Constraint("hostname", .maxPer, "2"), "a", ["a"], true),
        (Constraint("hostname", .maxPer, "2"), "a", ["a", "a"], false),
        (Constraint("hostname", .like, "a[0-9]+"), "a12", [], true),
        (Constraint("hostname", .like, "a[0-9]"), "a12", [], false),
        (Constraint("hostname", .unlike, "a.*"), "b", [], true),
        (Constraint("hostname", .unlike, "a.*"), "ab", [], false),
        (Constraint("hostname", .is, "a"), "a", [], true), (Constraint("hostname", .is, "a"), "b", [], false),
        (Constraint("rack", .like, ".*"), "a", [], false), (Constraint("rack", .unlike, ".*"), "a", [], true),
    ] as [(Constraint, String, [String], Bool)])
func constraintDecides(constraint: Constraint, host: String, placed: [String], expected: Bool) {
    let candidate = Placement(hostname: host)
    #expect(constraint.accepts(candidate, beside: placed.map { Placement(hostname: $0) }) == expected)
}

@Test func attributesCompareAsUpstreamWritesThem() {
    #expect(Placement.text(.scalar(1)) == "1")
    #expect(Placement.text(.scalar(1.23456)) == "1.235")
    #expect(Placement.text(.ranges(ValueRanges([1...3, 7...7]))) == "[1-3,7-7]")
    let candidate = Placement(hostname: "h", attributes: ["level": "2"])
    #expect(Constraint("level", .is, "2.0").accepts(candidate, beside: []))
}

@Test func constraintsHoldAcrossOneAccept() throws {
    var world = MarathonWorld()
    world.connect()
    try world.post(#"{"id":"/u","cmd":"sleep 1","instances":3,"constraints":[["hostname","UNIQUE"]]}"#)
    let offers = ["a", "b"].map { world.makeOffer($0) }
    #expect(world.launches(from: offers).map(\.agentID.value).sorted() == ["a-id", "b-id"])
    #expect(world.offer("a").isEmpty)
    #expect(world.core.queue.first?.statistics.attempt[.constraint] ?? 0 > 0)
}

@Test func fixedAndRandomPortsComeFromTheOffer() throws {
    var random = SeededRandom(seed: 3)
    let app = try spec(#"{"id":"a","cmd":"run","requirePorts":true,"ports":[31005,0,0]}"#)
    let offered = ValueRanges([31_004...31_005, 31_009...31_009])
    let ports = try #require(PortAssignment.choose(for: app, from: offered, random: &random))
    #expect(ports.published[0] == 31_005 && Set(ports.published[1...]) == [31_004, 31_009])
    #expect(PortAssignment.choose(for: app, from: ValueRanges([31_004...31_005]), random: &random) == nil)
}

@Test func reservedResourcesAreUsedFirstAndRolesKept() throws {
    var settings = MarathonSettings(defaults: AppDefaults(role: "web"))
    settings.declineDuration = .seconds(5)
    var world = MarathonWorld(settings: settings)
    world.connect()
    try world.post(#"{"id":"/r","cmd":"run it","cpus":1,"mem":10,"portDefinitions":[]}"#)
    #expect(world.offer(role: "*").isEmpty)
    var offer = world.makeOffer("h", role: "web")
    let reserved = Resource(
        name: "cpus", value: .scalar(Scalar(1)), reservations: [.init(kind: .static, role: "web")],
        allocationRole: "web")
    offer.resources.add(reserved)
    let task = try #require(world.launches(from: [offer]).first)
    #expect(task.resources.reserved == [reserved])
    #expect(task.resources.unreserved.cpus == .zero)
}

@Test func scaleDownChoosesTheLeastUseful() throws {
    var world = MarathonWorld()
    world.connect()
    try world.post(#"{"id":"/k","cmd":"sleep 1","instances":2}"#)
    let first = world.offer()
    world.run(first)
    world.wait(.seconds(10))
    try world.put("/k", #"{"instances":3}"#)
    let last = world.offer()
    world.run(last)
    _ = world.takeCalls()
    try world.put("/k", #"{"instances":2}"#)
    #expect(world.takeKills() == last.map(\.id))
}
