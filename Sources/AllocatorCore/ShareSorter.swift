/// Orders clients by weighted dominant share: smaller share, then fewer allocations so far, then name.
///
/// Serves the frameworks of a role and the roles of one level (`RoleTree`) alike. Only active clients are listed. A
/// change of one client repositions that client; a change of the cluster's total re-sorts once. Source: DRF (Ghodsi et
/// al., NSDI 2011) §4; spec `mesos/06` §6.4 Sorters.
package struct ShareSorter: Sendable {
    /// What decides; all in one place, as comparing is most of the work.
    private struct Key: Sendable {
        var share = 0.0
        var allocations: UInt64 = 0
        /// Names in ascending order have ascending ranks.
        var rank: Int32

        static func < (left: Key, right: Key) -> Bool {
            if left.share != right.share { return left.share < right.share }
            return left.allocations == right.allocations
                ? left.rank < right.rank : left.allocations < right.allocations
        }
    }

    // By client number.
    private var names: [String] = []
    private var weights: [Double] = []
    private var isActive: [Bool] = []
    private var keys: [Key] = []
    private var allocated: [ScalarVector] = []
    private var vacant: [Int32] = []
    /// All clients by name.
    private var byName: [Int32] = []
    /// Active clients, neediest first; valid after `sort(total:)`.
    package private(set) var order: [Int32] = []
    /// Active clients by name, where an order of chance begins; nil = to be found out.
    private var activeByName: [Int32]?
    private var isStale = true
    /// The total for which `order` holds.
    private var sortedTotal = ScalarVector.zero
    /// One in the lanes that count, zero in those that fair sharing leaves out.
    private let counted: ScalarVector

    /// An empty sorter.
    ///
    /// - Parameter excluded: the lanes that do not count (`--fair_sharing_excluded_resource_names`).
    package init(excluded: [Int] = []) {
        var counted = ScalarVector(repeating: 1)
        for lane in excluded { counted[lane] = 0 }
        self.counted = counted
    }

    /// Takes a client in, inactive; its number stays until `remove`.
    ///
    /// O(n), or O(log n) when names come in ascending order.
    package mutating func add(_ name: String, weight: Double) -> Int32 {
        let number: Int32
        if let place = vacant.popLast() {
            number = place
        } else {
            number = Int32(names.count)
            names.append("")
            weights.append(1)
            isActive.append(false)
            keys.append(Key(rank: 0))
            allocated.append(.zero)
        }
        let place = nameEnd(name)
        for later in byName[place...] { keys[Int(later)].rank += 1 }
        let rank = place == 0 ? 0 : keys[Int(byName[place - 1])].rank + 1
        byName.insert(number, at: place)
        names[Int(number)] = name
        weights[Int(number)] = weight
        keys[Int(number)] = Key(rank: rank)
        allocated[Int(number)] = .zero
        return number
    }

    package mutating func remove(_ client: Int32) {
        setActive(client, false)
        names[Int(client)] = ""
        byName.removeAll { $0 == client }
        vacant.append(client)
    }

    /// The place after all names that are not greater.
    private func nameEnd(_ name: String) -> Int {
        func precedes(_ client: Int32) -> Bool { names[Int(client)] <= name }
        guard let last = byName.last, !precedes(last) else { return byName.count }
        var (low, high) = (0, byName.count)
        while low < high {
            let middle = (low + high) / 2
            if precedes(byName[middle]) { low = middle + 1 } else { high = middle }
        }
        return low
    }

    package mutating func setActive(_ client: Int32, _ active: Bool) {
        guard isActive[Int(client)] != active else { return }
        isActive[Int(client)] = active
        activeByName = nil
        if active {
            order.append(client)
            isStale = true
        } else {
            order.removeAll { $0 == client }
        }
    }

    mutating func setWeight(_ client: Int32, _ weight: Double) {
        weights[Int(client)] = weight
        isStale = true
    }

    func weight(of client: Int32) -> Double { weights[Int(client)] }
    func allocated(to client: Int32) -> ScalarVector { allocated[Int(client)] }

    /// The weighted dominant share of a client in a cluster of that size.
    func share(of client: Int32, total: ScalarVector) -> Double {
        share(allocated[Int(client)], of: total, weight: weight(of: client))
    }

    /// Books an allocation (or, with negative amounts, its return).
    package mutating func book(_ client: Int32, _ amounts: ScalarVector, isAllocation: Bool, total: ScalarVector) {
        if total != sortedTotal { isStale = true }
        let isListed = isActive[Int(client)] && !isStale
        let old = isListed ? (isAllocation ? order.firstIndex(of: client) : order.lastIndex(of: client)) : nil
        allocated[Int(client)] &+= amounts
        if isAllocation { keys[Int(client)].allocations += 1 }
        keys[Int(client)].share = share(allocated[Int(client)], of: total, weight: weights[Int(client)])
        if let old { reposition(client, from: old) }
    }

    /// Sets what is booked to a client that was added just now.
    mutating func take(_ client: Int32, booked: ScalarVector, bookings: UInt64) {
        allocated[Int(client)] = booked
        keys[Int(client)].allocations = bookings
        isStale = true
    }

    /// Makes `order` valid; O(n log n) only after activations, weights or totals changed.
    package mutating func sort(total: ScalarVector) {
        guard isStale || total != sortedTotal else { return }
        isStale = false
        sortedTotal = total
        for place in keys.indices {
            keys[place].share = share(allocated[place], of: total, weight: weights[place])
        }
        var sorted = order
        order = []
        sorted.sort { keys[Int($0)] < keys[Int($1)] }
        order = sorted
    }

    /// The largest fraction of any one resource, divided by the weight.
    private func share(_ allocated: ScalarVector, of total: ScalarVector, weight: Double) -> Double {
        if allocated == .zero { return 0 }
        let divisor = SIMD8<Double>(total.replacing(with: 1, where: total .<= .zero))
        return max((SIMD8<Double>(allocated &* counted) / divisor).max(), 0) / weight
    }

    private mutating func reposition(_ client: Int32, from old: Int) {
        let key = keys[Int(client)]
        let needsMove =
            (old > 0 && key < keys[Int(order[old - 1])])
            || (old + 1 < order.count && keys[Int(order[old + 1])] < key)
        guard needsMove else { return }
        order.remove(at: old)
        var (low, high) = (0, order.count)
        while low < high {
            let middle = (low + high) / 2
            if keys[Int(order[middle])] < key { low = middle + 1 } else { high = middle }
        }
        order.insert(client, at: low)
    }
}

