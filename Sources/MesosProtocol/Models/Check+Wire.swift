internal import ClusterBase
public import ClusterModel

/// The kinds of probe; raw values are the wire numbers of `CheckInfo.Type` and `HealthCheck.Type`.
private enum ProbeKind: Int { case command = 1, http, tcp }

/// The probes that a message describes, of which its type says the one that counts.
private struct ProbeParts {
    var kind: ProbeKind?
    var command: CommandInfo?
    var http: (scheme: String, port: Int, path: String)?
    var tcpPort: Int?

    /// The probe of the given type, or without a type the one that is there; an empty one when it is missing.
    var probe: Probe {
        switch kind ?? (command != nil ? .command : http != nil ? .http : tcpPort != nil ? .tcp : .command) {
        case .command: .command(command ?? CommandInfo())
        case .http: .http(scheme: http?.scheme ?? "http", port: http?.port ?? 0, path: http?.path ?? "")
        case .tcp: .tcp(port: tcpPort ?? 0)
        }
    }

    /// What is missing in a message; `name` is that of the message, `noun` what it is called in messages.
    ///
    /// Old schedulers leave the type of health checks out; then the one part of COMMAND and HTTP that is there counts.
    func problem(_ name: String, _ noun: String, infersType: Bool) -> String? {
        let isClear = infersType && (command != nil) != (http != nil)
        if kind == nil, !isClear { return "\(name) must specify 'type'" }
        switch kind {
        case .command where command == nil: return "Expecting 'command' to be set for COMMAND \(noun)"
        case .http where http == nil: return "Expecting 'http' to be set for HTTP \(noun)"
        case .tcp where tcpPort == nil: return "Expecting 'tcp' to be set for TCP \(noun)"
        default: return nil
        }
    }

    /// Whether the probe says less than the message did.
    var isLossy: Bool {
        (command != nil ? 1 : 0) + (http != nil ? 1 : 0) + (tcpPort != nil ? 1 : 0) != 1
            || (kind == .command && command == nil) || (kind == .http && http == nil)
            || (kind == .tcp && tcpPort == nil)
    }
}

extension HealthCheck: WireModel {
    /// `mesos.v1.HealthCheck`.
    public static var messageName: String { "mesos.v1.HealthCheck" }

    /// Reads a health check.
    public init(from reader: inout WireReader) throws(WireError) {
        self.init(probe: .tcp(port: 0))
        var parts = ProbeParts()
        while let field = try reader.next() {
            switch field {
            case Wire.HealthCheck.http: parts.http = try readHTTP(&reader)
            case Wire.HealthCheck.delaySeconds: delay = try reader.seconds()
            case Wire.HealthCheck.intervalSeconds: interval = try reader.seconds()
            case Wire.HealthCheck.timeoutSeconds: timeout = try reader.seconds()
            case Wire.HealthCheck.consecutiveFailures: consecutiveFailures = try reader.int()
            case Wire.HealthCheck.gracePeriodSeconds: gracePeriod = try reader.seconds()
            case Wire.HealthCheck.command: parts.command = try reader.message()
            case Wire.HealthCheck.type: parts.kind = try reader.enumeration(ProbeKind.self)
            case Wire.HealthCheck.tcp: parts.tcpPort = try readTCP(&reader)
            default: try reader.skip()
            }
        }
        probe = parts.probe
        formProblem = parts.problem("HealthCheck", "health check", infersType: true)
        if parts.isLossy { reader.noteLoss() }
    }

    private mutating func readHTTP(_ reader: inout WireReader) throws(WireError) -> (String, Int, String) {
        let (scheme, port, path, family) = try reader.nested { (reader) throws(WireError) in
            var (scheme, port, path, family) = ("http", 0, "", 1)
            while let field = try reader.next() {
                switch field {
                case Wire.HealthCheck.HTTPCheckInfo.port: port = try reader.int()
                case Wire.HealthCheck.HTTPCheckInfo.path: path = try reader.string()
                case Wire.HealthCheck.HTTPCheckInfo.scheme: scheme = try reader.string()
                case Wire.HealthCheck.HTTPCheckInfo.`protocol`: family = try reader.int()
                default: try reader.skip()
                }
            }
            return (scheme, port, path, family)
        }
        isIPv6 = family == 2
        return (scheme, port, path)
    }

