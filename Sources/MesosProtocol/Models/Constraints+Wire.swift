internal import ClusterBase
public import ClusterModel
internal import ResourceModel

extension OfferConstraints: WireModel {
    /// `mesos.v1.scheduler.OfferConstraints`.
    public static var messageName: String { "mesos.v1.scheduler.OfferConstraints" }

    /// Reads constraints; of entries for one role the last counts.
    public init(from reader: inout WireReader) throws(WireError) {
        var byRole: [String: [[AttributeConstraint]]] = [:]
        while let field = try reader.next() {
            guard field == Wire.Scheduler.OfferConstraints.roleConstraints else {
                try reader.skip()
                continue
            }
            try reader.entry { (role, reader) throws(WireError) in
                byRole[role] = try reader.list { (reader) throws(WireError) in
                    try reader.list { (reader) throws(WireError) in try reader.message() }
                }
            } absent: {
                byRole[$0] = []
            }
        }
        self.init(roles: byRole.sorted { $0.key < $1.key }.map { Role(role: $0.key, groups: $0.value) })
    }

    /// Writes the constraints.
    public func write(to writer: inout WireWriter) {
        for entry in roles {
            writer.nested(Wire.Scheduler.OfferConstraints.roleConstraints) { writer in
                writer.string(1, entry.role)
                writer.nested(2) { writer in
                    for group in entry.groups {
                        writer.nested(Wire.Scheduler.OfferConstraints.RoleConstraints.groups) { writer in
                            for constraint in group { writer.message(1, constraint) }
                        }
                    }
                }
            }
        }
    }
}

extension AttributeConstraint: WireModel {
    /// `mesos.v1.scheduler.AttributeConstraint`.
    public static var messageName: String { "mesos.v1.scheduler.AttributeConstraint" }

    private typealias Field = Wire.Scheduler.AttributeConstraint

    /// Reads a constraint; parts that the model does not know are `unknown`.
    public init(from reader: inout WireReader) throws(WireError) {
        self.init(.unknown, .unknown)
        while let field = try reader.next() {
            switch field {
            case Field.selector: selector = try reader.nested(Self.selector)
            case Field.predicate: predicate = try reader.nested(Self.predicate)
            default: try reader.skip()
            }
        }
    }

    private static func selector(_ reader: inout WireReader) throws(WireError) -> Selector {
        var selector = Selector.unknown
        while let field = try reader.next() {
            switch field {
            case Field.Selector.attributeName: selector = .attribute(try reader.string())
            case Field.Selector.pseudoattributeType:
                selector =
                    switch try reader.int() {
                    case 1: .hostname
                    case 2: .region
                    case 3: .zone
                    default: .unknown
                    }
            default: try reader.skip()
            }
        }
        return selector
    }

    private static func predicate(_ reader: inout WireReader) throws(WireError) -> Predicate {
        var predicate = Predicate.unknown
        func text() throws(WireError) -> String {
            try reader.wrapped { (reader) throws(WireError) in try reader.string() } ?? ""
        }
        while let field = try reader.next() {
            switch field {
            case Field.Predicate.exists:
                try reader.pass()
                predicate = .exists
            case Field.Predicate.notExists:
                try reader.pass()
                predicate = .notExists
            case Field.Predicate.textEquals: predicate = .textEquals(try text())
            case Field.Predicate.textNotEquals: predicate = .textNotEquals(try text())
            case Field.Predicate.textMatches: predicate = .textMatches(try text())
            case Field.Predicate.textNotMatches: predicate = .textNotMatches(try text())
            default: try reader.skip()
            }
        }
        return predicate
    }

