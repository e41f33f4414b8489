internal import ClusterBase
internal import ClusterModel
internal import ResourceModel

/// What a type of operator call carries: in which field, and how it is read.
struct OperatorPayload: Sendable {
    typealias Read = @Sendable (inout WireReader) throws(WireError) -> OperatorCall

    /// The number of the field.
    let field: Int
    /// Its name, for people.
    let name: String
    /// Whether the call means something without it.
    var isOptional = false
    /// Reads its content.
    let read: Read

    init(_ field: Int, _ name: String, isOptional: Bool = false, _ read: @escaping Read) {
        (self.field, self.name, self.isOptional, self.read) = (field, name, isOptional, read)
    }

    /// The call that the bytes of a whole `Call` carry in this field; of several such fields the last counts.
    func call(in bytes: [UInt8]) throws(WireError) -> OperatorCall {
        var reader = WireReader(bytes)
        var call: OperatorCall?
        while let field = try reader.next() {
            if field == self.field { call = try reader.nested(read) } else { try reader.skip() }
        }
        if let call { return call }
        guard isOptional else { throw .invalid("Expecting '\(name)' to be present") }
        var empty = WireReader([])
        return try read(&empty)
    }

    /// By the type of a call to a master.
    static let master: [String: OperatorPayload] = common.merging(shares) { $1 }.merging(resources) { $1 }
        .merging(machines) { $1 }.merging(agents) { $1 }

    /// By the type of a call to an agent.
    static let agent: [String: OperatorPayload] = common.merging([
        "GET_CONTAINERS": OperatorPayload(
            Wire.Agent.Call.getContainers, "get_containers", isOptional: true, getContainers)
    ]) { $1 }

    /// What master and agent understand alike.
    private static let common: [String: OperatorPayload] = [
        "GET_METRICS": OperatorPayload(Wire.Master.Call.getMetrics, "get_metrics") { (reader) throws(WireError) in
            var timeout: Duration?
            while let field = try reader.next() {
                if field == Wire.Master.Call.GetMetrics.timeout {
                    timeout = try reader.duration()
                } else {
                    try reader.skip()
                }
            }
            return .getMetrics(timeout: timeout)
        },
        "SET_LOGGING_LEVEL": OperatorPayload(
            Wire.Master.Call.setLoggingLevel, "set_logging_level", setLoggingLevel),
        "LIST_FILES": OperatorPayload(Wire.Master.Call.listFiles, "list_files") { (reader) throws(WireError) in
            .listFiles(path: try reader.only { (reader) throws(WireError) in try reader.string() } ?? "")
        },
        "READ_FILE": OperatorPayload(Wire.Master.Call.readFile, "read_file", readFile),
    ]

    private static let setLoggingLevel: Read = { (reader) throws(WireError) in
        var (level, duration): (Int, Duration) = (0, .zero)
        while let field = try reader.next() {
            switch field {
            case Wire.Master.Call.SetLoggingLevel.level: level = try reader.int()
            case Wire.Master.Call.SetLoggingLevel.duration: duration = try reader.duration()
            default: try reader.skip()
            }
        }
        return .setLoggingLevel(level, duration: duration)
    }

    private static let readFile: Read = { (reader) throws(WireError) in
        var (path, offset, length): (String, UInt64, UInt64?) = ("", 0, nil)
        while let field = try reader.next() {
            switch field {
            case Wire.Master.Call.ReadFile.path: path = try reader.string()
            case Wire.Master.Call.ReadFile.offset: offset = try reader.unsigned()
            case Wire.Master.Call.ReadFile.length: length = try reader.unsigned()
            default: try reader.skip()
            }
        }
        return .readFile(path: path, offset: offset, length: length)
    }

    private static let getContainers: Read = { (reader) throws(WireError) in
        var (nested, standalone) = (false, false)
        while let field = try reader.next() {
            switch field {
            case Wire.Agent.Call.GetContainers.showNested: nested = try reader.bool()
            case Wire.Agent.Call.GetContainers.showStandalone: standalone = try reader.bool()
            default: try reader.skip()
            }
        }
        return .getContainers(showNested: nested, showStandalone: standalone)
    }
}
