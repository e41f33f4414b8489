internal import ResourceModel
internal import Testing

/// Shared volumes are counted.
@Suite struct SharedResourcesTests {
    private func volume(_ size: Double, _ id: String = "1", isShared: Bool = true) -> Resource {
        var volume = DiskTests.disk(size, id, path: "path", role: "role1")
        volume.isShared = isShared
        return volume
    }

    @Test func copiesAddAndSubtract() {
        let disk = volume(50)
        let one: Resources = [.scalar("cpus", 1), disk]
        let two: Resources = [.scalar("cpus", 2), disk]
        let sum = one + two
        #expect(sum.count == 2 && sum.cpus == Scalar(3) && sum.disk == Scalar(50) && sum.count(of: disk) == 2)
        #expect(one.count(of: disk) == 1 && sum.contains(disk))
        #expect((sum - one).count(of: disk) == 1 && (sum - one - two).count(of: disk) == 0)
        #expect(!(one - sum).contains(disk) && (one - sum).isEmpty)
    }

    @Test func copiesCountInContaining() {
        let disk = volume(50)
        let (two, three) = (Resources([disk, disk]), Resources([disk, disk, disk]))
        #expect(three.contains(two) && !two.contains(three) && two != three)
        #expect(three - two == [disk] && (two - three).isEmpty)
        #expect(two + three - two == three && three - two + two == three)
        #expect(Resources(Array(two)) == two)
    }

    @Test func onlyEqualOnesAreCopies() {
        let (small, large) = (volume(50, "1"), volume(100, "2"))
        let bag: Resources = [small, large]
        #expect(bag.count(of: small) == 1 && (bag - [small]).count(of: large) == 1)
        #expect(Resources([small]) - [large] == [small])
        let (shared, own) = (volume(100), volume(100, isShared: false))
        #expect(!Resources([shared]).contains(own) && !Resources([own]).contains(shared))
        let mixed: Resources = [shared, shared, own]
        #expect(mixed.count == 2 && mixed.disk == Scalar(200))
        #expect(mixed.count(of: shared) == 2 && mixed.count(of: own) == 1)
        #expect(Resources([own]) - [shared] == [own] && mixed.shared.count(of: shared) == 2)
    }
}
