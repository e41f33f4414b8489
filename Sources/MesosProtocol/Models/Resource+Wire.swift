public import ResourceModel

extension Resource: WireModel {
    /// `mesos.v1.Resource`.
    public static var messageName: String { "mesos.v1.Resource" }

    /// Reads a resource in the older or the newer form; the result has the newer one (spec `mesos/01` §1.7).
    public init(from reader: inout WireReader) throws(WireError) {
        self.init(name: "", value: .scalar(.zero))
        var (role, reservation): (String?, Reservation?)
        while let field = try reader.next() {
            switch field {
            case Wire.Resource.name: name = try reader.string()
            case Wire.Resource.type: try reader.pass()
            case Wire.Resource.scalar: value = .scalar(Scalar(try reader.scalar()))
            case Wire.Resource.ranges: value = .ranges(try reader.ranges())
            case Wire.Resource.set:
                let items = try reader.list { (reader) throws(WireError) in try reader.string() }
                value = .set(Set(items).sorted())
            case Wire.Resource.role: role = try reader.string()
            case Wire.Resource.disk: disk = try reader.nested { (reader) throws(WireError) in try Disk(from: &reader) }
            case Wire.Resource.reservation: reservation = try reader.message()
            case Wire.Resource.revocable:
                isRevocable = true
                try reader.pass()
            case Wire.Resource.shared:
                isShared = true
                try reader.pass()
            case Wire.Resource.allocationInfo:
                allocationRole = try reader.wrapped { (reader) throws(WireError) in try reader.string() }
            case Wire.Resource.providerID:
                providerID = try reader.wrapped { (reader) throws(WireError) in try reader.string() }
            case Wire.Resource.reservations: reservations.append(try reader.message())
            default: try reader.skip()
            }
        }
        guard reservations.isEmpty else { return }
        if var reservation {
            reservation.kind = .dynamic
            if reservation.role.isEmpty { reservation.role = role ?? "*" }
            reservations = [reservation]
        } else if let role, role != "*" {
            reservations = [Reservation(kind: .static, role: role)]
        }
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
        if let providerID { writer.nested(Wire.Resource.providerID) { $0.string(1, providerID) } }
        if !isOlderForm { for reservation in reservations { writer.message(Wire.Resource.reservations, reservation) } }
    }
}

extension Resource.Reservation: WireModel {
    /// `mesos.v1.Resource.ReservationInfo`.
    public static var messageName: String { "mesos.v1.Resource.ReservationInfo" }

    /// Reads a reservation; without a type it is a dynamic one.
    public init(from reader: inout WireReader) throws(WireError) {
        self.init(kind: .dynamic, role: "")
        while let field = try reader.next() {
            switch field {
            case Wire.Resource.ReservationInfo.principal: principal = try reader.string()
            case Wire.Resource.ReservationInfo.labels: labels = try reader.labels()
            case Wire.Resource.ReservationInfo.role: role = try reader.string()
            case Wire.Resource.ReservationInfo.type: kind = try reader.integer() == 1 ? .static : .dynamic
            default: try reader.skip()
            }
        }
    }

    /// Writes the reservation as an entry of the stack.
    public func write(to writer: inout WireWriter) {
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

extension Resource.Disk {
    private typealias Field = Wire.Resource.DiskInfo

    fileprivate init(from reader: inout WireReader) throws(WireError) {
        var (id, principal, mounting, source): (String?, String?, Mounting?, Source?)
        while let field = try reader.next() {
            switch field {
            case Field.persistence: (id, principal) = try reader.pair()
            case Field.volume: mounting = try reader.nested(Self.readMounting)
            case Field.source: source = try reader.nested(Self.readSource)
            default: try reader.skip()
            }
        }
        self.init(persistenceID: id, persistencePrincipal: principal, mounting: mounting, source: source)
    }

    private static func readMounting(_ reader: inout WireReader) throws(WireError) -> Mounting {
        var mounting = Mounting(containerPath: "")
        while let field = try reader.next() {
            switch field {
            case Wire.Volume.containerPath: mounting.containerPath = try reader.string()
            case Wire.Volume.hostPath: mounting.hostPath = try reader.string()
            case Wire.Volume.mode: mounting.isReadOnly = try reader.int() == 2
            default: try reader.skip()
            }
        }
        return mounting
    }

    private static func readSource(_ reader: inout WireReader) throws(WireError) -> Source? {
        var (kind, source): (Source.Kind?, Source) = (nil, Source(.path))
        while let field = try reader.next() {
            switch field {
            case Field.Source.type: kind = try reader.enumeration(Source.Kind.self)
            case Field.Source.path, Field.Source.mount:
                source.root = try reader.wrapped { (reader) throws(WireError) in try reader.string() }
            case Field.Source.id: source.id = try reader.string()
            case Field.Source.metadata: source.metadata = try reader.labels()
            case Field.Source.profile: source.profile = try reader.string()
            case Field.Source.vendor: source.vendor = try reader.string()
            default: try reader.skip()
            }
        }
        guard let kind else { return nil }
        source.kind = kind
        return source
    }

    fileprivate func write(to writer: inout WireWriter) {
        if let persistenceID {
            writer.nested(Field.persistence) {
                $0.string(Field.Persistence.id, persistenceID)
                $0.string(Field.Persistence.principal, ifPresent: persistencePrincipal)
            }
        }
        if let mounting {
            writer.nested(Field.volume) {
                $0.string(Wire.Volume.containerPath, mounting.containerPath)
                $0.string(Wire.Volume.hostPath, ifPresent: mounting.hostPath)
                $0.integer(Wire.Volume.mode, mounting.isReadOnly ? 2 : 1)
            }
        }
        if let source { writer.nested(Field.source) { Self.write(source, to: &$0) } }
    }

    private static func write(_ source: Source, to writer: inout WireWriter) {
        writer.integer(Field.Source.type, source.kind.rawValue)
        if let root = source.root {
            writer.nested(source.kind == .path ? Field.Source.path : Field.Source.mount) { $0.string(1, root) }
        }
        writer.string(Field.Source.id, ifPresent: source.id)
        writer.labels(Field.Source.metadata, source.metadata)
        writer.string(Field.Source.profile, ifPresent: source.profile)
        writer.string(Field.Source.vendor, ifPresent: source.vendor)
    }
}
