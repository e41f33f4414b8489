import ClusterBase
import ClusterModel
import ResourceModel
import Testing

@testable import AllocatorCore

/// Quotas together with reservations, nested roles and disks that cannot be cut (spec `mesos/06` §6.4 One run).
@Suite struct QuotaStageTests {
    typealias Bench = AllocatorTests.Bench
    typealias Got = [(framework: FrameworkID, part: AgentAllocation)]

    private static func reserved(_ name: String, _ amount: Double, _ role: String) -> Resource {
        Resource(name: name, value: .scalar(Scalar(amount)), reservations: [.init(kind: .static, role: role)])
    }

    private static func mount(_ size: Double, _ root: String) -> Resource {
        Resource(
            name: "disk", value: .scalar(Scalar(size)), disk: Resource.Disk(source: .init(.mount, root: root)))
    }

    private static func path(_ size: Double, _ root: String) -> Resource {
        Resource(
            name: "disk", value: .scalar(Scalar(size)), disk: Resource.Disk(source: .init(.path, root: root)))
    }

    private func sum(_ got: Got, _ framework: FrameworkID, _ name: String = "cpus") -> Double {
        got.filter { $0.framework == framework }.reduce(0) { $0 + $1.part.resources.scalar(name).value }
    }

    private func bench(_ roles: [(framework: FrameworkID, role: String)]) -> Bench {
        var bench = Bench()
        for (framework, role) in roles { bench.framework(framework, roles: [role]) }
        return bench
    }

    // MARK: Disks

    @Test func aDiskThatCannotBeCutIsTakenWholeOrNotAtAll() {
        var bench = bench([("f", "r")])
        bench.agent("a", [.scalar("cpus", 2), .scalar("mem", 512), Self.mount(200, "/one"), Self.mount(50, "/two")])
        bench.allocator.setQuota("r", guarantees: [:], limits: ["cpus": Scalar(1), "disk": Scalar(100)])
        let got = bench.allocations()
        #expect(sum(got, "f") == 1)
        #expect(sum(got, "f", "disk") == 50, "the larger one exceeds the limit")
        #expect(bench.allocator.quotaConsumed("r").first { $0.name == "disk" }?.amount == Scalar(50))
        #expect(bench.allocator.available(on: "a")?.disk == Scalar(200))
    }

    @Test func severalDisksAreTakenUntilTheLimitIsReached() {
        var bench = bench([("f", "r")])
        let disks = (0..<5).map { Self.mount(40, "/\($0)") }
        bench.agent("a", Resources([.scalar("cpus", 2), .scalar("disk", 30)] + disks))
        bench.allocator.setQuota("r", guarantees: ["disk": Scalar(120)], limits: ["disk": Scalar(120)])
        #expect(sum(bench.allocations(), "f", "disk") == 110)
    }

    @Test func aDiskOfAPathIsCut() {
        var bench = bench([("f", "r")])
        bench.agent("a", [.scalar("cpus", 2), Self.path(200, "/one")])
        bench.allocator.setQuota("r", guarantees: [:], limits: ["disk": Scalar(70)])
        #expect(sum(bench.allocations(), "f", "disk") == 70)
        #expect(bench.allocator.available(on: "a")?.disk == Scalar(130))
    }

    @Test func disksOfAPromiseAreKeptFromOthers() {
        var bench = bench([("g", "plain")])
        bench.agent("a", [.scalar("cpus", 2), .scalar("mem", 512), Self.mount(100, "/one")])
        bench.allocator.setQuota("r", guarantees: ["disk": Scalar(100)], limits: [:])
        #expect(sum(bench.allocations(), "g", "disk") == 0)
        bench.framework("f", roles: ["r"])
        bench.allocator.setMinAllocatable("f", ["r": []])
        #expect(sum(bench.allocations(), "f", "disk") == 100)
    }

    // MARK: Reservations

    @Test func reservationsOfOthersDoNotMeetAPromise() {
        var bench = bench([("g", "plain")])
        bench.agent("a", [Self.reserved("cpus", 3, "plain"), .scalar("cpus", 3)])
        bench.allocator.setQuota("r", guarantees: ["cpus": Scalar(2)], limits: [:])
        // Of the three unreserved cores, two are promised; the reserved ones are no help there.
        let got = bench.allocations()
        #expect(sum(got, "g") == 4)
        #expect(bench.allocator.available(on: "a")?.cpus == Scalar(2))
    }

    @Test func reservationsBeyondThePromiseNeedNoHeadroom() {
        var bench = bench([("f", "r"), ("g", "plain")])
        bench.agent("a", [Self.reserved("cpus", 5, "r")])
        bench.agent("b", [.scalar("cpus", 2)])
        bench.allocator.setQuota("r", guarantees: ["cpus": Scalar(3)], limits: ["cpus": Scalar(3)])
        let got = bench.allocations()
        #expect(sum(got, "f") == 5)
        #expect(sum(got, "g") == 2)
    }

    @Test func reservationsOfAncestorsAreOfferedBelow() {
        var bench = bench([("f", "org/eng/dev")])
        bench.agent("a", [Self.reserved("cpus", 1, "org"), Self.reserved("cpus", 2, "org/eng")])
        bench.agent("b", [Self.reserved("cpus", 4, "org/eng/dev"), Self.reserved("cpus", 8, "org/ops")])
        #expect(sum(bench.allocations(), "f") == 7)
        #expect(bench.allocator.available(on: "b") == [Self.reserved("cpus", 8, "org/ops")])
    }

