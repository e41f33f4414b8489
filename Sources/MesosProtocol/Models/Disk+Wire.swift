internal import ResourceModel

extension Resource.Disk {
    private typealias Field = Wire.Resource.DiskInfo

    /// Reads a description; a source of an unknown kind is noted as a problem.
    init(from reader: inout WireReader) throws(WireError) {
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
        var rootField: Int?
        while let field = try reader.next() {
            switch field {
            case Field.Source.type: kind = try reader.enumeration(Source.Kind.self)
            case Field.Source.path, Field.Source.mount:
                rootField = max(rootField ?? 0, field)
                source.root = try reader.wrapped { (reader) throws(WireError) in try reader.string() }
            case Field.Source.id: source.id = try reader.string()
            case Field.Source.metadata: source.metadata = try reader.labels()
            case Field.Source.profile: source.profile = try reader.string()
            case Field.Source.vendor: source.vendor = try reader.string()
            default: try reader.skip()
            }
        }
        guard let kind else {
            reader.note(resourceProblem: "Unsupported 'DiskInfo.Source.Type' in 'UNKNOWN'")
            return nil
        }
        source.kind = kind
        if kind == .block || kind == .raw, let field = rootField {
            let name = field == Field.Source.mount ? "Mount" : "Path"
            reader.note(resourceProblem: "\(name) should not be set for \(kind.wireName) disk source")
        }
        return source
    }

    func write(to writer: inout WireWriter) {
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
