internal import ResourceModel

/// Resources by number, equal ones under one number: most agents of a cluster are alike, and what they have left.
///
/// Sums and differences of numbers seen before are looked up. `keep` forgets what nobody uses any more.
struct ResourcesPool: Sendable {
    /// The number of some resources; 0 = nothing.
    typealias Number = Int32

    /// Resources with what the allocator asks of them.
    struct Entry: Sendable {
        var resources = Resources()
        /// The sum of all scalars by name.
        var amounts = ScalarVector.zero
        /// Those of them that count against a quota while somebody holds them.
        var quotaAmounts = ScalarVector.zero
        /// See `Resources.mass`.
        var mass: Int64 = 0
        /// Whether any of it is reserved.
        var hasReservations = false
    }

    private struct Operation: Hashable {
        let left: Number
        let right: Number
        let isSum: Bool
    }

    /// Resources that are the same entry for entry, with all that describes them.
    private struct Key: Hashable {
        let resources: Resources

        static func == (left: Key, right: Key) -> Bool { left.resources.elementsEqual(right.resources) }

        func hash(into hasher: inout Hasher) {
            for entry in resources {
                hasher.combine(entry.name)
                hasher.combine(entry.value)
                hasher.combine(entry.disk?.persistenceID)
                hasher.combine(entry.isRevocable)
                for reservation in entry.reservations {
                    hasher.combine(reservation.role)
                    for label in reservation.labels { hasher.combine(label.value) }
                }
            }
        }
    }

    private var entries: [Entry] = [Entry()]
    private var numbers: [Key: Number] = [:]
    private var vacant: [Number] = []
    private var results: [Operation: Number] = [:]
    /// Entries of all resources together.
    private(set) var weight = 0
    /// How many different resources there are when it is time to `keep` what is used, and of how many entries.
    private var sweepSize = 4_096
    private var sweepWeight: Int { max(leastSweepWeight, 2 * keptWeight) }
    /// How many entries are never too many.
    var leastSweepWeight = 65_536
    private var keptWeight = 0

    /// How many different resources there are.
    var count: Int { numbers.count }
    /// Whether it is time to `keep` what is used.
    var isFull: Bool { numbers.count > sweepSize || weight > sweepWeight }

    subscript(number: Number) -> Entry { entries[Int(number)] }

    /// The number of some resources; made when they are new.
    mutating func number(of resources: Resources, _ lanes: inout ScalarLanes) -> Number {
        if resources.isEmpty { return 0 }
        let key = Key(resources: resources)
        if let known = numbers[key] { return known }
        let entry = Entry(
            resources: resources, amounts: lanes.amounts(of: resources),
            quotaAmounts: lanes.amounts(of: resources, where: \.countsForQuota), mass: resources.mass,
            hasReservations: resources.contains(where: \.isReserved))
        let number: Number
        if let free = vacant.popLast() {
            number = free
            entries[Int(free)] = entry
        } else {
            number = Number(entries.count)
            entries.append(entry)
        }
        numbers[key] = number
        weight += resources.count
        return number
    }

    /// Whether all of the right is in the left.
    func covers(_ left: Number, _ right: Number) -> Bool {
        if left == right || right == 0 { return true }
        return left != 0 && entries[Int(left)].resources.contains(entries[Int(right)].resources)
    }

    mutating func sum(_ left: Number, _ right: Number, _ lanes: inout ScalarLanes) -> Number {
        if left == 0 { return right }
        if right == 0 { return left }
        let operation = Operation(left: left, right: right, isSum: true)
        if let known = results[operation] { return known }
        let sum = entries[Int(left)].resources + entries[Int(right)].resources
        return note(number(of: sum, &lanes), of: operation)
    }

    mutating func difference(_ left: Number, _ right: Number, _ lanes: inout ScalarLanes) -> Number {
        if left == right { return 0 }
        if left == 0 || right == 0 { return left }
        let operation = Operation(left: left, right: right, isSum: false)
        if let known = results[operation] { return known }
        let rest = entries[Int(left)].resources - entries[Int(right)].resources
        return note(number(of: rest, &lanes), of: operation)
    }

    private mutating func note(_ number: Number, of operation: Operation) -> Number {
        if results.count >= max(8_192, 4 * numbers.count) { results.removeAll(keepingCapacity: true) }
        results[operation] = number
        return number
    }

