internal import ClusterBase
public import ClusterModel

extension CommandInfo: WireModel {
    /// `mesos.v1.CommandInfo`.
    public static var messageName: String { "mesos.v1.CommandInfo" }

    /// Reads a command.
    public init(from reader: inout WireReader) throws(WireError) {
        self.init()
        while let field = try reader.next() {
            switch field {
            case Wire.CommandInfo.uris: uris.append(try reader.message())
            case Wire.CommandInfo.environment:
                environment += try reader.list { (reader) throws(WireError) in try reader.message() }
            case Wire.CommandInfo.value: value = try reader.string()
            case Wire.CommandInfo.user: user = try reader.string()
            case Wire.CommandInfo.shell: isShell = try reader.bool()
            case Wire.CommandInfo.arguments: arguments.append(try reader.string())
            default: try reader.skip()
            }
        }
    }

    /// Writes the command.
    public func write(to writer: inout WireWriter) {
        for uri in uris { writer.message(Wire.CommandInfo.uris, uri) }
        if !environment.isEmpty {
            writer.nested(Wire.CommandInfo.environment) { for variable in environment { $0.message(1, variable) } }
        }
        writer.string(Wire.CommandInfo.value, ifPresent: value)
        writer.string(Wire.CommandInfo.user, ifPresent: user)
        if !isShell { writer.bool(Wire.CommandInfo.shell, false) }
        for argument in arguments { writer.string(Wire.CommandInfo.arguments, argument) }
    }
}

extension CommandInfo.URI: WireModel {
    /// `mesos.v1.CommandInfo.URI`.
    public static var messageName: String { "mesos.v1.CommandInfo.URI" }

    /// Reads a URI.
    public init(from reader: inout WireReader) throws(WireError) {
        self.init("")
        while let field = try reader.next() {
            switch field {
            case Wire.CommandInfo.URI.value: value = try reader.string()
            case Wire.CommandInfo.URI.executable: isExecutable = try reader.bool()
            case Wire.CommandInfo.URI.extract: extracts = try reader.bool()
            case Wire.CommandInfo.URI.cache: isCached = try reader.bool()
            case Wire.CommandInfo.URI.outputFile: outputFile = try reader.string()
            default: try reader.skip()
            }
        }
    }

    /// Writes the URI.
    public func write(to writer: inout WireWriter) {
        writer.string(Wire.CommandInfo.URI.value, value)
        if isExecutable { writer.bool(Wire.CommandInfo.URI.executable, true) }
        if !extracts { writer.bool(Wire.CommandInfo.URI.extract, false) }
        if isCached { writer.bool(Wire.CommandInfo.URI.cache, true) }
        writer.string(Wire.CommandInfo.URI.outputFile, ifPresent: outputFile)
    }
}

extension EnvironmentVariable: WireModel {
    /// `mesos.v1.Environment.Variable`.
    public static var messageName: String { "mesos.v1.Environment.Variable" }

    /// Reads a variable; of a secret only that it is one.
    public init(from reader: inout WireReader) throws(WireError) {
        self.init("", "")
        while let field = try reader.next() {
            switch field {
            case Wire.Environment.Variable.name: name = try reader.string()
            case Wire.Environment.Variable.value: value = try reader.string()
            case Wire.Environment.Variable.type: isSecret = try reader.int() == 2
            default: try reader.skip()
            }
        }
    }

    /// Writes the variable.
    public func write(to writer: inout WireWriter) {
        writer.string(Wire.Environment.Variable.name, name)
        writer.string(Wire.Environment.Variable.value, value)
        if isSecret { writer.integer(Wire.Environment.Variable.type, 2) }
    }
}

extension KillPolicy: WireModel {
    /// `mesos.v1.KillPolicy`.
    public static var messageName: String { "mesos.v1.KillPolicy" }

    /// Reads a policy.
    public init(from reader: inout WireReader) throws(WireError) {
        self.init()
        while let field = try reader.next() {
            if field == Wire.KillPolicy.gracePeriod { gracePeriod = try reader.duration() } else { try reader.skip() }
        }
    }

    /// Writes the policy.
    public func write(to writer: inout WireWriter) {
        if let gracePeriod { writer.duration(Wire.KillPolicy.gracePeriod, gracePeriod) }
    }
}
