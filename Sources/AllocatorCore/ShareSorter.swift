/// Orders clients by weighted dominant share: smaller share, then fewer allocations so far, then name.
///
/// Serves the frameworks of a role and the roles of one level (`RoleTree`) alike. Only active clients are listed. A
/// change of one client repositions that client; a change of the cluster's total re-sorts once. Source: DRF (Ghodsi et
/// al., NSDI 2011) §4; spec `mesos/06` §6.4 Sorters.
struct ShareSorter: Sendable {
    private struct Client: Sendable {
        let name: String
        var weight: Double
        var allocated = ScalarVector.zero
        var allocations: UInt64 = 0
        var share = 0.0
        var isActive = false
    }

    private var clients: [Client?] = []
    private var vacant: [Int32] = []
    /// Active clients, neediest first; valid after `sort(total:)`.
    private(set) var order: [Int32] = []
    private var isStale = true
    /// One in the lanes that count, zero in those that fair sharing leaves out.
    private let counted: ScalarVector

    /// An empty sorter.
    ///
    /// - Parameter excluded: the lanes that do not count (`--fair_sharing_excluded_resource_names`).
    init(excluded: [Int] = []) {
        var counted = ScalarVector(repeating: 1)
        for lane in excluded { counted[lane] = 0 }
        self.counted = counted
    }

    /// Takes a client in, inactive; its number stays until `remove`.
    mutating func add(_ name: String, weight: Double) -> Int32 {
        let client = Client(name: name, weight: weight)
        if let place = vacant.popLast() {
            clients[Int(place)] = client
            return place
        }
        clients.append(client)
        return Int32(clients.count - 1)
    }

    mutating func remove(_ client: Int32) {
        setActive(client, false)
        clients[Int(client)] = nil
        vacant.append(client)
    }

    mutating func setActive(_ client: Int32, _ active: Bool) {
        guard clients[Int(client)]?.isActive == !active else { return }
        clients[Int(client)]?.isActive = active
        if active {
            order.append(client)
            isStale = true
        } else {
            order.removeAll { $0 == client }
        }
    }

    mutating func setWeight(_ client: Int32, _ weight: Double) {
        clients[Int(client)]?.weight = weight
        isStale = true
    }

    func share(of client: Int32) -> Double { clients[Int(client)]?.share ?? 0 }
    func allocated(to client: Int32) -> ScalarVector { clients[Int(client)]?.allocated ?? .zero }

    /// Books an allocation (or, with negative amounts, its return).
    mutating func book(_ client: Int32, _ amounts: ScalarVector, isAllocation: Bool, total: ScalarVector) {
        guard var entry = clients[Int(client)] else { return }
        entry.allocated &+= amounts
        if isAllocation { entry.allocations += 1 }
        entry.share = share(entry.allocated, of: total, weight: entry.weight)
        clients[Int(client)] = entry
        if entry.isActive, !isStale { reposition(client) }
    }

    /// Sets what is booked to a client that was added just now.
    mutating func take(_ client: Int32, booked: ScalarVector, bookings: UInt64) {
        clients[Int(client)]?.allocated = booked
        clients[Int(client)]?.allocations = bookings
        isStale = true
    }

    /// The active clients in an order of chance; a client comes before another as often as their weights say.
    ///
    /// Each client draws `u^(1/weight)`; the greatest comes first. Source: Efraimidis and Spirakis, 2006.
    func shuffled(_ random: inout some RandomNumberGenerator) -> [Int32] {
        let draws = order.sorted().map { client -> (client: Int32, key: Double) in
            // Above 0 and below 1, in steps of 2^-53.
            let draw = (Double(random.next() >> 11) + 0.5) * 0x1p-53
            return (client, Self.logarithm(draw) / (clients[Int(client)]?.weight ?? 1))
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

    /// Says that the cluster's total changed.
    mutating func invalidate() { isStale = true }

    /// Makes `order` valid; O(n log n) only after activations, weights or totals changed.
    mutating func sort(total: ScalarVector) {
        guard isStale else { return }
        isStale = false
        for place in clients.indices {
            guard let client = clients[place] else { continue }
            let share = share(client.allocated, of: total, weight: client.weight)
            clients[place]?.share = share
        }
        var sorted = order
        sorted.sort { precedes($0, $1) }
        order = sorted
    }

    /// The largest fraction of any one resource, divided by the weight.
    private func share(_ allocated: ScalarVector, of total: ScalarVector, weight: Double) -> Double {
        let divisor = SIMD8<Double>(total.replacing(with: .one, where: total .<= .zero))
        return max((SIMD8<Double>(allocated &* counted) / divisor).max(), 0) / weight
    }

    private func precedes(_ left: Int32, _ right: Int32) -> Bool {
        guard let one = clients[Int(left)], let other = clients[Int(right)] else { return left < right }
        if one.share != other.share { return one.share < other.share }
        if one.allocations != other.allocations { return one.allocations < other.allocations }
        return one.name == other.name ? left < right : one.name < other.name
    }

    private mutating func reposition(_ client: Int32) {
        guard let old = order.firstIndex(of: client) else { return }
        order.remove(at: old)
        var (low, high) = (0, order.count)
        while low < high {
            let middle = (low + high) / 2
            if precedes(order[middle], client) { low = middle + 1 } else { high = middle }
        }
        order.insert(client, at: low)
    }
}

extension SIMD8 where Scalar == Int64 {
    fileprivate static var one: Self { Self(repeating: 1) }
}
