import ClusterBase
import ClusterModel
import ResourceModel
import Testing

@testable import AllocatorCore

/// Conversions, changed totals, shared resources, minimums by framework, inverse offers, explanations.
@Suite struct OperationTests {
    typealias Bench = AllocatorTests.Bench

    private static func reserved(_ resource: Resource, _ roles: String...) -> Resource {
        var resource = resource
        resource.reservations = roles.map { .init(kind: .dynamic, role: $0, principal: "p") }
        return resource
    }

    private static func volume(_ id: String, _ size: Double, role: String, isShared: Bool = false) -> Resource {
        var volume = reserved(.scalar("disk", size), role)
        volume.disk = Resource.Disk(persistenceID: id, containerPath: "data")
        volume.isShared = isShared
        return volume
    }

    private static let plain: Resources = [.scalar("cpus", 2), .scalar("mem", 1_024), .scalar("disk", 100)]

    // MARK: Conversions

    @Test func aReservationOfAHeldResourceStaysWithItsHolderAndCountsForItsRole() {
        var bench = Bench()
        bench.framework("f", roles: ["r"])
        bench.agent("a", Self.plain)
        #expect(bench.run() == ["f a r"])
        let cpus: Resources = [.scalar("cpus", 2)]
        let kept: Resources = [Self.reserved(.scalar("cpus", 2), "r")]
        #expect(
            bench.convert(
                consumed: cpus.allocated(to: "r"), produced: kept.allocated(to: "r"), on: "a", of: "f") == true)
        #expect(bench.allocator.available(on: "a")?.isEmpty == true)
        #expect(bench.allocator.quotaConsumed("r").map(\.name) == ["cpus", "mem", "disk"])
        // Given back, it is there as a reservation, and another role does not see it.
        bench.framework("g", roles: ["s"])
        let rest: Resources = [.scalar("mem", 1_024), .scalar("disk", 100)]
        bench.allocator.recover(
            (kept + rest).allocated(to: "r"), of: "f", on: "a", refusal: .seconds(9), now: bench.now)
        #expect(bench.allocator.available(on: "a") == rest + kept)
        let got = bench.allocations()
        #expect(got.map(\.framework) == ["g"])
        #expect(got.first?.part.resources.allocated(to: nil) == rest)
        // Unreserving gives it to all again.
        #expect(bench.convert(consumed: kept, produced: cpus, on: "a", of: nil) == true)
        #expect(bench.allocator.available(on: "a") == cpus)
        #expect(bench.run() == ["f a r"], "what was refused was reserved")
    }

    /// One request may reserve under thousands of labels, one after the other; what an agent was in between is not
    /// remembered.
    @Test func whatAnAgentWasBetweenConversionsIsForgotten() {
        var bench = Bench()
        bench.allocator.pool.leastSweepWeight = 500
        bench.agent("a", [.scalar("cpus", 1_000)])
        for number in 0..<100 {
            var kept = Self.reserved(.scalar("cpus", 1), "r")
            kept.reservations[0].labels = [.init(key: "n", value: "\(number)")]
            #expect(bench.convert(consumed: [.scalar("cpus", 1)], produced: [kept], on: "a", of: nil) == true)
        }
        #expect(bench.allocator.available(on: "a")?.count == 101)
        #expect(bench.allocator.available(on: "a")?.cpus == Scalar(1_000))
        // All of them would be 5,000 entries.
        #expect(bench.allocator.pool.weight < 1_000)
        bench.framework("f", roles: ["r"])
        #expect(bench.run() == ["f a r"])
    }

    /// Amounts at the end of what can be counted wrap around rather than stop the master.
    @Test func absurdAmountsAreCounted() {
        var bench = Bench()
        bench.framework("f", roles: ["r"])
        let absurd: Resources = [.scalar("cpus", 9e15)]
        bench.agent("a", absurd)
        #expect(bench.run() == ["f a r"])
        bench.allocator.assume(absurd.allocated(to: "r"), of: "f", on: "a")
        #expect(bench.allocator.holders(on: "a") == ["f"])
        for _ in 0..<2 { bench.allocator.recover(absurd.allocated(to: "r"), of: "f", on: "a", now: bench.now) }
        #expect(bench.allocator.holders(on: "a") == [])
        #expect(bench.run() == ["f a r"])
    }

    @Test func whatIsNotThereIsNotConverted() {
        var bench = Bench()
        bench.framework("f", roles: ["r"])
        bench.agent("a", Self.plain)
        let cpus: Resources = [.scalar("cpus", 2)]
        let kept: Resources = [Self.reserved(.scalar("cpus", 2), "r")]
        #expect(bench.convert(consumed: [.scalar("cpus", 3)], produced: kept, on: "a", of: nil) == false)
        #expect(bench.convert(consumed: cpus, produced: kept, on: "unknown", of: nil) == false)
        let got = bench.allocations()
        #expect(bench.convert(consumed: cpus, produced: kept, on: "a", of: nil) == false, "it is offered")
        bench.decline(got, for: nil)
        #expect(bench.allocator.available(on: "a") == Self.plain)
        #expect(bench.convert(consumed: cpus, produced: kept, on: "a", of: nil) == true)
        #expect(bench.allocator.available(on: "a")?.reserved == kept)
    }

    @Test func volumesAreOfferedWhole() {
        var bench = Bench()
        bench.framework("f", roles: ["r"])
        let disk: Resources = [Self.reserved(.scalar("disk", 100), "r")]
        bench.agent("a", Resources([.scalar("cpus", 1)]) + disk)
        let volume = Self.volume("v", 60, role: "r")
        let taken: Resources = [Self.reserved(.scalar("disk", 60), "r")]
        #expect(bench.convert(consumed: taken, produced: [volume], on: "a", of: nil) == true)
        let got = bench.allocations()
        #expect(got.first?.part.resources.allocated(to: nil).contains(volume) == true)
        #expect(got.first?.part.resources.disk == Scalar(100))
    }

    @Test func totalsChangeUnderWhatIsHeld() {
        var bench = Bench()
        bench.framework("f", .revocableResources)
        bench.agent("a", Self.plain)
        let got = bench.allocations()
        let more = Resource(name: "cpus", value: .scalar(Scalar(3)), isRevocable: true)
        bench.allocator.setTotal("a", Self.plain + [more])
        let extra = bench.allocations()
        #expect(extra.first?.part.resources.allocated(to: nil) == [more])
        // Less than is held: nothing is left until enough came back.
        bench.allocator.setTotal("a", [.scalar("cpus", 1), .scalar("mem", 1_024), .scalar("disk", 100)])
        #expect(bench.run() == [])
        #expect(bench.allocator.available(on: "a")?.isEmpty == true)
        bench.decline(got + extra, for: nil)
        #expect(bench.allocator.available(on: "a")?.cpus == Scalar(1))
    }

    @Test func aChangedTotalKeepsFilters() {
        var bench = Bench()
        bench.framework("f")
        bench.agent("a", Self.plain)
        bench.decline(bench.allocations(), for: .seconds(500))
        bench.allocator.setTotal("a", [.scalar("cpus", 1), .scalar("mem", 1_024), .scalar("disk", 100)])
        #expect(bench.run() == [], "less than was refused")
        bench.allocator.setTotal("a", Self.plain + [.scalar("gadgets", 1)])
        #expect(bench.run() == ["f a *"], "more than was refused")
    }

    // MARK: Shared resources

    @Test func sharedVolumesGoToOneFrameworkARunAndToOthersInTheNext() {
        var bench = Bench()
        let volume = Self.volume("v", 50, role: "r", isShared: true)
        for name in ["f", "g"] { bench.framework(FrameworkID(name), roles: ["r"], .sharedResources) }
        bench.agent("a", Resources([.scalar("cpus", 4), .scalar("mem", 1_024)]) + [volume])
        let first = bench.allocations()
        #expect(first.map(\.framework) == ["f"])
        #expect(first.first?.part.resources.allocated(to: nil).contains(volume) == true)
        #expect(bench.run() == [], "a volume alone is below the minimum")
        // f keeps the volume and two cores; g is offered the rest, and the same volume.
        let rest: Resources = [.scalar("cpus", 2), .scalar("mem", 1_024)]
        bench.allocator.recover(rest.allocated(to: "r"), of: "f", on: "a", refusal: .seconds(500), now: bench.now)
        let second = bench.allocations()
        #expect(second.map(\.framework) == ["g"])
        #expect(second.first?.part.resources.allocated(to: nil) == rest + [volume])
    }

    @Test func sharedVolumesNeedTheCapability() {
        var bench = Bench()
        bench.framework("f", roles: ["r"])
        let volume = Self.volume("v", 50, role: "r", isShared: true)
        bench.agent("a", Resources([.scalar("cpus", 4)]) + [volume])
        #expect(bench.allocations().first?.part.resources.allocated(to: nil) == [.scalar("cpus", 4)])
    }

    @Test func copiesOfASharedResourceCountOnce() throws {
        var bench = Bench { $0.minAllocatableResources = [] }
        let volume = Self.volume("v", 50, role: "r", isShared: true)
        for name in ["f", "g"] { bench.framework(FrameworkID(name), roles: ["r"], .sharedResources) }
        bench.agent("a", [volume, .scalar("disk", 50)])
        var got = bench.allocations()
        bench.allocator.markAll()
        got += bench.allocations()
        #expect(got.count == 2)
        // 50 of 100 by the volume, however many hold it, and 50 by the plain disk.
        #expect(bench.allocator.dominantShares.map(\.share) == [1])
        let copy: Resources = [volume]
        #expect(bench.convert(consumed: [], produced: copy.allocated(to: "r"), on: "a", of: got[0].framework) == true)
        #expect(bench.allocator.dominantShares.map(\.share) == [1])
        let holder = got[0].framework
        bench.allocator.recover(copy.allocated(to: "r"), of: holder, on: "a", now: bench.now)
        #expect(bench.allocator.holders(on: "a") == ["f", "g"])
        bench.decline(got, for: nil)
        #expect(bench.allocator.dominantShares.map(\.share) == [0])
        #expect(bench.allocator.holders(on: "a") == [])
        #expect(bench.allocator.available(on: "a")?.contains(volume) == true)
    }

    // MARK: Minimums

    @Test func aFrameworkSetsItsOwnMinimum() {
        var bench = Bench()
        bench.framework("f", roles: ["r", "s"], .multiRole)
        bench.allocator.setMinAllocatable(
            "f", ["r": [["cpus": Scalar(2), "mem": Scalar(2_000)], ["disk": Scalar(100)]]])
        bench.agent("small", [.scalar("cpus", 2), .scalar("mem", 1_024)])
        #expect(bench.run() == ["f small s"])
        bench.allocator.suppress("f", roles: ["s"])
        bench.agent("other", [.scalar("cpus", 2), .scalar("mem", 1_024)])
        #expect(bench.run() == [])
        bench.agent("disk", [.scalar("cpus", 1), .scalar("disk", 100)])
        #expect(bench.run() == ["f disk r"])
        // An empty set means anything, though the configuration asks for cores or memory.
        bench.agent("bare", [.scalar("disk", 1)])
        #expect(bench.run() == [])
        bench.allocator.setMinAllocatable("f", ["r": []])
        #expect(bench.run().sorted() == ["f bare r", "f other r"])
    }

    // MARK: Inverse offers

    @Test func holdersAreAskedToLeaveOnceUntilTheyAnswer() {
        var bench = Bench()
        for name in ["f", "g"] { bench.framework(FrameworkID(name)) }
        bench.agent("a", Self.plain)
        bench.allocator.assume(Resources([.scalar("cpus", 1)]).allocated(to: "*"), of: "g", on: "a")
        bench.allocator.assume(Resources([.ranges("ports", [1...2])]).allocated(to: "*"), of: "f", on: "a")
        #expect(bench.allocator.holders(on: "a") == ["f", "g"])
        _ = bench.run()
        #expect(bench.asked().isEmpty)
        let away = Unavailability(start: bench.now + .seconds(60))
        bench.allocator.setUnavailability("a", away)
        _ = bench.run()
        #expect(bench.asked().map(\.frameworkID) == ["f", "g"])
        #expect(bench.asked().isEmpty)
        // Outstanding; then g refuses for a while, and f is asked again.
        bench.allocator.markAll()
        _ = bench.run()
        #expect(bench.asked().isEmpty)
        bench.allocator.closeInverseOffer(of: "f", on: "a", now: bench.now)
        bench.allocator.closeInverseOffer(of: "g", on: "a", refusal: .seconds(5), now: bench.now)
        bench.allocator.markAll()
        _ = bench.run()
        #expect(bench.asked() == [InverseAllocation(frameworkID: "f", agentIDs: ["a"])])
        bench.now = bench.now + .seconds(5)
        bench.allocator.markAll()
        _ = bench.run()
        #expect(bench.asked() == [InverseAllocation(frameworkID: "g", agentIDs: ["a"])])
        // A new schedule asks all anew; the end of it nobody.
        bench.allocator.setUnavailability("a", away)
        _ = bench.run()
        #expect(bench.asked().count == 2)
        bench.allocator.setUnavailability("a", nil)
        _ = bench.run()
        #expect(bench.asked().isEmpty)
    }

    @Test func revivalClearsRefusalsOfInverseOffersAndWhoIsGoneIsNotAsked() {
        var bench = Bench()
        for name in ["f", "g"] { bench.framework(FrameworkID(name)) }
        bench.agent("a", Self.plain)
        let used = Resources([.scalar("cpus", 1)]).allocated(to: "*")
        for name in ["f", "g"] { bench.allocator.assume(used, of: FrameworkID(name), on: "a") }
        bench.allocator.setFrameworkActive("g", false)
        bench.allocator.setUnavailability("a", Unavailability(start: bench.now))
        _ = bench.run()
        #expect(bench.asked().map(\.frameworkID) == ["f"], "g is not connected")
        bench.allocator.closeInverseOffer(of: "f", on: "a", refusal: .seconds(500), now: bench.now)
        bench.allocator.revive("f", roles: ["*"])
        _ = bench.run()
        #expect(bench.asked().map(\.frameworkID) == ["f"])
        // What came back is held no more.
        bench.allocator.closeInverseOffer(of: "f", on: "a", now: bench.now)
        bench.allocator.recover(used, of: "f", on: "a", refusal: .seconds(500), now: bench.now)
        #expect(bench.allocator.holders(on: "a") == ["f", "g"], "f holds what it was offered")
    }
}

extension AllocatorTests.Bench {
    fileprivate mutating func convert(
        consumed: Resources, produced: Resources, on agent: AgentID, of framework: FrameworkID?
    ) -> Bool { allocator.convert(consumed: consumed, produced: produced, on: agent, of: framework) }

    fileprivate mutating func asked() -> [InverseAllocation] { allocator.takeInverseAllocations() }
}
