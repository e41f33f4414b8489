internal import ResourceModel

/// A reservation as it came in, before it is known to make sense.
struct LooseReservation {
    var type: Int?
    var role: String?
    var principal: String?
    var labels: [Resource.Label] = []

    init(_ reader: inout WireReader) throws(WireError) {
        while let field = try reader.next() {
            switch field {
            case Wire.Resource.ReservationInfo.principal: principal = try reader.string()
            case Wire.Resource.ReservationInfo.labels: labels = try reader.labels()
            case Wire.Resource.ReservationInfo.role: role = try reader.string()
            case Wire.Resource.ReservationInfo.type: type = try reader.int()
            default: try reader.skip()
            }
        }
    }

    /// The reservation; `kind` and `role` hold where nothing is said.
    func reservation(_ kind: Resource.Reservation.Kind = .dynamic, role: String = "") -> Resource.Reservation {
        Resource.Reservation(
            kind: type.map { $0 == 1 ? .static : .dynamic } ?? kind, role: self.role ?? role, principal: principal,
            labels: labels)
    }
}

/// What a `Resource` message holds that the model of a resource cannot: fields that contradict each other, numbers out
/// of bounds, both forms of reservations.
///
/// The problems and their words are those of mesos `src/common/resources.cpp` (`Resources::validate`); the order of
/// checks is that of spec `mesos/02` §2.6.
struct ResourceForm {
    var type: Int?
    var role: String?
    var reservation: LooseReservation?
    var stack: [LooseReservation] = []
    private var fields: UInt8 = 0
    private var valueProblem: String?
    /// The value in words where the model cannot hold it.
    private var looseValue: String?

    private static let (scalarField, rangesField, setField): (UInt8, UInt8, UInt8) = (1, 2, 4)

    // MARK: Values

    /// The amount in thousandths; zero and less, infinite, too large and none at all are problems.
    mutating func scalar(_ number: Double) -> Resource.Value {
        fields |= Self.scalarField
        let scalar = Scalar(number)
        if number != 0, scalar <= .zero || !Scalar.canHold(number) {
            (valueProblem, looseValue) = ("Invalid scalar resource: value <= 0", "\(number)")
        }
        return .scalar(scalar)
    }

    /// The ranges; those that end before they begin and those that overlap are problems.
    mutating func ranges(_ ranges: [(begin: UInt64, end: UInt64)]) -> Resource.Value {
        fields |= Self.rangesField
        if ranges.contains(where: { $0.begin > $0.end }) {
            valueProblem = "Invalid ranges resource: begin > end"
        } else if Self.areOverlapping(ranges) {
            valueProblem = "Invalid ranges resource: overlapping ranges"
        }
        guard valueProblem != nil else { return .ranges(ValueRanges(ranges.map { $0.begin...$0.end })) }
        looseValue = "[" + ranges.map { "\($0.begin)-\($0.end)" }.joined(separator: ", ") + "]"
        return .ranges(ValueRanges())
    }

    private static func areOverlapping(_ ranges: [(begin: UInt64, end: UInt64)]) -> Bool {
        if zip(ranges, ranges.dropFirst()).allSatisfy({ $0.end < $1.begin }) { return false }
        let sorted = ranges.sorted { $0.begin < $1.begin }
        return zip(sorted, sorted.dropFirst()).contains { $0.end >= $1.begin }
    }

    /// The names; repeated ones are a problem.
    mutating func set(_ items: [String]) -> Resource.Value {
        fields |= Self.setField
        let unique = Set(items)
        if unique.count < items.count {
            valueProblem = "Invalid set resource: duplicated elements"
            looseValue = "{" + items.joined(separator: ", ") + "}"
        }
        return .set(unique.sorted())
    }

    // MARK: Reservations

    /// The reservations in the newer form.
    var reservations: [Resource.Reservation] {
        if !stack.isEmpty { return stack.map { $0.reservation() } }
        if let reservation { return [reservation.reservation(role: role ?? "*")] }
        guard let role, role != "*" else { return [] }
        return [Resource.Reservation(kind: .static, role: role)]
    }

    // MARK: Problems

    /// What is wrong with the resource that was read; `disk` is what was wrong with its disk.
    func problem(of resource: Resource, disk: String?) -> String? {
        if resource.name.isEmpty { return "Empty resource name" }
        if let problem = typeProblem ?? valueProblem { return problem }
        if resource.disk != nil, resource.name != "disk" {
            return "DiskInfo should not be set for \(resource.name) resource"
        }
        if let disk { return disk }
        if let problem = stack.isEmpty ? olderProblem : stackProblem ?? mixtureProblem { return problem }
        guard resource.isShared else { return nil }
        if resource.name != "disk" { return "Resource \(resource.name) cannot be shared" }
        return resource.isPersistentVolume ? nil : "Only persistent volumes can be shared"
    }

