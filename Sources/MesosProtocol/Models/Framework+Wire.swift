internal import ClusterBase
public import ClusterModel

extension FrameworkInfo: WireModel {
    /// `mesos.v1.FrameworkInfo`.
    public static var messageName: String { "mesos.v1.FrameworkInfo" }

    private static let modelled: FieldSet = [
        Wire.FrameworkInfo.user, Wire.FrameworkInfo.name, Wire.FrameworkInfo.id, Wire.FrameworkInfo.failoverTimeout,
        Wire.FrameworkInfo.checkpoint, Wire.FrameworkInfo.role, Wire.FrameworkInfo.hostname,
        Wire.FrameworkInfo.principal, Wire.FrameworkInfo.webuiURL, Wire.FrameworkInfo.capabilities,
        Wire.FrameworkInfo.labels, Wire.FrameworkInfo.roles, Wire.FrameworkInfo.offerFilters,
    ]

    /// Reads a framework's description; without MULTI_ROLE its roles are the one of `role`.
    public init(from reader: inout WireReader) throws(WireError) {
        self.init(user: "", name: "", roles: [])
        var role = "*"
        while let field = try reader.next() {
            switch field {
            case Wire.FrameworkInfo.user: user = try reader.string()
            case Wire.FrameworkInfo.name: name = try reader.string()
            case Wire.FrameworkInfo.id:
                let given: FrameworkID = try reader.id()
                id = given.value.isEmpty ? nil : given
            case Wire.FrameworkInfo.failoverTimeout: failoverTimeout = try reader.seconds()
            case Wire.FrameworkInfo.checkpoint: checkpoint = try reader.bool()
            case Wire.FrameworkInfo.role: role = try reader.string()
            case Wire.FrameworkInfo.hostname: hostname = try reader.string()
            case Wire.FrameworkInfo.principal: principal = try reader.string()
            case Wire.FrameworkInfo.webuiURL: webuiURL = try reader.string()
            case Wire.FrameworkInfo.capabilities:
                let number = try reader.wrapped { (reader) throws(WireError) in try reader.int() } ?? 0
                if (1...8).contains(number) {
                    capabilities.insert(FrameworkCapabilities(rawValue: 1 << UInt32(number)))
                }
            case Wire.FrameworkInfo.labels: labels = try reader.labels()
            case Wire.FrameworkInfo.roles: roles.append(try reader.string())
            case Wire.FrameworkInfo.offerFilters:
                try reader.entry { (role, reader) throws(WireError) in
                    offerFilters[role] = try reader.message()
                } absent: {
                    offerFilters[$0] = OfferFilters()
                }
            default: try reader.skip()
            }
        }
        if !isMultiRole { roles = [role] }
        wire = reader.image
    }

    /// Writes the description.
    public func write(to writer: inout WireWriter) {
        writer.string(Wire.FrameworkInfo.user, user)
        writer.string(Wire.FrameworkInfo.name, name)
        writer.id(Wire.FrameworkInfo.id, ifPresent: id)
        if failoverTimeout != .zero { writer.double(Wire.FrameworkInfo.failoverTimeout, failoverTimeout.totalSeconds) }
        if checkpoint { writer.bool(Wire.FrameworkInfo.checkpoint, true) }
        if !isMultiRole, let role = roles.first, role != "*" { writer.string(Wire.FrameworkInfo.role, role) }
        if !hostname.isEmpty { writer.string(Wire.FrameworkInfo.hostname, hostname) }
        writer.string(Wire.FrameworkInfo.principal, ifPresent: principal)
        writer.string(Wire.FrameworkInfo.webuiURL, ifPresent: webuiURL)
        for (number, _) in FrameworkCapabilities.names where capabilities.rawValue & 1 << UInt32(number) != 0 {
            writer.nested(Wire.FrameworkInfo.capabilities) { $0.integer(1, number) }
        }
        writer.labels(Wire.FrameworkInfo.labels, labels)
        if isMultiRole { for role in roles { writer.string(Wire.FrameworkInfo.roles, role) } }
        for (role, filters) in offerFilters.sorted(by: { $0.key < $1.key }) {
            writer.nested(Wire.FrameworkInfo.offerFilters) { writer in
                writer.string(1, role)
                writer.message(2, filters)
            }
        }
        writer.rest(of: wire, except: Self.modelled)
    }

    /// What is wrong with a description in ways that the model cannot hold; nil when nothing is.
    ///
    /// A duration out of range, or `role` and `roles` used against the MULTI_ROLE rule (spec `mesos/01` §1.3.3,
    /// §1.4.1).
    static func wireProblem(_ bytes: [UInt8]) throws(WireError) -> String? {
        var reader = WireReader(bytes)
        var (hasRole, hasRoles, isMultiRole, timeout) = (false, false, false, 0.0)
        while let field = try reader.next() {
            switch field {
            case Wire.FrameworkInfo.role:
                hasRole = true
                try reader.pass()
            case Wire.FrameworkInfo.roles:
                hasRoles = true
                try reader.pass()
            case Wire.FrameworkInfo.failoverTimeout: timeout = try reader.double()
            case Wire.FrameworkInfo.capabilities:
                if try reader.wrapped({ (reader) throws(WireError) in try reader.int() }) == 6 { isMultiRole = true }
            default: try reader.pass()
            }
        }
        if isMultiRole, hasRole { return "'FrameworkInfo.role' must not be set with the MULTI_ROLE capability" }
        if !isMultiRole, hasRoles { return "'FrameworkInfo.roles' must not be set without the MULTI_ROLE capability" }
        guard timeout.magnitude * 1e9 < 9.2e18 else { return "The framework failover_timeout (\(timeout)) is invalid" }
        return nil
    }
}