    private mutating func readTCP(_ reader: inout WireReader) throws(WireError) -> Int {
        let (port, family) = try reader.nested { (reader) throws(WireError) in
            var (port, family) = (0, 1)
            while let field = try reader.next() {
                switch field {
                case Wire.HealthCheck.TCPCheckInfo.port: port = try reader.int()
                case Wire.HealthCheck.TCPCheckInfo.`protocol`: family = try reader.int()
                default: try reader.skip()
                }
            }
            return (port, family)
        }
        isIPv6 = family == 2
        return port
    }

    /// Writes the health check with all its times.
    public func write(to writer: inout WireWriter) {
        switch probe {
        case .command(let command):
            writer.message(Wire.HealthCheck.command, command)
            writer.integer(Wire.HealthCheck.type, ProbeKind.command.rawValue)
        case .http(let scheme, let port, let path):
            writer.nested(Wire.HealthCheck.http) { writer in
                writer.integer(Wire.HealthCheck.HTTPCheckInfo.port, port)
                if !path.isEmpty { writer.string(Wire.HealthCheck.HTTPCheckInfo.path, path) }
                if scheme != "http" { writer.string(Wire.HealthCheck.HTTPCheckInfo.scheme, scheme) }
                if isIPv6 { writer.integer(Wire.HealthCheck.HTTPCheckInfo.`protocol`, 2) }
            }
            writer.integer(Wire.HealthCheck.type, ProbeKind.http.rawValue)
        case .tcp(let port):
            writer.nested(Wire.HealthCheck.tcp) { writer in
                writer.integer(Wire.HealthCheck.TCPCheckInfo.port, port)
                if isIPv6 { writer.integer(Wire.HealthCheck.TCPCheckInfo.`protocol`, 2) }
            }
            writer.integer(Wire.HealthCheck.type, ProbeKind.tcp.rawValue)
        }
        writer.double(Wire.HealthCheck.delaySeconds, delay.totalSeconds)
        writer.double(Wire.HealthCheck.intervalSeconds, interval.totalSeconds)
        writer.double(Wire.HealthCheck.timeoutSeconds, timeout.totalSeconds)
        writer.integer(Wire.HealthCheck.consecutiveFailures, consecutiveFailures)
        writer.double(Wire.HealthCheck.gracePeriodSeconds, gracePeriod.totalSeconds)
    }
}

extension CheckInfo: WireModel {
    /// `mesos.v1.CheckInfo`.
    public static var messageName: String { "mesos.v1.CheckInfo" }

    /// Reads a check.
    public init(from reader: inout WireReader) throws(WireError) {
        self.init(probe: .tcp(port: 0))
        var parts = ProbeParts()
        while let field = try reader.next() {
            switch field {
            case Wire.CheckInfo.type: parts.kind = try reader.enumeration(ProbeKind.self)
            case Wire.CheckInfo.command:
                parts.command =
                    try reader.wrapped { (reader) throws(WireError) in try reader.message() } ?? CommandInfo()
            case Wire.CheckInfo.http: parts.http = try Self.readHTTP(&reader)
            case Wire.CheckInfo.tcp:
                parts.tcpPort = try reader.wrapped { (reader) throws(WireError) in try reader.int() } ?? 0
            case Wire.CheckInfo.delaySeconds: delay = try reader.seconds()
            case Wire.CheckInfo.intervalSeconds: interval = try reader.seconds()
            case Wire.CheckInfo.timeoutSeconds: timeout = try reader.seconds()
            default: try reader.skip()
            }
        }
        probe = parts.probe
        formProblem = parts.problem("CheckInfo", "check", infersType: false)
        if parts.isLossy { reader.noteLoss() }
    }

