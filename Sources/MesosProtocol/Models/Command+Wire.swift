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
        var (type, hasValue): (Int, Bool) = (1, false)
        var secret: SecretForm?
        while let field = try reader.next() {
            switch field {
            case Wire.Environment.Variable.name: name = try reader.string()
            case Wire.Environment.Variable.value: (value, hasValue) = (try reader.string(), true)
            case Wire.Environment.Variable.type: type = try reader.int()
            case Wire.Environment.Variable.secret:
                secret = try SecretForm(from: &reader)
                reader.noteLoss()
            default: try reader.skip()
            }
        }
        isSecret = type == 2
        formProblem = problem(type, hasValue: hasValue, secret)
    }

    private func problem(_ type: Int, hasValue: Bool, _ secret: SecretForm?) -> String? {
        let words = "Environment variable '\(name)'"
        switch type {
        case 1:
            if !hasValue { return "\(words) of type 'VALUE' must have a value set" }
            return secret == nil ? nil : "\(words) of type 'VALUE' must not have a secret set"
        case 2:
            guard let secret else { return hasValue ? nil : "\(words) of type 'SECRET' must have a secret set" }
            if hasValue { return "\(words) of type 'SECRET' must not have a value set" }
            if let problem = secret.problem { return "\(words) specifies an invalid secret: \(problem)" }
            guard secret.hasNull else { return nil }
            return "\(words) specifies a secret containing null bytes, which is not allowed in the environment"
        default: return "Environment variable of type 'UNKNOWN' is not allowed"
        }
    }

    /// Writes the variable.
    public func write(to writer: inout WireWriter) {
        writer.string(Wire.Environment.Variable.name, name)
        writer.string(Wire.Environment.Variable.value, value)
        if isSecret { writer.integer(Wire.Environment.Variable.type, 2) }
    }
}

/// What a secret consists of; its content is not kept.
private struct SecretForm {
    private var type = 0
    private var reference: String?
    private var hasValue = false
    private(set) var hasNull = false

    init(from reader: inout WireReader) throws(WireError) {
        self = try reader.nested { (reader) throws(WireError) in
            var form = SecretForm()
            while let field = try reader.next() {
                switch field {
                case Wire.Secret.type: form.type = try reader.int()
                case Wire.Secret.reference:
                    form.reference = try reader.nested { (reader) throws(WireError) in
                        var name = ""
                        while let field = try reader.next() {
                            if field == Wire.Secret.Reference.name {
                                name = try reader.string()
                            } else {
                                try reader.skip()
                            }
                        }
                        return name
                    }
                case Wire.Secret.value:
                    form.hasValue = true
                    let data = try reader.wrapped { (reader) throws(WireError) in try reader.data() }
                    form.hasNull = data?.contains(0) ?? false
                default: try reader.skip()
                }
            }
            return form
        }
    }

    private init() {}

    var problem: String? {
        switch type {
        case 1:
            guard let reference else { return "Secret of type REFERENCE must have the 'reference' field set" }
            return hasValue ? "Secret '\(reference)' of type REFERENCE must not have the 'value' field set" : nil
        case 2:
            if !hasValue { return "Secret of type VALUE must have the 'value' field set" }
            return reference == nil ? nil : "Secret of type VALUE must not have the 'reference' field set"
        default: return nil
        }
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
