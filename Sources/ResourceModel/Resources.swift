/// A bag of resources: what an agent has, an offer holds, a task uses.
///
/// Resources that differ in quantity only are merged; empty ones are dropped. Operations are linear in the number of
/// entries of both sides, which is small (four to eight, usually). Source: spec `mesos/02` §2.6.5.
public struct Resources: Hashable, Sendable, Sequence, ExpressibleByArrayLiteral, CustomStringConvertible {
    private var entries: [Resource] = []

    /// Nothing.
    public init() {}

    /// The sum of resources.
    public init(_ resources: some Sequence<Resource>) {
        add(all: resources)
    }

    /// The sum of resources.
    public init(arrayLiteral resources: Resource...) { self.init(resources) }

    /// Whether it holds nothing.
    public var isEmpty: Bool { entries.isEmpty }
    /// How many different entries it holds.
    public var count: Int { entries.count }
    /// The entries, in the order in which they came first.
    public func makeIterator() -> IndexingIterator<[Resource]> { entries.makeIterator() }
    /// Mesos' text form with all that is said of each: `cpus(allocated: a):2; ports:[31000-32000]`; `{}` for nothing.
    public var description: String {
        entries.isEmpty ? "{}" : entries.map(\.description).joined(separator: "; ")
    }
    /// Names, roles and quantities, as `--resources` has them: `cpus:2; mem(role):1024; ports:[31000-32000]`.
    public var summary: String { entries.map(\.summary).joined(separator: "; ") }

    /// The total amount of a scalar, over all reservations; zero when there is none.
    public func scalar(_ name: String) -> Scalar {
        entries.reduce(.zero) { total, entry in
            if entry.name == name, case .scalar(let amount) = entry.value { total + amount } else { total }
        }
    }

    /// All numbers of a ranges resource, over all reservations.
    public func ranges(_ name: String) -> ValueRanges {
        entries.reduce(ValueRanges()) { total, entry in
            if entry.name == name, case .ranges(let ranges) = entry.value { total + ranges } else { total }
        }
    }

    /// CPUs in thousandths.
    public var cpus: Scalar { scalar("cpus") }
    /// Memory in MiB.
    public var memory: Scalar { scalar("mem") }
    /// Disk in MiB.
    public var disk: Scalar { scalar("disk") }
    /// GPUs.
    public var gpus: Scalar { scalar("gpus") }
    /// Ports.
    public var ports: ValueRanges { ranges("ports") }

    /// Adds one resource; of a shared one all its copies.
    public mutating func add(_ resource: Resource) {
        guard !resource.isEmpty else { return }
        guard let at = entries.firstIndex(where: { $0.isAddable(resource) }) else {
            entries.append(resource)
            return
        }
        entries[at].merge(resource)
    }

    /// Adds many resources; linear in them, however many kinds there are.
    private mutating func add(all resources: some Sequence<Resource>) {
        var rest = resources.makeIterator()
        var searches = 0
        while searches < Bulk.patience {
            guard let resource = rest.next() else { return }
            if entries.count >= Bulk.threshold { searches += 1 }
            add(resource)
        }
        guard var resource = rest.next() else { return }
        var bulk = Bulk(entries)
        while true {
            bulk.add(resource)
            guard let next = rest.next() else { break }
            resource = next
        }
        entries = bulk.rest
    }

    /// Takes one resource away as far as it is there; of a shared one as many copies as it has.
    public mutating func subtract(_ resource: Resource) {
        guard let at = entries.firstIndex(where: { $0.isSubtractable(resource) }) else { return }
        if !entries[at].reduce(by: resource) { entries.remove(at: at) }
    }

    /// Whether all of one resource is there; of a shared one as many copies as it has.
    public func contains(_ resource: Resource) -> Bool {
        if resource.isEmpty { return true }
        return entries.contains { $0.contains(resource) }
    }

    /// Whether all of the other is there at once.
    public func contains(_ other: Resources) -> Bool {
        if entries.count >= Bulk.threshold, other.entries.count > Bulk.patience {
            var rest = Bulk(entries)
            return other.entries.allSatisfy { resource in
                guard rest.contains(resource) else { return false }
                if resource.isIndivisible { rest.subtract(resource) }
                return true
            }
        }
        // Entries of a bag differ in kind, so one entry answers for one, but for those that do not merge.
        if other.entries.lazy.filter({ $0.isIndivisible && !$0.isShared }).count < 2 {
            return other.entries.allSatisfy(contains)
        }
        var rest = self
        for resource in other.entries {
            guard rest.contains(resource) else { return false }
            if resource.isIndivisible { rest.subtract(resource) }
        }
        return true
    }

    /// Whether there is so much of each name, over all kinds: of ranges and sets so many elements.
    public func contains(_ quantities: ResourceQuantities) -> Bool {
        quantities.allSatisfy { wanted in
            entries.reduce(Scalar.zero) { $1.name == wanted.name ? $0 + $1.quantity : $0 } >= wanted.amount
        }
    }

    /// How often one resource is there: copies of a shared one, else once or not at all.
    public func count(of resource: Resource) -> Int {
        guard let entry = entries.first(where: { $0.isSameKind(as: resource) && $0.value == resource.value }) else {
            return 0
        }
        return Swift.max(entry.sharedCount, 1)
    }

    /// Whether both hold the same, in whatever order; where a container sees a volume does not matter.
    public static func == (left: Self, right: Self) -> Bool {
        guard left.entries.count == right.entries.count else { return false }
        return left.entries == right.entries || (left.contains(right) && right.contains(left))
    }