    private static func readHTTP(_ reader: inout WireReader) throws(WireError) -> (String, Int, String) {
        try reader.nested { (reader) throws(WireError) in
            var (port, path) = (0, "")
            while let field = try reader.next() {
                switch field {
                case Wire.CheckInfo.Http.port: port = try reader.int()
                case Wire.CheckInfo.Http.path: path = try reader.string()
                default: try reader.skip()
                }
            }
            return ("http", port, path)
        }
    }

    /// Writes the check with all its times.
    public func write(to writer: inout WireWriter) {
        switch probe {
        case .command(let command):
            writer.integer(Wire.CheckInfo.type, ProbeKind.command.rawValue)
            writer.nested(Wire.CheckInfo.command) { $0.message(1, command) }
        case .http(_, let port, let path):
            writer.integer(Wire.CheckInfo.type, ProbeKind.http.rawValue)
            writer.nested(Wire.CheckInfo.http) { writer in
                writer.integer(Wire.CheckInfo.Http.port, port)
                if !path.isEmpty { writer.string(Wire.CheckInfo.Http.path, path) }
            }
        case .tcp(let port):
            writer.integer(Wire.CheckInfo.type, ProbeKind.tcp.rawValue)
            writer.nested(Wire.CheckInfo.tcp) { $0.integer(1, port) }
        }
        writer.double(Wire.CheckInfo.delaySeconds, delay.totalSeconds)
        writer.double(Wire.CheckInfo.intervalSeconds, interval.totalSeconds)
        writer.double(Wire.CheckInfo.timeoutSeconds, timeout.totalSeconds)
    }
}

extension CheckStatus: WireModel {
    /// `mesos.v1.CheckStatusInfo`.
    public static var messageName: String { "mesos.v1.CheckStatusInfo" }

    /// Reads a check's result; its type says which kind counts.
    public init(from reader: inout WireReader) throws(WireError) {
        var kind: ProbeKind?
        var found: CheckStatus?
        while let field = try reader.next() {
            switch field {
            case Wire.CheckStatusInfo.type: kind = try reader.enumeration(ProbeKind.self)
            case Wire.CheckStatusInfo.command:
                let code = try reader.wrapped { (reader) throws(WireError) in
                    Int32(truncatingIfNeeded: try reader.integer())
                }
                found = .command(exitCode: code)
            case Wire.CheckStatusInfo.http:
                found = .http(statusCode: try reader.wrapped { (reader) throws(WireError) in try reader.int() })
            case Wire.CheckStatusInfo.tcp:
                found = .tcp(succeeded: try reader.wrapped { (reader) throws(WireError) in try reader.bool() })
            default: try reader.skip()
            }
        }
        self =
            switch (found, kind) {
            case (let found?, _): found
            case (nil, .http): .http(statusCode: nil)
            case (nil, .tcp): .tcp(succeeded: nil)
            case (nil, _): .command(exitCode: nil)
            }
    }

    /// Writes the result.
    public func write(to writer: inout WireWriter) {
        switch self {
        case .command(let code):
            writer.integer(Wire.CheckStatusInfo.type, ProbeKind.command.rawValue)
            writer.nested(Wire.CheckStatusInfo.command) { if let code { $0.integer(1, code) } }
        case .http(let status):
            writer.integer(Wire.CheckStatusInfo.type, ProbeKind.http.rawValue)
            writer.nested(Wire.CheckStatusInfo.http) { if let status { $0.integer(1, status) } }
        case .tcp(let succeeded):
            writer.integer(Wire.CheckStatusInfo.type, ProbeKind.tcp.rawValue)
            writer.nested(Wire.CheckStatusInfo.tcp) { if let succeeded { $0.bool(1, succeeded) } }
        }
    }
}