    /// Forgets all but what is used; `isUsed` has an element per number.
    mutating func keep(_ isUsed: [Bool]) {
        results.removeAll()
        for (key, number) in numbers where !isUsed[Int(number)] {
            numbers[key] = nil
            weight -= key.resources.count
            entries[Int(number)] = Entry()
            vacant.append(number)
        }
        vacant.sort(by: >)
        (sweepSize, keptWeight) = (max(4_096, 2 * numbers.count), weight)
    }

    /// An element per number.
    var noneUsed: [Bool] { Array(repeating: false, count: entries.count) }
}

/// Resources in the allocator's form: plain scalars as a vector, the rest by number in a `ResourcesPool`.
struct ResourceBundle: Hashable, Sendable {
    /// Plain scalars.
    var scalars = ScalarVector.zero
    /// Plain ranges and sets.
    var plain: ResourcesPool.Number = 0
    /// Reserved and revocable resources, volumes and disks.
    var special: ResourcesPool.Number = 0
    /// Shared resources: what is held of them stays available.
    var shared: ResourcesPool.Number = 0

    var isEmpty: Bool { plain | special | shared == 0 && scalars.isNothing }
}

extension ResourcesPool {
    /// Splits resources into their kinds; allocation roles are dropped.
    mutating func bundle(_ resources: Resources, _ lanes: inout ScalarLanes) -> ResourceBundle {
        var bundle = ResourceBundle()
        var (plain, special, shared): ([Resource], [Resource], [Resource]) = ([], [], [])
        for var entry in resources {
            if case .scalar(let amount) = entry.value, entry.isPlain, let lane = lanes.lane(of: entry.name) {
                bundle.scalars[lane] &+= amount.thousandths
                continue
            }
            entry.allocationRole = nil
            if entry.isShared {
                shared.append(entry)
            } else if entry.isPlain {
                plain.append(entry)
            } else {
                special.append(entry)
            }
        }
        bundle.plain = plain.isEmpty ? 0 : number(of: Resources(plain), &lanes)
        bundle.special = special.isEmpty ? 0 : number(of: Resources(special), &lanes)
        bundle.shared = shared.isEmpty ? 0 : number(of: Resources(shared), &lanes)
        return bundle
    }

    /// The resources of a bundle, allocated to a role.
    func resources(of bundle: ResourceBundle, allocatedTo role: String, _ lanes: ScalarLanes) -> Resources {
        var result = Resources()
        for lane in lanes.names.indices where bundle.scalars[lane] > 0 {
            let amount = Scalar(thousandths: bundle.scalars[lane])
            result.add(Resource(name: lanes.names[lane], value: .scalar(amount), allocationRole: role))
        }
        for part in [bundle.plain, bundle.special, bundle.shared] where part != 0 {
            result += self[part].resources.allocated(to: role)
        }
        return result
    }

    /// Whether all of the right is in the left; amounts of no size are.
    func covers(_ left: ResourceBundle, _ right: ResourceBundle) -> Bool {
        left.scalars.covers(right.scalars) && covers(left.plain, right.plain) && covers(left.special, right.special)
            && covers(left.shared, right.shared)
    }

    mutating func add(_ more: ResourceBundle, to bundle: inout ResourceBundle, _ lanes: inout ScalarLanes) {
        bundle.scalars &+= more.scalars
        bundle.plain = sum(bundle.plain, more.plain, &lanes)
        bundle.special = sum(bundle.special, more.special, &lanes)
    }

    mutating func subtract(_ less: ResourceBundle, from bundle: inout ResourceBundle, _ lanes: inout ScalarLanes) {
        bundle.scalars &-= less.scalars
        bundle.plain = difference(bundle.plain, less.plain, &lanes)
        bundle.special = difference(bundle.special, less.special, &lanes)
    }
}

extension Resources {
    /// The sum of all quantities, whatever they are: nothing when and only when it is 0.
    var mass: Int64 {
        reduce(0) { sum, entry in
            switch entry.value {
            case .scalar(let amount): sum &+ amount.thousandths
            case .ranges(let ranges): sum &+ Int64(truncatingIfNeeded: ranges.count &* 1_000)
            case .set(let items): sum &+ Int64(items.count) &* 1_000
            }
        }
    }
}
