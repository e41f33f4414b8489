/// Processors and memory by role slot, in thousandths (of a core, of a MiB): slot 0 is `*`, slot 1 the framework's own
/// role.
struct Amounts: Hashable, Sendable {
    var cpus: SIMD2<Int64>
    var memory: SIMD2<Int64>

    static let zero = Amounts(cpus: .zero, memory: .zero)

    static func + (left: Self, right: Self) -> Self {
        Amounts(cpus: left.cpus &+ right.cpus, memory: left.memory &+ right.memory)
    }

    static func - (left: Self, right: Self) -> Self {
        Amounts(cpus: left.cpus &- right.cpus, memory: left.memory &- right.memory)
    }

    /// What is there of processors in the slots of an order.
    @inline(__always) func cpus(_ order: RoleOrder) -> Int64 { order.sum(cpus) }
    /// What is there of memory in the slots of an order.
    @inline(__always) func memory(_ order: RoleOrder) -> Int64 { order.sum(memory) }

    /// How a request spreads over the slots, slot by slot in order; what is missing is owed by the last.
    func taking(cpus wantedCPUs: Int64, memory wantedMemory: Int64, _ order: RoleOrder) -> Amounts {
        Amounts(cpus: order.spread(wantedCPUs, over: cpus), memory: order.spread(wantedMemory, over: memory))
    }
}

/// The role slots that a pod may use, best first.
struct RoleOrder: Hashable, Sendable {
    /// The first slot; -1 when it may use none.
    var first: Int8
    /// The second slot; -1 for none.
    var second: Int8 = -1

    static let none = RoleOrder(first: -1)

    /// The slots, in order.
    var slots: [Int] { [first, second].filter { $0 >= 0 }.map(Int.init) }

    @inline(__always) func sum(_ amounts: SIMD2<Int64>) -> Int64 {
        if first < 0 { return .min }
        return second < 0 ? amounts[Int(first)] : amounts[0] &+ amounts[1]
    }

    func spread(_ wanted: Int64, over amounts: SIMD2<Int64>) -> SIMD2<Int64> {
        var taken = SIMD2<Int64>.zero
        guard first >= 0 else { return taken }
        guard second >= 0 else {
            taken[Int(first)] = wanted
            return taken
        }
        let part = min(wanted, max(0, amounts[Int(first)]))
        taken[Int(first)] = part
        taken[Int(second)] = wanted - part
        return taken
    }
}

/// The roles of the framework by slot.
struct RoleSlots: Sendable {
    /// The framework's own role, in slot 1; nil when it has none but `*`.
    let custom: String?
    private let allowed: Set<String>

    init(_ roles: [String]) {
        custom = roles.first { $0 != "*" }
        allowed = Set(roles)
    }

    /// The slot whose pods may use resources that are reserved for a role; nil when none may.
    func slot(ofReservation role: String) -> Int? {
        if role == "*" { return 0 }
        guard let custom else { return nil }
        return role == custom || custom.hasPrefix(role + "/") ? 1 : nil
    }

    /// The slots of roles, in order; roles that the framework has not are left out.
    func order(_ roles: [String]) -> RoleOrder {
        var slots: [Int8] = []
        for role in roles where allowed.contains(role) {
            let slot: Int8 = role == "*" ? 0 : 1
            if !slots.contains(slot) { slots.append(slot) }
        }
        guard let first = slots.first else { return .none }
        return RoleOrder(first: first, second: slots.count > 1 ? slots[1] : -1)
    }

    /// Every slot, the framework's own first.
    var everything: RoleOrder { custom == nil ? RoleOrder(first: 0) : RoleOrder(first: 1, second: 0) }
}
