internal import ClusterBase
internal import ResourceModel

/// The offered resources of an agent, from which pieces are cut for tasks and the executor.
struct ResourceCutter {
    private(set) var rest: Resources
    private let slots: RoleSlots

    init(_ resources: some Sequence<Resources>, slots: RoleSlots) {
        rest = resources.reduce(into: Resources()) { $0 += $1 }
        self.slots = slots
    }

    /// Whether a piece can be cut from a resource.
    static func isUsable(_ resource: Resource) -> Bool {
        !resource.isIndivisible && !resource.isRevocable && !resource.isShared && resource.providerID == nil
    }

    /// Cuts processors, memory and ports, role by role in order; nil, with nothing cut, when they are not there.
    mutating func cut(cpus: Int64, memory: Int64, ports: [UInt64], _ order: RoleOrder) -> Resources? {
        var (left, piece) = (rest, Resources())
        for (name, amount) in [("cpus", cpus), ("mem", memory)] {
            guard cut(name, .scalar(Scalar(thousandths: amount)), order, &left, &piece) else { return nil }
        }
        let numbers = ValueRanges(ports.map { $0...$0 })
        guard ports.isEmpty || cut("ports", .ranges(numbers), order, &left, &piece) else { return nil }
        rest = left
        return piece
    }

    private func cut(
        _ name: String, _ wanted: Resource.Value, _ order: RoleOrder, _ left: inout Resources, _ piece: inout Resources
    ) -> Bool {
        var missing = wanted
        for slot in order.slots {
            for entry in left where entry.name == name && Self.isUsable(entry) {
                guard slots.slot(ofReservation: entry.role) == slot else { continue }
                guard let (part, remainder) = Self.part(of: entry, upTo: missing) else { continue }
                left.subtract(part)
                piece.add(part)
                missing = remainder
            }
        }
        return Self.isNothing(missing)
    }

    private static func isNothing(_ value: Resource.Value) -> Bool {
        switch value {
        case .scalar(let amount): amount <= .zero
        case .ranges(let ranges): ranges.isEmpty
        case .set(let items): items.isEmpty
        }
    }

    /// The largest part of an entry within what is wanted, and what is missing then; nil when there is none.
    private static func part(of entry: Resource, upTo wanted: Resource.Value) -> (Resource, Resource.Value)? {
        var part = entry
        let missing: Resource.Value
        switch (entry.value, wanted) {
        case (.scalar(let have), .scalar(let want)):
            part.value = .scalar(min(have, want))
            missing = .scalar(want - min(have, want))
        case (.ranges(let have), .ranges(let want)):
            part.value = .ranges(have - (have - want))
            missing = .ranges(want - have)
        default: return nil
        }
        return part.isEmpty ? nil : (part, missing)
    }
}