    @Test func reservationsOfAncestorsGoAlongWithAPromise() {
        var bench = bench([("f", "org/eng"), ("g", "plain")])
        bench.agent("a", [Self.reserved("cpus", 1, "org"), .scalar("cpus", 5), .scalar("mem", 1_024)])
        bench.allocator.setQuota("org", guarantees: ["cpus": Scalar(4)], limits: ["cpus": Scalar(4)])
        let got = bench.allocations()
        // One reserved, three more to meet four; what is left goes to the other.
        #expect(sum(got, "f") == 4)
        #expect(sum(got, "g") == 2)
    }

    @Test func aReservationBelowCountsForThePromiseOfTheTop() {
        var bench = bench([("g", "plain")])
        bench.allocator.setQuota("org", guarantees: ["cpus": Scalar(4)], limits: [:])
        bench.agent("a", [Self.reserved("cpus", 3, "org/eng"), .scalar("cpus", 5)])
        #expect(sum(bench.allocations(), "g") == 4)
    }

    @Test func whatIsHeldBelowCountsForThePromiseOfTheTop() {
        var bench = bench([("f", "org/eng"), ("g", "plain")])
        bench.allocator.setQuota("org", guarantees: ["cpus": Scalar(4)], limits: [:])
        bench.agent("a", [.scalar("cpus", 6)])
        bench.allocator.assume(Resources([.scalar("cpus", 3)]).allocated(to: "org/eng"), of: "f", on: "a")
        bench.allocator.suppress("f", roles: ["org/eng"])
        #expect(sum(bench.allocations(), "g") == 2)
    }

    @Test func whatIsReservedWhileHeldGoesOnCountingOnce() {
        var bench = bench([("f", "r")])
        bench.agent("a", [.scalar("cpus", 4)])
        bench.allocator.setQuota("r", guarantees: ["cpus": Scalar(4)], limits: ["cpus": Scalar(4)])
        let got = bench.allocations()
        let (plain, kept): (Resources, Resources) = ([.scalar("cpus", 3)], [Self.reserved("cpus", 3, "r")])
        let isDone = bench.allocator.convert(
            consumed: plain.allocated(to: "r"), produced: kept.allocated(to: "r"), on: "a", of: "f")
        #expect(isDone && sum(got, "f") == 4)
        #expect(bench.allocator.quotaConsumed("r").first?.amount == Scalar(4))
        let back = bench.allocator.convert(
            consumed: kept.allocated(to: "r"), produced: plain.allocated(to: "r"), on: "a", of: "f")
        #expect(back)
        #expect(bench.allocator.quotaConsumed("r").first?.amount == Scalar(4))
    }

    // MARK: Several promises

    @Test func promisesWithoutFrameworksKeepAgentsFree() {
        var bench = bench([("g", "plain")])
        for name in ["a", "b"] { bench.agent(AgentID(name), [.scalar("cpus", 1), .scalar("mem", 512)]) }
        for role in ["r", "s"] {
            bench.allocator.setQuota(role, guarantees: ["cpus": Scalar(1), "mem": Scalar(512)], limits: [:])
        }
        #expect(bench.run() == [])
        bench.agent("c", [.scalar("cpus", 1), .scalar("mem", 512)])
        #expect(bench.run().count == 1)
    }

    @Test func anUnwantedPromiseDoesNotStopTheOther() {
        var bench = bench([("f", "r"), ("h", "s")])
        for role in ["r", "s"] { bench.allocator.setQuota(role, guarantees: ["cpus": Scalar(2)], limits: [:]) }
        bench.allocator.suppress("f", roles: ["r"])
        for number in 0..<4 { bench.agent(AgentID("a\(number)"), [.scalar("cpus", 1)]) }
        #expect(sum(bench.allocations(), "h") == 2)
    }

    @Test func frameworksOfAPromisedRoleShareIt() {
        var bench = bench([("f", "r"), ("g", "r"), ("h", "plain")])
        for number in 0..<6 { bench.agent(AgentID("a\(number)"), [.scalar("cpus", 1), .scalar("mem", 64)]) }
        bench.allocator.setQuota("r", guarantees: ["cpus": Scalar(4)], limits: ["cpus": Scalar(4)])
        let got = bench.allocations()
        #expect(sum(got, "f") == 2 && sum(got, "g") == 2 && sum(got, "h") == 2)
    }

    /// A promise of cores alone: memory, disk and ports of the agents come along as far as nobody else needs them.
    @Test func whatIsNotPromisedComesAlong() {
        var bench = bench([("f", "r")])
        bench.allocator.setQuota("r", guarantees: ["cpus": Scalar(1)], limits: ["cpus": Scalar(1)])
        bench.agent("a", AllocatorTests.standard)
        let got = bench.allocations()
        #expect(sum(got, "f") == 1 && sum(got, "f", "mem") == 1_024)
        #expect(got.first?.part.resources.ports.count == 10)
    }

    @Test func refusedPromisesStayFilteredAndGoToNobodyElse() {
        var bench = bench([("f", "r"), ("g", "plain")])
        bench.allocator.setQuota("r", guarantees: ["cpus": Scalar(1), "mem": Scalar(512)], limits: [:])
        bench.agent("a", [.scalar("cpus", 1), .scalar("mem", 512)])
        bench.decline(bench.allocations(), for: .seconds(10))
        #expect(bench.run() == [])
        bench.now = bench.now + .seconds(10)
        #expect(bench.run() == ["f a r"])
    }

    @Test func equalSharesTakeTurns() {
        var bench = bench([("f", "r"), ("g", "r")])
        bench.agent("a", [.scalar("cpus", 2), .scalar("mem", 1_024)])
        var winners: [FrameworkID] = []
        for _ in 0..<6 {
            let got = bench.allocations()
            winners += got.map(\.framework)
            bench.decline(got, for: nil)
        }
        #expect(winners == ["f", "g", "f", "g", "f", "g"])
    }
}