extension ShareSorter {
    /// The active clients in an order of chance; a client comes before another as often as their weights say.
    ///
    /// Each client draws `u^(1/weight)`; the greatest comes first. With equal weights every order is as likely as any
    /// other. Source: Efraimidis and Spirakis, 2006.
    package mutating func shuffled(_ random: inout some RandomNumberGenerator) -> [Int32] {
        // Chance must not depend on how the shares stood before.
        var clients = activeByName ?? byName.filter { isActive[Int($0)] }
        activeByName = clients
        guard let first = clients.first.map(weight(of:)), clients.contains(where: { weight(of: $0) != first }) else {
            for place in stride(from: clients.count - 1, to: 0, by: -1) {
                clients.swapAt(place, Int(random.next() % UInt64(place + 1)))
            }
            return clients
        }
        let draws = clients.map { client -> (client: Int32, key: Double) in
            // Above 0 and below 1, in steps of 2^-53.
            let draw = (Double(random.next() >> 11) + 0.5) * 0x1p-53
            return (client, Self.logarithm(draw) / weight(of: client))
        }
        return draws.sorted { $0.key == $1.key ? $0.client < $1.client : $0.key > $1.key }.map(\.client)
    }

    /// The natural logarithm of a number above 0 and below 1, to the precision that an order of chance needs.
    private static func logarithm(_ number: Double) -> Double {
        // m in [1, 2): ln(m) = 2 artanh((m - 1) / (m + 1)).
        let ratio = (number.significand - 1) / (number.significand + 1)
        let square = ratio * ratio
        let series = ratio * (2 + square * (2.0 / 3 + square * (2.0 / 5 + square * (2.0 / 7 + square * 2 / 9))))
        return Double(number.exponent) * 0.693_147_180_559_945_3 + series
    }
}
