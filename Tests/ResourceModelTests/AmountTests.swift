internal import ClusterBase
internal import ResourceModel
internal import Testing

/// Fixed-point amounts, quantities and conversions.
@Suite struct AmountTests {
    @Test func sumsAreExact() throws {
        let start = try Resources(parsing: "cpus:1.001")
        var current = start
        for _ in 0..<10_000 { current += start }
        #expect(current.cpus == Scalar(thousandths: 10_001 * 1001))
        for _ in 0..<10_000 { current -= start }
        #expect(current == start && current.cpus.value == 1.001)
        #expect(start + start + start - start - start == start && start - [.scalar("cpus", 0)] == start)
    }

    @Test func moreThanThreeDigitsAreRounded() throws {
        #expect(try Resources(parsing: "cpus:1.5011").cpus.value == 1.501)
        #expect(try Resources(parsing: "cpus:1.5015").cpus.value == 1.502)
        #expect(Scalar(-1.5015).value == -1.502 && Scalar(0.0005) == Scalar(thousandths: 1))
        #expect(!Scalar.canHold(.infinity) && !Scalar.canHold(.nan) && !Scalar.canHold(1e17) && Scalar.canHold(9e15))
        #expect(Scalar(whole: 7).value == 7 && Scalar(whole: .max).thousandths == .max)
    }

    @Test func bagsAreEqualInAnyOrder() {
        let (one, two): (Resources, Resources) = (
            [.scalar("cpus", 1), .scalar("mem", 2)], [.scalar("mem", 2), .scalar("cpus", 1)]
        )
        #expect(one == two && one.hashValue == two.hashValue && one != [.scalar("cpus", 1)])
        #expect(one != [.scalar("cpus", 1), .scalar("mem", 3)])
    }

    @Test func setsAddSubtractAndContain() {
        func names(_ items: String...) -> Resources { [Resource(name: "disks", value: .set(items.sorted()))] }
        #expect(names("a", "b") + names("b", "c") == names("a", "b", "c"))
        #expect(names("a", "b", "c") - names("b", "d") == names("a", "c") && (names("a") - names("a")).isEmpty)
        #expect(names("a", "b").contains(names("b")) && !names("a").contains(names("a", "b")))
        #expect(names("b", "a") == names("a", "b") && names("a") != [.scalar("disks", 1)])
    }

    @Test func negativeAndEmptyOnesAreNotAdded() {
        #expect(Resources([.scalar("cpus", -1), .scalar("cpus", 0), .ranges("ports", [])]).isEmpty)
        #expect((Resources([.scalar("cpus", 1)]) - [.scalar("cpus", 2)]).isEmpty)
    }

    @Test func quantitiesForgetKinds() {
        let bag: Resources = [
            .scalar("cpus", 1), DiskTests.disk(10, "v", path: "p", role: "r"), .scalar("disk", 5),
            .ranges("ports", [1...5, 10...10]), Resource(name: "disks", value: .set(["a", "b"])),
        ]
        let all = ResourceQuantities(bag)
        #expect(all.map(\.name) == ["cpus", "disk", "disks", "ports"])
        #expect(all["disk"] == Scalar(15) && all["ports"] == Scalar(6) && all["disks"] == Scalar(2))
        #expect(all["gpus"] == .zero && ResourceQuantities.ofScalars(bag) == ["cpus": Scalar(1), "disk": Scalar(15)])
        #expect(bag.contains(all) && bag.contains(["ports": Scalar(6), "cpus": Scalar(0.5)]))
        #expect(!bag.contains(["ports": Scalar(7)]) && !bag.contains(["gpus": Scalar(1)]))
        #expect(bag.contains(["gpus": .zero]) && bag.contains(ResourceQuantities()))
    }

    @Test func quantitiesAddAndSubtract() {
        let (left, right): (ResourceQuantities, ResourceQuantities) = (
            ["cpus": Scalar(2), "mem": Scalar(1)], ["mem": Scalar(3), "gpus": Scalar(1)]
        )
        #expect(left + right == ["cpus": Scalar(2), "gpus": Scalar(1), "mem": Scalar(4)])
        #expect(left - right == ["cpus": Scalar(2)] && (left - left).isEmpty && left + [:] == left)
        #expect((left + right).contains(right) && !left.contains(right) && left.contains([:]))
        #expect((left + right).description == "cpus:2; gpus:1; mem:4")
        var sum = left
        sum += right
        sum -= right
        #expect(sum == left)
    }

    @Test func conversionsReplaceResources() throws {
        let bag: Resources = [.scalar("cpus", 3), .scalar("mem", 4)]
        let reserved = Resource.scalar("cpus", 1).pushing(.init(kind: .dynamic, role: "r"))
        let conversion = ResourceConversion(consumed: [.scalar("cpus", 1)], produced: [reserved])
        #expect(try bag.applying(conversion) == [.scalar("cpus", 2), .scalar("mem", 4), reserved])
        let twice = try bag.applying([conversion, conversion])
        #expect(twice.unreserved.cpus == Scalar(1) && twice.reserved.cpus == Scalar(2))
        let back = ResourceConversion(consumed: twice.reserved, produced: twice.reserved.popping())
        #expect(try twice.applying(back) == bag)
        let error = #expect(throws: ClusterError.self) {
            try bag.applying([conversion, conversion, conversion, conversion])
        }
        #expect(error?.message == "mem:4; cpus(reservations: [(DYNAMIC,r)]):3 does not contain cpus:1")
    }
}