    /// Hashes names and quantities, in whatever order.
    public func hash(into hasher: inout Hasher) {
        var sum = 0
        for entry in entries {
            var one = Hasher()
            one.combine(entry.name)
            one.combine(entry.value)
            sum = sum &+ one.finalize()
        }
        hasher.combine(sum)
    }

    /// The sum.
    public static func + (left: Self, right: Self) -> Self {
        var sum = left
        sum += right
        return sum
    }

    /// Adds all of the other.
    public static func += (left: inout Self, right: Self) {
        if left.isEmpty {
            left = right
        } else {
            left.add(all: right.entries)
        }
    }

    /// The left without what of the right is in it.
    public static func - (left: Self, right: Self) -> Self {
        var rest = left
        rest -= right
        return rest
    }

    /// Takes all of the other away as far as it is there.
    public static func -= (left: inout Self, right: Self) {
        guard left.entries.count >= Bulk.threshold, right.entries.count > Bulk.patience else {
            for resource in right.entries { left.subtract(resource) }
            return
        }
        var bulk = Bulk(left.entries)
        for resource in right.entries { bulk.subtract(resource) }
        left.entries = bulk.rest
    }

    /// The entries that satisfy a condition.
    public func filter(_ isIncluded: (Resource) -> Bool) -> Resources {
        var result = Resources()
        result.entries = entries.filter(isIncluded)
        return result
    }

    /// The same resources allocated to a role; nil takes the allocation off.
    public func allocated(to role: String?) -> Resources {
        mapped { $0.allocationRole = role }
    }

    /// The same without any reservation.
    public var toUnreserved: Resources { mapped { $0.reservations = [] } }
    /// The same without allocations.
    public var strippingAllocation: Resources { mapped { $0.allocationRole = nil } }
    /// The same with one reservation more on each, which must refine the last ones.
    public func pushing(_ reservation: Resource.Reservation) -> Resources {
        mapped { $0.reservations.append(reservation) }
    }
    /// The same without the last reservation of each.
    public func popping() -> Resources { mapped { _ = $0.reservations.popLast() } }
    /// The persistent volumes.
    public var persistentVolumes: Resources { filter(\.isPersistentVolume) }
    /// What several tasks may use at once.
    public var shared: Resources { filter(\.isShared) }
    /// The revocable part.
    public var revocable: Resources { filter(\.isRevocable) }

    /// The sum of the entries after a change.
    public func mapped(_ change: (inout Resource) -> Void) -> Resources {
        guard entries.count > Bulk.threshold else {
            var result = Resources()
            for var entry in entries {
                change(&entry)
                result.add(entry)
            }
            return result
        }
        return Resources(
            entries.map { entry in
                var entry = entry
                change(&entry)
                return entry
            })
    }

    /// What a framework in `role` may be offered of it.
    public func usable(by role: String) -> Resources { filter { $0.isUsable(by: role) } }
    /// The unreserved part.
    public var unreserved: Resources { filter { !$0.isReserved } }
    /// The reserved part.
    public var reserved: Resources { filter(\.isReserved) }
    /// The non-revocable part.
    public var nonRevocable: Resources { filter { !$0.isRevocable } }

    /// Finds resources for an amount wanted without regard to reservations.
    ///
    /// `wanted` names quantities: reserved ones are taken from those reserved for the same role, then from unreserved,
    /// then from others; unreserved ones from reserved, then from unreserved. The answer has them as they are in this
    /// bag, or is nil when the bag does not hold enough. This is what a framework does with an offer.
    public func find(_ wanted: Resources) -> Resources? {
        var rest = self
        var found = Resources()
        for want in wanted.entries {
            var missing = want
            for rank in 0..<3 where !missing.isEmpty {
                for entry in rest.entries where entry.rank(for: want) == rank && !missing.isEmpty {
                    guard let part = entry.part(upTo: missing.value) else { continue }
                    found.add(part)
                    rest.subtract(part)
                    missing = missing.reduced(by: part.value)
                }
            }
            guard missing.isEmpty else { return nil }
        }
        return found
    }
}

extension Resource {
    /// How well it serves for an amount wanted, 0 best; nil when it does not.
    fileprivate func rank(for want: Resource) -> Int? {
        guard name == want.name, isRevocable == want.isRevocable, !isShared, !want.isShared,
            Disk.isSameKind(disk, want.disk), !isIndivisible || value == want.value
        else { return nil }
        guard let role = want.reservations.last?.role else { return isReserved ? 0 : 1 }
        return isReserved ? (role == self.role ? 0 : 2) : 1
    }

    /// The largest part of it that is no more than `value`; nil when nothing of it is wanted.
    func part(upTo wanted: Value) -> Resource? {
        var part = self
        switch (value, wanted) {
        case (.scalar(let have), .scalar(let want)): part.value = .scalar(min(have, want))
        case (.ranges(let have), .ranges(let want)): part.value = .ranges(have - (have - want))
        case (.set(let have), .set(let want)): part.value = .set(have.filter(want.contains))
        default: return nil
        }
        return part.isEmpty ? nil : part
    }

    func reduced(by taken: Value) -> Resource {
        var rest = self
        switch (value, taken) {
        case (.scalar(let have), .scalar(let other)): rest.value = .scalar(have - other)
        case (.ranges(let have), .ranges(let other)): rest.value = .ranges(have - other)
        case (.set(let have), .set(let other)): rest.value = .set(have.filter { !other.contains($0) })
        default: break
        }
        return rest
    }
}
