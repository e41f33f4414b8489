public import ResourceModel

extension Resource: WireModel {
    /// `mesos.v1.Resource`.
    public static var messageName: String { "mesos.v1.Resource" }

    /// Reads a resource in the older or the newer form; the result has the newer one (spec `mesos/01` §1.7).
    ///
    /// What is wrong with it is noted in the reader (spec `mesos/02` §2.6).
    public init(from reader: inout WireReader) throws(WireError) {
        self.init(name: "", value: .scalar(.zero))
        var form = ResourceForm()
        let outer = reader.takeResourceProblem()
        while let field = try reader.next() {
            switch field {
            case Wire.Resource.name: name = try reader.string()
            case Wire.Resource.type: form.type = try reader.int()
            case Wire.Resource.scalar: value = form.scalar(try reader.scalar())
            case Wire.Resource.ranges: value = form.ranges(try reader.looseRanges())
            case Wire.Resource.set:
                value = form.set(try reader.list { (reader) throws(WireError) in try reader.string() })
            case Wire.Resource.role: form.role = try reader.string()
            case Wire.Resource.disk: disk = try reader.nested { (reader) throws(WireError) in try Disk(from: &reader) }
            case Wire.Resource.reservation:
                form.reservation = try reader.nested { (reader) throws(WireError) in try LooseReservation(&reader) }
            case Wire.Resource.revocable:
                isRevocable = true
                try reader.pass()
            case Wire.Resource.shared:
                isShared = true
                try reader.pass()
            case Wire.Resource.allocationInfo:
                allocationRole = try reader.wrapped { (reader) throws(WireError) in try reader.string() }
            case Wire.Resource.providerID: providerID = try reader.provider()
            case Wire.Resource.reservations:
                form.stack.append(
                    try reader.nested { (reader) throws(WireError) in try LooseReservation(&reader) })
            default: try reader.skip()
            }
        }
        reservations = form.reservations
        let problem = form.problem(of: self, disk: reader.takeResourceProblem())
        if let outer { reader.note(resourceProblem: outer) }
        guard let problem else { return }
        reader.note(resourceProblem: "Resource '\(form.words(of: self))' is invalid: \(problem)")
    }

    /// Writes the resource in the form the style asks for; a stack of several reservations is always written as such.
    public func write(to writer: inout WireWriter) { write(to: &writer, allocatedTo: allocationRole) }

    /// As `write(to:)`, with another allocation role.
    func write(to writer: inout WireWriter, allocatedTo allocationRole: String?) {
        writer.string(Wire.Resource.name, name)
        switch value {
        case .scalar(let amount):
            writer.integer(Wire.Resource.type, 0)
            writer.nested(Wire.Resource.scalar) { $0.double(1, amount.value) }
        case .ranges(let ranges):
            writer.integer(Wire.Resource.type, 1)
            writer.ranges(Wire.Resource.ranges, ranges)
        case .set(let items):
            writer.integer(Wire.Resource.type, 2)
            writer.nested(Wire.Resource.set) { for item in items { $0.string(1, item) } }
        }
        let isOlderForm = !writer.style.usesReservationStack && reservations.count < 2
        if isOlderForm { writer.string(Wire.Resource.role, role) }
        if let disk { writer.nested(Wire.Resource.disk) { disk.write(to: &$0) } }
        if isOlderForm, let reservation = reservations.first, reservation.kind == .dynamic {
            writer.nested(Wire.Resource.reservation) { reservation.writeOwner(to: &$0) }
        }
        if isRevocable { writer.nested(Wire.Resource.revocable) { _ in } }
        if isShared { writer.nested(Wire.Resource.shared) { _ in } }
        if writer.style.showsAllocation, let allocationRole {
            writer.nested(Wire.Resource.allocationInfo) { $0.string(1, allocationRole) }
        }
        writer.provider(Wire.Resource.providerID, providerID)
        guard !isOlderForm else { return }
        for reservation in reservations { writer.nested(Wire.Resource.reservations) { reservation.write(to: &$0) } }
    }
}

extension Resource.Reservation {
    /// Writes the reservation as an entry of the stack.
    fileprivate func write(to writer: inout WireWriter) {
        writeOwner(to: &writer)
        writer.string(Wire.Resource.ReservationInfo.role, role)
        writer.integer(Wire.Resource.ReservationInfo.type, kind == .static ? 1 : 2)
    }

    /// Writes what the older form has of it.
    fileprivate func writeOwner(to writer: inout WireWriter) {
        writer.string(Wire.Resource.ReservationInfo.principal, ifPresent: principal)
        writer.labels(Wire.Resource.ReservationInfo.labels, labels)
    }
}
