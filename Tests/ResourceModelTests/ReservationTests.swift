internal import ResourceModel
internal import Testing

@Suite struct ReservationTests {
    private func cpus(_ amount: Double, _ reservations: Resource.Reservation...) -> Resource {
        Resource(name: "cpus", value: .scalar(Scalar(amount)), reservations: reservations)
    }

    @Test func reservationsMakeKinds() {
        let labels = [Resource.Label(key: "foo", value: "bar"), Resource.Label(key: "baz")]
        let kinds = [
            cpus(1), cpus(1, .init(kind: .static, role: "a")), cpus(1, .init(kind: .static, role: "b")),
            cpus(1, .init(kind: .dynamic, role: "a")), cpus(1, .init(kind: .dynamic, role: "a", principal: "p")),
            cpus(1, .init(kind: .dynamic, role: "a", principal: "p", labels: labels)),
            cpus(1, .init(kind: .dynamic, role: "a", principal: "p", labels: [labels[0]])),
            cpus(1, .init(kind: .static, role: "a"), .init(kind: .dynamic, role: "a/b")),
        ]
        let bag = Resources(kinds)
        #expect(bag.count == kinds.count && bag.cpus == Scalar(8))
        #expect(bag + bag == bag.mapped { $0.value = .scalar(Scalar(2)) })
        for kind in kinds { #expect(bag.contains(kind) && (bag - [kind]).count == kinds.count - 1) }
    }

    @Test func theOrderOfLabelsDoesNotMatter() {
        let labels = [Resource.Label(key: "a", value: "1"), Resource.Label(key: "b")]
        let one = cpus(1, .init(kind: .dynamic, role: "r", labels: labels))
        let other = cpus(1, .init(kind: .dynamic, role: "r", labels: labels.reversed()))
        let third = cpus(1, .init(kind: .dynamic, role: "r", labels: [labels[0], labels[0]]))
        #expect(Resources([one, other]).count == 1 && Resources([one, third]).count == 2)
        #expect(one == other && one.hashValue == other.hashValue)
        let many = (0..<100_000).map { Resource.Label(key: "k\($0)", value: "v") }
        let (ascending, descending) = (
            cpus(1, .init(kind: .dynamic, role: "r", labels: many)),
            cpus(1, .init(kind: .dynamic, role: "r", labels: many.reversed()))
        )
        #expect(Resources([ascending, descending]).cpus == Scalar(2) && Resources([ascending, descending]).count == 1)
    }

    @Test func stacksGrowAndShrink() {
        let plain: Resources = [.scalar("cpus", 2), .scalar("mem", 3)]
        let outer = Resource.Reservation(kind: .dynamic, role: "a", principal: "p")
        let inner = Resource.Reservation(kind: .dynamic, role: "a/b")
        let reserved = plain.pushing(outer)
        let refined = reserved.pushing(inner)
        #expect(reserved.allSatisfy { $0.role == "a" && $0.isDynamicallyReserved })
        #expect(refined.allSatisfy { $0.reservations == [outer, inner] && $0.role == "a/b" })
        #expect(refined.popping() == reserved && reserved.popping() == plain && plain.popping() == plain)
        #expect(refined.toUnreserved == plain && (refined + reserved).toUnreserved == plain + plain)
        #expect(refined.reserved == refined && refined.unreserved.isEmpty)
        #expect(!cpus(1, .init(kind: .static, role: "a")).isDynamicallyReserved)
    }

    @Test func refinedReservationsAreForTheInnerRole() {
        let refined = cpus(1, .init(kind: .static, role: "a"), .init(kind: .dynamic, role: "a/b"))
        #expect(refined.isUsable(by: "a/b") && refined.isUsable(by: "a/b/c"))
        #expect(!refined.isUsable(by: "a") && !refined.isUsable(by: "a/bc"))
    }

    @Test func findingPrefersTheRoleAskedFor() throws {
        let bag: Resources = [
            cpus(2, .init(kind: .static, role: "other")), .scalar("cpus", 2),
            cpus(2, .init(kind: .static, role: "mine")),
        ]
        let mine = Resource.Reservation(kind: .static, role: "mine")
        func roles(_ amount: Double) throws -> [String: Scalar] {
            let found = try #require(bag.find([cpus(amount, mine)]))
            return Dictionary(grouping: found, by: \.role).mapValues { Resources($0).cpus }
        }
        #expect(try roles(1) == ["mine": Scalar(1)])
        #expect(try roles(3) == ["mine": Scalar(2), "*": Scalar(1)])
        #expect(try roles(5) == ["mine": Scalar(2), "*": Scalar(2), "other": Scalar(1)])
        #expect(bag.find([cpus(7, mine)]) == nil)
    }

    @Test func findingTakesOnlyTheSameKind() throws {
        var revocable = Resource.scalar("cpus", 4)
        revocable.isRevocable = true
        let bag: Resources = [revocable, .scalar("cpus", 1), DiskTests.disk(9, from: .init(.mount, root: "m"))]
        #expect(bag.find([.scalar("cpus", 2)]) == nil && bag.find([.scalar("disk", 1)]) == nil)
        #expect(bag.find([revocable]) == [revocable])
        #expect(bag.find([DiskTests.disk(9, from: .init(.mount, root: "m"))])?.disk == Scalar(9))
    }

    @Test func allocationsProvidersAndRevocabilityMakeKinds() {
        func made(_ change: (inout Resource) -> Void) -> Resource {
            var resource = Resource.scalar("cpus", 1)
            change(&resource)
            return resource
        }
        let kinds = [
            made { _ in }, made { $0.allocationRole = "a" }, made { $0.allocationRole = "b" },
            made { $0.isRevocable = true }, made { $0.providerID = "x" }, made { $0.providerID = "y" },
        ]
        let bag = Resources(kinds)
        #expect(bag.count == kinds.count && bag + bag - bag == bag)
        #expect(bag.revocable == [kinds[3]] && bag.nonRevocable.count == 5)
        #expect(bag.strippingAllocation.count == 4 && bag.strippingAllocation.cpus == Scalar(6))
        #expect(bag.allocated(to: "a").allSatisfy { $0.allocationRole == "a" })
    }
}
