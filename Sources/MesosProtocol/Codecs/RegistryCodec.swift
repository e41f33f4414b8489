public import ClusterBase
public import ClusterModel

/// An agent in the registry: admitted, unreachable or gone (entries of `mesos.internal.Registry`; spec `mesos/06`).
public enum RegistryEntry: Hashable, Sendable {
    /// Admitted.
    case admitted(AgentInfo)
    /// Marked unreachable at a moment.
    case unreachable(AgentID, since: Instant)
    /// Marked gone for good at a moment.
    case gone(AgentID, since: Instant)
}

/// The values of registry variables: one `Registry` message with one entry each.
///
/// One variable per agent keeps every value small (decision D7); the sum of all variables is upstream's `Registry`,
/// since protobuf messages are merged by putting their bytes together.
public enum RegistryCodec {
    private static let message = MessageDescriptor.named("mesos.internal.Registry")

    /// The value of an agent's variable.
    public static func encode(_ entry: RegistryEntry) -> [UInt8] {
        var writer = WireWriter(style: .daemon)
        typealias Field = Wire.Internal.Registry
        switch entry {
        case .admitted(let info):
            writer.nested(Field.slaves) { writer in
                writer.nested(1) { $0.message(Field.Slave.info, info) }
            }
        case .unreachable(let agent, let since):
            writer.nested(Field.unreachable) { writer in
                writer.nested(1) { writer in
                    writer.id(Field.UnreachableSlave.id, agent)
                    writer.instant(Field.UnreachableSlave.timestamp, since)
                }
            }
        case .gone(let agent, let since):
            writer.nested(Field.gone) { writer in
                writer.nested(1) { writer in
                    writer.id(Field.GoneSlave.id, agent)
                    writer.instant(Field.GoneSlave.timestamp, since)
                }
            }
        }
        return writer.bytes
    }

    /// The entries of a value: one of ours, or all of a whole registry.
    public static func decode(_ bytes: [UInt8]) throws(WireError) -> [RegistryEntry] {
        let missing = try message.missingRequired(in: bytes)
        guard missing.isEmpty else { throw .missingRequired(missing) }
        var reader = WireReader(bytes)
        var entries: [RegistryEntry] = []
        typealias Field = Wire.Internal.Registry
        while let field = try reader.next() {
            switch field {
            case Field.slaves:
                entries += try reader.list { (reader) throws(WireError) in
                    let info = try reader.wrapped { (reader) throws(WireError) in try reader.message(AgentInfo.self) }
                    guard let info else { throw .missingRequired(["slaves.slaves.info"]) }
                    return .admitted(info)
                }
            case Field.unreachable:
                entries += try reader.list { (reader) throws(WireError) in
                    let (agent, since) = try agentAndTime(&reader)
                    return .unreachable(agent, since: since)
                }
            case Field.gone:
                entries += try reader.list { (reader) throws(WireError) in
                    let (agent, since) = try agentAndTime(&reader)
                    return .gone(agent, since: since)
                }
            default: try reader.skip()
            }
        }
        return entries
    }

    private static func agentAndTime(_ reader: inout WireReader) throws(WireError) -> (AgentID, Instant) {
        try reader.nested { (reader) throws(WireError) in
            var (agent, since): (AgentID, Instant) = ("", .epoch)
            while let field = try reader.next() {
                switch field {
                case Wire.Internal.Registry.UnreachableSlave.id: agent = try reader.id()
                case Wire.Internal.Registry.UnreachableSlave.timestamp: since = try reader.instant()
                default: try reader.skip()
                }
            }
            return (agent, since)
        }
    }
}
