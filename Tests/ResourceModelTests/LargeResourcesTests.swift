import ClusterBase
import ResourceModel
import Testing

/// Bags of very many kinds: the same results as one by one, in time linear in the kinds.
struct LargeResourcesTests {
    /// One of `kinds` reservations that differ in labels, or a volume on it.
    private func entry(_ number: Int, amount: Double, labels: Int = 3, volume: Bool = false) -> Resource {
        let labels = (0..<labels).map { Resource.Label(key: "l\($0)", value: $0 == 1 ? "\(number)" : "same") }
        let reservation = Resource.Reservation(kind: .dynamic, role: "a", principal: "p", labels: labels)
        let disk = volume ? Resource.Disk(persistenceID: "v\(number)", containerPath: "data") : nil
        return Resource(
            name: volume ? "disk" : "cpus", value: .scalar(Scalar(amount)), reservations: [reservation], disk: disk)
    }

    @Test func largeBagsBehaveLikeSmallOnes() {
        var random = SeededRandom(seed: 5)
        for _ in 0..<20 {
            let one = (0..<150).map { _ in
                entry(random.below(90), amount: Double(1 + random.below(5)), volume: random.below(3) == 0)
            }
            let two = (0..<120).map { _ in
                entry(random.below(90), amount: Double(1 + random.below(5)), volume: random.below(3) == 0)
            }
            var (single, other, rest) = (Resources(), Resources(), Resources())
            for entry in one { single.add(entry) }
            for entry in two { other.add(entry) }
            var sum = single
            for entry in other { sum.add(entry) }
            #expect(Resources(one).elementsEqual(single))
            #expect((single + other).elementsEqual(sum))
            rest = sum
            for entry in other { rest.subtract(entry) }
            #expect((sum - other).elementsEqual(rest))
            #expect(sum.contains(single) && sum.contains(other) && rest.contains(single))
            #expect(single.contains(sum) == false)
            let unlabelled = sum.mapped { $0.reservations[0].labels = [] }
            var expected = Resources()
            for var entry in sum {
                entry.reservations[0].labels = []
                expected.add(entry)
            }
            #expect(unlabelled.elementsEqual(expected))
        }
    }

    /// Two equal exclusive volumes are two; one is not enough for both, however large the bag is.
    @Test func whatIsTakenWholeCountsInLargeBagsToo() {
        let many = Resources((0..<100).map { entry($0, amount: 1) })
        let volume = entry(1, amount: 7, volume: true)
        let (once, twice) = (many + [volume], many + Resources([volume, volume]))
        #expect(twice.count == 102)
        #expect(twice.contains(twice) && twice.contains(once))
        #expect(!once.contains(twice))
        #expect((twice - once).elementsEqual([volume]))
    }

    @Test func labelsAreComparedInWhateverOrderInLargeBags() {
        let many = Resources((0..<100).map { entry($0, amount: 1) })
        let turned = many.mapped { $0.reservations[0].labels.reverse() }
        #expect(many == turned)
        #expect((many - turned).isEmpty)
        #expect((many + turned).count == 100)
    }

    /// Takes minutes when every entry is compared with every other.
    @Test(.timeLimit(.minutes(1))) func costGrowsWithTheKindsNotTheirSquare() {
        let all = Resources((0..<20_000).map { entry($0, amount: 1) })
        #expect(all.count == 20_000)
        #expect((all + all).count == 20_000)
        #expect(all.contains(all.strippingAllocation))
        #expect((all - all).isEmpty)
    }
}