    /// The resource in words, with its value as it came in.
    func words(of resource: Resource) -> String {
        guard let looseValue else { return resource.description }
        return resource.description(value: looseValue)
    }

    private var typeProblem: String? {
        switch type {
        case 0: fields == Self.scalarField ? nil : "Invalid scalar resource"
        case 1: fields == Self.rangesField ? nil : "Invalid ranges resource"
        case 2: fields == Self.setField ? nil : "Invalid set resource"
        case 3: "Unsupported resource type"
        default: "Invalid resource type"
        }
    }

    private var olderProblem: String? {
        if let role, let problem = RoleRules.problem(role) { return problem }
        guard let reservation else { return nil }
        if reservation.type != nil {
            return "'Resource.ReservationInfo.type' must not be set for the 'Resource.reservation' field"
        }
        if reservation.role != nil {
            return "'Resource.ReservationInfo.role' must not be set for the 'Resource.reservation' field"
        }
        return role ?? "*" == "*" ? "Invalid reservation: role \"*\" cannot be dynamically reserved" : nil
    }

    private var stackProblem: String? {
        for reservation in stack {
            if reservation.type == nil {
                return "Invalid reservation: 'Resource.ReservationInfo.type' field must be set."
            }
            guard let role = reservation.role else {
                return "Invalid reservation: 'Resource.ReservationInfo.role' field must be set."
            }
            if let problem = RoleRules.problem(role) { return problem }
            if role == "*" { return "Invalid reservation: role \"*\" cannot be reserved" }
        }
        for (outer, inner) in zip(stack, stack.dropFirst()) {
            if inner.type == 1 { return "Invalid refined reservation: A refined reservation cannot be STATIC" }
            let (outer, inner) = (outer.role ?? "", inner.role ?? "")
            if inner == outer || !RoleRules.isWithin(inner, outer) {
                return "Invalid refined reservation: role '\(inner)' is not a refinement of '\(outer)'"
            }
        }
        return nil
    }

    /// What is wrong with the older form beside the newer one.
    private var mixtureProblem: String? {
        let format = "Invalid resource format: "
        guard stack.count == 1, let only = stack.first else {
            let name = role != nil ? "role" : "reservation"
            if role == nil, reservation == nil { return nil }
            return format + "'Resource.\(name)' must not be set if there is more than one reservation in"
                + " 'Resource.reservations'"
        }
        if let role, role != only.role {
            return format + "'Resource.role' field with '\(role)' does not match the role '\(only.role ?? "")' in"
                + " 'Resource.reservations'"
        }
        if only.type == 1 {
            if reservation == nil { return nil }
            return format + "'Resource.reservation' must not be set if the single reservation in"
                + " 'Resource.reservations' is STATIC"
        }
        if only.type != 2 { return "Unsupported 'Resource.ReservationInfo.Type'" }
        if (role == nil) != (reservation == nil) {
            return format + "'Resource.role' and 'Resource.reservation' must either be both set or both not set if the"
                + " single reservation in 'Resource.reservations' is DYNAMIC"
        }
        guard let reservation else { return nil }
        if reservation.principal ?? "" != only.principal ?? "" {
            return format + "'Resource.reservation.principal' field with '\(reservation.principal ?? "")' does not"
                + " match the principal '\(only.principal ?? "")' in 'Resource.reservations'"
        }
        if reservation.labels == only.labels { return nil }
        return format + "'Resource.reservation.labels' field with '\(Resource.words(of: reservation.labels))' does not"
            + " match the labels '\(Resource.words(of: only.labels))' in 'Resource.reservations'"
    }
}

extension WireReader {
    /// `Value.Ranges` as they are.
    mutating func looseRanges() throws(WireError) -> [(begin: UInt64, end: UInt64)] {
        try list { (reader) throws(WireError) in
            try reader.nested { (reader) throws(WireError) in
                var (begin, end): (UInt64, UInt64) = (0, 0)
                while let field = try reader.next() {
                    switch field {
                    case 1: begin = try reader.unsigned()
                    case 2: end = try reader.unsigned()
                    default: try reader.skip()
                    }
                }
                return (begin, end)
            }
        }
    }
}
