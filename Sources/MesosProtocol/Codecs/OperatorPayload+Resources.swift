internal import ClusterBase
internal import ClusterModel
internal import ResourceModel

// Calls about what agents have.

extension OperatorPayload {
    static let resources: [String: OperatorPayload] = [
        "RESERVE_RESOURCES": OperatorPayload(Wire.Master.Call.reserveResources, "reserve_resources", reserve),
        "UNRESERVE_RESOURCES": list(Wire.Master.Call.unreserveResources, "unreserve_resources", .early) {
            .unreserveResources($0, $1)
        },
        "CREATE_VOLUMES": list(Wire.Master.Call.createVolumes, "create_volumes", .late) { .createVolumes($0, $1) },
        "DESTROY_VOLUMES": list(Wire.Master.Call.destroyVolumes, "destroy_volumes", .late) {
            .destroyVolumes($0, $1)
        },
        "GROW_VOLUME": OperatorPayload(Wire.Master.Call.growVolume, "grow_volume", growVolume),
        "SHRINK_VOLUME": OperatorPayload(Wire.Master.Call.shrinkVolume, "shrink_volume", shrinkVolume),
    ]

    /// Where upstream looks at the resources of a call, which shows in the words about bad ones.
    private enum Check {
        /// When it validates the call.
        case early
        /// When it carries the call out.
        case late

        func refuse(_ reader: WireReader) throws(WireError) {
            do { try reader.refuseBadResources() } catch {
                if self == .late, case .invalid(let problem) = error { throw .refused(problem) }
                throw error
            }
        }
    }

    private static let reserve: Read = { (reader) throws(WireError) in
        typealias Field = Wire.Master.Call.ReserveResources
        var agent: AgentID = ""
        var (source, resources) = (Resources(), Resources())
        while let field = try reader.next() {
            switch field {
            case Field.agentID: agent = try reader.id()
            case Field.source: source.add(try reader.message())
            case Field.resources: resources.add(try reader.message())
            default: try reader.skip()
            }
        }
        try Check.early.refuse(reader)
        return .reserveResources(agent, source: source, resources: resources)
    }

    /// A payload of an agent and resources, which all have the same fields.
    private static func list(
        _ field: Int, _ name: String, _ check: Check, _ make: @escaping @Sendable (AgentID, Resources) -> OperatorCall
    ) -> OperatorPayload {
        OperatorPayload(field, name) { (reader) throws(WireError) in
            typealias Field = Wire.Master.Call.CreateVolumes
            var agent: AgentID = ""
            var resources = Resources()
            while let field = try reader.next() {
                switch field {
                case Field.agentID: agent = try reader.id()
                case Field.volumes: resources.add(try reader.message())
                default: try reader.skip()
                }
            }
            try check.refuse(reader)
            return make(agent, resources)
        }
    }

    private static let growVolume: Read = { (reader) throws(WireError) in
        typealias Field = Wire.Master.Call.GrowVolume
        var agent: AgentID?
        var (volume, addition): (Resource?, Resource?)
        while let field = try reader.next() {
            switch field {
            case Field.agentID: agent = try reader.id()
            case Field.volume: volume = try reader.message()
            case Field.addition: addition = try reader.message()
            default: try reader.skip()
            }
        }
        try Check.late.refuse(reader)
        guard let agent else { throw agentMissing }
        guard let volume, let addition else { throw .malformed }
        return .growVolume(agent, volume: volume, addition: addition)
    }

    private static let shrinkVolume: Read = { (reader) throws(WireError) in
        typealias Field = Wire.Master.Call.ShrinkVolume
        var agent: AgentID?
        var (volume, subtract): (Resource?, Scalar?)
        while let field = try reader.next() {
            switch field {
            case Field.agentID: agent = try reader.id()
            case Field.volume: volume = try reader.message()
            case Field.subtract: subtract = Scalar(try reader.scalar())
            default: try reader.skip()
            }
        }
        try Check.late.refuse(reader)
        guard let agent else { throw agentMissing }
        guard let volume, let subtract else { throw .malformed }
        return .shrinkVolume(agent, volume: volume, subtract: subtract)
    }

    private static let agentMissing = WireError.invalid(
        "Expecting 'agent_id' to be present; only agent default resources are supported right now")
}