    /// Writes the constraint.
    public func write(to writer: inout WireWriter) {
        writer.nested(Field.selector) { writer in
            switch selector {
            case .attribute(let name): writer.string(Field.Selector.attributeName, name)
            case .hostname: writer.integer(Field.Selector.pseudoattributeType, 1)
            case .region: writer.integer(Field.Selector.pseudoattributeType, 2)
            case .zone: writer.integer(Field.Selector.pseudoattributeType, 3)
            case .unknown: break
            }
        }
        writer.nested(Field.predicate) { writer in
            switch predicate {
            case .exists: writer.nested(Field.Predicate.exists) { _ in }
            case .notExists: writer.nested(Field.Predicate.notExists) { _ in }
            case .textEquals(let text): writer.nested(Field.Predicate.textEquals) { $0.string(1, text) }
            case .textNotEquals(let text): writer.nested(Field.Predicate.textNotEquals) { $0.string(1, text) }
            case .textMatches(let text): writer.nested(Field.Predicate.textMatches) { $0.string(1, text) }
            case .textNotMatches(let text): writer.nested(Field.Predicate.textNotMatches) { $0.string(1, text) }
            case .unknown: break
            }
        }
    }
}

extension OfferFilters: WireModel {
    /// `mesos.v1.OfferFilters`.
    public static var messageName: String { "mesos.v1.OfferFilters" }

    /// Reads filters.
    public init(from reader: inout WireReader) throws(WireError) {
        self.init()
        while let field = try reader.next() {
            guard field == Wire.OfferFilters.minAllocatableResources else {
                try reader.skip()
                continue
            }
            minimumAllocatable = try reader.list { (reader) throws(WireError) in
                try reader.nested { (reader) throws(WireError) in
                    var amounts: [String: Double] = [:]
                    while let field = try reader.next() {
                        guard field == Wire.OfferFilters.ResourceQuantities.quantities else {
                            try reader.skip()
                            continue
                        }
                        try reader.entry { (name, reader) throws(WireError) in
                            amounts[name] = try reader.scalar()
                        } absent: {
                            amounts[$0] = 0
                        }
                    }
                    var quantities = ResourceQuantities()
                    for (name, amount) in amounts.sorted(by: { $0.key < $1.key }) {
                        quantities.add(Scalar(amount), of: name)
                        guard formProblem == nil, let problem = Self.problem(amount) else { continue }
                        formProblem = "Invalid resource quantity for '\(name)': \(problem)"
                    }
                    return quantities
                }
            }
        }
    }

    private static func problem(_ amount: Double) -> String? {
        if amount.isInfinite { return "Infinite values not supported" }
        if amount.isNaN { return "NaN not supported" }
        if amount.isSubnormal { return "Subnormal values not supported" }
        return amount < 0 ? "Negative values not supported" : nil
    }

    /// Writes the filters.
    public func write(to writer: inout WireWriter) {
        guard let minimumAllocatable else { return }
        writer.nested(Wire.OfferFilters.minAllocatableResources) { writer in
            for quantities in minimumAllocatable {
                writer.nested(Wire.OfferFilters.MinAllocatableResources.quantities) { writer in
                    for element in quantities {
                        writer.nested(Wire.OfferFilters.ResourceQuantities.quantities) { writer in
                            writer.string(1, element.name)
                            writer.nested(2) { $0.double(1, element.amount.value) }
                        }
                    }
                }
            }
        }
    }
}

extension WireReader {
    /// An entry of a map with text for keys and messages for values.
    ///
    /// `read` gets the key and stands before the value; `absent` gets the key of an entry without a value.
    mutating func entry(
        _ read: (String, inout WireReader) throws(WireError) -> Void, absent: (String) -> Void
    ) throws(WireError) {
        try nested { (reader) throws(WireError) in
            let start = reader
            var key = ""
            while let field = try reader.next() {
                if field == 1 { key = try reader.string() } else { try reader.pass() }
            }
            reader = start
            var hasValue = false
            while let field = try reader.next() {
                if field == 2 {
                    hasValue = true
                    try read(key, &reader)
                } else {
                    try reader.pass()
                }
            }
            if !hasValue { absent(key) }
        }
    }
}
